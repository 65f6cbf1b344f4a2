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
 * What is chosen of the list at path, narrowed by a view: `bar` is what can be done with it, `result` what became of it; column
 * gives the boxes of the rows that are shown, and found is told how many there are.
 */
export class Choosing {
	bar = el("div.chosen", { role: "region", "aria-label": words.title, hidden: true });
	result = el("div.outcome");
	#chosen = new Map();   // names by ids
	#isEvery = false;      // all that the list is about are meant, whatever is shown
	#boxes = [];
	#all = null;
	#total = 0;

	constructor({ path, view, signal }) {
		this.path = path;
		this.view = view;
		this.signal = signal;
	}

	/* Of how many the list is; of more than can be told by name it does not matter how many. */
	found(n, isAtLeast) {
		this.#total = isAtLeast ? Infinity : n;
	}

	column(rows) {
		this.#boxes = rows.map((row) => ({ row, box: el("input", { type: "checkbox", "aria-label": words.choose(deviceName(row)),
			change: (event) => this.#choose([row], event.target.checked) }) }));
		this.#all = el("input", { type: "checkbox", "aria-label": words.chooseShown,
			change: (event) => this.#choose(rows, event.target.checked) });
		const boxes = new Map(this.#boxes.map(({ row, box }) => [row, box]));
		this.#mark();
		return { head: this.#all, cell: (row) => boxes.get(row) };
	}

	#choose(rows, isChosen) {
		for (const row of rows)
			if (isChosen)
				this.#chosen.set(row.id, deviceName(row));
			else
				this.#chosen.delete(row.id);
		this.#isEvery = false;
		this.#mark();
	}

	#clear() {
		this.#chosen.clear();
		this.#isEvery = false;
		this.#mark();
	}

	#mark() {
		for (const { box, row } of this.#boxes)
			box.checked = this.#isEvery || this.#chosen.has(row.id);
		const n = this.#boxes.filter(({ box }) => box.checked).length;
		this.#all.checked = n > 0 && n === this.#boxes.length;
		this.#all.indeterminate = n > 0 && n < this.#boxes.length;
		this.#show();
	}

	#count() {
		return this.#isEvery ? this.#total : this.#chosen.size;
	}

	#show() {
		const [first, ...others] = ACTIONS.map((action) => button(text.commands.names[action], () => this.#act(action),
			{ tone: action === "retire" ? "danger" : "" }));
		this.bar.hidden = this.#count() === 0;
		replace(this.bar, el("strong", { role: "status" }, words.chosen(number(this.#count()))), this.#every(),
			button(words.clear, () => this.#clear(), { tone: "quiet" }), el("span.grow"), first, actionsOf(words.those, others));
	}

	/* What leads from all that are shown to all that there are. */
	#every() {
		if (this.#isEvery || !this.#all.checked || this.#total <= this.#boxes.length)
			return null;
		return this.#total > MOST ? el("a", { href: href(["filters"]) }, words.tooMany)
			: button(words.every(number(this.#total)), () => {
				this.#isEvery = true;
				this.#mark();
			}, { tone: "link" });
	}

	/* Names by ids of those that are meant. */
	async #meant() {
		if (!this.#isEvery)
			return new Map(this.#chosen);
		const rows = await getAll(`${asked(this.path, this.view, PAGE)}&$select=deviceName,serialNumber`, this.signal, MOST);
		return new Map(rows.map((row) => [row.id, deviceName(row)]));
	}

	#act(action) {
		const n = this.#count(), heading = words.heading(text.commands.names[action], number(n), n);
		let names, batches;
		confirm({ heading, sentence: words.sentences[action], word: heading, tone: action === "retire" ? "danger" : "primary",
			action: async () => {
				names = await this.#meant();
				batches = await tellAll(action, [...names.keys()]);
			}, done: () => {
				const close = button(text.close, () => replace(this.result), { tone: "quiet" });
				replace(this.result, panel(heading, watched(batches, this.signal, names), close));
				this.#clear();
				this.result.scrollIntoView();
			} });
	}
}
