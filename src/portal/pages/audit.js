/*
 * audit: who did what, the latest first.
 */
import { GRAPH, query } from "./api.js";
import { el } from "./dom.js";
import { clock, hash, total } from "./format.js";
import { go, href } from "./route.js";
import { text } from "./strings.js";
import { list } from "./table.js";
import { empty, field, title } from "./view.js";

const words = text.audit;

const ABOUT_DEVICES = /^(enrolment\.|command\.|device\.(?!delete))/;

/* What the change was about; a device has a page of its own. */
function targetOf(row) {
	const id = row.resources?.[0]?.resourceId;
	if (!id)
		return text.none;
	const parts = /^(.{8})(.{4})(.{4})(.{4})(.{12})$/.exec(id);
	return parts && ABOUT_DEVICES.test(row.activityType)
		? el("a", { href: href(["devices", parts.slice(1).join("-")]) }, hash(id, 13)) : hash(id, 13);
}

const COLUMNS = [
	{ head: words.number, wide: true, number: true, cell: (row) => row.number },
	{ head: words.when, order: "activityDateTime", cell: (row) => clock(row.activityDateTime) },
	{ head: words.who, cell: (row) => row.actor?.userPrincipalName },
	{ head: words.what, cell: (row) => el("code", row.activityType) },
	{ head: words.target, wide: true, cell: (row) => targetOf(row) },
	{ head: words.detail, wide: true, cell: (row) => row.detail ?? text.none },
];

/* A text of a filter: single quotes stand twice. */
function quoted(value) {
	return `'${value.replaceAll("'", "''")}'`;
}

function filterOf(view) {
	return [view.who && `actor/userPrincipalName eq ${quoted(view.who)}`,
		view.what && `startswith(activityType,${quoted(view.what)})`].filter(Boolean).join(" and ");
}

export function page({ query: view, signal }) {
	const count = el("span.muted");
	const who = el("input", { value: view.who ?? "", autocomplete: "off" });
	const what = el("input", { value: view.what ?? "", autocomplete: "off", placeholder: "registration." });
	const order = view.order ?? "activityDateTime desc";
	return [title(words.title, { beside: count, below: words.below }),
		el("form.filters", { submit: (event) => {
			event.preventDefault();
			go(["audit"], { ...view, who: who.value.trim(), what: what.value.trim() });
		} }, field(words.who, who), field(words.what, what), el("button.primary", { type: "submit" }, text.list.show)),
		list({ path: query(`${GRAPH}/auditEvents`, { "$top": 50, "$count": true, "$orderby": order, "$filter": filterOf(view) }),
			columns: COLUMNS, caption: words.title, order, sort: (next) => go(["audit"], { ...view, order: next }),
			found: (n, isAtLeast) => { count.textContent = words.found(n, total(n, isAtLeast)); },
			nothing: empty(words.nothing) }, signal)];
}
