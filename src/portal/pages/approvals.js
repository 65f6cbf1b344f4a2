/*
 * approvals: changes that take two persons: what was asked for, by whom, and what another one decides.
 */
import { ask, get, GRAPH, OWN, signedIn } from "./api.js";
import { el } from "./dom.js";
import { hash, plain, time } from "./format.js";
import { text } from "./strings.js";
import { button, confirm, facts, later, note, showOnce } from "./view.js";

const words = text.approvals;

/* "change deviceEnrollmentConfigurations", with what it is about. */
function change(row) {
	const noun = row.path.replace(GRAPH, "").replace(OWN, "").split("/").filter((part) => part !== "" && part !== "{}");
	return [words.verbs[row.method] ?? row.method, " ", el("code", noun.join("/")), " ", row.target && hash(row.target, 8)];
}

/* What is asked for, beside what the asker saw where that differs; of a change without a body all that they saw. */
function bodyOf({ body, record }) {
	const seen = (name) => plain(record?.[name] ?? null);
	const was = (name, value) => (body && record && name in record && seen(name) !== plain(value) ? `${seen(name)} → ` : "");
	return facts(Object.entries(body ?? record ?? {}).map(([name, value]) => [name, was(name, value) + plain(value)]));
}

/* A link or token that is made by it is its approver's to hand on. */
async function send(row, verb) {
	const made = await ask("POST", `${OWN}/approvals/${row.id}/${verb}`);
	const secret = made?.link ?? made?.token;
	if (secret)
		showOnce(words.made, words.once, secret);
}

/* What the request says is read before it is approved: it is done exactly so. */
function decide(row, verb, tone, refresh, signal) {
	return button(words[verb], () => confirm({ heading: words[verb], tone, word: words[verb], sentence: words.sentences[verb],
		content: [el("p", change(row)), later(get(`${OWN}/approvals/${row.id}`, signal), bodyOf)],
		action: () => send(row, verb), done: refresh }), { tone });
}

/* One that waits. Whoever asked for it sees that it does, and has nothing to decide. */
export function approval(row, { refresh, signal }) {
	const isOwn = row.requestedBy === signedIn();
	return note("warn", el("p", el("strong", words.asks(row.requestedBy), " "), change(row)),
		el("p.small.muted", time(row.createdDateTime), " · ", words.lapses, " ", time(row.expirationDateTime)),
		isOwn ? el("p", words.own) : el("div.actions", decide(row, "approve", "primary", refresh, signal),
			decide(row, "reject", "danger", refresh, signal)));
}
