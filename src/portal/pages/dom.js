/*
 * dom: builds the document. Text is only ever text: nothing in the portal parses markup, so what a device calls
 * itself stays a name.
 */

const SVG = "http://www.w3.org/2000/svg";

/* What the browser keeps as properties: their attribute is but the value at the beginning. */
const PROPERTIES = new Set(["value", "checked", "disabled", "selected", "indeterminate", "open", "files"]);

/* Addresses of ours, and of other sites with a certificate; a name such as "javascript:" leads nowhere. */
const ADDRESS = /^(#|\/(?!\/)|blob:|https:\/\/)/;

function put(node, name, value) {
	if (value === undefined || value === null || value === false)
		return;
	if (typeof value === "function")
		node.addEventListener(name, value);
	else if (PROPERTIES.has(name))
		node[name] = value;
	else if (name !== "href" || ADDRESS.test(value))
		node.setAttribute(name, value === true ? "" : String(value));
}

function isAttributes(value) {
	return value !== null && typeof value === "object" && !Array.isArray(value) && !(value instanceof Node);
}

function make(create, words, rest) {
	const [tag, ...classes] = words.split(".");
	const node = create(tag);
	if (classes.length)
		node.setAttribute("class", classes.join(" "));
	if (isAttributes(rest[0]))
		for (const [name, value] of Object.entries(rest.shift()))
			put(node, name, value);
	node.append(...children(rest));
	return node;
}

/* Nested lists of nodes and texts as one list; what is absent (null, undefined, false) is left out. */
export function children(list) {
	return list.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false)
		.map((child) => (child instanceof Node ? child : String(child)));
}

/*
 * An element: el("p.muted", { id: "x", click: handler }, "text", node, [more]). Functions are listeners of the event
 * by their name; the attributes may be left out.
 */
export function el(words, ...rest) {
	return make((tag) => document.createElement(tag), words, rest);
}

/* The same for the elements of a drawing. */
export function svg(words, ...rest) {
	return make((tag) => document.createElementNS(SVG, tag), words, rest);
}

/* Puts these in place of all that the node holds. */
export function replace(node, ...rest) {
	node.replaceChildren(...children(rest));
	return node;
}

let count = 0;

/* An id that no other element has. */
export function freshId() {
	count += 1;
	return `id-${count}`;
}
