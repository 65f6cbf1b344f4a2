/*
 * overview: how the fleet is, for looking at rather than reading: what waits for a decision, how many are attested,
 * how many come, why some were turned away.
 */
import { advice } from "./advice.js";
import { approval } from "./approvals.js";
import { get, getAll, getPage, GRAPH, OWN, query } from "./api.js";
import { bars, daily, DAY_MS, parts, today } from "./chart.js";
import { summary } from "./compliance.js";
import { conflict } from "./conflicts.js";
import { el } from "./dom.js";
import { number, time } from "./format.js";
import { guide } from "./guide.js";
import { href } from "./route.js";
import { text } from "./strings.js";
import { empty, later, note, panel, title } from "./view.js";

const words = text.overview;
const REPORTS = `${GRAPH}/reports`;
const HERE = " and managementState eq 'managed'";
const ATTESTED = "isTpmAttested eq true" + HERE, UNATTESTED = "isTpmAttested eq false" + HERE;
const DAYS = 14;

async function count(path, filter, signal) {
	return (await getPage(query(path, { "$top": 1, "$count": true, "$filter": filter }), signal)).count ?? 0;
}

/* --- what only a person can decide --- */

async function waiting({ signal, may }) {
	const [conflicts, issuers, outbreaks, approvals] = await Promise.all([
		getAll(`${OWN}/conflicts`, signal, 500), getAll(`${OWN}/issuers`, signal, 500),
		getAll(`${OWN}/outbreaks`, signal, 100), may("security") ? getAll(`${OWN}/approvals`, signal, 500) : []]);
	return {
		approvals: approvals.filter((row) => row.state === "pending"),
		conflicts: conflicts.filter((row) => row.state === "open"),
		issuers: issuers.filter((row) => row.state === "missing" || row.state === "pending"),
		outbreaks: outbreaks.filter((row) => !row.endedDateTime),
	};
}

function outbreak(row) {
	const refused = href(["refusals"], { filter: `fault eq '${row.fault}'` });
	return note("bad", el("strong", words.outbreak(row.suspect, number(row.devices))),
		[row.origin, row.what].filter(Boolean).join(": "), el("p", advice(row.remedy)),
		el("p.small.muted", el("a", { href: refused }, words.whom), " · ", time(row.lastDateTime)));
}

function decisions({ approvals, conflicts, issuers, outbreaks }, context) {
	const missing = issuers.length > 0 && note("warn", el("strong", words.issuers(issuers.length)),
		el("ul", issuers.slice(0, 5).map((row) => el("li", el("a", { href: href(["trust", "missing"]) }, row.subject),
			` (${words.devices(row.devices)})`))));
	const rows = [...outbreaks.map(outbreak), ...approvals.map((row) => approval(row, context)),
		...conflicts.slice(0, 5).map((row) => conflict(row, context)), missing].filter(Boolean);
	return rows.length ? rows : empty(words.nothingWaits);
}

/* --- how many --- */

async function fleet(signal) {
	const [assurance, refused, registered] = await Promise.all([get(`${REPORTS}/DeviceAssurance?$top=1000`, signal),
		count(`${OWN}/refusals`, "", signal),
		count(`${GRAPH}/windowsAutopilotDeviceIdentities`, "enrollmentState ne 'enrolled'", signal)]);
	const sum = (state) => assurance.value.filter((row) => row.State === state).reduce((n, row) => n + row.Devices, 0);
	return { attested: sum("attested"), unattested: sum("unattested"), refused, registered };
}

function fleetOf({ attested, unattested, refused, registered }) {
	return parts(words.fleet, [
		{ name: words.attested, value: attested, tone: "good", href: href(["devices"], { filter: ATTESTED }) },
		{ name: words.unattested, value: unattested, tone: "warn", href: href(["devices"], { filter: UNATTESTED }) },
		{ name: words.refused, value: refused, tone: "bad", href: href(["refusals"]) },
		{ name: words.waiting, value: registered, tone: "idle", href: href(["registrations"]) },
	]);
}

/* How many devices enrolled on each of the last days. */
async function enrolments(signal) {
	const first = today() - (DAYS - 1) * DAY_MS;
	const since = new Date(first).toISOString().replace(/\.\d+Z$/, "Z");
	const { value } = await get(query(`${REPORTS}/EnrollmentsOverTime`, { "$filter": `Day ge ${since}` }), signal);
	return daily(words.enrolments, value.map((row) => [row.Day, row.Devices]), [words.day, words.enrolments], first);
}

/* --- why not --- */

function causesOf(answer) {
	const rows = answer.value;
	return rows.length ? bars(words.causes, rows.map((row) => ({ name: row.fault, value: row.devices, tone: "bad",
		href: href(["refusals"], { filter: `fault eq '${row.fault}'` }), note: row.what }))) : empty(words.nothingFailed);
}

function makersOf(answer) {
	const rows = answer.value.filter((row) => row.name);
	return rows.length ? bars(words.makers, rows.map((row) => ({ name: row.name, value: row.devices, tone: "bad",
		note: row.what }))) : empty(words.nothingFailed);
}

function show(counts, context) {
	const { signal } = context;
	if (counts.attested + counts.unattested + counts.refused === 0)
		return guide(signal);
	return [el("div.grid", panel(words.fleet, fleetOf(counts)), panel(words.compliance, summary(signal))),
		el("div.grid.three", panel(words.enrolments, later(enrolments(signal), (drawn) => drawn)),
		panel(words.causesToday, later(get(`${OWN}/faults/cause`, signal), causesOf)),
		panel(words.makers, later(get(`${OWN}/faults/maker`, signal), makersOf)))];
}

export function page(context) {
	return [title(words.title),
		later(waiting(context), (found) => panel(words.decisions, decisions(found, context))),
		later(fleet(context.signal), (counts) => show(counts, context))];
}
