/*
 * csv: files of comma-separated values (RFC 4180), read for import and written for spreadsheets.
 */

/* The rows of a text, each a list of fields; quotation marks may hold commas, line ends and doubled marks. */
export function parse(words) {
	const rows = [];
	let row = [];
	const field = /"((?:[^"]|"")*)"(,|\r?\n|$)|((?!")[^,\r\n]*)(,|\r?\n|$)/y;
	const source = words.replace(/^\uFEFF/, "");
	while (field.lastIndex < source.length) {
		const found = field.exec(source);
		if (!found)
			throw new SyntaxError(`line ${rows.length + 1}`);
		row.push(found[1] === undefined ? found[3] : found[1].replaceAll('""', '"'));
		if ((found[2] ?? found[4]) !== ",") {
			rows.push(row);
			row = [];
		}
	}
	return row.length ? [...rows, [...row, ""]] : rows;
}

/* What a spreadsheet would take for a formula gets an apostrophe before it. */
function written(value) {
	const plain = value === null || value === undefined ? "" : String(value);
	const safe = /^[=+\-@\t\r]/.test(plain) ? "'" + plain : plain;
	return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function write(rows) {
	return rows.map((row) => row.map(written).join(",") + "\r\n").join("");
}
