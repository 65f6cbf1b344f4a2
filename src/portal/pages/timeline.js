/*
 * timeline: what happened to a device, the latest first: each check with its outcome, why not and what would help.
 */
import { advice } from "./advice.js";
import { el } from "./dom.js";
import { clock } from "./format.js";
import { text } from "./strings.js";
import { badge, empty, more } from "./view.js";

const words = text.timeline;

const TONES = { passed: "good", failed: "bad" };
const EVENT_TONES = { trusted: "good", issued: "good", enrolled: "good", refused: "bad", revoked: "bad", claimed: "warn",
	retired: "warn", deleted: "bad" };

function list(rows) {
	return el("ul.checks", rows.map((row) => el("li", badge(row.outcome, TONES[row.outcome]), " ", el("code", row.check))));
}

/* Those that did not pass are why; the rest is there for whoever wants to see it. */
function checksOf(event) {
	const failed = event.checks.filter((row) => row.outcome === "failed");
	return [failed.length > 0 && list(failed), more(words.allChecks(event.checks.length), list(event.checks))];
}

/* The smallest changes that would let the device in, each found by deciding on it again. */
function whyNot(event) {
	const changes = event.wouldPassIf ?? [];
	return [event.what && el("p", event.what), event.detail && el("p", event.detail),
		event.remedy && el("p", advice(event.remedy, event.fault)),
		event.now && el("p", words.now(event.now)),
		changes.length > 0 && el("div.box.good", el("p", words.wouldPassIf),
			el("ul", changes.map((change) => el("li", change.text))))];
}

function eventOf(event) {
	return el("li.event", el(`span.dot.${EVENT_TONES[event.event] ?? "idle"}`),
		el("div", el("p", el("strong", words.events[event.event] ?? event.event), " ", event.summary),
			whyNot(event), event.checks?.length > 0 && checksOf(event), el("p.small.muted", clock(event.dateTime))));
}

export function timeline(events) {
	return events.length ? el("ol.timeline", events.toReversed().map(eventOf)) : empty(words.nothing);
}
