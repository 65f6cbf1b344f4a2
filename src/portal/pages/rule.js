/*
 * rule: an input for filter rules. What is typed is judged by the server as it stands: where it is wrong, and which
 * devices it would be about.
 */
import { ask, GRAPH } from "./api.js";
import { builder } from "./builder.js";
import { el, replace } from "./dom.js";
import { number } from "./format.js";
import { href } from "./route.js";
import { text } from "./strings.js";
import { badge, field, marked } from "./view.js";

const words = text.rule;
const PAUSE_MS = 250;   // between the last key and the question

const TEXTS = [["-eq", words.is], ["-ne", words.isNot], ["-startsWith", words.begins], ["-contains", words.contains]];
const OPERATORS = { text: TEXTS, truth: [["-eq", words.is]],
	version: [...TEXTS.slice(0, 2), ["-ge", words.atLeast], ["-lt", words.below]] };
const PROPERTIES = [
	{ name: "isTpmAttested", word: words.properties.isTpmAttested, kind: "truth", values: ["False", "True"] },
	{ name: "model", word: words.properties.model, kind: "text" },
	{ name: "manufacturer", word: words.properties.manufacturer, kind: "text" },
	{ name: "deviceName", word: words.properties.deviceName, kind: "text" },
	{ name: "osVersion", word: words.properties.osVersion, kind: "version" },
];

/* The rule with a mark under the column that the server named. */
function caret(rule, error) {
	return el("div.box.bad", { role: "alert" }, el("p", el("strong", error.message), " ", error.detail), marked(rule, error));
}

function previewOf(answer) {
	return el("div.box.idle", el("p", el("strong", words.matching(number(answer.matching), number(answer.devices))),
		answer.unknown > 0 && " " + words.unknown(number(answer.unknown))),
	el("ul", answer.value.map((row) => el("li", el("a", { href: href(["devices", row.id]) }, row.deviceName ?? row.serialNumber),
		" ", row.comparisons.map((one) => badge(`${one.value || text.none} → ${one.truth}`,
			one.truth === "True" ? "good" : "idle"))))));
}

/* { node, value() }: the input with its judgement below. */
export function ruleInput(rule = "") {
	const input = el("textarea.rule", { rows: 3, spellcheck: "false", required: true, value: rule });
	const place = el("div", { "aria-live": "polite" });
	let timer, asked = 0;

	async function judge() {
		const mine = ++asked, value = input.value;
		if (!value.trim())
			return replace(place);
		let found;
		try {
			found = previewOf(await ask("POST", `${GRAPH}/evaluateAssignmentFilter`, { rule: value, top: 5 }));
		} catch (error) {
			found = caret(value, error);
		}
		return mine === asked && replace(place, found);
	}

	input.addEventListener("input", () => {
		clearTimeout(timer);
		timer = setTimeout(judge, PAUSE_MS);
	});
	const build = builder({ properties: PROPERTIES, operators: OPERATORS,
		write: (name, operator, value) => `(device.${name} ${operator} "${value}")`,
		add: (comparison) => {
			input.value = input.value.trim() ? `${input.value.trim()} and ${comparison}` : comparison;
			judge();
		} });
	judge();
	return { node: el("div", field(words.rule, input, words.help), place, build), value: () => input.value };
}
