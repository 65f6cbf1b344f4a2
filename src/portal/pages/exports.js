/*
 * exports: the rows of a report as a file, read page by page, with how far that is.
 */
import { getPage } from "./api.js";
import { write } from "./csv.js";
import { el, replace } from "./dom.js";
import { number } from "./format.js";
import { text } from "./strings.js";
import { button, faultBox, save } from "./view.js";
import { asked } from "./views.js";

const words = text.exports;
const PAGE = 1000;

/* How a file of each kind begins, what a page of rows is in it, and how it ends. */
const FORMATS = {
	CSV: { type: "text/csv", begin: (columns) => write([columns]), end: "",
		rows: (rows, columns) => write(rows.map((row) => columns.map((name) => row[name]))) },
	JSON: { type: "application/json", begin: () => "[", end: "]\n",
		rows: (rows, columns, isFirst) => rows.map((row, i) => (isFirst && i === 0 ? "\n" : ",\n")
			+ JSON.stringify(Object.fromEntries(columns.map((name) => [name, row[name]])))).join("") },
};

/* Reads the whole and has the browser save it; tell(n, all) hears how far it is. */
async function exportAll(name, kind, { path, view, columns }, tell) {
	const format = FORMATS[kind], pieces = [format.begin(columns)];
	let rows = 0, all = 0;
	for (let at = asked(path, view, PAGE); at;) {
		const page = await getPage(at);
		pieces.push(format.rows(page.rows, columns, rows === 0));
		rows += page.rows.length;
		all = page.countIsAtLeast ? 0 : page.count ?? all;
		tell(rows, all);
		at = page.next;
	}
	save(`${name}.${kind.toLowerCase()}`, new Blob([...pieces, format.end], { type: format.type }));
	return rows;
}

/* Buttons that export what is shown of a report, with the columns that an export has. */
export function exporter(report, path, view) {
	const place = el("span.actions", { role: "status" });
	const columns = report.columns.filter((column) => column.isDefault).map((column) => column.name);

	async function run(kind) {
		const bar = el("progress", { "aria-label": words.exporting }), far = el("span.muted.small");
		replace(place, bar, far);
		try {
			const rows = await exportAll(report.id, kind, { path, view, columns }, (n, all) => {
				far.textContent = number(n);
				if (all)
					bar.value = n / all;
			});
			replace(place, el("span.muted.small", words.exported(number(rows))), buttons);
		} catch (error) {
			replace(place, faultBox(error), buttons);
		}
	}

	const buttons = Object.keys(FORMATS).map((kind) => button(words.as(kind), () => run(kind)));
	return replace(place, buttons);
}
