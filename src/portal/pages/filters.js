/*
 * filters: named rules that say which devices something is about.
 */
import { getAll, GRAPH } from "./api.js";
import { batches, tellMany } from "./batches.js";
import { el } from "./dom.js";
import { time } from "./format.js";
import { records } from "./records.js";
import { href } from "./route.js";
import { ruleInput } from "./rule.js";
import { text } from "./strings.js";
import { table } from "./table.js";
import { actionsOf, button, choice, empty, field, panel, title } from "./view.js";

const words = text.filters;
const PATH = `${GRAPH}/assignmentFilters`;

function form(row) {
	const name = el("input", { value: row?.displayName ?? "", required: true, maxlength: 64 });
	const rule = ruleInput(row?.rule), trusts = choice([["0", text.no], ["1", text.yes]], "0");
	return {
		fields: [field(words.name, name), rule.node, !row && field(text.restrictions.trusts, trusts, words.trustsHelp)],
		body: () => ({ displayName: name.value.trim(), rule: rule.value(),
			...!row && trusts.value === "1" ? { trustClaims: 1 } : {} }),
	};
}

export function page({ signal, may }) {
	const told = batches({ signal, may });
	let known = [];
	const filters = records({ path: PATH, words, form, read: () => getAll(PATH, signal), show: (rows, { buttons }) => {
		known = rows;
		return rows.length ? table(words.title, [
			{ head: words.name, cell: (row) => row.displayName },
			{ head: words.rule, cell: (row) => [el("code", row.rule),
				row.trustClaims && el("p.small.muted", words.trusts)] },
			{ head: words.changed, wide: true, cell: (row) => time(row.lastModifiedDateTime) },
			...may("operator") ? [{ head: "", cell: (row) => actionsOf(row.displayName, buttons(row)) }] : [],
		], rows) : empty(words.nothing);
	} });
	const press = may("operator") && button(text.batches.add, () => tellMany(known, told.refresh));
	return [title(words.title, { beside: may("operator") && filters.add,
		below: [words.below, " ", el("a", { href: href(["restrictions"]) }, words.used)] }), filters.editor, filters.list,
	panel(text.batches.title, told.place, press)];
}
