/*
 * commands: what a device was told to do and how far it is. As long as one is open it is asked for again, so that
 * whoever pressed the button sees it end.
 */
import { advice } from "./advice.js";
import { ask, getAll, OWN } from "./api.js";
import { el, replace } from "./dom.js";
import { time } from "./format.js";
import { href } from "./route.js";
import { text } from "./strings.js";
import { table } from "./table.js";
import { badge, button, empty, faultBox } from "./view.js";

const words = text.commands;
const EVERY_MS = 2000;
const TONES = { succeeded: "good", failed: "bad", expired: "bad", sent: "info", pending: "info" };

function isOpen(row) {
	return row.state === "pending" || row.state === "sent";
}

/* A bundle of diagnostics came of it. */
function isBundle(row) {
	return row.actionName === "collectDiagnostics" && row.state === "succeeded";
}

function show(rows, device, may, cancel) {
	if (!rows.length)
		return empty(words.nothing);
	return table(words.title, [
		{ head: words.what, cell: (row) => [words.names[row.actionName] ?? row.actionName,
			row.what && el("p.small.muted", row.what, " ", advice(row.remedy ?? "", row.fault))] },
		{ head: words.state, cell: (row) => [badge(words.states[row.state] ?? row.state, TONES[row.state]),
			isBundle(row) && may("helpdesk") && [" ", el("a", { href: href(["diagnostics", device.id]) }, words.openBundle)],
			isOpen(row) && el("progress", { "aria-label": words.states[row.state] ?? row.state })] },
		{ head: words.by, wide: true, cell: (row) => row.initiatedBy ?? text.none },
		{ head: words.since, cell: (row) => time(row.finishedDateTime ?? row.createdDateTime) },
		...may("operator") ? [{ head: "", wide: true, cell: (row) => isOpen(row) && button(text.cancel, () => cancel(row),
			{ tone: "quiet" }) }] : [],
	], rows.toReversed());
}

/* The commands of a device; ended() is called when one of them came to its end while somebody looked. */
export function commands(device, { signal, may }, ended) {
	const place = el("div", { "aria-live": "polite" });
	let open = 0;

	async function read() {
		const rows = await getAll(`${OWN}/devices/${device.id}/commands`, signal, 100);
		const now = rows.filter(isOpen).length;
		replace(place, show(rows, device, may, cancel));
		if (now < open)
			ended();
		open = now;
		if (open)
			setTimeout(() => refresh(), EVERY_MS);
	}

	async function refresh(before = async () => {}) {
		try {
			await before();
			await read();
		} catch (error) {
			if (error.name !== "AbortError")
				replace(place, faultBox(error));
		}
	}

	function cancel(row) {
		return refresh(() => ask("POST", `${OWN}/commands/${row.id}/cancel`));
	}

	refresh();
	return place;
}
