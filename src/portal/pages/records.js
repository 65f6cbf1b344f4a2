/*
 * records: records that are made, changed and removed on the page that lists them: filters, restrictions, policies.
 */
import { ask, change, getRecord } from "./api.js";
import { el, replace } from "./dom.js";
import { button, confirm, faultBox, later, panel, run, tell } from "./view.js";
import { text } from "./strings.js";

/* The members of inputs that say something, or that are to say nothing any more: inputs by the member that each is. */
export function membersOf(inputs, row) {
	return Object.fromEntries(Object.entries(inputs).map(([member, input]) => [member, input.value.trim()])
		.filter(([member, value]) => value !== "" || row?.[member]));
}

/* Why some of them fail, with what to do: each row says so itself. */
export function failures(rows) {
	return rows.filter((row) => row.fault).map((row) => faultBox({ code: row.fault, message: row.displayName,
		detail: row.detail, remedy: row.remedy }));
}

/*
 * { list, editor, add, buttons(row), edit(row), remove(row), attempt(action), refresh() }: where the records and the form for
 * one of them stand, and the buttons beside them. words: { add, change(name), edit, save, saved(name), remove,
 * removeSentence(name) }. read() gives the rows and show(rows, records) what they look like; form(row) gives, of a record or of
 * a new one, { fields, body() }. key is the member that an address names a record by.
 */
export function records({ path, words, read, show, form, key = "id" }) {
	const list = el("div"), editor = el("div");
	const all = { list, editor, edit, remove, refresh, attempt, add: button(words.add, () => edit(null), { tone: "primary" }),
		buttons: (row) => [button(words.edit, () => edit(row)), button(words.remove, () => remove(row), { tone: "quiet" })] };

	const addressOf = (row) => `${path}/${encodeURIComponent(row[key])}`;

	function refresh() {
		replace(list, later(read(), (rows) => show(rows, all)));
	}

	/* Does something besides the form; a fault is said where that stands. */
	async function attempt(action) {
		replace(editor);
		try {
			await action();
		} catch (error) {
			if (error.name !== "AbortError")
				replace(editor, faultBox(error));
		}
	}

	function edit(row) {
		const opener = document.activeElement;
		return attempt(async () => {
			const at = row && addressOf(row);
			const { record, version } = at ? await getRecord(at) : {};
			open({ ...record, at, version }, await form(record), opener);
		});
	}

	/* What somebody else changed meanwhile is not undone by it. */
	function open({ at, displayName, version }, { fields, body }, opener) {
		const send = (said) => (at ? change(at, said, version) : ask("POST", path, said));
		const place = el("div"), press = el("button.primary", { type: "submit" }, words.save);
		replace(editor, panel(at ? words.change(displayName) : words.add, el("form", { submit: async (event) => {
			event.preventDefault();
			const said = body();
			if (!await run(press, place, () => send(said)))
				return;
			tell(words.saved(said.displayName));
			replace(editor);
			refresh();
		} }, fields, place, el("div.actions", press, button(text.cancel, () => {
			replace(editor);
			opener?.focus();
		})))));
		editor.querySelector("input:enabled, select").focus();
	}

	function remove(row) {
		confirm({ heading: words.remove, sentence: words.removeSentence(row.displayName), word: words.remove, tone: "danger",
			action: () => ask("DELETE", addressOf(row)), done: refresh });
	}

	refresh();
	return all;
}
