/*
 * trust: whose TPMs are believed: makers' certificates, those that are missing, firmware that is not, lists of revoked ones.
 */
import { ask, getAll, OWN } from "./api.js";
import { el, replace } from "./dom.js";
import { clock, hash, number, time } from "./format.js";
import { devicesOf, fallenWith, importBlocklist, importCertificates } from "./imports.js";
import { href } from "./route.js";
import { text } from "./strings.js";
import { table } from "./table.js";
import { actionsOf, badge, button, confirm, empty, later, panel, tabs, title } from "./view.js";

const words = text.trust;
const FEW = 12;   // certificates that are shown without being asked for

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
			sentence: words.removeSentence(row.subject), word: words.remove,
			content: row.role === "root" ? [later(fallenWith(row.id), (said) => said)]
				: row.maker ? [later(devicesOf(row.maker), (said) => el("p", said))] : [],
			tone: "danger", action: () => ask("DELETE", `${OWN}/roots/${row.id}`), done: refresh }),
		{ tone: "quiet" }) }] : [],
	];
	if (!rows.length)
		return empty(words.noAnchors);
	const makers = byMaker(rows), isOpen = rows.length <= FEW;
	return makers.map(([maker, of]) => el("details", { open: isOpen }, el("summary", words.maker(maker, of.length)),
		table(words.ofMaker(maker), columns, of)));
}

/* --- what is missing --- */

function issuers(rows, may, refresh) {
	const open = rows.filter((row) => row.state !== "approved" && row.state !== "rejected");
	if (!open.length)
		return empty(words.noIssuers);
	const decide = (row, word, verb, tone) => button(word, () => confirm({ heading: word, tone, word,
		sentence: words.decideSentence[verb](row.subject), action: () => ask("POST", `${OWN}/issuers/${row.id}/${verb}`),
		done: refresh }), { tone });
	return table(words.parts.missing, [
		{ head: words.subject, cell: (row) => [row.subject, row.signedBy && el("p.small.muted", words.signedBy(row.signedBy))] },
		{ head: words.devices, number: true, cell: (row) => number(row.devices) },
		{ head: words.state, cell: (row) => [badge(row.state, row.state === "pending" ? "warn" : "bad"),
			row.what && el("p.small.muted", row.what)] },
		{ head: words.seen, wide: true, cell: (row) => time(row.lastSeenDateTime) },
		...may ? [{ head: "", cell: (row) => row.state === "pending" && actionsOf(row.subject,
			decide(row, words.approve, "approve", "primary"), decide(row, words.reject, "reject", "danger")) }] : [],
	], open);
}

/* --- blocklist and lists --- */

function makerOf(row) {
	return [row.maker, row.model].filter(Boolean).join(" ") || words.everyMaker;
}

function blocklist(rows, may, refresh) {
	return table(words.parts.firmware, [
		{ head: words.weakness, cell: (row) => [/^https:/.test(row.page)
			? el("a", { href: row.page, rel: "noreferrer" }, row.name) : row.name, el("p.small.muted.phone", makerOf(row))] },
		{ head: words.makerName, wide: true, cell: makerOf },
		{ head: words.versions, wide: true, cell: (row) => words.span(row.first, row.last, row.fixed) },
		{ head: words.effect, cell: (row) => badge(words.effects[row.effect] ?? row.effect,
			row.effect === "refuse" ? "bad" : "warn") },
		{ head: words.keys, wide: true, cell: (row) => row.keys },
		...may ? [{ head: "", cell: (row) => button(words.remove, () => confirm({ heading: words.remove, word: words.remove,
			sentence: words.removeWeakness(row.name), tone: "danger", action: () => ask("DELETE", `${OWN}/blocklist/${row.id}`),
			done: refresh }), { tone: "quiet" }) }] : [],
	], rows);
}

function lists(rows) {
	return rows.length ? table(words.parts.revoked, [
		{ head: words.issuer, cell: (row) => row.issuer ?? row.url },
		{ head: words.state, cell: (row) => badge(row.state ?? text.none, row.state === "current" ? "good" : "warn") },
		{ head: words.entries, number: true, cell: (row) => row.entries },
		{ head: words.until, wide: true, cell: (row) => clock(row.nextUpdateDateTime) },
	], rows) : empty(words.noLists);
}

const TABS = {
	makers: { word: words.parts.makers, path: "roots", show: anchors, importer: (rows, done) => importCertificates(done),
		add: words.import },
	missing: { word: words.parts.missing, path: "issuers", show: issuers },
	firmware: { word: words.parts.firmware, path: "blocklist", show: blocklist, importer: importBlocklist,
		add: words.importBlocklist },
	revoked: { word: words.parts.revoked, path: "crls", show: lists },
};

export function page({ id, may, signal }) {
	const at = TABS[id] ? id : "makers", place = el("div"), adding = el("div");
	const { word, path, show, importer, add } = TABS[at], isOpen = may("security");
	let rows = [];

	function refresh() {
		replace(adding);
		replace(place, later(getAll(`${OWN}/${path}`, signal, 5000), (found) => {
			rows = found;
			return show(found, isOpen, refresh);
		}));
	}

	const press = importer && isOpen && button(add, () => {
		replace(adding, importer(rows, refresh));
		adding.querySelector("input").focus();
	}, { tone: "primary" });
	refresh();
	return [title(words.title, { beside: press, below: words.below }),
		tabs(Object.entries(TABS).map(([name, tab]) => ({ name: tab.word, to: href(["trust", name]), isCurrent: name === at }))),
		adding, panel(word, place)];
}
