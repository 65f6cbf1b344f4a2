/*
 * device: one device: who it is, what was proved of it, what happened to it and what can be done.
 */
import { advice } from "./advice.js";
import { ask, get, getAll, getFile, GRAPH, OWN } from "./api.js";
import { auditOf } from "./audit.js";
import { certificates } from "./certificates.js";
import { commands } from "./commands.js";
import { reasons } from "./compliance.js";
import { el, replace } from "./dom.js";
import { deviceName, hash, time } from "./format.js";
import { go } from "./route.js";
import { text } from "./strings.js";
import { timeline } from "./timeline.js";
import { actionsOf, badge, button, confirm, facts, later, note, panel, run, save, tell, title } from "./view.js";

const words = text.device;

export function attestationBadge(row) {
	return row.isTpmAttested ? badge(words.attested, "good") : badge(words.unattested, "warn");
}

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
		[words.noTpm, row.noTpmReason],
		[words.maker, row.tpmManufacturer], [words.chipClass, row.tpmClass], [words.firmware, row.tpmFirmware],
		[words.version, row.tpmVersion],
		[words.assurance, row.assurance?.length ? row.assurance.map((oid) => words.assurances[oid] ?? oid) : words.noAssurance],
		[words.ek, row.ekHash && hash(row.ekHash)], [words.warnings, row.warnings],
		[words.leniencies, row.leniencies?.length ? row.leniencies : null],
		[words.proved, row.lastAttestedDateTime && time(row.lastAttestedDateTime)],
		[words.evidenceKind, row.attestationEvidenceKind], [words.meanwhile, row.tpmHistory],
	], true);
}

/* The server's view of the device's keys and the device's own: two records, which are compared. */
function keys(row) {
	const [here, there] = [row.serverKeyState, row.clientKeyState];
	const verdict = !there || there === "unknown" ? el("p.small.muted", words.keysUntold)
		: el("p", isApart(row) ? badge(words.keysDiffer, "warn") : badge(words.keysAgree, "good"));
	const recovery = row.recoveryStatus ? [[words.recovery, `${row.recoveryStatus}: ${row.recoveryStatusText}`]] : [];
	return [facts([[words.keyHere, words.keyStates[here] ?? here], [words.keyThere, words.keyStates[there] ?? there],
		...recovery]), verdict];
}

/* What services and assay inspect can check by themselves: what its last verdict was made of, and what is said of it now. */
const FILES = [
	{ word: words.saveEvidence, path: "evidence", end: "cbor" },
	{ word: words.saveResult, path: "attestationResult", end: "jwt" },
];

function files(row) {
	const place = el("div");
	const press = ({ word, path, end }) => button(word, (event) => run(event.target, place, async () => {
		save(`${deviceName(row)}.${end}`, await getFile(`${OWN}/devices/${row.id}/${path}`));
	}));
	return [el("div.actions", FILES.map(press), el("a", { href: auditOf(row.id) }, words.audit)), place];
}

/* What can be done: its word, who may, what is asked; those with a verb are orders that the device hears of. */
const ACTIONS = [
	{ name: "attest", role: "helpdesk", verb: "initiateDeviceAttestation", tone: "primary" },
	{ name: "recover", role: "helpdesk", verb: "initiateMobileDeviceManagementKeyRecovery" },
	{ name: "renew", role: "operator", verb: "renewDeviceCertificate" },
	{ name: "rotate", role: "operator", verb: "rotateAttestationKey" },
	{ name: "diagnostics", role: "helpdesk", verb: "collectDiagnostics" },
	{ name: "retire", role: "operator", verb: "retire" },
	{ name: "remove", role: "operator", tone: "danger" },
];

function actions(row, { may, refresh }) {
	const path = `${GRAPH}/managedDevices/${row.id}`;
	const isHere = row.managementState === "managed";
	return ACTIONS.filter((action) => may(action.role) && (isHere || !action.verb)).map(({ name, verb, tone }) => {
		const word = words.actions[name];
		return button(word, () => confirm({ heading: word, sentence: words.sentences[name](deviceName(row)), word, tone,
			action: () => (verb ? ask("POST", `${path}/${verb}`) : ask("DELETE", path)),
			done: () => {
				tell(words.done(word, deviceName(row)));
				if (verb)
					refresh();
				else
					go(["devices"]);
			} }), { tone });
	});
}

/* Whether the two records of its keys say different things. */
function isApart({ serverKeyState: here, clientKeyState: there }) {
	return Boolean(there) && there !== "unknown" && here !== there;
}

/* What is wrong with it and what to do, in the server's words, the worst first. */
function troublesOf(row) {
	return [...row.complianceReasons ?? [],
		row.fault && { code: row.fault, what: row.what, remedy: row.remedy,
			detail: row.noTpmReason && `${words.noTpm}: ${row.noTpmReason}` },
		isApart(row) && { what: words.keysApart, remedy: words.keysRemedy }].filter(Boolean);
}

/* In a sentence how it is. */
function standing(row) {
	const troubles = troublesOf(row), best = row.assurance?.[0];
	if (row.managementState === "retired")
		return note("idle", words.isRetired);
	if (!troubles.length)
		return row.isTpmAttested && note("good", el("strong", words.isGood(words.assurances[best] ?? best)));
	const tone = row.complianceState === "noncompliant" ? "bad" : "warn";
	return note(tone, ...troubles.map(({ code, what, detail, remedy }) => el("p", el("strong", what),
		detail && ` ${detail}.`, " ", advice(remedy ?? "", code))));
}

function show(row, context) {
	document.title = text.pageTitle(deviceName(row));
	const history = el("div");
	const read = () => replace(history, later(getAll(`${OWN}/devices/${row.id}/timeline`, context.signal), timeline));
	read();
	const [first, ...others] = actions(row, context);
	return [title(deviceName(row), { below: [attestationBadge(row), " ", row.fault && badge(row.fault, "warn")] }), standing(row),
		el("div.actions.toolbar", first, actionsOf(deviceName(row), others)),
		el("div.grid", panel(words.identity, identity(row)), panel(words.tpm, chip(row)),
			panel(words.compliance, reasons(row)), panel(words.keys, keys(row))),
		panel(words.certificates, certificates(row.id, context)),
		panel(words.commands, commands(row, context, read)),
		panel(words.timeline, history, files(row))];
}

export function page(context) {
	const row = get(`${GRAPH}/managedDevices/${encodeURIComponent(context.id)}`, context.signal);
	return later(row, (found) => show(found, context));
}
