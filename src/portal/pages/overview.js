/*
 * overview: how the fleet is, for looking at rather than reading: what waits for a decision, how many are attested,
 * why some are not.
 */
import { get, getAll, getPage, GRAPH, OWN, query } from "./api.js";
import { bars, columns, parts } from "./chart.js";
import { el } from "./dom.js";
import { number, time } from "./format.js";
import { href } from "./route.js";
import { text } from "./strings.js";
import { empty, later, note, panel, title } from "./view.js";

const words = text.overview;
const ATTESTED = "isTpmAttested eq true", UNATTESTED = "isTpmAttested eq false";

async function count(path, filter, signal) {
	const page = await getPage(query(path, { "$top": 1, "$count": true, "$filter": filter }), signal);
	return page.count ?? 0;
}

/* What only a person can decide; nothing is shown when nothing waits. */
async function waiting(signal) {
	const [conflicts, issuers, outbreaks] = await Promise.all([
		getAll(`${OWN}/conflicts`, signal, 500), getAll(`${OWN}/issuers`, signal, 500),
		getAll(`${OWN}/outbreaks`, signal, 100)]);
	return {
		conflicts: conflicts.filter((row) => row.state === "open"),
		issuers: issuers.filter((row) => row.state === "missing" || row.state === "pending"),
		outbreaks: outbreaks.filter((row) => !row.endedDateTime),
	};
}

function decisions({ conflicts, issuers, outbreaks }) {
	const rows = outbreaks.map((row) => note("bad", el("strong", words.outbreak(row.suspect, number(row.devices))),
		`${row.origin ?? row.issuer ?? ""}: ${row.what}`, row.remedy, el("p.small.muted", time(row.lastDateTime))));
	if (conflicts.length)
		rows.push(note("warn", el("strong", words.conflicts(conflicts.length)),
			el("ul", conflicts.slice(0, 5).map((row) => el("li", row.managedDeviceId
				? el("a", { href: href(["devices", row.managedDeviceId]) }, row.deviceName ?? row.serialNumber)
				: row.deviceName, ": ", row.what)))));
	if (issuers.length)
		rows.push(note("warn", el("strong", words.issuers(issuers.length)),
			el("ul", issuers.slice(0, 5).map((row) => el("li", `${row.subject} (${words.devices(row.devices)})`)))));
	return rows.length ? rows : empty(words.nothingWaits);
}

async function fleet(signal) {
	const devices = `${GRAPH}/managedDevices`;
	const [attested, unattested, refused] = await Promise.all([
		count(devices, ATTESTED, signal), count(devices, UNATTESTED, signal), getAll(`${OWN}/refusals`, signal, 1000)]);
	return { attested, unattested, refused: refused.length };
}

function fleetOf({ attested, unattested, refused }) {
	if (!attested && !unattested && !refused)
		return empty(words.noDevices);
	return parts(words.fleet, [
		{ name: words.attested, value: attested, tone: "good", href: href(["devices"], { filter: ATTESTED }) },
		{ name: words.unattested, value: unattested, tone: "warn", href: href(["devices"], { filter: UNATTESTED }) },
		{ name: words.refused, value: refused, tone: "bad" },
	]);
}

function causesOf(answer) {
	const rows = answer.value;
	if (!rows.length)
		return empty(words.nothingFailed);
	const slots = rows[0].slots.map((_, i) => ({
		name: slotName(answer, i), value: rows.reduce((sum, row) => sum + row.slots[i], 0) }));
	return [bars(words.causes, rows.map((row) => ({ name: row.fault, value: row.devices, tone: "bad", note: row.what }))),
		columns(words.attempts, slots, [words.hour, words.attempts])];
}

function slotName(answer, i) {
	const at = new Date(Date.parse(answer.since) + 1000 * answer.slotSeconds * i);
	return at.toLocaleTimeString("en", { hour: "2-digit", minute: "2-digit" });
}

export function page({ signal }) {
	return [title(words.title),
		later(waiting(signal), (found) => panel(words.decisions, decisions(found))),
		el("div.grid", panel(words.fleet, later(fleet(signal), fleetOf)),
			panel(words.causesToday, later(get(`${OWN}/faults/cause`, signal), causesOf)))];
}
