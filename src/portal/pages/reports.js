/*
 * reports: what the server has of them, each with a drawing, its rows, how many they are, and a file of them.
 */
import { get, getAll, getPage, GRAPH, OWN, query } from "./api.js";
import { asking } from "./asking.js";
import { bars, daily, DAY_MS, parts, today } from "./chart.js";
import { complianceBadge, TONES as complianceTones } from "./compliance.js";
import { el, replace } from "./dom.js";
import { exporter } from "./exports.js";
import { clock, hash, plain, total } from "./format.js";
import { go, href } from "./route.js";
import { text } from "./strings.js";
import { list } from "./table.js";
import { badge, empty, later, panel, tabs, title } from "./view.js";
import { asked, views } from "./views.js";

const words = text.reports;
const PATH = `${GRAPH}/reports`;
const ROWS_MAX = 1000, BARS_MAX = 8, DAYS_MAX = 89;   // what a drawing is made of, and how much of it is shown

/* --- drawings ------------------------------------------------------------------------------------------- */

/* Sums of a member by what another says: [[value, sum]], the largest first. */
function sums(rows, by, of) {
	const found = new Map();
	for (const row of rows)
		found.set(row[by], (found.get(row[by]) ?? 0) + row[of]);
	return [...found].sort(([, a], [, b]) => b - a);
}

const LEVELS = { high: "good", medium: "info", low: "warn", none: "bad" };

/* What is drawn of the rows of a report; those without a row here are tables alone. */
const DRAWINGS = {
	AttestationCauses: (rows, first) => [
		daily(words.fallen, sums(rows, "Day", "Devices"), [words.day, words.fallen], first),
		bars(words.causes, sums(rows, "Fault", "Devices").slice(0, BARS_MAX).map(([fault, n]) => ({ name: fault, value: n,
			tone: "bad", note: rows.find((row) => row.Fault === fault).What,
			href: href(["refusals"], { filter: `fault eq '${fault}'` }) })))],
	TpmFirmware: (rows) => bars(words.makes, rows.slice(0, BARS_MAX).map((row) => ({ value: row.Devices,
		tone: row.Vulnerable ? "bad" : row.Weaknesses ? "warn" : "info",
		note: [row.Weaknesses, row.Vulnerable > 0 && words.vulnerable(row.Vulnerable)].filter(Boolean).join("; "),
		name: [row.TpmManufacturer ?? words.noTpm, row.TpmModel, row.TpmFirmware].filter(Boolean).join(" ") }))),
	DeviceAssurance: (rows) => parts(words.assurance, sums(rows, "Level", "Devices").map(([level, n]) => ({
		name: words.levels[level] ?? level, value: n, tone: LEVELS[level] ?? "idle" }))),
	RestrictionHits: (rows) => bars(words.hits, sums(rows.map((row) => ({ ...row, one: 1 })), "Restriction", "one")
		.slice(0, BARS_MAX).map(([name, n]) => ({ name: name ?? text.none, value: n, tone: "warn" }))),
	EnrollmentsOverTime: (rows, first) => daily(words.enrolments, sums(rows, "Day", "Devices"),
		[words.day, words.enrolments], first),
};

/* Where rows are devices, how many are so is asked rather than added up. */
const COUNTS = {
	TpmAttestationStatus: ["AttestationStatus", { Completed: "good", Failed: "bad", "Not started": "idle" }],
	DeviceComplianceStatus: ["ComplianceState", complianceTones],
};

async function counted(report, view, signal) {
	const [member, tones] = COUNTS[report.id];
	const rows = await Promise.all(Object.entries(tones).map(async ([value, tone]) => {
		const filter = [`${member} eq '${value}'`, view.filter && `(${view.filter})`].filter(Boolean).join(" and ");
		const page = await getPage(asked(`${PATH}/${report.id}`, { ...view, filter }, 1), signal);
		return { name: text.compliance.states[value] ?? value, value: page.count, tone, isAtLeast: page.countIsAtLeast,
			href: href(["reports", report.id], { ...view, filter: `${member} eq '${value}'` }) };
	}));
	return parts(report.displayName, rows);
}

function drawing(report, view, signal) {
	if (COUNTS[report.id])
		return panel(report.displayName, later(counted(report, view, signal), (drawn) => drawn));
	if (!DRAWINGS[report.id])
		return null;
	const days = view.filter ? 0 : Math.min(report.windowDays, DAYS_MAX);
	return panel(report.displayName, later(getPage(asked(`${PATH}/${report.id}`, view, ROWS_MAX), signal),
		({ rows }) => (rows.length ? DRAWINGS[report.id](rows, days && today() - days * DAY_MS) : empty(words.nothing))));
}

/* --- rows ----------------------------------------------------------------------------------------------- */

const TONES = { Completed: "good", Failed: "bad", attested: "good", unattested: "warn", block: "bad", monitor: "warn" };
const FEW = 2;   // columns that fit a phone

/* "LastCheckin" as "Last checkin". */
function spoken(name) {
	return words.columns[name] ?? name.replace(/(?<=[a-z])([A-Z])/g, (letter) => " " + letter.toLowerCase());
}

function named(row) {
	const to = row.DeviceId ? ["devices", row.DeviceId] : row.RefusalId && ["refusals", row.RefusalId];
	const name = row.DeviceName ?? row.SerialNumber ?? row.DeviceId ?? text.none;
	return to ? el("a", { href: href(to) }, name) : name;
}

/* Weaknesses by their names, each a link to the page that its row of the blocklist names. */
function weaknesses(names, pages) {
	return (names ?? "").split(", ").filter(Boolean).map((name, i) => [i > 0 && ", ",
		pages.has(name) ? el("a", { href: pages.get(name), rel: "noreferrer" }, name) : name]);
}

function cellOf(column, pages) {
	const { name, type } = column;
	if (name === "Weaknesses")
		return (row) => weaknesses(row[name], pages);
	if (name === "DeviceName")
		return named;
	if (name === "ComplianceState")
		return (row) => complianceBadge(row[name]);
	const kinds = { hex: (row) => hash(row[name]),
		moment: (row) => (name === "Day" ? el("time", row[name].slice(0, 10)) : clock(row[name])),
		word: (row) => (row[name] === null ? text.none : badge(row[name], TONES[row[name]])) };
	return kinds[type] ?? ((row) => plain(row[name]));
}

/* Of the columns of an export those that people read; the others are in the file, and where a row's name leads. */
const UNREAD = new Set(["DeviceId", "EnrolledByUser", "OS", "OSVersion", "Ownership", "TpmVersion", "Remedy", "Warnings",
	"Assurance", "LastDateTime", "Reasons"]);

function columnsOf(report, pages) {
	const shown = report.columns.filter((column) => column.isDefault && !UNREAD.has(column.name));
	const first = shown.findIndex((column) => column.name === "DeviceName");
	const ordered = first > 0 ? [shown[first], ...shown.toSpliced(first, 1)] : shown;
	return ordered.map((column, i) => ({ head: spoken(column.name), order: column.isSortable ? column.name : undefined,
		wide: i >= FEW, number: column.type === "number", cell: cellOf(column, pages) }));
}

function propertiesOf(report) {
	const truths = ["true", "false"];
	return report.columns.filter((column) => column.isFilterable && column.type !== "hex").map(({ name, type, values }) => ({
		name, word: spoken(name), kind: type, values: type === "truth" ? truths : values }));
}

/* Where it is read what a weakness of that name is. Two names may stand in one row. */
async function advisories(signal) {
	const rows = await getAll(`${OWN}/blocklist`, signal, 5000);
	return new Map(rows.flatMap((row) => row.name.split(", ").map((name) => [name, row.page])));
}

/* --- the page ------------------------------------------------------------------------------------------- */

function show([all, pages], { id, query: view, signal }) {
	const report = all.find((row) => row.id === id) ?? all[0], at = ["reports", report.id];
	const count = el("span.muted"), path = `${PATH}/${report.id}`, order = view.order ?? report.orderBy?.split(",")[0] ?? "";
	const found = (n, isAtLeast) => { count.textContent = words.found(n, total(n, isAtLeast)); };
	const usual = report.window && !view.filter ? words.window(report.windowDays) : "";
	return [title(report.displayName, { beside: [count, exporter(report, path, view)],
		below: [report.description, " ", usual] }),
	tabs(all.map((row) => ({ name: row.displayName, to: href(["reports", row.id]), isCurrent: row === report }))),
	drawing(report, view, signal), views({ list: at.join("/"), path, presets: [[words.all, {}]], view, signal }),
	asking({ path: at, view, isSearched: report.isSearched, properties: propertiesOf(report) }),
	list({ path: asked(path, view, 50), filter: view.filter, columns: columnsOf(report, pages), caption: report.displayName,
		order, found, sort: (next) => go(at, { ...view, order: next }), nothing: empty(words.nothing) }, signal)];
}

export function page(context) {
	const { signal } = context, reports = get(PATH, signal).then(({ value }) => value);
	return later(Promise.all([reports, context.id === "TpmFirmware" ? advisories(signal) : new Map()]),
		(found) => show(found, context));
}
