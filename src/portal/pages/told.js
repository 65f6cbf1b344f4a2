/*
 * told: what became of devices that were told something together: how many are where, and each with its reason. As long as one
 * of them has not said, it is asked for again.
 */
import { advice } from "./advice.js";
import { get, getPage, OWN, query } from "./api.js";
import { parts } from "./chart.js";
import { el, replace } from "./dom.js";
import { hash, number } from "./format.js";
import { href } from "./route.js";
import { text } from "./strings.js";
import { table } from "./table.js";
import { badge, faultBox } from "./view.js";

const words = text.told;
const EVERY_MS = 2000;
const ROWS_MAX = 200;   // that are shown, those that went wrong first

export const BATCHES = `${OWN}/commandBatches`;

/* The states of commands: how each is coloured, and which come first. */
const TONES = { failed: "bad", expired: "bad", cancelled: "warn", sent: "info", pending: "idle", succeeded: "good" };
const ORDER = Object.keys(TONES);

function isOpen(batch) {
	return !batch.finishedDateTime || batch.pending > 0 || batch.sent > 0;
}

function sum(batches, member) {
	return batches.reduce((all, batch) => all + (batch[member] ?? 0), 0);
}

/* The commands of batches, one after the other, as far as they are shown. */
async function rowsOf(ids, signal) {
	const rows = [];
	for (const id of ids)
		for (let at = query(`${BATCHES}/${id}/commands`, { "$top": ROWS_MAX }); at && rows.length < ROWS_MAX;) {
			const page = await getPage(at, signal);
			rows.push(...page.rows);
			at = page.next;
		}
	return rows.sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state)).slice(0, ROWS_MAX);
}

function show(batches, rows, names) {
	const untold = sum(batches, "devices") - sum(batches, "commands");
	return [parts(words.title, ORDER.toReversed().map((state) => ({ name: text.commands.states[state], value: sum(batches, state),
		tone: TONES[state] })).filter(({ value }) => value > 0)),
	batches.every((batch) => batch.rate === 0) && untold > 0 && el("p", words.untold(number(untold), untold)),
	rows.length > 0 && table(words.title, [
		{ head: text.devices.name, cell: (row) => el("a", { href: href(["devices", row.managedDeviceId]) },
			names.get(row.managedDeviceId) ?? hash(row.managedDeviceId, 13)) },
		{ head: text.commands.state, cell: (row) => badge(text.commands.states[row.state] ?? row.state, TONES[row.state]) },
		{ head: words.why, wide: true, cell: (row) => row.what && [row.what, " ", advice(row.remedy ?? "", row.fault)] },
	], rows), rows.length === ROWS_MAX && el("p.small.muted", words.first(number(ROWS_MAX)))];
}

/* Those batches, watched until nothing is open in them; names are of devices, by their ids, as far as they are known. */
export function watched(ids, signal, names = new Map()) {
	const place = el("div", { "aria-live": "polite", "aria-busy": "true" }, el("p.muted", text.loading));

	async function read() {
		try {
			const batches = await Promise.all(ids.map((id) => get(`${BATCHES}/${id}`, signal)));
			replace(place, show(batches, await rowsOf(ids, signal), names));
			if (batches.some(isOpen) && place.isConnected)
				setTimeout(read, EVERY_MS * ids.length);
		} catch (error) {
			if (error.name !== "AbortError")
				replace(place, faultBox(error));
		}
		place.removeAttribute("aria-busy");
	}

	read();
	return place;
}
