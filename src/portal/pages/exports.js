/*
 * exports: a report as a file. The server writes it while the browser fetches it, so that neither holds more than a piece of
 * it and the browser shows how far that is. What that does not do, which is a search, and whoever signed in with a token,
 * which no link can carry, has it read page by page here.
 */
import { ask, getPage, GRAPH, isSession, pathOf } from "./api.js";
import { write } from "./csv.js";
import { el, replace } from "./dom.js";
import { number } from "./format.js";
import { text } from "./strings.js";
import { button, faultBox, save, saveFrom } from "./view.js";
import { asked } from "./views.js";

const words = text.exports;
const JOBS = `${GRAPH}/reports/exportJobs`;
const PAGE = 1000;

/* Asks for the file and leaves the rest to the browser. */
async function exportByServer(report, kind, view) {
	const job = await ask("POST", JOBS, { reportName: report.id, format: kind.toLowerCase(),
		...view.filter ? { filter: view.filter } : {} });
	saveFrom(`${report.id}.${kind.toLowerCase()}`, pathOf(job.url));
}

/* --- page by page --------------------------------------------------------------------------------------- */

/* How a file of each kind begins, what a page of rows is in it, and how it ends. */
const FORMATS = {
	CSV: { type: "text/csv", begin: (columns) => write([columns]), end: "",
		rows: (rows, columns) => write(rows.map((row) => columns.map((name) => row[name]))) },
	JSON: { type: "application/json", begin: () => "[", end: "\n]\n",
		rows: (rows, columns, isFirst) => rows.map((row, i) => (isFirst && i === 0 ? "\n" : ",\n")
			+ JSON.stringify(Object.fromEntries(columns.map((name) => [name, row[name]])))).join("") },
};

/* Reads the whole and has the browser save it; tell(n, all) hears how far it is. */
async function exportHere(report, kind, { path, view }, tell) {
	const columns = report.columns.filter((column) => column.isDefault).map((column) => column.name);
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
	save(`${report.id}.${kind.toLowerCase()}`, new Blob([...pieces, format.end], { type: format.type }));
	return words.exported(number(rows));
}

/* --- the buttons ---------------------------------------------------------------------------------------- */

/* Buttons that export what is shown of a report, with the columns that an export has. */
export function exporter(report, path, view) {
	const place = el("span.actions", { role: "status" });

	async function here(kind) {
		const bar = el("progress", { "aria-label": words.exporting }), far = el("span.muted.small");
		replace(place, bar, far);
		return exportHere(report, kind, { path, view }, (n, all) => {
			far.textContent = number(n);
			if (all)
				bar.value = n / all;
		});
	}

	async function byServer(kind) {
		await exportByServer(report, kind, view);
		return words.begun;
	}

	async function run(kind) {
		try {
			const said = await (isSession() && !view.search ? byServer(kind) : here(kind));
			replace(place, el("span.muted.small", said), buttons);
		} catch (error) {
			replace(place, faultBox(error), buttons);
		}
	}

	const buttons = Object.keys(FORMATS).map((kind) => button(words.as(kind), () => run(kind)));
	return replace(place, buttons);
}
