/*
 * devices: the list of devices. What is asked for is the address of the page, so every view can be kept as a bookmark.
 */
import { GRAPH, query } from "./api.js";
import { el } from "./dom.js";
import { time, total } from "./format.js";
import { go, href } from "./route.js";
import { text } from "./strings.js";
import { list } from "./table.js";
import { badge, empty, field, title } from "./view.js";

const words = text.devices;

export function attestationBadge(row) {
	return row.isTpmAttested ? badge(text.device.attested, "good") : badge(text.device.unattested, "warn");
}

const COLUMNS = [
	{ head: words.name, order: "deviceName", cell: (row) => el("a", { href: href(["devices", row.id]) },
		row.deviceName ?? row.serialNumber ?? row.id) },
	{ head: words.attestation, order: "isTpmAttested", cell: attestationBadge },
	{ head: words.serial, order: "serialNumber", wide: true, cell: (row) => row.serialNumber ?? text.none },
	{ head: words.model, order: "model", wide: true, cell: (row) => [row.manufacturer, row.model].filter(Boolean).join(" ") },
	{ head: words.maker, wide: true, cell: (row) => row.tpmManufacturer ?? text.none },
	{ head: words.user, order: "userPrincipalName", wide: true, cell: (row) => row.userPrincipalName ?? text.none },
	{ head: words.enrolled, order: "enrolledDateTime", wide: true, cell: (row) => time(row.enrolledDateTime) },
	{ head: words.seen, order: "lastSyncDateTime", cell: (row) => time(row.lastSyncDateTime) },
];

/* Views that people ask for every day. */
const VIEWS = [
	[words.all, ""],
	[text.device.attested, "isTpmAttested eq true"],
	[text.device.unattested, "isTpmAttested eq false"],
	[words.retired, "managementState eq 'retired'"],
];

function viewsOf(view) {
	return el("ul.tabs", VIEWS.map(([name, filter]) => el("li", el("a", { href: href(["devices"], { ...view, filter }),
		"aria-current": (view.filter ?? "") === filter ? "true" : null }, name))));
}

function searchOf(view) {
	const search = el("input", { type: "search", value: view.search ?? "", autocomplete: "off" });
	const filter = el("input", { type: "text", value: view.filter ?? "", autocomplete: "off", spellcheck: "false" });
	return el("form.filters", { submit: (event) => {
		event.preventDefault();
		go(["devices"], { ...view, search: search.value.trim(), filter: filter.value.trim() });
	} }, field(words.search, search), field(words.filter, filter), el("button.primary", { type: "submit" }, words.show));
}

export function page({ query: view, signal }) {
	const count = el("span.muted");
	const path = query(`${GRAPH}/managedDevices`, { "$top": 50, "$count": true, "$filter": view.filter,
		"$orderby": view.order, "$search": view.search && `"${view.search}"` });
	const found = (n, isAtLeast) => { count.textContent = words.found(n, total(n, isAtLeast)); };
	return [title(words.title, { beside: count }), viewsOf(view), searchOf(view),
		list({ path, columns: COLUMNS, caption: words.title, order: view.order ?? "", found,
			sort: (order) => go(["devices"], { ...view, order }), nothing: empty(words.nothing) }, signal)];
}
