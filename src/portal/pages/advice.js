/*
 * advice: the server's remedies, which name commands of the shell: where a page does the same, the command leads there.
 */
import { el } from "./dom.js";
import { href } from "./route.js";

/* The nouns of assay(1) and the pages that are about the same. */
const PAGES = { account: ["people"], "api-token": ["people"], approval: ["overview"], audit: ["audit"],
	blocklist: ["trust", "firmware"], compliance: ["compliance"], command: ["devices"], device: ["devices"],
	filter: ["filters"], idp: ["settings"], profile: ["settings"], refusal: ["refusals"], registration: ["registrations"],
	report: ["reports"], restriction: ["restrictions"], roots: ["trust"], token: ["settings"] };

/* Some verbs have a place of their own. */
const PLACES = { "roots pending": ["trust", "missing"], "roots crls": ["trust", "revoked"],
	"device conflicts": ["overview"], "device approve": ["overview"] };

const COMMAND = /\bassay ([a-z-]+)( [a-z-]+)?/g;

/* The words of a remedy, its commands as links. */
export function advice(words) {
	const parts = [];
	let at = 0;
	for (const found of words.matchAll(COMMAND)) {
		const [command, noun, verb = ""] = found, to = PLACES[noun + verb] ?? PAGES[noun];
		parts.push(words.slice(at, found.index), to ? el("a", { href: href(to) }, el("code", command)) : el("code", command));
		at = found.index + command.length;
	}
	return [...parts, words.slice(at)];
}
