/*
 * overview: how the fleet is, for looking at rather than reading: whether all is well, what changed since yesterday, what
 * waits for a decision, how many come, why some were turned away.
 */
import { advice } from "./advice.js";
import { approval } from "./approvals.js";
import { get, getAll, getPage, GRAPH, OWN, query } from "./api.js";
import { bars, daily, DAY_MS, parts, today } from "./chart.js";
import { standing, summary } from "./compliance.js";
import { conflict } from "./conflicts.js";
import { el } from "./dom.js";
import { number, time, total } from "./format.js";
import { guide } from "./guide.js";
import { href } from "./route.js";
import { text } from "./strings.js";
import { empty, later, note, panel, title } from "./view.js";

const words = text.overview;
const REPORTS = `${GRAPH}/reports`;
const HERE = " and managementState eq 'managed'";
const ATTESTED = "isTpmAttested eq true" + HERE, UNATTESTED = "isTpmAttested eq false" + HERE;
const DAYS = 14;
const PROGRAMS = ["core", "device", "assayd"];   // of the audit's actors those that are no person

async function count(path, filter, signal) {
	const page = await getPage(query(path, { "$top": 1, "$count": true, "$filter": filter }), signal);
	return { value: page.count ?? 0, isAtLeast: page.countIsAtLeast };
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
		[row.origin, row.what].filter(Boolean).join(": "), el("p", advice(row.remedy, row.fault)),
		el("p.small.muted", el("a", { href: refused }, words.whom), " · ", time(row.lastDateTime)));
}

function decisions({ approvals, conflicts, issuers, outbreaks }, context) {
	const missing = issuers.length > 0 && note("warn", el("strong", words.issuers(issuers.length)),
		el("ul", issuers.slice(0, 5).map((row) => el("li", el("a", { href: href(["trust", "missing"]) }, row.subject),
			` (${words.devices(row.devices)})`))));
	const rows = [...outbreaks.map(outbreak), ...approvals.map((row) => approval(row, context)),
		...conflicts.slice(0, 5).map((row) => conflict(row, context)), missing].filter(Boolean);
	return rows.length > 0 && panel(words.decisions, rows);
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
		{ name: words.refused, ...refused, tone: "bad", href: href(["refusals"]) },
		{ name: words.waiting, ...registered, tone: "idle", href: href(["registrations"]) },
	]);
}

/* --- is all well --- */

/* A sentence, coloured by the worst that it says. */
function glance({ attested, unattested }, compliance, waits) {
	const many = waits.outbreaks.length + waits.approvals.length + waits.conflicts.length + (waits.issuers.length > 0);
	const fallen = compliance.nonCompliantDeviceCount;
	const tone = waits.outbreaks.length || fallen ? "bad" : many || unattested ? "warn" : "good";
	return note(tone, el("p.glance", el("strong", words.attestedOf(number(attested), number(attested + unattested))), " ",
		fallen > 0 && `${words.fallen(fallen, number(fallen))} `, many ? words.waits(many) : words.nothingWaits));
}

/* What became different in the last day: how many, what, and where to see which. */
async function changes(causes, signal) {
	const since = `ge ${new Date(Date.now() - DAY_MS).toISOString().slice(0, 16)}:00Z`;
	const enrolled = `enrolledDateTime ${since}`, fallen = `ComplianceState eq 'noncompliant' and SinceDateTime ${since}`;
	const made = [`activityDateTime ${since}`, ...PROGRAMS.map((name) => `actor/userPrincipalName ne '${name}'`),
		"not startswith(activityType,'session.')"].join(" and ");
	/* One that takes too long has no line. */
	const few = (path, filter) => count(path, filter, signal).catch(() => ({ value: 0 }));
	const counts = await Promise.all([few(`${GRAPH}/managedDevices`, enrolled), causes,
		few(`${REPORTS}/DeviceComplianceStatus`, fallen), few(`${GRAPH}/auditEvents`, made)]);
	const refused = { value: counts[1].value.reduce((sum, row) => sum + row.devices, 0) };
	return [[counts[0], words.enrolled, ["devices"], { filter: enrolled, order: "enrolledDateTime desc" }],
		[refused, words.turnedAway, ["refusals"], { filter: `lastDateTime ${since}` }],
		[counts[2], words.fell, ["reports", "DeviceComplianceStatus"], { filter: fallen }],
		[counts[3], words.changed, ["audit"], { filter: made }]];
}

function changesOf(rows) {
	const shown = rows.filter(([n]) => n.value > 0);
	const line = ([n, word, path, asked]) => el("li", el("strong.number", total(n.value, n.isAtLeast)), " ",
		el("a", { href: href(path, asked) }, word(n.value)));
	return shown.length ? el("ul.changes", shown.map(line)) : empty(words.nothingChanged);
}

/* --- how many come --- */

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
	return rows.length ? bars(words.causes, rows.map((row) => ({ name: row.what, value: row.devices, tone: "bad",
		href: href(["refusals"], { filter: `fault eq '${row.fault}'` }), note: row.fault }))) : empty(words.nothingFailed);
}

function makersOf(answer) {
	const rows = answer.value.filter((row) => row.name);
	return rows.length ? bars(words.makers, rows.map((row) => ({ name: row.name, value: row.devices, tone: "bad",
		note: row.what }))) : empty(words.nothingFailed);
}

function show([waits, counts, compliance], context) {
	const { signal } = context, waiting = decisions(waits, context);
	if (counts.attested + counts.unattested + counts.refused.value === 0)
		return [waiting, guide(signal)];
	const causes = get(`${OWN}/faults/cause`, signal);
	return [glance(counts, compliance, waits),
		el("div.grid.three", panel(words.fleet, fleetOf(counts)), panel(words.compliance, summary(compliance)),
			panel(words.changes, later(changes(causes, signal), changesOf))), waiting,
		el("div.grid.three", panel(words.enrolments, later(enrolments(signal), (drawn) => drawn)),
			panel(words.causesToday, later(causes, causesOf)),
			panel(words.makers, later(get(`${OWN}/faults/maker`, signal), makersOf)))];
}

export function page(context) {
	const { signal } = context, all = Promise.all([waiting(context), fleet(signal), standing(signal)]);
	return [title(words.title), later(all, (found) => show(found, context))];
}
