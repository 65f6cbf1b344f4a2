/*
 * choosing: several devices of the list, or all that it is about, and what they are told together.
 */
import { ask, getAll } from "./api.js";
import { ACTIONS } from "./batches.js";
import { el, replace } from "./dom.js";
import { deviceName, number } from "./format.js";
import { href } from "./route.js";
import { text } from "./strings.js";
import { BATCHES, watched } from "./told.js";
import { actionsOf, button, confirm, panel } from "./view.js";
import { asked } from "./views.js";

const words = text.choosing;
const MOST = 5000;   // that are told by name; who means more makes a filter of it
const AT_ONCE = 500;   // of one request (wire/body.h)
const PAGE = 1000;   // of a list

/* Tells the devices of those ids, so many with each request; the ids of the batches. */
async function tellAll(action, ids) {
	const batches = [];
	for (let at = 0; at < ids.length; at += AT_ONCE) {
		const batch = await ask("POST", BATCHES, { actionName: action, deviceIds: ids.slice(at, at + AT_ONCE) });
		batches.push(batch.id);
	}
	return batches;
}

/*
 * { bar, result, column(rows), found(n, isAtLeast) } of the list at path, narrowed by a view: what can be done with those that
 * are chosen, what became of it, the column of boxes; and it is told how many rows there are.
 */
export function choosing({ path, view, signal }) {
	const chosen = new Map(), bar = el("div.chosen", { role: "region", "aria-label": words.title, hidden: true });
	const result = el("div.outcome");
	let boxes = [], all, total = 0, isTotal = false, isEvery = false;

	function put(row, isChosen) {
		if (isChosen)
			chosen.set(row.id, deviceName(row));
		else
			chosen.delete(row.id);
		isEvery = false;
	}

	function clear() {
		chosen.clear();
		isEvery = false;
		mark();
	}

	function mark() {
		for (const { box, row } of boxes)
			box.checked = isEvery || chosen.has(row.id);
		const n = boxes.filter(({ box }) => box.checked).length;
		all.checked = n > 0 && n === boxes.length;
		all.indeterminate = n > 0 && n < boxes.length;
		show();
	}

	/* Names by ids of those that are meant. */
	async function meant() {
		if (!isEvery)
			return new Map(chosen);
		const rows = await getAll(`${asked(path, view, PAGE)}&$select=deviceName,serialNumber`, signal, MOST);
		return new Map(rows.map((row) => [row.id, deviceName(row)]));
	}

	function act(action) {
		const n = isEvery ? total : chosen.size, word = text.commands.names[action];
		let names, batches;
		confirm({ heading: words.heading(word, number(n), n), sentence: words.sentences[action],
			word: words.heading(word, number(n), n), tone: action === "retire" ? "danger" : "primary",
			action: async () => {
				names = await meant();
				batches = await tellAll(action, [...names.keys()]);
			}, done: () => {
				const close = button(text.close, () => replace(result), { tone: "quiet" });
				replace(result, panel(words.heading(word, number(names.size), names.size),
					watched(batches, signal, names), close));
				clear();
				result.scrollIntoView();
			} });
	}

	/* All that the list is about, when more than those that are shown are. */
	function every() {
		if (isEvery || !all.checked || total <= boxes.length)
			return null;
		return isTotal && total <= MOST ? button(words.every(number(total)), () => {
			isEvery = true;
			mark();
		}, { tone: "link" }) : el("a", { href: href(["filters"]) }, words.tooMany);
	}

	function show() {
		const n = isEvery ? total : chosen.size;
		const [first, ...others] = ACTIONS.map((action) => button(text.commands.names[action], () => act(action),
			{ tone: action === "retire" ? "danger" : "" }));
		bar.hidden = n === 0;
		replace(bar, el("strong", { role: "status" }, words.chosen(number(n))), every(),
			button(words.clear, clear, { tone: "quiet" }), el("span.grow"), first, actionsOf(words.those, others));
	}

	function column(rows) {
		const box = (row) => {
			const input = el("input", { type: "checkbox", "aria-label": words.choose(deviceName(row)), change: () => {
				put(row, input.checked);
				mark();
			}, checked: isEvery || chosen.has(row.id) });
			boxes.push({ box: input, row });
			return input;
		};
		boxes = [];
		all = el("input", { type: "checkbox", "aria-label": words.chooseShown, change: () => {
			for (const { row } of boxes)
				put(row, all.checked);
			mark();
		} });
		return { head: all, cell: box };
	}

	function found(n, isAtLeast) {
		total = n;
		isTotal = !isAtLeast;
	}

	return { bar, result, column, found };
}
