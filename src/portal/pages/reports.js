/*
 * reports: the attestation status of every device as Intune's report has it, and as a file for a spreadsheet.
 */
import { getPage, GRAPH } from "./api.js";
import { write } from "./csv.js";
import { el, replace } from "./dom.js";
import { number, time } from "./format.js";
import { href } from "./route.js";
import { text } from "./strings.js";
import { list } from "./table.js";
import { badge, button, faultBox, panel, save, title } from "./view.js";

const words = text.reports;
const STATUS = `${GRAPH}/reports/tpmAttestationStatus`;

/* Intune's columns (TpmAttestationStatus), in its order. */
const INTUNE = ["AttestationStatus", "AttestationStatusDetail", "DeviceId", "DeviceName", "EnrolledByUser", "EnrollmentDate",
	"LastCheckin", "Model", "OS", "OSVersion", "Ownership", "TpmManufacturer", "TpmVersion", "UPN"];

const TONES = { Completed: "good", Failed: "bad", "In progress": "warn" };

const COLUMNS = [
	{ head: words.device, cell: (row) => (row.DeviceId ? el("a", { href: href(["devices", row.DeviceId]) },
		row.DeviceName ?? row.SerialNumber) : row.DeviceName ?? row.SerialNumber ?? text.none) },
	{ head: words.status, cell: (row) => badge(row.AttestationStatus, TONES[row.AttestationStatus]) },
	{ head: words.detail, wide: true, cell: (row) => [row.AttestationStatusDetail || text.none,
		row.Fault && el("p.small.muted", row.Fault)] },
	{ head: words.model, wide: true, cell: (row) => row.Model ?? text.none },
	{ head: words.maker, wide: true, cell: (row) => row.TpmManufacturer ?? text.none },
	{ head: words.user, wide: true, cell: (row) => row.UPN ?? text.none },
	{ head: words.seen, wide: true, cell: (row) => time(row.LastCheckin) },
];

/* Reads the report to its end, page by page, and has the browser save it. */
async function exportAll(place, signal) {
	const progress = el("span"), parts = [write([INTUNE])];
	let rows = 0;
	replace(place, el("p", { role: "status" }, words.exporting, " ", progress));
	try {
		for (let at = `${STATUS}?$top=1000`; at;) {
			const page = await getPage(at, signal);
			parts.push(write(page.rows.map((row) => INTUNE.map((name) => row[name]))));
			rows += page.rows.length;
			progress.textContent = number(rows);
			at = page.next;
		}
		save("TpmAttestationStatus.csv", new Blob(parts, { type: "text/csv" }));
		replace(place, el("p", { role: "status" }, words.exported(number(rows))));
	} catch (error) {
		replace(place, faultBox(error));
	}
}

export function page({ signal }) {
	const place = el("div");
	const press = button(words.export, async () => {
		press.disabled = true;
		await exportAll(place, signal);
		press.disabled = false;
	}, { tone: "primary" });
	return [title(words.title, { beside: press, below: words.below }), place,
		panel(words.status, list({ path: `${STATUS}?$top=50`, columns: COLUMNS, caption: words.title }, signal))];
}
