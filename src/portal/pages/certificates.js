/*
 * certificates: those of a device, and what ends them: for good with a reason, or until somebody takes that back.
 */
import { ask, getAll, OWN } from "./api.js";
import { el, replace } from "./dom.js";
import { clock, hash } from "./format.js";
import { text } from "./strings.js";
import { table } from "./table.js";
import { actionsOf, badge, button, choice, confirm, empty, field, later, tell } from "./view.js";

const words = text.certificates;
const PATH = `${OWN}/certificates`;
const TONES = { issued: "good", held: "warn", revoked: "bad" };

function revoke(row, done) {
	const reason = choice(Object.entries(words.reasons), "unspecified");
	confirm({ heading: words.revoke, sentence: words.sentences.revoke, word: words.revoke, tone: "danger",
		content: [field(words.reason, reason)], done,
		action: () => ask("POST", `${PATH}/${row.id}/revoke`, { reason: reason.value }) });
}

function act(row, verb, done) {
	confirm({ heading: words[verb], sentence: words.sentences[verb], word: words[verb],
		action: () => ask("POST", `${PATH}/${row.id}/${verb}`), done });
}

/* What can be done with one as it stands. */
function actions(row, done) {
	const hold = button(words.hold, () => act(row, "hold", done));
	const release = button(words.release, () => act(row, "release", done));
	const end = button(words.revoke, () => revoke(row, done), { tone: "quiet" });
	return actionsOf(words.kinds[row.kind] ?? row.kind, { issued: [hold, end], held: [release, end] }[row.state]);
}

function show(rows, may, done) {
	if (!rows.length)
		return empty(words.nothing);
	return table(words.title, [
		{ head: words.kind, cell: (row) => words.kinds[row.kind] ?? row.kind },
		{ head: words.state, cell: (row) => badge(words.states[row.state] ?? row.state, TONES[row.state]) },
		{ head: words.number, wide: true, cell: (row) => hash(row.id) },
		{ head: words.until, wide: true, cell: (row) => clock(row.notAfterDateTime) },
		...may ? [{ head: "", cell: (row) => actions(row, done) }] : [],
	], rows);
}

/* The certificates of the device of that id. */
export function certificates(id, { signal, may }) {
	const place = el("div");
	const refresh = () => replace(place, later(getAll(`${OWN}/devices/${id}/certificates`, signal),
		(rows) => show(rows, may("operator"), () => {
			tell(words.changed);
			refresh();
		})));
	refresh();
	return place;
}
