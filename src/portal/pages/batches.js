/*
 * batches: what many devices are told at once: those of a filter's rule, or all, so many in a minute; and how far that is.
 */
import { ask, getAll } from "./api.js";
import { el, replace } from "./dom.js";
import { number, time } from "./format.js";
import { text } from "./strings.js";
import { table } from "./table.js";
import { BATCHES as PATH, watched } from "./told.js";
import { badge, button, choice, confirm, dialogOf, empty, facts, faultBox, field, later, tell } from "./view.js";

const words = text.batches;

/* What many may be told. */
export const ACTIONS = ["initiateDeviceAttestation", "renewDeviceCertificate", "rotateAttestationKey",
	"initiateMobileDeviceManagementKeyRecovery", "collectDiagnostics", "retire"];

/* That they forget us, those are told that somebody chose one by one, and not whoever a rule holds of. */
const BY_RULE = ACTIONS.filter((name) => name !== "retire");

/* Asks what the devices of those filters, or all of them, are to do. */
export function tellMany(filters, done) {
	const action = choice(BY_RULE.map((name) => [name, text.commands.names[name]]), BY_RULE[0]);
	const whom = choice([["", words.everybody], ...filters.map((row) => [row.rule, row.displayName])], "");
	const rate = el("input", { type: "number", min: 1, max: 1000000, value: "60", required: true });
	confirm({ heading: words.add, word: words.tell, sentence: words.sentence,
		content: [field(words.action, action), field(words.whom, whom), field(words.rate, rate, words.rateHelp)],
		action: () => ask("POST", PATH, { actionName: action.value, rate: Number(rate.value) || 1,
			...whom.value ? { rule: whom.value } : {} }), done: () => {
			tell(words.told);
			done();
		} });
}

function stateOf(row) {
	return row.isCancelled ? badge(words.cancelled, "warn") : row.finishedDateTime ? badge(words.finished, "good")
		: badge(words.underWay, "info");
}

/* Devices that were named have no rate (flow/batches.h). */
function whomOf(row) {
	return row.rule ?? (row.rate === 0 ? words.named : words.everybody);
}

export function batches({ signal, may }) {
	const place = el("div");

	function look(row) {
		dialogOf(text.commands.names[row.actionName] ?? row.actionName,
			[facts([[words.whom, whomOf(row)]]), watched([row.id], signal)]);
	}

	function show(rows) {
		return rows.length ? table(words.title, [
			{ head: text.commands.what, cell: (row) => button(text.commands.names[row.actionName] ?? row.actionName,
				() => look(row), { tone: "link" }) },
			{ head: text.commands.state, cell: stateOf },
			{ head: words.devices, wide: true, number: true, cell: (row) => number(row.commands) },
			{ head: text.commands.by, wide: true, cell: (row) => row.initiatedBy },
			{ head: text.commands.since, wide: true, cell: (row) => time(row.createdDateTime) },
			...may("operator") ? [{ head: "", cell: (row) => !row.finishedDateTime && button(text.cancel, () => cancel(row),
				{ tone: "quiet" }) }] : [],
		], rows.toReversed()) : empty(words.nothing);
	}

	async function cancel(row) {
		try {
			await ask("POST", `${PATH}/${row.id}/cancel`);
			refresh();
		} catch (error) {
			replace(place, faultBox(error));
		}
	}

	function refresh() {
		replace(place, later(getAll(PATH, signal), show));
	}

	refresh();
	return { place, refresh };
}
