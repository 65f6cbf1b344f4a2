/*
 * imports: files of trust: certificates of makers, weak firmware. What one would add, change and leave as it is, and who
 * would fall, is shown before anything is done.
 */
import { ask, GRAPH, getPage, OWN, query, quoted } from "./api.js";
import { el, replace } from "./dom.js";
import { number, total } from "./format.js";
import { hex } from "./octets.js";
import { href } from "./route.js";
import { text } from "./strings.js";
import { table } from "./table.js";
import { badge, button, choice, field, fileZone, later, note, panel, run, tell } from "./view.js";

const words = text.imports;
const TONES = { new: "good", changed: "warn", present: "idle", other: "warn", refused: "bad" };

/*
 * A panel where a file becomes a difference: look(file) gives { rows, columns, more, act(), count } of what it would do;
 * act does it. done() follows.
 */
function importer({ heading, sentence, accept, help, fields = [], look, done }) {
	const place = el("div", { "aria-live": "polite" });

	function show({ rows, columns, more, act, count }) {
		const said = el("div"), press = button(words.act(count), async () => {
			if (!await run(press, said, act))
				return;
			tell(words.done(count));
			done();
		}, { tone: "primary", disabled: count === 0 });
		const kinds = Object.keys(TONES).map((kind) => [kind, rows.filter((row) => row.kind === kind).length]);
		return [note("idle", el("strong", kinds.filter(([, n]) => n).map(([kind, n]) => words.counts[kind](n)).join(", ")), more),
			table(words.difference, [{ head: words.result, cell: (row) => badge(words.kinds[row.kind], TONES[row.kind]) },
				...columns], rows), said, el("div.actions", press, button(text.cancel, done))];
	}

	return panel(heading, el("p", sentence), fields.length > 0 && el("div.grid", fields),
		fileZone(words.file, accept, help, (file) => replace(place, later(look(file), show))), place);
}

/* --- certificates --------------------------------------------------------------------------------------- */

const PAGE_MAX = 50, OCTETS_MAX = 45056;   // of one request (wire/body.h)

/* The certificates of a file as DER: what stands between PEM's lines, or the file itself. */
async function certificatesOf(file) {
	const octets = new Uint8Array(await file.arrayBuffer());
	const blocks = [...new TextDecoder("latin1").decode(octets)
		.matchAll(/-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/g)];
	const der = (base64) => Uint8Array.from(atob(base64.replace(/\s/g, "")), (letter) => letter.charCodeAt(0));
	return blocks.length ? blocks.map(([, base64]) => der(base64)) : [octets];
}

function pagesOf(certificates) {
	const pages = [];
	let size = Infinity;
	for (const one of certificates) {
		if (size + one.length > OCTETS_MAX || pages.at(-1).length === PAGE_MAX) {
			pages.push([]);
			size = 0;
		}
		pages.at(-1).push(one);
		size += one.length;
	}
	return pages;
}

const RESULTS = { imported: "new", present: "present", refused: "refused" };

export function importCertificates(done) {
	const maker = el("input", { maxlength: 32 }), kind = choice(text.trust.classes, "discrete");

	async function send(path, pages, source) {
		const rows = [];
		for (const page of pages) {
			const answer = await ask("POST", path, { certificates: page.map(hex).join(""), class: kind.value, source,
				...maker.value.trim() ? { maker: maker.value.trim() } : {} });
			rows.push(...answer.value);
		}
		return rows;
	}

	async function look(file) {
		const pages = pagesOf(await certificatesOf(file)), source = file.name.slice(0, 128);
		const found = await send(`${OWN}/roots/preview`, pages, source);
		const rows = found.map((row) => ({ ...row, kind: row.differs ? "other" : RESULTS[row.result] }));
		return { rows, count: rows.filter((row) => row.kind === "new").length, act: () => send(`${OWN}/roots`, pages, source),
			columns: [{ head: text.trust.subject, cell: (row) => row.subject ?? row.title },
				{ head: text.trust.makerName, wide: true, cell: (row) => row.maker ?? text.none },
				{ head: text.trust.class, wide: true, cell: (row) => row.class ?? text.none },
				{ head: text.trust.role, wide: true, cell: (row) => row.role ?? text.none }],
			more: el("p", words.othersStay) };
	}

	return importer({ heading: text.trust.import, sentence: text.trust.importSentence, accept: ".pem,.crt,.cer,.der",
		help: text.trust.fileHelp, look, done, fields: [field(text.trust.makerName, maker, text.trust.makerHelp),
			field(text.trust.class, kind)] });
}

/*
 * Who would fall with a certificate: how many devices' last proof led to it, and a link to them. A device that is
 * registered by its TPM's key needs none.
 */
export async function fallenWith(id) {
	const filter = `tpmRootId eq '${id}'`;
	const page = await getPage(query(`${GRAPH}/managedDevices`, { "$top": 1, "$count": true, "$filter": filter }));
	const many = words.ledHere(total(page.count, page.countIsAtLeast), page.count);
	return page.count ? el("p", el("a", { href: href(["devices"], { filter }) }, many), " ", words.fallsNext)
		: el("p", words.ledNobody);
}

/* How many devices have a TPM of that maker: whom the loss of its certificates may be about. "" when that takes too long. */
export async function devicesOf(maker) {
	try {
		const page = await getPage(query(`${GRAPH}/managedDevices`, { "$top": 1, "$count": true,
			"$filter": `tpmManufacturer eq ${quoted(maker)}` }));
		return words.devicesOf(maker, total(page.count, page.countIsAtLeast), page.count);
	} catch {
		return "";
	}
}

/* --- weak firmware -------------------------------------------------------------------------------------- */

const MEMBERS = ["id", "maker", "model", "basis", "first", "last", "fixed", "effect", "keys", "name", "page", "source"];
const SLICES_MAX = 20;   // of a thousand devices each, for one row

/* Rows of a file as doc/blocklist.md has it: tabs between, "-" for what is absent, the word "end" behind the last. */
async function rowsOf(file) {
	const lines = (await file.text()).split("\n").filter((line) => line && !line.startsWith("#"));
	const heads = (lines.shift() ?? "").split("\t");
	if (heads.join() !== MEMBERS.join() || lines.pop() !== "end")
		throw new SyntaxError(words.noBlocklist);
	return lines.map((line) => Object.fromEntries(line.split("\t").map((cell, i) => [heads[i], cell])
		.filter(([, cell]) => cell !== "-")));
}

/* Whom a row would be about: { devices, hits, isAll }. The server judges them slice by slice. */
async function fallenBy(row) {
	const found = { hits: [], isAll: false };
	for (let after = "", i = 0; i < SLICES_MAX && !found.isAll; i++) {
		const answer = await ask("POST", query(`${OWN}/blocklist/preview`, { "$skiptoken": after }), row);
		found.hits.push(...answer.value);
		after = answer.after;
		found.isAll = !after;
	}
	return found;
}

const EFFECTS = { refuse: "bad", renew: "bad", warn: "warn" };

/* The devices that the rows would refuse or warn of, each once for each reason. */
async function fallen(rows) {
	const all = [];
	let isAll = true;
	for (const row of rows) {
		const found = await fallenBy(row);
		all.push(...found.hits);
		isAll &&= found.isAll;
	}
	const refused = new Set(all.filter((hit) => hit.effect !== "warn").map((hit) => hit.id)).size;
	return [el("p", el("strong", words.fallen(number(refused), isAll))), all.length > 0 && table(words.whoFalls, [
		{ head: text.restrictions.device, cell: (hit) => el("a", { href: href(["devices", hit.id]) },
			hit.deviceName ?? hit.serialNumber ?? hit.id) },
		{ head: text.trust.effect, cell: (hit) => badge(words.effects[hit.effect] ?? hit.effect, EFFECTS[hit.effect]) },
		{ head: text.trust.weakness, wide: true, cell: (hit) => hit.detail },
	], all.slice(0, 200))];
}

export function importBlocklist(present, done) {
	async function look(file) {
		const known = new Map(present.map((row) => [row.id, row]));
		const rows = (await rowsOf(file)).map((row) => {
			const there = known.get(row.id);
			const isSame = there && MEMBERS.every((member) => (there[member] ?? "") === (row[member] ?? ""));
			return { ...row, kind: !there ? "new" : isSame ? "present" : "changed" };
		});
		const due = rows.filter((row) => row.kind !== "present")
			.map((row) => Object.fromEntries(MEMBERS.filter((member) => row[member]).map((member) => [member, row[member]])));
		const act = async () => {
			for (const row of due)
				await ask("POST", `${OWN}/blocklist`, row);
		};
		const more = [el("p", words.othersStay), due.length > 0 && later(fallen(due), (shown) => shown)];
		return { rows, act, more, count: due.length, columns: [{ head: text.trust.weakness, cell: (row) => row.name ?? row.id },
				{ head: text.trust.makerName, wide: true, cell: (row) => row.maker ?? text.trust.everyMaker },
				{ head: text.trust.versions, cell: (row) => text.trust.span(row.first, row.last, row.fixed) },
				{ head: text.trust.effect, wide: true, cell: (row) => text.trust.effects[row.effect] ?? row.effect }] };
	}

	return importer({ heading: words.blocklist, sentence: words.blocklistSentence, accept: ".tsv,.txt", help: words.blocklistHelp,
		look, done });
}
