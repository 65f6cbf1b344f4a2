/*
 * diagnostics: a bundle that a device packed: what is in it and what its files say, read in this page alone (cab.js). It
 * is the latest that a device sent, or a file that somebody brought.
 */
import { getFile, GRAPH, get, OWN } from "./api.js";
import { eventsOf } from "./bootlog.js";
import { filesOf } from "./cab.js";
import { parse } from "./csv.js";
import { el, replace } from "./dom.js";
import { clock, deviceName, hash, number } from "./format.js";
import { sha256 } from "./octets.js";
import { href } from "./route.js";
import { text } from "./strings.js";
import { table } from "./table.js";
import { badge, button, empty, fileZone, later, note, panel, save, title } from "./view.js";

const words = text.diagnostics;
const MANIFEST = "Manifest.json";
const TEXT_MAX = 200000, ROWS_MAX = 2000;

/* --- what files say ------------------------------------------------------------------------------------- */

function textOf(octets) {
	const whole = new TextDecoder().decode(octets.subarray(0, TEXT_MAX));
	return [el("pre.file", { tabindex: "0" }, whole), octets.length > TEXT_MAX && el("p.muted", words.cut)];
}

function jsonOf(octets) {
	return textOf(new TextEncoder().encode(JSON.stringify(JSON.parse(new TextDecoder().decode(octets)), null, 2)));
}

function rowsOf(caption, columns, rows) {
	return rows.length ? [table(caption, columns, rows.slice(0, ROWS_MAX)),
		rows.length > ROWS_MAX && el("p.muted", words.cut)] : empty(words.nothing);
}

const LEVELS = { error: "bad", warning: "warn", information: "idle" };

function eventsOfDevice(octets) {
	const lines = new TextDecoder().decode(octets).split("\n").filter(Boolean).map((line) => JSON.parse(line));
	return rowsOf(words.events, [
		{ head: words.when, cell: (row) => clock(row.time) },
		{ head: words.level, cell: (row) => badge(String(row.level ?? ""), LEVELS[String(row.level).toLowerCase()]) },
		{ head: words.event, wide: true, number: true, cell: (row) => row.id },
		{ head: words.says, cell: (row) => row.text ?? JSON.stringify(row) },
	], lines.reverse());
}

function bootEventsOf(octets) {
	return rowsOf(words.bootLog, [
		{ head: "PCR", number: true, cell: (row) => row.pcr },
		{ head: words.event, cell: (row) => el("code", row.type) },
		{ head: words.says, cell: (row) => row.words || text.none },
		{ head: words.digest, wide: true, cell: (row) => hash(row.digest) },
	], eventsOf(octets));
}

function csvOf(octets) {
	const [heads, ...rows] = parse(new TextDecoder().decode(octets));
	return rowsOf(words.rows, heads.map((head, i) => ({ head, cell: (row) => row[i] || text.none })), rows);
}

/* Files by the ends of their names; a device may call anything anything, so each may turn out to be but octets. */
const READERS = [["Events.jsonl", eventsOfDevice], [".json", jsonOf], [".csv", csvOf], ["SRTMBoot.dat", bootEventsOf],
	["", textOf]];

function contentOf(file) {
	const [, read] = READERS.find(([end]) => file.name.endsWith(end));
	try {
		return read(file.octets);
	} catch (error) {
		return [note("warn", words.odd(error.message)), textOf(file.octets)];
	}
}

/* --- the bundle ----------------------------------------------------------------------------------------- */

/* A device may write anything: what is no text is left out, and so is what is no record. */
const wordOf = (value) => (typeof value === "string" ? value : undefined);
const recordsOf = (value) => (Array.isArray(value) ? value.filter((row) => wordOf(row?.name) !== undefined) : []);
const momentOf = (value) => (Number.isNaN(Date.parse(wordOf(value))) ? undefined : value);

/* What the manifest says of each file, and whether the file has the digest that it says. */
export async function described(files) {
	const manifest = files.find((file) => file.name === MANIFEST);
	let said = {};
	try {
		said = JSON.parse(new TextDecoder().decode(manifest?.octets));
	} catch {
		/* Without one the files are there nevertheless. */
	}
	const rows = recordsOf(said?.files);
	const all = await Promise.all(files.map(async (file) => {
		const row = rows.find((one) => one.name === file.name);
		const digest = row && await sha256(file.octets);
		return { ...file, content: wordOf(row?.content), isWhole: row ? digest === row.sha256 : undefined };
	}));
	return { files: all, time: momentOf(said?.time), tool: wordOf(said?.tool),
		missing: recordsOf(said?.missing).map(({ name, fault }) => `${name}: ${wordOf(fault) ?? text.none}`) };
}

function listOf(bundle, open) {
	return table(words.files, [
		{ head: words.name, cell: (row) => button(row.name, () => open(row), { tone: "link" }) },
		{ head: words.content, wide: true, cell: (row) => row.content ?? text.none },
		{ head: words.size, number: true, cell: (row) => number(row.octets.length) },
		{ head: words.digest, wide: true, cell: (row) => (row.isWhole === undefined ? text.none
			: badge(row.isWhole ? words.whole : words.broken, row.isWhole ? "good" : "bad")) },
	], bundle.files);
}

function show(bundle, name, octets) {
	const place = el("div");

	function open(file) {
		replace(place, panel(file.name, contentOf(file),
			button(words.saveFile, () => save(file.name, new Blob([file.octets])))));
		place.querySelector("h2").scrollIntoView({ block: "nearest" });
	}

	return [panel(words.files, el("p.muted", bundle.time && [words.packed(bundle.tool ?? "?"), " ", clock(bundle.time)]),
		listOf(bundle, open), bundle.missing.length > 0 && note("idle", el("p", words.missing), el("ul",
			bundle.missing.map((row) => el("li", row)))),
		button(words.save, () => save(name, new Blob([octets])))), place];
}

/* A file as a bundle, or why it is none. */
async function opened(name, blob) {
	const octets = new Uint8Array(await blob.arrayBuffer());
	let files;
	try {
		files = filesOf(octets);
	} catch (error) {
		return note("bad", words.unreadable(error.message));
	}
	return show(await described(files), name, octets);
}

export function page({ id, signal }) {
	const place = el("div", { "aria-live": "polite" });
	if (!id)
		return [title(words.title, { below: words.below }), panel(words.open, fileZone(words.file, ".cab", words.fileHelp,
			(file) => replace(place, later(opened(file.name, file), (shown) => shown)))), place];
	return [later(get(`${GRAPH}/managedDevices/${encodeURIComponent(id)}`, signal).then(async (row) => {
		const name = deviceName(row);
		document.title = text.pageTitle(words.of(name));
		return [title(words.of(name), { below: el("a", { href: href(["devices", row.id]) }, words.back(name)) }),
			later(getFile(`${OWN}/devices/${row.id}/diagnostics`, signal).then((blob) => opened(`${name}.cab`, blob)),
				(shown) => shown)];
	}), (shown) => shown)];
}
