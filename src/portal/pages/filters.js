/*
 * filters: named rules that say which devices something is about.
 */
import { ask, getAll, GRAPH } from "./api.js";
import { el, replace } from "./dom.js";
import { time } from "./format.js";
import { href } from "./route.js";
import { ruleInput } from "./rule.js";
import { text } from "./strings.js";
import { table } from "./table.js";
import { button, confirm, empty, field, later, panel, run, tell, title } from "./view.js";

const words = text.filters;
const PATH = `${GRAPH}/assignmentFilters`;

/* A form for a new filter, or for one that is there. */
function editor(row, done) {
	const name = el("input", { value: row?.displayName ?? "", required: true, maxlength: 64 });
	const rule = ruleInput(row?.rule);
	const place = el("div"), press = el("button.primary", { type: "submit" }, words.save);
	return el("form", { submit: async (event) => {
		event.preventDefault();
		const body = { displayName: name.value.trim(), rule: rule.value() };
		if (await run(press, place, () => (row ? ask("PATCH", `${PATH}/${row.id}`, body) : ask("POST", PATH, body)))) {
			tell(words.saved(body.displayName));
			done();
		}
	} }, field(words.name, name), rule.node, place, press);
}

export function page({ signal, may }) {
	const place = el("div"), form = el("div");

	function open(row) {
		replace(form, panel(row ? words.change(row.displayName) : words.add, editor(row, () => {
			replace(form);
			refresh();
		})));
		form.querySelector("input").focus();
	}

	function remove(row) {
		confirm({ heading: words.remove, sentence: words.removeSentence(row.displayName), word: words.remove, tone: "danger",
			action: () => ask("DELETE", `${PATH}/${row.id}`), done: refresh });
	}

	const columns = [
		{ head: words.name, cell: (row) => row.displayName },
		{ head: words.rule, cell: (row) => el("code", row.rule) },
		{ head: words.changed, wide: true, cell: (row) => time(row.lastModifiedDateTime) },
		...may("operator") ? [{ head: "", cell: (row) => el("span.actions", button(words.edit, () => open(row)),
			button(words.remove, () => remove(row), { tone: "quiet" })) }] : [],
	];

	function refresh() {
		replace(place, later(getAll(PATH, signal), (rows) => (rows.length ? table(words.title, columns, rows)
			: empty(words.nothing))));
	}

	refresh();
	return [title(words.title, { beside: may("operator") && button(words.add, () => open(null), { tone: "primary" }),
		below: [words.below, " ", el("a", { href: href(["restrictions"]) }, words.used)] }), form, place];
}
