/*
 * asking: the form above a list: a search, a filter, and a builder for those who do not know its language (doc/graph.md) by
 * heart. What is asked for is the page's address.
 */
import { quoted } from "./api.js";
import { builder } from "./builder.js";
import { el } from "./dom.js";
import { go } from "./route.js";
import { text } from "./strings.js";
import { field } from "./view.js";

const words = text.asking;
const IS = ["eq", text.builder.is], NOT = ["ne", text.builder.isNot];

/* What each kind of property may be asked. */
const OPERATORS = {
	text: [IS, NOT, ["startswith", text.builder.begins], ["contains", text.builder.contains]],
	word: [IS, NOT], truth: [IS], id: [IS, NOT], hex: [IS, NOT],
	moment: [["ge", text.builder.after], ["lt", text.builder.before]],
	number: [["ge", text.builder.atLeast], ["le", text.builder.atMost], IS],
};

/* How a value of each kind is written. */
const plain = (value) => value;
const WRITERS = { truth: plain, number: plain, id: plain, moment: (value) => `${value}T00:00:00Z` };

function comparison(name, operator, value, kind) {
	const written = (WRITERS[kind] ?? quoted)(value);
	return ["startswith", "contains"].includes(operator) ? `${operator}(${name},${written})` : `${name} ${operator} ${written}`;
}

/*
 * { path, view, isSearched, properties }: the page as a route, what is asked for now, and what can be asked:
 * properties: [{ name, word, kind, values }]; none: there is but the search.
 */
export function asking({ path, view, isSearched = true, properties = [] }) {
	const search = el("input", { type: "search", value: view.search ?? "", autocomplete: "off" });
	const filter = el("input", { type: "text", value: view.filter ?? "", autocomplete: "off", spellcheck: "false" });
	const show = (more) => go(path, { ...view, search: search.value.trim(),
		filter: [filter.value.trim(), more].filter(Boolean).join(" and ") });
	return [el("form.filters", { submit: (event) => {
		event.preventDefault();
		show();
	} }, isSearched && field(words.search, search), properties.length > 0 && field(words.filter, filter),
	el("button.primary", { type: "submit" }, text.list.show)),
	properties.length > 0 && builder({ properties, operators: OPERATORS, write: comparison, add: show })];
}
