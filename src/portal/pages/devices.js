/*
 * devices: the list of devices. What is asked for is the address of the page, so every view can be kept as a bookmark.
 */
import { GRAPH } from "./api.js";
import { asking } from "./asking.js";
import { Choosing } from "./choosing.js";
import { complianceBadge } from "./compliance.js";
import { attestationBadge, page as device } from "./device.js";
import { el } from "./dom.js";
import { line, time, total } from "./format.js";
import { go, href } from "./route.js";
import { text } from "./strings.js";
import { list } from "./table.js";
import { empty, title } from "./view.js";
import { asked, views } from "./views.js";

const words = text.devices;

const COLUMNS = [
	{ head: words.name, order: "deviceName", cell: (row) => el("a", { href: href(["devices", row.id]) },
		row.deviceName ?? row.serialNumber ?? row.id) },
	{ head: words.attestation, order: "isTpmAttested", cell: attestationBadge },
	{ head: text.device.compliance, order: "complianceState", wide: true,
		cell: (row) => complianceBadge(row.complianceState) },
	{ head: words.serial, order: "serialNumber", wide: true, cell: (row) => line(row.serialNumber ?? text.none) },
	{ head: words.model, order: "model", wide: true,
		cell: (row) => line([row.manufacturer, row.model].filter(Boolean).join(" ")) },
	{ head: words.maker, wide: true, cell: (row) => row.tpmManufacturer ?? text.none },
	{ head: words.user, order: "userPrincipalName", wide: true, cell: (row) => line(row.userPrincipalName ?? text.none) },
	{ head: words.seen, order: "lastSyncDateTime", wide: true, cell: (row) => time(row.lastSyncDateTime) },
];

/* Views that people ask for every day. */
const VIEWS = [
	[words.all, {}],
	[text.device.attested, { filter: "isTpmAttested eq true" }],
	[text.device.unattested, { filter: "isTpmAttested eq false" }],
	[words.noncompliant, { filter: "complianceState eq 'noncompliant'" }],
	[words.retired, { filter: "managementState eq 'retired'" }],
];
const PATH = `${GRAPH}/managedDevices`;

/* What the builder offers. */
const PROPERTIES = [
	{ name: "deviceName", word: words.name, kind: "text" }, { name: "serialNumber", word: words.serial, kind: "text" },
	{ name: "model", word: words.model, kind: "text" }, { name: "userPrincipalName", word: words.user, kind: "text" },
	{ name: "tpmManufacturer", word: words.maker, kind: "text" },
	{ name: "isTpmAttested", word: text.device.attested, kind: "truth", values: ["false", "true"] },
	{ name: "complianceState", word: text.device.compliance, kind: "word", values: Object.keys(text.compliance.states) },
	{ name: "lastSyncDateTime", word: words.seen, kind: "moment" },
	{ name: "enrolledDateTime", word: words.enrolled, kind: "moment" },
];


function all({ query: view, signal, may }) {
	const count = el("span.muted");
	const chosen = may("operator") ? new Choosing({ path: PATH, view, signal }) : null;
	const found = (n, isAtLeast) => {
		count.textContent = words.found(n, total(n, isAtLeast));
		chosen?.found(n, isAtLeast);
	};
	return [title(words.title, { beside: count }), views({ list: "devices", path: PATH, presets: VIEWS, view, signal }),
		asking({ path: ["devices"], view, properties: PROPERTIES }),
		chosen?.result,
		list({ path: asked(PATH, view, 50), columns: COLUMNS, caption: words.title, found,
			first: chosen && ((rows) => chosen.column(rows)),
			filter: view.filter, order: view.order ?? "", sort: (order) => go(["devices"], { ...view, order }),
			nothing: empty(words.nothing) }, signal),
		chosen?.bar];
}

export function page(context) {
	return context.id ? device(context) : all(context);
}
