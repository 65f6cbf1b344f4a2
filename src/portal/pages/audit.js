/*
 * audit: who did what, the latest first.
 */
import { GRAPH } from "./api.js";
import { asking } from "./asking.js";
import { el } from "./dom.js";
import { clock, hash, total } from "./format.js";
import { go, href } from "./route.js";
import { text } from "./strings.js";
import { list } from "./table.js";
import { empty, title } from "./view.js";
import { asked, views } from "./views.js";

const words = text.audit;
const PATH = `${GRAPH}/auditEvents`;

const ABOUT_DEVICES = /^(enrolment\.|command\.|device\.(?!delete))/;

/* What the change was about, by its name where its key is one; a device has a page of its own. */
function targetOf(row) {
	const { resourceId: id, displayName: name } = row.resources?.[0] ?? {};
	if (!id)
		return text.none;
	if (name)
		return row.activityType.startsWith("blocklist.") ? el("a", { href: href(["trust", "firmware"]) }, name) : name;
	const parts = /^(.{8})(.{4})(.{4})(.{4})(.{12})$/.exec(id);
	return parts && ABOUT_DEVICES.test(row.activityType)
		? el("a", { href: href(["devices", parts.slice(1).join("-")]) }, hash(id, 13)) : hash(id, 13);
}

const COLUMNS = [
	{ head: words.number, wide: true, number: true, cell: (row) => row.number },
	{ head: words.when, order: "activityDateTime", cell: (row) => clock(row.activityDateTime) },
	{ head: words.who, cell: (row) => row.actor?.userPrincipalName },
	{ head: words.what, cell: (row) => el("code.short", row.activityType) },
	{ head: words.target, wide: true, cell: (row) => targetOf(row) },
	{ head: words.detail, wide: true, cell: (row) => row.detail ?? text.none },
];

/* What the builder offers. */
const PROPERTIES = [
	{ name: "actor/userPrincipalName", word: words.who, kind: "text" }, { name: "activityType", word: words.what, kind: "text" },
	{ name: "resources/resourceId", word: words.target, kind: "text" },
	{ name: "activityDateTime", word: words.when, kind: "moment" },
];

/* The address of what happened to a record, by the server's word for it: its id without hyphens. */
export function auditOf(id) {
	return href(["audit"], { filter: `resources/resourceId eq '${id.replaceAll("-", "")}'` });
}

export function page({ query: view, signal }) {
	const count = el("span.muted"), order = view.order ?? "activityDateTime desc";
	return [title(words.title, { beside: count, below: words.below }),
		views({ list: "audit", path: PATH, presets: [[words.all, {}]], view, signal }),
		asking({ path: ["audit"], view, properties: PROPERTIES }),
		list({ filter: view.filter, path: asked(PATH, { ...view, order }, 50), columns: COLUMNS, caption: words.title, order,
			sort: (next) => go(["audit"], { ...view, order: next }), nothing: empty(words.nothing),
			found: (n, isAtLeast) => { count.textContent = words.found(n, total(n, isAtLeast)); } }, signal)];
}
