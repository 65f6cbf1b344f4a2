/*
 * webhooks: services that are told when a device enrols, retires or changes in compliance, and how far that came.
 */
import { ask, getAll, OWN } from "./api.js";
import { el } from "./dom.js";
import { number, time } from "./format.js";
import { failures, records } from "./records.js";
import { text } from "./strings.js";
import { table } from "./table.js";
import { actionsOf, badge, button, empty, field, tell } from "./view.js";

const words = text.webhooks;
const PATH = `${OWN}/webhooks`;

function form() {
	const name = el("input", { required: true, maxlength: 64 });
	const url = el("input", { type: "url", required: true, maxlength: 256, placeholder: "https://" });
	return { fields: [field(words.name, name), field(words.url, url, words.urlHelp)],
		body: () => ({ displayName: name.value.trim(), url: url.value.trim() }) };
}

/* An event that says nothing, so that somebody sees it come. */
function test(row, all) {
	return all.attempt(async () => {
		await ask("POST", `${PATH}/${encodeURIComponent(row.displayName)}/test`);
		tell(words.tested(row.displayName));
		all.refresh();
	});
}

function show(rows, all) {
	return [failures(rows), rows.length ? table(words.title, [
		{ head: words.name, cell: (row) => [row.displayName, el("p.small.muted", row.url)] },
		{ head: words.state, cell: (row) => badge(row.fault ? words.failing(row.failedAttempts) : words.good,
			row.fault ? "bad" : "good") },
		{ head: words.delivered, wide: true, number: true, cell: (row) => number(row.deliveredCount) },
		{ head: words.lost, wide: true, number: true, cell: (row) => number(row.lostCount) },
		{ head: words.last, wide: true, cell: (row) => time(row.deliveredDateTime, words.never) },
		{ head: "", cell: (row) => actionsOf(row.displayName, button(words.test, () => test(row, all)),
			button(words.remove, () => all.remove(row), { tone: "quiet" })) },
	], rows) : empty(words.nothing)];
}

export function webhooks({ signal }) {
	return records({ path: PATH, words, form, key: "displayName", read: () => getAll(PATH, signal), show });
}
