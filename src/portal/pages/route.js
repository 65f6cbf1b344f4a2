/*
 * route: where the reader is, as the part of the address behind '#': "#/devices/ID?order=deviceName". It never leaves
 * the browser, and a view that is worth keeping is a bookmark.
 */

/* { path: ["devices", ID], query: { order: "deviceName" } } */
export function route() {
	const [path, query] = location.hash.replace(/^#\/?/, "").split(/\?(.*)/s);
	return {
		path: path.split("/").filter((part) => part !== "").map(decoded),
		query: Object.fromEntries(new URLSearchParams(query ?? "")),
	};
}

function decoded(part) {
	try {
		return decodeURIComponent(part);
	} catch {
		return part;
	}
}

/* The address of a page: href(["devices", id], { order: "deviceName" }); empty values are left out. */
export function href(path, query = {}) {
	const pairs = Object.entries(query).filter(([, value]) => value !== "" && value !== undefined && value !== null);
	const words = new URLSearchParams(pairs).toString();
	return "#/" + path.map(encodeURIComponent).join("/") + (words ? "?" + words : "");
}

export function go(path, query) {
	location.hash = href(path, query);
}
