/*
 * What devices pack, read in the page, and what a page costs. usage: node reading.mjs SCENE (JSON; see portal.py)
 */
import { execFileSync } from "node:child_process";
import { equal, faultsOf, go, look, open, run, screenshot, settled, signIn, widerOf } from "./browser.mjs";

const scene = JSON.parse(process.argv[2]);
const { browser, page, complaints } = await open(scene);

async function a_boot_log_is_read_event_by_event() {
	await look(page, "light", 1280);
	await page.goto(scene.url);
	await signIn(page, scene.name, scene.password);
	await page.waitForSelector("#menu", { state: "attached" });
	await go(page, "/devices?search=agent-1");
	await page.click("tbody a");
	await page.waitForSelector(".timeline");
	await page.click("text=Collect diagnostics");
	await page.click("dialog .actions button:last-child");
	await page.waitForSelector("progress");
	execFileSync(scene.checkin[0], scene.checkin.slice(1));
	await page.click("text=Open the bundle");
	await page.click("button:text-is('SRTMBoot.dat')");
	await page.waitForSelector("td:text-is('Booting')");
	const rows = await page.locator(".panel").last().locator("tbody tr").allInnerTexts();
	const wrong = [...await widerOf(page), ...await faultsOf(page, true)];
	await screenshot(page, scene, "boot-log");
	const said = rows.map((row) => row.split(/\s+/).slice(0, 3).join(" "));
	return [...wrong, ...equal(said.join("; "), "7 EFI_VARIABLE_DRIVER_CONFIG PK; 4 EFI_ACTION Booting; 4 SEPARATOR –")];
}

/* Padding of zeros is as firmware leaves it, so a cut before one is none; all others are refused. */
async function a_boot_log_that_is_cut_or_goes_on_is_refused() {
	return page.evaluate(async (base64) => {
		const { eventsOf } = await import("/portal/bootlog.js"), { Damage } = await import("/portal/octets.js");
		const octets = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)), counts = new Set(), wrong = [];
		const read = (log) => {
			try {
				return eventsOf(log).length;
			} catch (error) {
				return error instanceof Damage ? "refused" : wrong.push(`${error}`);
			}
		};
		for (let i = 1; i <= octets.length; i++)
			counts.add(read(octets.slice(0, i)));
		const all = [...counts].map(String).sort().join();
		if (all !== "0,1,2,3,refused")
			wrong.push(`cut logs are read as ${all}`);
		if (read(Uint8Array.from([...octets, 1])) !== "refused")
			wrong.push("an octet too many is read");
		return wrong;
	}, scene.bootLog);
}

/* It is a device's word: neither a date that is none nor what is no text hides the files beside it. */
async function a_manifest_that_says_nonsense_hides_no_file() {
	return page.evaluate(async () => {
		const { described } = await import("/portal/diagnostics.js"), wrong = [];
		const odd = { toString: 1 }, octets = (words) => new TextEncoder().encode(words);
		const says = (more) => described([{ name: "a", octets: octets("x") },
			{ name: "Manifest.json", octets: octets(JSON.stringify(more)) }]);
		const good = await says({ time: "2026-01-31T12:00:00Z", tool: "t", files: [{ name: "a", content: "c", sha256: "0" }],
			missing: [{ name: "b", fault: "F" }] });
		if (good.time !== "2026-01-31T12:00:00Z" || good.files[0].content !== "c" || good.missing.join() !== "b: F"
			|| good.files[0].isWhole !== false)
			wrong.push(`a good one says ${JSON.stringify(good)}`);
		for (const time of ["soon", 7, odd, null]) {
			const said = await says({ time, tool: odd, files: [null, odd, { name: "a", content: odd }], missing: [null, odd] });
			if (said.files.length !== 2 || said.time || said.tool || said.files[0].content || said.missing.length)
				wrong.push(`${JSON.stringify(time)} says ${JSON.stringify(said)}`);
		}
		return wrong;
	});
}

/* Files of commas: quotation marks hold what would end a field, and a formula is one no more. */
async function what_is_written_for_spreadsheets_is_read_as_it_was() {
	return page.evaluate(async () => {
		const { parse, write } = await import("/portal/csv.js");
		const rows = [["a", 'say "no"', "x,y"], ["", "two\r\nlines", "\u00e4"]];
		const same = JSON.stringify(parse(write(rows))) === JSON.stringify(rows);
		const safe = write([["=1+1", "+1", "-1", "@x", "\t"]]) === "'=1+1,'+1,'-1,'@x,'\t\r\n";
		let isRefused = false;
		try {
			parse('"open');
		} catch (error) {
			isRefused = error instanceof SyntaxError;
		}
		return [!same && "rows are others", !safe && "a formula is left", !isRefused && "an open mark is read"].filter(Boolean);
	});
}

/* Commands that have no page: what they do is done with a file, or on the device. */
const SHELL_ALONE = ["refusal evidence"];

/* Of the table of advice.js: faults that there are, pages that there are, and a page for each command that a remedy names. */
async function what_remedies_name_is_a_page_away() {
	const wrong = [], { commands, faults } = await page.evaluate(async () => {
		const { COMMANDS: commands, FAULTS: faults } = await import("/portal/advice.js");
		return { commands, faults };
	});
	wrong.push(...Object.keys(faults).filter((code) => !(code in scene.remedies)).map((code) => `there is no fault ${code}`));
	for (const [code, remedy] of Object.entries(scene.remedies))
		for (const [, noun, verb] of remedy.matchAll(/\bassay ([a-z-]+)( [a-z-]+)?/g))
			if (!commands[noun] && !SHELL_ALONE.includes(noun + verb))
				wrong.push(`${code}: assay ${noun} leads nowhere`);
	for (const path of new Set([...Object.values(commands), ...Object.values(faults)].map((parts) => `#/${parts.join("/")}`))) {
		await go(page, path);
		const isPage = await page.textContent("h1") !== "There is no such page";
		const isPart = path.split("/").length < 3 || await page.locator(`.tabs a[aria-current][href='${path}']`).count() === 1;
		wrong.push(...isPage && isPart ? [] : [`there is no page ${path}`]);
	}
	const n = Object.keys(scene.remedies).length;
	console.log(`# ${n} remedies, ${Object.keys(faults).length} of them with a page of their own`);
	return n > 200 ? wrong : [...wrong, "the table of faults was not read"];
}

const PAGES = ["overview", "devices", "refusals", "registrations", "filters", "restrictions", "compliance", "trust",
	"diagnostics", "reports", "audit", "people", "settings", "guide"];

async function no_page_takes_more_than_two_hundred_kilobytes() {
	const wrong = [], sizes = [], wire = await page.context().newCDPSession(page);
	let octets = 0;
	await wire.send("Network.setCacheDisabled", { cacheDisabled: true });
	await wire.send("Network.enable");
	wire.on("Network.loadingFinished", (one) => { octets += one.encodedDataLength; });
	for (const name of PAGES) {
		await page.goto("about:blank");
		octets = 0;
		await page.goto(`${scene.url}/#/${name}`);
		await page.waitForSelector("h1");
		await settled(page);
		sizes.push(`${name} ${Math.round(octets / 1000)} kB`);
		wrong.push(...octets > 200000 ? [`${name} has ${octets} octets`] : []);
	}
	console.log(`# ${sizes.join(", ")}`);
	return wrong;
}

const failed = await run([
	a_boot_log_is_read_event_by_event,
	a_boot_log_that_is_cut_or_goes_on_is_refused,
	a_manifest_that_says_nonsense_hides_no_file,
	what_is_written_for_spreadsheets_is_read_as_it_was,
	what_remedies_name_is_a_page_away,
	no_page_takes_more_than_two_hundred_kilobytes,
], complaints);
await browser.close();
process.exit(failed ? 1 : 0);
