/*
 * trust: whose TPMs are believed: makers' certificates, those that are missing, firmware that is not, lists of revoked ones.
 */
import { ask, getAll, OWN } from "./api.js";
import { el, replace } from "./dom.js";
import { clock, hash, number, time } from "./format.js";
import { href } from "./route.js";
import { text } from "./strings.js";
import { table } from "./table.js";
import { badge, button, choice, confirm, empty, field, later, more, panel, tell, title } from "./view.js";

const words = text.trust;

/* --- anchors --- */

function byMaker(rows) {
	const makers = new Map();
	for (const row of rows)
		makers.set(row.maker ?? words.noMaker, [...makers.get(row.maker ?? words.noMaker) ?? [], row]);
	return [...makers].sort(([a], [b]) => a.localeCompare(b));
}

function anchors(rows, may, refresh) {
	const columns = [
		{ head: words.subject, cell: (row) => [row.subject, el("p.small", hash(row.id))] },
		{ head: words.role, wide: true, cell: (row) => row.role },
		{ head: words.class, cell: (row) => badge(row.class, row.class === "test" || row.class === "virtual" ? "warn" : "good") },
		{ head: words.source, wide: true, cell: (row) => row.source ?? text.none },
		{ head: words.until, wide: true, cell: (row) => clock(row.notAfterDateTime) },
		...may ? [{ head: "", cell: (row) => button(words.remove, () => confirm({ heading: words.remove,
			sentence: words.removeSentence(row.subject), word: words.remove, tone: "danger",
			action: () => ask("DELETE", `${OWN}/roots/${row.id}`), done: refresh }), { tone: "quiet" }) }] : [],
	];
	if (!rows.length)
		return empty(words.noAnchors);
	const makers = byMaker(rows);
	return makers.map(([maker, of]) => more(words.maker(maker, of.length), table(words.ofMaker(maker), columns, of)));
}

/* The certificates of a file as DER, one after the other: what stands between PEM's lines, or the file itself. */
async function derOf(file) {
	const octets = new Uint8Array(await file.arrayBuffer());
	const blocks = [...new TextDecoder("latin1").decode(octets)
		.matchAll(/-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/g)];
	const binary = blocks.length ? blocks.map(([, base64]) => atob(base64.replace(/\s/g, ""))).join("")
		: Array.from(octets, (octet) => String.fromCharCode(octet)).join("");
	return btoa(binary);
}

function importer(refresh) {
	const file = el("input", { type: "file", required: true });
	const maker = el("input", { maxlength: 32 });
	const kind = choice(words.classes, "discrete");
	return button(words.import, () => confirm({ heading: words.import, word: words.import, sentence: words.importSentence,
		content: [field(words.file, file, words.fileHelp), field(words.makerName, maker, words.makerHelp),
			field(words.class, kind)],
		action: async () => {
			const answer = await ask("POST", `${OWN}/roots`, { certificates: await derOf(file.files[0]), class: kind.value,
				source: file.files[0].name, ...maker.value.trim() ? { maker: maker.value.trim() } : {} });
			const refused = answer.value.filter((row) => row.result === "refused");
			tell(words.imported(answer.value.length - refused.length, refused.length));
		}, done: refresh }), { tone: "primary" });
}

/* --- what is missing --- */

function issuers(rows, may, refresh) {
	const open = rows.filter((row) => row.state !== "approved" && row.state !== "rejected");
	if (!open.length)
		return empty(words.noIssuers);
	const decide = (row, word, verb, tone) => button(word, () => confirm({ heading: word, tone, word,
		sentence: words.decideSentence[verb](row.subject), action: () => ask("POST", `${OWN}/issuers/${row.id}/${verb}`),
		done: refresh }), { tone });
	return table(words.issuers, [
		{ head: words.subject, cell: (row) => [row.subject, row.signedBy && el("p.small.muted", words.signedBy(row.signedBy))] },
		{ head: words.devices, number: true, cell: (row) => number(row.devices) },
		{ head: words.state, cell: (row) => [badge(row.state, row.state === "pending" ? "warn" : "bad"),
			row.what && el("p.small.muted", row.what)] },
		{ head: words.seen, wide: true, cell: (row) => time(row.lastSeenDateTime) },
		...may ? [{ head: "", cell: (row) => row.state === "pending" && el("span.actions",
			decide(row, words.approve, "approve", "primary"), decide(row, words.reject, "reject", "danger")) }] : [],
	], open);
}

/* --- blocklist and lists --- */

function blocklist(rows) {
	return table(words.blocklist, [
		{ head: words.weakness, cell: (row) => (/^https:/.test(row.page)
			? el("a", { href: row.page, rel: "noreferrer" }, row.name) : row.name) },
		{ head: words.makerName, cell: (row) => [row.maker, row.model].filter(Boolean).join(" ") || words.everyMaker },
		{ head: words.versions, wide: true, cell: (row) => words.span(row.first, row.last, row.fixed) },
		{ head: words.effect, cell: (row) => badge(words.effects[row.effect] ?? row.effect,
			row.effect === "refuse" ? "bad" : "warn") },
		{ head: words.keys, wide: true, cell: (row) => row.keys },
	], rows);
}

function lists(rows) {
	return rows.length ? table(words.lists, [
		{ head: words.issuer, cell: (row) => row.issuer ?? row.url },
		{ head: words.state, cell: (row) => badge(row.state ?? text.none, row.state === "current" ? "good" : "warn") },
		{ head: words.entries, number: true, cell: (row) => row.entries },
		{ head: words.until, wide: true, cell: (row) => clock(row.nextUpdateDateTime) },
	], rows) : empty(words.noLists);
}

const TABS = {
	makers: [words.makers, "roots", (rows, context, refresh) => anchors(rows, context.may("security"), refresh)],
	missing: [words.issuers, "issuers", (rows, context, refresh) => issuers(rows, context.may("security"), refresh)],
	firmware: [words.blocklist, "blocklist", blocklist],
	revoked: [words.lists, "crls", lists],
};

export function page(context) {
	const at = TABS[context.id] ? context.id : "makers", place = el("div");
	const [name, path, show] = TABS[at];

	function refresh() {
		replace(place, later(getAll(`${OWN}/${path}`, context.signal, 5000), (rows) => show(rows, context, refresh)));
	}

	refresh();
	return [title(words.title, { beside: context.may("security") && importer(refresh), below: words.below }),
		el("ul.tabs", Object.entries(TABS).map(([id, [word]]) => el("li", el("a", { href: href(["trust", id]),
			"aria-current": id === at ? "true" : null }, word)))), panel(name, place)];
}
