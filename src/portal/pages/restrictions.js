/*
 * restrictions: who may enrol: the first that is about a device decides. One that is only watched blocks nobody and
 * tells whom it would have.
 */
import { ask, get, getAll, GRAPH, OWN } from "./api.js";
import { el, replace } from "./dom.js";
import { clock, number } from "./format.js";
import { text } from "./strings.js";
import { table } from "./table.js";
import { badge, button, choice, confirm, empty, field, later, note, panel, run, tell, title } from "./view.js";

const words = text.restrictions;
const PATH = `${GRAPH}/deviceEnrollmentConfigurations`;
const TONES = { on: "good", monitor: "warn", off: "idle" };

function about(row) {
	const parts = [row.include && words.include(row.include), row.exclude && words.exclude(row.exclude),
		row.groupTags && words.groups(row.groupTags), row.userGroups && words.users(row.userGroups),
		row.ownership !== "any" && words.ownership(row.ownership), row.osMinimumVersion && words.from(row.osMinimumVersion),
		row.osMaximumVersion && words.to(row.osMaximumVersion), row.limit && words.limit(row.limit)];
	return parts.filter(Boolean).join("; ") || words.everybody;
}

/* Of the devices that are here, how many the filter is about: what would have been blocked. */
async function dryRun(filters, name, place) {
	const filter = filters.find((row) => row.displayName === name);
	if (!filter)
		return replace(place);
	const answer = await ask("POST", `${GRAPH}/evaluateAssignmentFilter`, { rule: filter.rule, top: 1 });
	return replace(place, note("idle", words.dryRun(number(answer.matching), number(answer.devices))));
}

function editor(row, filters, done) {
	const place = el("div"), dry = el("div", { "aria-live": "polite" });
	const named = [["", words.noFilter], ...filters.map((filter) => [filter.displayName, filter.displayName])];
	const name = el("input", { value: row?.displayName ?? "", required: true, maxlength: 64 });
	const state = choice(Object.keys(TONES).map((word) => [word, words.states[word]]), row?.state ?? "monitor");
	const action = choice([["block", words.block], ["allow", words.allow]], row?.action ?? "block");
	const include = choice(named, row?.include ?? "", () => dryRun(filters, include.value, dry));
	const exclude = choice(named, row?.exclude ?? "");
	const message = el("textarea", { rows: 2, maxlength: 256, value: row?.message ?? "" });
	const press = el("button.primary", { type: "submit" }, words.save);

	dryRun(filters, row?.include, dry);
	return el("form", { submit: async (event) => {
		event.preventDefault();
		const body = { displayName: name.value.trim(), state: state.value, action: action.value, include: include.value,
			exclude: exclude.value, message: message.value.trim() };
		if (await run(press, place, () => (row ? ask("PATCH", `${PATH}/${row.id}`, body) : ask("POST", PATH, body)))) {
			tell(words.saved(body.displayName));
			done();
		}
	} }, field(words.name, name), el("div.grid", field(words.action, action), field(words.state, state, words.stateHelp),
		field(words.includeFilter, include), field(words.excludeFilter, exclude)), dry,
	field(words.message, message, words.messageHelp), place, press);
}

function hitsOf(rows) {
	if (!rows.length)
		return empty(words.noHits);
	return table(words.hits, [
		{ head: words.device, cell: (row) => row.deviceName ?? row.serialNumber ?? text.none },
		{ head: words.wouldBlock, cell: (row) => row.wouldBlock },
		{ head: words.when, wide: true, cell: (row) => clock(row.dateTime ?? row.createdDateTime) },
	], rows);
}

export function page({ signal, may }) {
	const place = el("div"), form = el("div");

	async function open(row) {
		const filters = await getAll(`${GRAPH}/assignmentFilters`, signal);
		replace(form, panel(row ? words.change(row.displayName) : words.add, editor(row, filters, () => {
			replace(form);
			refresh();
		})));
		form.querySelector("input").focus();
	}

	function remove(row) {
		confirm({ heading: words.remove, sentence: words.removeSentence(row.displayName), word: words.remove, tone: "danger",
			action: () => ask("DELETE", `${PATH}/${row.id}`), done: refresh });
	}

	async function move(row, priority) {
		await ask("POST", `${PATH}/${row.id}/setPriority`, { priority });
		refresh();
	}

	function steer(row) {
		if (row.isDefault)
			return text.none;
		return el("span.actions", button("↑", () => move(row, row.priority - 1), { disabled: row.priority === 1,
			"aria-label": words.up(row.displayName) }), button(words.edit, () => open(row)),
		button(words.remove, () => remove(row), { tone: "quiet" }));
	}

	const columns = [
		{ head: words.priority, wide: true, number: true, cell: (row) => (row.isDefault ? words.last : row.priority) },
		{ head: words.name, cell: (row) => [row.displayName, row.message && el("p.small.muted", `“${row.message}”`)] },
		{ head: words.does, cell: (row) => badge(row.action === "block" ? words.block : words.allow,
			row.action === "block" ? "bad" : "good") },
		{ head: words.whom, wide: true, cell: about },
		{ head: words.state, cell: (row) => badge(words.states[row.state] ?? row.state, TONES[row.state]) },
		...may("security") ? [{ head: "", cell: steer }] : [],
	];

	function refresh() {
		replace(place, later(get(PATH, signal), (answer) => table(words.title, columns, answer.value)));
	}

	refresh();
	return [title(words.title, { beside: may("security") && button(words.add, () => open(null), { tone: "primary" }),
		below: words.below }), form, place,
	panel(words.hits, later(getAll(`${OWN}/restrictionHits`, signal, 200), hitsOf))];
}
