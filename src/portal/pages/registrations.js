/*
 * registrations: which devices are ours, before they come. A file is read here and sent page by page; each row that was
 * refused is named with its line.
 */
import { ask, GRAPH, OWN } from "./api.js";
import { asking } from "./asking.js";
import { parse, write } from "./csv.js";
import { el, replace } from "./dom.js";
import { time, total } from "./format.js";
import { go, href } from "./route.js";
import { text } from "./strings.js";
import { list, table } from "./table.js";
import { badge, button, confirm, empty, failureBox, field, fileZone, note, save, tell, title } from "./view.js";
import { asked, views } from "./views.js";

const words = text.registrations;
const PATH = `${GRAPH}/windowsAutopilotDeviceIdentities`;

/* Columns of a file (doc/registration.md) and the members they are. */
const MEMBERS = {
	"Device Serial Number": "serialNumber", "Windows Product ID": "productKey", "Hardware Hash": "hardwareIdentifier",
	"Group Tag": "groupTag", "Assigned User": "assignedUserPrincipalName", "EK Hash": "ekHash",
	"Display Name": "displayName", Profile: "profile", Hardware: "hardware", "Hardware Hash SHA-256": "hardwareDigest",
};

/* Of one request: the server takes 128 KiB and a thousand rows. */
const ROWS_MAX = 500, OCTETS_MAX = 100000;

const VIEWS = [
	[words.all, {}],
	[words.states.notContacted, { filter: "enrollmentState eq 'notContacted'" }],
	[words.states.enrolled, { filter: "enrollmentState eq 'enrolled'" }],
	[words.states.failed, { filter: "enrollmentState eq 'failed'" }],
];

const STATES = { enrolled: "good", failed: "bad", pendingReset: "warn" };

function columnsOf(may, refresh) {
	return [
		{ head: words.serial, order: "serialNumber", cell: (row) => row.managedDeviceId
			? el("a", { href: href(["devices", row.managedDeviceId]) }, row.serialNumber ?? row.displayName ?? row.id)
			: row.serialNumber ?? row.displayName ?? text.none },
		{ head: words.state, cell: (row) => badge(words.states[row.enrollmentState] ?? row.enrollmentState,
			STATES[row.enrollmentState]) },
		{ head: words.group, order: "groupTag", wide: true, cell: (row) => row.groupTag ?? text.none },
		{ head: words.user, wide: true, cell: (row) => row.userPrincipalName ?? text.none },
		{ head: words.key, wide: true, cell: (row) => (row.ekHash ? badge(words.byKey, "good") : words.bySerial) },
		{ head: words.contact, wide: true, cell: (row) => time(row.lastContactedDateTime, words.never) },
		...may ? [{ head: "", cell: (row) => button(words.remove, () => confirm({ heading: words.remove,
			sentence: words.removeSentence(row.serialNumber ?? row.displayName ?? row.id), word: words.remove, tone: "danger",
			action: () => ask("DELETE", `${PATH}/${row.id}`), done: refresh }), { tone: "quiet" }) }] : [],
	];
}

/* The rows of a file as registrations, each with its line. */
function rowsOf(file) {
	const [heads, ...lines] = parse(file);
	const members = (heads ?? []).map((head) => MEMBERS[head.trim()]);
	const unknown = (heads ?? []).find((head, i) => !members[i]);
	if (unknown !== undefined || !members.some((member) => member === "serialNumber" || member === "ekHash"))
		throw new SyntaxError(words.badHeads(unknown));
	return lines.map((fields, i) => ({ line: i + 2, fields })).filter(({ fields }) => fields.some((value) => value !== ""))
		.map(({ line, fields }) => ({ line, row: Object.fromEntries(fields.map((value, i) => [members[i], value])
			.filter(([member, value]) => member && value !== "")) }));
}

function* pagesOf(rows) {
	let page = [], size = 0;
	for (const row of rows) {
		const octets = JSON.stringify(row.row).length * 2;
		if (page.length && (page.length === ROWS_MAX || size + octets > OCTETS_MAX)) {
			yield page;
			[page, size] = [[], 0];
		}
		page.push(row);
		size += octets;
	}
	if (page.length)
		yield page;
}

/* What became of a file: how many rows are registered now, were so before, were refused and why. */
function outcomeOf(done, same, refused) {
	return [note(refused.length ? "warn" : "good", el("strong", words.imported(done, same, refused.length))),
		refused.length > 0 && table(words.refusedRows, [
			{ head: words.line, number: true, cell: (row) => row.line },
			{ head: words.serial, cell: (row) => row.name ?? text.none },
			{ head: words.why, cell: (row) => [badge(row.code, "bad"), " ", row.detail] },
		], refused.slice(0, 200)),
		refused.length > 0 && button(words.saveRefused, () => save("refused.csv", new Blob([write([
			["Line", "Device Serial Number", "Code", "Detail"],
			...refused.map((row) => [row.line, row.name, row.code, row.detail])])], { type: "text/csv" })))];
}

/* Of what the server says of a page of rows: those that it refused, with their lines in the file. */
function refusedOf(said, page) {
	return said.filter((row) => row.result === "refused").map(({ row: at, code, detail }) => ({ line: page[at].line, code, detail,
		name: page[at].row.serialNumber ?? page[at].row.ekHash }));
}

async function importFile(file, place, refresh) {
	const progress = el("progress", { "aria-label": words.importing });
	replace(place, el("p", words.importing, " ", progress));
	try {
		const rows = rowsOf(await file.text());
		let done = 0, same = 0, sent = 0;
		const refused = [];
		for (const page of pagesOf(rows)) {
			const answer = await ask("POST", `${OWN}/registrations/import`, { registrations: page.map((row) => row.row) });
			const bad = refusedOf(answer.value, page);
			done += answer.done;
			same += answer.value.length - bad.length;
			refused.push(...bad);
			sent += page.length;
			progress.value = sent / rows.length;
		}
		replace(place, outcomeOf(done, same, refused));
		tell(words.imported(done, same, refused.length));
		refresh();
	} catch (error) {
		replace(place, failureBox(error));
	}
}

function dropZone(refresh) {
	const place = el("div", { "aria-live": "polite" });
	const zone = el("details.panel", { dragenter: () => { zone.open = true; } }, el("summary", words.import),
		fileZone(words.file, ".csv,text/csv", words.fileHelp, (file) => {
			zone.open = true;
			importFile(file, place, refresh);
		}), place);
	return zone;
}

function addForm(refresh) {
	const inputs = { serialNumber: el("input"), ekHash: el("input", { spellcheck: "false" }), groupTag: el("input"),
		displayName: el("input") };
	return button(words.add, () => confirm({ heading: words.add, word: words.add, content: [
		field(words.serial, inputs.serialNumber), field(words.ekHash, inputs.ekHash, words.ekHelp),
		field(words.group, inputs.groupTag), field(words.name, inputs.displayName)],
	action: () => ask("POST", PATH, Object.fromEntries(Object.entries(inputs)
		.map(([name, input]) => [name, input.value.trim()]).filter(([, value]) => value))),
	done: refresh }), { tone: "primary" });
}

export function page({ query: view, signal, may }) {
	const count = el("span.muted"), place = el("div");

	function refresh() {
		replace(place, list({ filter: view.filter, path: asked(PATH, view, 50), columns: columnsOf(may("operator"), refresh),
			caption: words.title, order: view.order ?? "",
			found: (n, isAtLeast) => { count.textContent = words.found(n, total(n, isAtLeast)); },
			sort: (order) => go(["registrations"], { ...view, order }), nothing: empty(words.nothing) }, signal));
	}

	refresh();
	return [title(words.title, { beside: [count, may("operator") && addForm(refresh)], below: words.below }),
		may("operator") && dropZone(refresh),
		views({ list: "registrations", path: PATH, presets: VIEWS, view, signal }),
		asking({ path: ["registrations"], view }), place];
}
