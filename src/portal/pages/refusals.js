/*
 * refusals: devices that were turned away, and what became of one that nothing is known of but that.
 */
import { advice } from "./advice.js";
import { ask, get, getAll, GRAPH, OWN } from "./api.js";
import { asking } from "./asking.js";
import { el } from "./dom.js";
import { hash, time, total } from "./format.js";
import { go, href } from "./route.js";
import { text } from "./strings.js";
import { list } from "./table.js";
import { timeline } from "./timeline.js";
import { badge, button, confirm, empty, facts, later, panel, tell, title } from "./view.js";
import { asked, views } from "./views.js";

const words = text.refusals;

const PATH = `${OWN}/refusals`;

const COLUMNS = [
	{ head: words.name, order: "deviceName", cell: (row) => el("a", { href: href(["refusals", row.id]) },
		row.deviceName ?? row.serialNumber ?? row.address) },
	{ head: words.why, order: "fault", cell: (row) => [row.what, el("p.small.muted", row.fault)] },
	{ head: words.serial, order: "serialNumber", wide: true, cell: (row) => row.serialNumber ?? text.none },
	{ head: words.model, wide: true, cell: (row) => [row.manufacturer, row.model].filter(Boolean).join(" ") },
	{ head: words.attempts, wide: true, number: true, cell: (row) => row.attempts },
	{ head: words.last, order: "lastDateTime", wide: true, cell: (row) => time(row.lastDateTime) },
];

/* What the builder offers. */
const PROPERTIES = [
	{ name: "fault", word: words.why, kind: "text" }, { name: "serialNumber", word: words.serial, kind: "text" },
	{ name: "model", word: words.model, kind: "text" }, { name: "tpmManufacturer", word: words.maker, kind: "text" },
	{ name: "address", word: words.address, kind: "text" }, { name: "lastDateTime", word: words.last, kind: "moment" },
];

function all({ query: view, signal }) {
	const count = el("span.muted");
	const order = view.order ?? "lastDateTime desc";
	return [title(words.title, { beside: count, below: words.below }),
		views({ list: "refusals", path: PATH, presets: [[words.all, {}]], view, signal }),
		asking({ path: ["refusals"], view, properties: PROPERTIES }),
		list({ filter: view.filter, path: asked(PATH, { ...view, order }, 50), columns: COLUMNS, caption: words.title, order,
			nothing: empty(words.nothing), found: (n, isAtLeast) => { count.textContent = words.found(n, total(n, isAtLeast)); },
			sort: (next) => go(["refusals"], { ...view, order: next }) }, signal)];
}

function nameOf(row) {
	return row.deviceName ?? row.serialNumber ?? row.address;
}

/* One whose TPM somebody knows to be ours is let in by its key, whatever its certificate says. */
function register(row) {
	const body = { ekHash: row.ekHash, ...row.deviceName ? { displayName: row.deviceName } : {} };
	return button(words.register, () => confirm({ heading: words.register, word: words.register,
		sentence: words.registerSentence(nameOf(row)), content: el("p", hash(row.ekHash, 64)),
		action: () => ask("POST", `${GRAPH}/windowsAutopilotDeviceIdentities`, body),
		done: () => tell(words.registered(nameOf(row))) }));
}

function one(row, { signal, may }) {
	document.title = text.pageTitle(nameOf(row));
	return [title(nameOf(row), { beside: row.ekHash && may("operator") && register(row), below: badge(row.fault, "bad") }),
		el("div.grid", panel(words.why, el("p", el("strong", row.what)), row.detail && el("p", row.detail),
			el("p", advice(row.remedy ?? "", row.fault)),
			el("p.small.muted", [row.fault, row.hresult].filter(Boolean).join(" · "))),
		panel(words.who, facts([[words.serial, row.serialNumber], [words.manufacturer, row.manufacturer],
			[words.model, row.model], [words.address, row.address], [words.maker, row.tpmManufacturer],
			[words.ek, row.ekHash && hash(row.ekHash)], [words.attempts, row.attempts],
			[words.first, time(row.firstDateTime)], [words.last, time(row.lastDateTime)]], true))),
		row.ekHash && panel(words.history, later(getAll(`${OWN}/devices/${row.ekHash}/timeline`, signal), timeline))];
}

export function page(context) {
	if (!context.id)
		return all(context);
	return later(get(`${OWN}/refusals/${encodeURIComponent(context.id)}`, context.signal),
		(row) => one(row, context));
}
