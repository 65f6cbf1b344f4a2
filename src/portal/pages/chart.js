/*
 * chart: drawings of few numbers. Each is an image with a title and a description, and stands above a table of the
 * same numbers, so nothing is said by colour or length alone. Lengths are in percent: they fit every width.
 */
import { el, freshId, svg } from "./dom.js";
import { number, total } from "./format.js";
import { text } from "./strings.js";
import { more } from "./view.js";

function drawing(title, description, height, shapes) {
	const titleId = freshId(), descId = freshId();
	return svg("svg.chart", { role: "img", "aria-labelledby": `${titleId} ${descId}`, width: "100%", height },
		svg("title", { id: titleId }, title), svg("desc", { id: descId }, description), shapes);
}

function numbers(title, heads, rows) {
	return more(text.chart.table, el("table.plain", el("caption.unseen", title),
		el("thead", el("tr", heads.map((head) => el("th", { scope: "col" }, head)))),
		el("tbody", rows.map(([name, ...values]) => el("tr", el("th", { scope: "row" }, name),
			values.map((value) => el("td.number", number(value))))))));
}

/* Parts of a whole as one bar, with a legend: [{ name, value, tone, href, isAtLeast }]. */
export function parts(title, rows) {
	const sum = rows.reduce((all, row) => all + row.value, 0);
	let at = 0;
	const bars = rows.filter((row) => row.value).map((row) => {
		const width = 100 * row.value / sum, x = at;
		at += width;
		return svg(`rect.fill-${row.tone}`, { x: `${x}%`, y: 0, width: `${width}%`, height: 20 },
			svg("title", `${row.name}: ${number(row.value)}`));
	});
	const legend = rows.map((row) => el("li", el(`span.key.fill-${row.tone}`), el("strong", total(row.value, row.isAtLeast)), " ",
		row.href ? el("a", { href: row.href }, row.name) : row.name));
	return el("figure", drawing(title, text.chart.parts(sum), 20, bars.length ? bars
		: svg("rect.fill-line", { width: "100%", height: 20 })), el("figcaption", el("ul.legend", legend)));
}

/* How much happened in each of several spans of time: [{ name, value }]. */
export function columns(title, rows, heads) {
	const most = Math.max(1, ...rows.map((row) => row.value)), width = 100 / rows.length, height = 96;
	const bars = rows.map((row, i) => {
		const tall = row.value ? Math.max(2, height * row.value / most) : 1;
		return svg(row.value ? "rect.fill-info" : "rect.fill-line", { x: `${(i + 0.1) * width}%`, y: height - tall,
			width: `${0.8 * width}%`, height: tall, rx: 1 }, svg("title", `${row.name}: ${number(row.value)}`));
	});
	return el("figure", drawing(title, text.chart.columns(rows.length, most), height, bars),
		el("p.axis.small.muted", el("span", rows[0]?.name), el("span", rows.at(-1)?.name)),
		numbers(title, heads, rows.map((row) => [row.name, row.value])));
}

export const DAY_MS = 86400000;

/* Midnight, UTC, as the server has it. */
export function today() {
	return Math.floor(Date.now() / DAY_MS) * DAY_MS;
}

/*
 * How much happened on each day: pairs are [day as a time, value]; days without one have none. From `first`, a time, or from
 * the first pair, to the last or to today; at most ninety. A day is the server's, from midnight to midnight UTC.
 */
export function daily(title, pairs, heads, first) {
	const known = new Map(pairs.map(([day, value]) => [Date.parse(day), value]));
	const last = first ? today() : Math.max(...known.keys());
	const from = Math.max(first || Math.min(...known.keys()), last - 89 * DAY_MS);
	const all = Array.from({ length: Math.round((last - from) / DAY_MS) + 1 }, (_, i) => from + i * DAY_MS);
	return columns(title, all.map((day) => ({ value: known.get(day) ?? 0,
		name: new Date(day).toLocaleDateString("en", { month: "short", day: "numeric", timeZone: "UTC" }) })), heads);
}

/* Things by how many of them there are: [{ name, value, tone, href, note }]. */
export function bars(title, rows) {
	const most = Math.max(1, ...rows.map((row) => row.value));
	return el("figure", el("ol.bars", { "aria-label": title }, rows.map((row) => el("li",
		el("span.name", row.href ? el("a", { href: row.href }, row.name) : row.name),
		el("strong.number", number(row.value)),
		svg("svg", { "aria-hidden": "true", width: "100%", height: 6 },
			svg("rect.fill-line", { width: "100%", height: 6, rx: 3 }),
			svg(`rect.fill-${row.tone ?? "info"}`, { width: `${100 * row.value / most}%`, height: 6, rx: 3 })),
		row.note && el("span.small.muted", row.note)))));
}
