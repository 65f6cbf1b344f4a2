/*
 * table: lists. Columns are { head, cell(row), order, wide, number }: `order` is the property that a press on the head
 * sorts by, `wide` a column that small screens leave out.
 */
import { getPage } from "./api.js";
import { el, replace } from "./dom.js";
import { total } from "./format.js";
import { text } from "./strings.js";
import { button, empty, faultBox, marked } from "./view.js";

function classes(column) {
	return [column.wide && "wide", column.number && "number"].filter(Boolean).join(" ") || null;
}

function arrow(column, order) {
	const [name, direction] = order.split(" ");
	return name !== column.order ? "none" : direction === "desc" ? "descending" : "ascending";
}

function headOf(column, order, sort) {
	if (!column.order || !sort)
		return el("th", { scope: "col", class: classes(column) },
			column.head || el("span.unseen", text.list.actions));
	const sorted = arrow(column, order);
	const next = sorted === "ascending" ? column.order + " desc" : column.order;
	return el("th", { scope: "col", class: classes(column), "aria-sort": sorted },
		el("button.sort", { type: "button", click: () => sort(next) }, column.head));
}

/* A table of rows; sort is called with the new order. */
export function table(caption, columns, rows, { order = "", sort } = {}) {
	const body = rows.map((row) => el("tr", columns.map((column) => el("td", { class: classes(column) }, column.cell(row)))));
	return el("div.scroll", { tabindex: "0", role: "region", "aria-label": caption },
		el("table", el("caption.unseen", caption),
			el("thead", el("tr", columns.map((column) => headOf(column, order, sort)))), el("tbody", body)));
}

/*
 * A list that is read page by page, each added below the one before: { path, columns, caption, order, sort, nothing }.
 * filter is what the path narrows it by, to be marked where it is wrong. found(count, isAtLeast) is told how many there are,
 * when the server says so; first(rows) gives a column before the others.
 */
export function list(options, signal) {
	const place = el("div.list", { "aria-busy": "true" }, el("p.muted", text.loading));
	load(place, options, options.path, [], signal);
	return place;
}

function isOfFilter(error) {
	return error.detail?.startsWith("$filter,");
}

async function load(place, options, path, before, signal) {
	try {
		const page = await getPage(path, signal);
		show(place, options, before.concat(page.rows), page, signal);
	} catch (error) {
		if (error.name !== "AbortError")
			replace(place, faultBox(error), isOfFilter(error) && marked(options.filter ?? "", error));
	}
	place.removeAttribute("aria-busy");
}

function show(place, options, rows, page, signal) {
	if (page.count !== undefined)
		options.found?.(page.count, page.countIsAtLeast);
	if (!rows.length) {
		replace(place, options.nothing ?? empty(text.nothing));
		return;
	}
	const next = button(text.list.more, () => {
		next.disabled = true;
		load(place, options, page.next, rows, signal);
	});
	const columns = options.first ? [options.first(rows), ...options.columns] : options.columns;
	replace(place, table(options.caption, columns, rows, options),
		el("p.small.muted", { role: "status" }, text.list.shown(rows.length, total(page.count, page.countIsAtLeast))),
		page.next && next);
}
