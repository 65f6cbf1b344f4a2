/*
 * builder: puts together a comparison for those who do not know a language by heart, and adds it to what is there.
 */
import { el } from "./dom.js";
import { text } from "./strings.js";
import { choice, field } from "./view.js";

const TYPES = { moment: "date", number: "number" };

/*
 * properties: { name, word, kind, values }; operators: kind → [[operator, words]]; write(name, operator, value, kind)
 * gives the comparison; add(comparison) takes it.
 */
export function builder({ properties, operators, write, add }) {
	let at = properties[0];
	const value = el("span");
	const operator = el("span");

	function refresh() {
		const input = at.values ? choice(at.values.map((word) => [word, word]), at.values[0])
			: el("input", { type: TYPES[at.kind] ?? "text", required: true });
		operator.replaceChildren(field(text.builder.operator, choice(operators[at.kind], operators[at.kind][0][0])));
		value.replaceChildren(field(text.builder.value, input));
	}

	const property = choice(properties.map((row) => [row.name, row.word]), at.name, () => {
		at = properties.find((row) => row.name === property.value);
		refresh();
	});
	refresh();
	return el("details.builder", el("summary", text.builder.open), el("form.filters", { submit: (event) => {
		event.preventDefault();
		add(write(at.name, operator.querySelector("select").value, value.querySelector("input, select").value, at.kind));
	} }, field(text.builder.property, property), operator, value, el("button", { type: "submit" }, text.builder.add)));
}
