/*
 * profiles: what devices are to do when they enrol, and which registrations get which profile.
 */
import { ask, getAll, OWN } from "./api.js";
import { el } from "./dom.js";
import { membersOf, records } from "./records.js";
import { text } from "./strings.js";
import { table } from "./table.js";
import { actionsOf, badge, button, choice, confirm, empty, field, note } from "./view.js";

const words = text.profiles;
const PATH = `${OWN}/profiles`;

/* A choice between words that the server knows, said as people say them. */
function chosen(member, value) {
	return choice(Object.entries(words[member]), value);
}

function form(row, others) {
	const name = el("input", { value: row?.displayName ?? "", required: true, maxlength: 64 });
	const virtual = others.find((other) => other.id === row?.virtualProfileId)?.displayName ?? row?.virtual ?? "deny";
	const inputs = {
		attestation: chosen("attestations", row?.attestation ?? "required"),
		usage: chosen("usages", row?.usage ?? "self-deploying"),
		virtual: choice([...Object.entries(words.classes), ...others.filter((other) => other.id !== row?.id)
			.map((other) => [other.displayName, words.instead(other.displayName)])], virtual),
		unknown: chosen("classes", row?.unknown ?? "allow"),
		failure: chosen("failures", row?.failure ?? "failOnError"),
		deviceNameTemplate: el("input", { value: row?.deviceNameTemplate ?? "", maxlength: 64 }),
		oneTime: choice([["off", text.no], ["on", text.yes]], row?.oneTime ? "on" : "off"),
	};
	return {
		fields: [field(words.name, name), el("div.grid", Object.entries(inputs)
			.map(([member, input]) => field(words.members[member], input, words.help[member])))],
		body: () => ({ displayName: name.value.trim(), ...membersOf(inputs, row) }),
	};
}

function assign(row, done) {
	const tag = el("input", { maxlength: 64 });
	confirm({ heading: words.assign, word: words.assign, sentence: words.assignSentence(row.displayName),
		content: [field(words.tag, tag, words.tagHelp)], done,
		action: () => ask("POST", `${PATH}/${row.id}/assign`, tag.value.trim() ? { groupTag: tag.value.trim() } : {}) });
}

function unassign(row, tag, done) {
	const whom = tag ?? words.everybody;
	confirm({ heading: words.unassign, word: words.unassign, tone: "danger", done,
		sentence: words.unassignSentence(row.displayName, whom),
		action: () => ask("POST", `${PATH}/${row.id}/unassign`, tag ? { groupTag: tag } : {}) });
}

function show(rows, assignments, may, all) {
	if (!rows.length)
		return empty(words.nothing);
	const tags = (row) => assignments.filter((one) => one.profileId === row.id).map((one) => one.groupTag);
	return table(words.title, [
		{ head: words.name, cell: (row) => row.displayName },
		{ head: words.members.attestation, cell: (row) => badge(words.attestations[row.attestation] ?? row.attestation,
			row.attestation === "required" ? "good" : "warn") },
		{ head: words.members.usage, wide: true, cell: (row) => words.usages[row.usage] ?? row.usage },
		{ head: words.given, wide: true, cell: (row) => tags(row).map((tag) => el("div", tag ?? words.everybody, " ", may
			&& button("×", () => unassign(row, tag, all.refresh), { tone: "quiet",
				"aria-label": words.unassignOf(row.displayName, tag ?? words.everybody) }))) },
		...may ? [{ head: "", cell: (row) => actionsOf(row.displayName, button(words.assign, () => assign(row, all.refresh)),
			all.buttons(row)) }] : [],
	], rows);
}

/* The profiles with the form for one of them; changed(rows) hears what there are. */
export function profiles({ signal, may }, changed) {
	let known = [];
	return records({ path: PATH, words, form: (row) => form(row, known),
		read: () => Promise.all([getAll(PATH, signal), getAll(`${OWN}/profileAssignments`, signal)]),
		show: ([rows, assignments], all) => {
			known = rows;
			changed(rows);
			return [show(rows, assignments, may("operator"), all), !assignments.length && note("idle", words.nobody)];
		} });
}
