/*
 * restrictions: who may enrol: the first that is about a device decides. One that is only watched blocks nobody and
 * tells whom it would have.
 */
import { ask, getAll, GRAPH, OWN } from "./api.js";
import { el } from "./dom.js";
import { clock } from "./format.js";
import { membersOf, records } from "./records.js";
import { href } from "./route.js";
import { about, scopeInput } from "./scope.js";
import { text } from "./strings.js";
import { list, table } from "./table.js";
import { actionsOf, badge, button, choice, empty, field, panel, tell, title } from "./view.js";

const words = text.restrictions;
const PATH = `${GRAPH}/deviceEnrollmentConfigurations`;
const NO_TERMS = { ownership: "any" };
const TONES = { on: "good", monitor: "warn", off: "idle" };

function whom(row) {
	return about(row, row.userGroups && words.users(row.userGroups), row.platformType && words.platform(row.platformType),
		row.ownership !== "any" && words.ownership(row.ownership), row.osMinimumVersion && words.from(row.osMinimumVersion),
		row.osMaximumVersion && words.to(row.osMaximumVersion), row.limit && words.limit(row.limit)) || words.everybody;
}

/* What few restrictions ask besides; each is an input by the member that it is. */
function rarely(row) {
	return {
		userGroups: [words.userGroups, el("input", { value: row?.userGroups ?? "", maxlength: 512 })],
		platformType: [words.platformType, el("input", { value: row?.platformType ?? "", maxlength: 64 })],
		trustClaims: [words.trusts, choice([["false", text.no], ["true", text.yes]], String(row?.trustClaims ?? false)),
			words.trustsHelp],
	};
}

/* On what terms somebody is let in; who is blocked has none to meet. */
function terms(row) {
	return {
		ownership: [words.owned, choice(Object.entries(words.owners), row?.ownership ?? "any")],
		limit: [words.most, el("input", { type: "number", min: 1, max: 1000, value: row?.limit ?? "" })],
		osMinimumVersion: [words.osMin, el("input", { value: row?.osMinimumVersion ?? "", maxlength: 48 })],
		osMaximumVersion: [words.osMax, el("input", { value: row?.osMaximumVersion ?? "", maxlength: 48 })],
	};
}

function inputsOf(parts) {
	return Object.fromEntries(Object.entries(parts).map(([member, [, input]]) => [member, input]));
}

function fieldsOf(inputs) {
	return el("div.grid", Object.values(inputs).map((parts) => field(...parts)));
}

async function form(row, signal) {
	const name = el("input", { value: row?.displayName ?? "", required: true, maxlength: 64, disabled: Boolean(row?.isDefault) });
	const state = choice(Object.keys(TONES).map((word) => [word, words.states[word]]), row?.state ?? "monitor");
	const action = choice([["block", words.block], ["allow", words.allow]], row?.action ?? "block", refresh);
	const message = el("textarea", { rows: 2, maxlength: 256, value: row?.message ?? "" });
	const scope = row?.isDefault ? null : await scopeInput(row, signal), rare = rarely(row), on = terms(row);
	const whenAllowed = el("div", el("h3", words.terms), fieldsOf(on));
	const isUsed = Object.values(rare).some(([, input]) => !["", "false"].includes(input.value));

	function refresh() {
		whenAllowed.hidden = action.value !== "allow";
		for (const [, input] of Object.values(on))
			input.disabled = whenAllowed.hidden;
	}

	refresh();
	return {
		fields: [field(words.name, name), el("div.grid", field(words.action, action), field(words.state, state, words.stateHelp)),
			scope?.fields, whenAllowed, field(words.message, message, words.messageHelp),
			el("details", { open: isUsed }, el("summary", words.rarely), fieldsOf(rare))],
		body: () => ({ displayName: name.value.trim(), state: state.value, action: action.value, message: message.value.trim(),
			...scope?.body(), ...membersOf(inputsOf(rare), row),
			...membersOf(whenAllowed.hidden ? nothing(on) : inputsOf(on), row) }),
	};
}

/* Inputs that say what stands for no terms. */
function nothing(inputs) {
	return Object.fromEntries(Object.keys(inputs).map((member) => [member, { value: NO_TERMS[member] ?? "" }]));
}

const HITS = [
	{ head: words.device, cell: (row) => el("a", { href: href(["devices", row.deviceId]) },
		row.deviceName ?? row.serialNumber ?? row.deviceId) },
	{ head: words.wouldBlock, cell: (row) => row.wouldBlock },
	{ head: words.when, wide: true, cell: (row) => clock(row.createdDateTime) },
];

export function page({ signal, may }) {
	function move(row, priority, all) {
		return all.attempt(async () => {
			await ask("POST", `${PATH}/${row.id}/setPriority`, { priority });
			tell(words.moved(row.displayName, priority));
			all.refresh();
		});
	}

	/* Earlier and later, as far as there is room; the default policy is always the last. */
	function steer(row, rows, all) {
		const arrow = (sign, to, label) => button(sign, () => move(row, to, all), { "aria-label": label(row.displayName),
			disabled: to < 1 || to >= rows.length });
		return actionsOf(row.displayName, row.isDefault ? button(words.edit, () => all.edit(row))
			: [arrow("↑", row.priority - 1, words.up), arrow("↓", row.priority + 1, words.down), all.buttons(row)]);
	}

	const all = records({ path: PATH, words, form: (row) => form(row, signal), read: () => getAll(PATH, signal),
		show: (rows, own) => table(words.title, [
			{ head: words.priority, wide: true, cell: (row) => (row.isDefault ? words.last : row.priority) },
			{ head: words.name, cell: (row) => [row.displayName, row.message && el("p.small.muted", `“${row.message}”`)] },
			{ head: words.does, cell: (row) => badge(row.action === "block" ? words.block : words.allow,
				row.action === "block" ? "bad" : "good") },
			{ head: words.whom, wide: true, cell: whom },
			{ head: words.state, cell: (row) => badge(words.states[row.state] ?? row.state, TONES[row.state]) },
			...may("security") ? [{ head: "", cell: (row) => steer(row, rows, own) }] : [],
		], rows) });
	return [title(words.title, { beside: may("security") && all.add,
		below: [words.below, " ", el("a", { href: href(["filters"]) }, words.useFilters)] }), all.editor, all.list,
	panel(words.hits, list({ path: `${OWN}/restrictionHits?$top=50`, columns: HITS, caption: words.hits,
		nothing: empty(words.noHits) }, signal))];
}
