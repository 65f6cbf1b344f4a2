/*
 * conflicts: TPMs that claim another device's place, and what a person decides about each.
 */
import { ask, OWN } from "./api.js";
import { el } from "./dom.js";
import { hash, time } from "./format.js";
import { href } from "./route.js";
import { text } from "./strings.js";
import { button, confirm, note } from "./view.js";

const words = text.conflicts;

const DECISIONS = [
	{ verb: "approve", role: "security", tone: "primary" },
	{ verb: "replace", role: "security" },
	{ verb: "retire", role: "operator", tone: "danger" },
];

export function conflict(row, { may, refresh }) {
	const name = row.deviceName ?? row.serialNumber ?? row.id;
	const decide = ({ verb, tone }) => button(words.verbs[verb], () => confirm({ heading: words.verbs[verb], tone,
		word: words.verbs[verb], sentence: words.sentences[verb](name),
		action: () => ask("POST", `${OWN}/conflicts/${row.id}/${verb}`), done: refresh }), { tone });
	return note("warn", el("p", el("strong", words.claims, " "), row.managedDeviceId
		? el("a", { href: href(["devices", row.managedDeviceId]) }, name) : name), row.what,
	el("p.small.muted", words.from(row.address ?? "?"), " ", time(row.lastDateTime), " · ", hash(row.ekHash)),
	el("div.actions", DECISIONS.filter(({ role }) => may(role)).map(decide)));
}
