/*
 * format: facts as people read them. Times are shown in the reader's own zone, with the server's in the tooltip.
 */
import { el } from "./dom.js";
import { text } from "./strings.js";

const MINUTE = 60, HOUR = 3600, DAY = 86400;

const short = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });
const thisYear = new Intl.DateTimeFormat("en", { month: "short", day: "numeric", hour: "numeric", minute: "2-digit" });
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" });

/* "3 hours ago"; beyond a month the date itself. */
function ago(moment, now) {
	const seconds = Math.round((moment - now) / 1000), size = Math.abs(seconds);
	const steps = [[MINUTE, 1, "second"], [HOUR, MINUTE, "minute"], [DAY, HOUR, "hour"], [30 * DAY, DAY, "day"]];
	const step = steps.find(([below]) => size < below);
	return step ? relative.format(Math.round(seconds / step[1]), step[2]) : short.format(moment);
}

/* A <time> of "2026-01-31T12:00:00Z", or what is said of one that never came. */
export function time(word, otherwise = text.none) {
	if (!word)
		return otherwise;
	const moment = new Date(word);
	return el("time", { datetime: word, title: short.format(moment) }, ago(moment, new Date()));
}

/* The same as day and hour, for rows that are read one after the other; the year only where it is another. */
export function clock(word) {
	if (!word)
		return text.none;
	const moment = new Date(word), words = moment.getFullYear() === new Date().getFullYear() ? thisYear : short;
	return el("time", { datetime: word, title: word }, words.format(moment));
}

export function number(value) {
	return new Intl.NumberFormat("en").format(value);
}

/* A count that the server may have stopped at. */
export function total(count, isAtLeast) {
	return count === undefined ? "" : (isAtLeast ? "≥ " : "") + number(count);
}

/* The beginning of a long hash, all of it in the tooltip. */
export function hash(word, length = 16) {
	return word ? el("code.short", { title: word }, word.length > length ? word.slice(0, length) + "…" : word) : text.none;
}

/* Words that may be long, on one line, with all of them in the tooltip. */
export function line(words) {
	return el("span.line", { title: words }, words);
}

/* What a device of the graph's is called: its name, or what stands for one. */
export function deviceName(row) {
	return row.deviceName ?? row.serialNumber ?? row.id;
}

/* What the fields of records hold besides: true and false, lists, nothing. */
export function plain(value) {
	if (value === null || value === undefined || value === "")
		return text.none;
	if (typeof value === "boolean")
		return value ? text.yes : text.no;
	if (Array.isArray(value))
		return value.length ? value.map(plain).join(", ") : text.none;
	return String(value);
}
