/*
 * filters: named rules that say which devices something is about.
 */
import { getAll, GRAPH } from "./api.js";
import { el } from "./dom.js";
import { time } from "./format.js";
import { records } from "./records.js";
import { href } from "./route.js";
import { ruleInput } from "./rule.js";
import { text } from "./strings.js";
import { table } from "./table.js";
import { empty, field, title } from "./view.js";

const words = text.filters;
const PATH = `${GRAPH}/assignmentFilters`;

function form(row) {
	const name = el("input", { value: row?.displayName ?? "", required: true, maxlength: 64 });
	const rule = ruleInput(row?.rule);
	return { fields: [field(words.name, name), rule.node], body: () => ({ displayName: name.value.trim(), rule: rule.value() }) };
}

export function page({ signal, may }) {
	const filters = records({ path: PATH, words, form, read: () => getAll(PATH, signal),
		show: (rows, { buttons }) => (rows.length ? table(words.title, [
			{ head: words.name, cell: (row) => row.displayName },
			{ head: words.rule, cell: (row) => el("code", row.rule) },
			{ head: words.changed, wide: true, cell: (row) => time(row.lastModifiedDateTime) },
			...may("operator") ? [{ head: "", cell: (row) => el("span.actions", buttons(row)) }] : [],
		], rows) : empty(words.nothing)) });
	return [title(words.title, { beside: may("operator") && filters.add,
		below: [words.below, " ", el("a", { href: href(["restrictions"]) }, words.used)] }), filters.editor, filters.list];
}
