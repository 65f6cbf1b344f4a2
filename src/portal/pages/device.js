/*
 * device: one device: who it is, what was proved of it, what happened to it and what can be done.
 */
import { ask, get, getAll, GRAPH, OWN } from "./api.js";
import { el } from "./dom.js";
import { clock, hash, plain, time } from "./format.js";
import { go } from "./route.js";
import { text } from "./strings.js";
import { table } from "./table.js";
import { badge, button, confirm, empty, facts, later, more, panel, tell, title } from "./view.js";
import { attestationBadge } from "./devices.js";

const words = text.device;

const TONES = { passed: "good", failed: "bad", "not run": "idle", "not applicable": "idle" };
const EVENT_TONES = { trusted: "good", issued: "good", enrolled: "good", refused: "bad", revoked: "bad", claimed: "warn",
	retired: "warn", deleted: "bad" };

function identity(row) {
	return facts([
		[words.name, row.deviceName], [words.serial, row.serialNumber], [words.manufacturer, row.manufacturer],
		[words.model, row.model], [words.os, [row.operatingSystem, row.osVersion].filter(Boolean).join(" ")],
		[words.user, row.userPrincipalName], [words.state, row.managementState],
		[words.enrolled, time(row.enrolledDateTime)], [words.seen, time(row.lastSyncDateTime)],
	], true);
}

function chip(row) {
	return facts([
		[words.attestation, attestationBadge(row)], [words.noTpm, row.noTpmReason],
		[words.maker, row.tpmManufacturer], [words.chipClass, row.tpmClass], [words.firmware, row.tpmFirmware],
		[words.version, row.tpmVersion], [words.assurance, row.assurance?.map((oid) => words.assurances[oid] ?? oid)],
		[words.ek, row.ekHash && hash(row.ekHash)], [words.warnings, row.warnings], [words.leniencies, row.leniencies],
	], true);
}

/* The server's view of the device's keys and the device's own: two records, which are compared. */
function keys(row) {
	const [here, there] = [row.serverKeyState, row.clientKeyState];
	const verdict = !there || there === "unknown" ? badge(words.keysUntold)
		: here === there ? badge(words.keysAgree, "good") : badge(words.keysDiffer, "warn");
	return [facts([[words.keyHere, here], [words.keyThere, there]]), verdict];
}

function certificates(rows) {
	if (!rows.length)
		return empty(words.noCertificates);
	return table(words.certificates, [
		{ head: words.kind, cell: (row) => words.kinds[row.kind] ?? row.kind },
		{ head: words.state, cell: (row) => badge(row.state, row.state === "issued" ? "good" : "warn") },
		{ head: words.number, wide: true, cell: (row) => hash(row.id) },
		{ head: words.until, cell: (row) => clock(row.notAfterDateTime) },
	], rows);
}

function checksOf(event) {
	const failed = event.checks.filter((row) => row.outcome !== "passed");
	const list = (rows) => el("ul.checks", rows.map((row) => el("li", badge(row.outcome, TONES[row.outcome]), " ",
		el("code", row.check))));
	return [failed.length > 0 && list(failed),
		more(words.allChecks(event.checks.length), list(event.checks))];
}

function whyNot(event) {
	const changes = event.wouldPassIf ?? [];
	return [event.what && el("p", event.what), event.detail && el("p", event.detail), event.remedy && el("p", event.remedy),
		event.now && el("p", words.now(plain(event.now))),
		changes.length > 0 && el("div", el("p", words.wouldPassIf),
			el("ul", changes.map((change) => el("li", plain(change.sentence ?? change)))))];
}

function eventOf(event) {
	return el("li.event", el(`span.dot.${EVENT_TONES[event.event] ?? "idle"}`),
		el("div", el("p", el("strong", words.events[event.event] ?? event.event), " ", event.summary),
			whyNot(event), event.checks?.length > 0 && checksOf(event), el("p.small.muted", clock(event.dateTime))));
}

function timeline(events) {
	return events.length ? el("ol.timeline", events.toReversed().map(eventOf)) : empty(words.noEvents);
}

function actions(row, refresh) {
	const path = `${GRAPH}/managedDevices/${row.id}`, name = row.deviceName ?? row.serialNumber ?? row.id;
	const ACTIONS = [
		{ word: words.retire, sentence: words.retireSentence(name), run: () => ask("POST", `${path}/retire`),
			done: refresh },
		{ word: words.remove, sentence: words.removeSentence(name), tone: "danger", run: () => ask("DELETE", path),
			done: () => go(["devices"]) },
	];
	return ACTIONS.map((action) => button(action.word, () => confirm({ heading: action.word, sentence: action.sentence,
		word: action.word, tone: action.tone, action: action.run, done: () => {
			tell(words.done(action.word, name));
			action.done();
		} }), { tone: action.tone }));
}

function show(row, { signal, refresh }) {
	document.title = text.pageTitle(row.deviceName ?? row.serialNumber ?? row.id);
	return [title(row.deviceName ?? row.serialNumber ?? row.id, { beside: actions(row, refresh),
		below: [attestationBadge(row), " ", row.fault && badge(row.fault, "warn")] }),
	el("div.grid", panel(words.identity, identity(row)), panel(words.tpm, chip(row)),
		panel(words.keys, keys(row)), panel(words.certificates,
			later(getAll(`${OWN}/devices/${row.id}/certificates`, signal), certificates))),
	panel(words.timeline, later(getAll(`${OWN}/devices/${row.id}/timeline`, signal), timeline))];
}

export function page(context) {
	const row = get(`${GRAPH}/managedDevices/${encodeURIComponent(context.id)}`, context.signal);
	return later(row, (found) => show(found, context));
}
