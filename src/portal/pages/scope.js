/*
 * scope: whom a restriction or a policy is about: a filter or its reverse, group tags; and of the devices that are here,
 * how many that are.
 */
import { ask, getAll, GRAPH } from "./api.js";
import { el, replace } from "./dom.js";
import { number } from "./format.js";
import { text } from "./strings.js";
import { choice, faultBox, field, note } from "./view.js";

const words = text.scope;
const SLICES_MAX = 20;   // of ten thousand devices each (doc/filters.md)

/* What is about those alone that a record names, in a few words; `more` are what else it names. */
export function about(row, ...more) {
	return [row.include && words.include(row.include), row.exclude && words.exclude(row.exclude),
		row.groupTags && words.groups(row.groupTags), ...more].filter(Boolean).join("; ");
}

/* How many of the devices that are here a rule holds of: the server asks them slice by slice. */
export async function countOf(rule, signal) {
	const sum = { devices: 0, matching: 0, unknown: 0, isAll: false };
	let after;
	for (let i = 0; i < SLICES_MAX && !sum.isAll; i++) {
		const from = after ? { after } : {};
		const answer = await ask("POST", `${GRAPH}/evaluateAssignmentFilter`, { rule, top: 1, ...from }, signal);
		sum.devices += answer.devices;
		sum.matching += answer.matching;
		sum.unknown += answer.unknown;
		after = answer.after;
		sum.isAll = !after;
	}
	return sum;
}

async function dryRun(filter, isReverse, place) {
	replace(place);
	if (!filter)
		return;
	try {
		const { devices, matching, unknown, isAll } = await countOf(filter.rule);
		const n = isReverse ? devices - matching - unknown : matching;
		replace(place, note("idle", words.dryRun(number(n), number(devices), isAll),
			...unknown > 0 ? [words.unknown(number(unknown))] : []));
	} catch (error) {
		replace(place, faultBox(error));
	}
}

/* The fields of a scope: { fields, body() }. At most one filter: devices of it, or all others. */
export async function scopeInput(row, signal) {
	const filters = await getAll(`${GRAPH}/assignmentFilters`, signal), dry = el("div", { "aria-live": "polite" });
	const way = choice([["", words.everybody], ["include", words.includeFilter], ["exclude", words.excludeFilter]],
		row?.include ? "include" : row?.exclude ? "exclude" : "", refresh);
	const filter = choice(filters.map(({ displayName }) => [displayName, displayName]), row?.include ?? row?.exclude, refresh);
	const tags = el("input", { value: row?.groupTags ?? "", maxlength: 512 });
	const whose = field(words.filter, filter, filters.length ? null : words.noFilters);

	function refresh() {
		whose.hidden = !way.value;
		dryRun(way.value && filters.find(({ displayName }) => displayName === filter.value), way.value === "exclude", dry);
	}

	refresh();
	return {
		fields: [el("div.grid", field(words.way, way), whose, field(words.tags, tags, words.tagsHelp)), dry],
		body: () => ({ include: way.value === "include" ? filter.value : "", exclude: way.value === "exclude" ? filter.value : "",
			groupTags: tags.value.trim() }),
	};
}
