/* What an administrator does in the portal. usage: node portal.mjs SCENE (JSON; see portal.py) */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { equal, faultsOf, go, look, open, run, screenshot, settled, signIn, widerOf } from "./browser.mjs";

const scene = JSON.parse(process.argv[2]);
const { browser, page, complaints } = await open(scene);

const REPORTS = scene.long ? ["AttestationCauses", "TpmFirmware", "DeviceAssurance", "StaleDevices", "RestrictionHits",
	"EnrollmentsOverTime", "DeviceComplianceStatus"] : [];

/* The pages that the menu leads to, and one device. */
const PAGES = ["overview", "devices", "refusals", "registrations", "filters", "restrictions", "compliance", "trust",
	"trust/missing", "trust/firmware", "diagnostics", "reports", ...REPORTS.map((name) => `reports/${name}`),
	"audit", "people", "settings"];

let bundlePath = "";   // where the bundle of a device was saved

const LOOKS = scene.long ? [["light", 1280], ["dark", 1280], ["light", 360], ["dark", 360]] : [["light", 1280], ["dark", 360]];

/*
 * What is wrong with the page that is open, in each look; pictures of it are kept. In the short run axe sees the first,
 * and the colours, which are of one sheet, of one page.
 */
async function inspect(name) {
	const wrong = [];
	for (const [i, [scheme, width]] of LOOKS.entries()) {
		await look(page, scheme, width);
		const seen = scene.long || i === 0 ? await faultsOf(page, scene.long || name === "device") : [];
		const found = [...await widerOf(page), ...seen];
		wrong.push(...found.map((sentence) => `${name}, ${scheme}, ${width} px: ${sentence}`));
		if (scene.long)
			await screenshot(page, scene, `${name}-${scheme}-${width}`);
	}
	await look(page, ...LOOKS[0]);
	return wrong;
}

/* The same of what a page looks like on the way, for which there is time in the long run. */
function inspectOnTheWay(name) {
	return scene.long ? inspect(name) : [];
}

/* A device without a TPM asks to enrol: its fault, or nothing. */
function enrollWithoutTpm(name, token) {
	const words = ["--no-tpm", "not found", "--serial", name, "--name", name, "--token", token];
	try {
		return JSON.parse(execFileSync(scene.enroll[0], [...scene.enroll.slice(1), ...words], QUIET)).devices[0].fault;
	} catch (error) {
		return JSON.parse(error.stdout).devices[0].fault;
	}
}

/* What a program says on its standard error is about what it was to find. */
const QUIET = { stdio: ["ignore", "pipe", "ignore"] };

async function whoever_comes_is_asked_who_they_are() {
	await look(page, ...LOOKS[0]);
	await page.goto(scene.url);
	await page.waitForSelector("form");
	const times = await page.evaluate(() => ({
		paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
		octets: [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
			.reduce((sum, entry) => sum + entry.transferSize, 0),
	}));
	console.log(`# first contentful paint after ${Math.round(times.paint)} ms, ${Math.round(times.octets / 1000)} kB`);
	return [...await inspect("sign-in"), ...times.octets > 200000 ? [`a page has ${times.octets} octets`] : []];
}

async function a_wrong_password_is_refused_in_the_servers_words() {
	await signIn(page, scene.name, "none of the four words");
	await page.waitForSelector("[role=alert]");
	complaints.splice(0);   // the browser itself complains of a 401
	return equal((await page.textContent("[role=alert] .small")).split(" ")[0], "SIGN_IN_WRONG");
}

async function with_the_right_one_they_see_the_overview() {
	await signIn(page, scene.name, scene.password);
	await page.waitForSelector("#menu", { state: "attached" });
	await settled(page);
	return equal(await page.textContent("h1"), "Overview");
}

async function a_session_outlives_a_reload_and_no_script_can_read_its_cookie() {
	await page.reload();
	await page.waitForSelector("#menu", { state: "attached" });
	await settled(page);
	return [...equal(await page.evaluate(() => document.cookie), ""), ...equal(await page.textContent("h1"), "Overview")];
}

async function a_slip_in_ones_password_until_now_ends_no_session() {
	await page.click("header button.wide");
	await page.getByLabel("Password until now").fill("none of the four words");
	await page.getByLabel("New password").fill(`${scene.password}-own`);
	await page.click("dialog .actions button:last-child");
	await page.waitForSelector("dialog [role=alert]");
	complaints.splice(0);   // the browser itself complains of a 401
	const code = (await page.textContent("dialog [role=alert] .small")).split(" ")[0];
	await page.keyboard.press("Escape");
	await page.waitForSelector("dialog", { state: "detached" });
	await go(page, "/devices");
	const heading = await page.textContent("h1");
	await go(page, "/overview");
	return [...equal(code, "SIGN_IN_WRONG"), ...equal(heading, "Devices")];
}

async function the_overview_says_in_a_sentence_how_the_fleet_is() {
	await go(page, "/overview");
	const changed = await page.locator(".changes li").allTextContents();
	return [...equal(await page.textContent(".glance"), "6 of 8 devices are attested. 3 things wait for you."),
		...equal(changed.slice(0, 2).join("; "), "8 devices enrolled; 11 devices were turned away")];
}

async function every_page_is_readable_by_everybody() {
	const wrong = [];
	for (const name of PAGES) {
		await go(page, `/${name}`);
		wrong.push(...await inspect(name.replace("/", "-")));
	}
	return wrong;
}

async function a_device_is_searched_found_and_opened() {
	await go(page, "/devices?search=lap-2");
	const names = await page.locator("tbody a").allTextContents();
	await page.click("tbody a");
	await page.waitForSelector(".timeline");
	await settled(page);
	return [...equal(names.join(), "lap-2"), ...equal(await page.textContent("h1"), "lap-2"), ...await inspect("device")];
}

async function a_mistake_in_a_question_is_marked_where_it_is() {
	await go(page, "/devices?filter=" + encodeURIComponent("deviceName eq 'x' and colour eq 3"));
	const [asked, mark] = (await page.textContent("pre.caret")).split("\n");
	complaints.splice(0);   // the browser itself complains of a 400
	return equal(asked.slice(mark.indexOf("^")), "colour eq 3");
}

async function a_device_says_what_is_wrong_with_it_and_what_to_do() {
	await go(page, "/devices?search=agent-1");
	await page.click("tbody a");
	await page.waitForSelector(".box.warn:has-text('TPM was proved.')");
	return equal(await page.locator(".box.warn:has-text('Give the device a profile') a:text-is('Open Settings.')").count(), 1);
}

async function on_a_phone_one_button_opens_the_others() {
	await go(page, "/people");
	await look(page, "dark", 360);
	const role = page.locator("tr:has-text('bob') button:text-is('Role')"), opener = page.getByLabel("What can be done with bob");
	const wrong = equal(await role.isVisible(), false);
	await opener.focus();
	await page.keyboard.press("Enter");
	wrong.push(...equal(await role.isVisible(), true), ...await widerOf(page), ...await faultsOf(page, scene.long));
	await page.keyboard.press("Tab");
	await page.keyboard.press("Enter");   // a dialog, which gives the focus back to what is in sight
	await page.waitForSelector("dialog h2:text-is('Another role for bob')");
	await page.keyboard.press("Escape");
	await page.waitForSelector("dialog", { state: "detached" });
	wrong.push(...equal(await role.isVisible(), false),
		...equal(await opener.evaluate((node) => node === document.activeElement), true));
	await look(page, ...LOOKS[0]);
	return wrong;
}

async function several_are_chosen_by_the_keyboard_and_told_together() {
	await go(page, "/devices?order=deviceName");
	for (const name of ["lap-4", "lap-5"]) {
		await page.getByLabel(`Choose ${name}`).focus();
		await page.keyboard.press("Space");
	}
	const chosen = await page.textContent(".chosen strong");
	await page.click(".chosen button:text-is('New attestation key')");
	const heading = await page.textContent("dialog h2"), wrong = await inspectOnTheWay("choosing");
	await page.click("dialog .actions button:last-child");
	await page.waitForSelector(".panel tr:has-text('lap-5') .badge:text-is('waits for the device')");
	wrong.push(...equal(await page.locator(".chosen").isVisible(), false), ...await faultsOf(page, scene.long));
	return [...wrong, ...equal(chosen, "2 chosen"), ...equal(heading, "New attestation key: 2 devices"),
		...equal(await page.locator(".panel tbody tr").count(), 2)];
}

async function what_would_be_markup_is_what_the_device_said() {
	await go(page, "/devices?filter=" + encodeURIComponent("isTpmAttested eq false"));
	const names = await page.locator("tbody a").allTextContents();
	await page.click("tbody a:has-text('onerror')");
	await page.waitForSelector(".timeline");
	await settled(page);
	const said = await page.textContent("body"), made = await page.locator("img[src=x], svg[onload], body script").count();
	const parts = ["<img src=x onerror=alert(1)>", "</td><script>alert(2)</script>", '"><svg onload=alert(3)>'];
	const missing = parts.filter((part) => !said.includes(part));
	return [...equal(names.includes(parts[0]), true), ...equal(missing.join(), ""), ...equal(made, 0)];
}

async function a_file_is_imported_and_each_row_that_is_refused_is_named() {
	await go(page, "/registrations");
	const lines = ["Device Serial Number,Windows Product ID,Hardware Hash,Group Tag", "new-1,,,sales", "lap-1,,,sales",
		'"new,2",,,', "new-1,,,sales", ""];
	await page.setInputFiles("input[type=file]", { name: "devices.csv", mimeType: "text/csv",
		buffer: Buffer.from("\uFEFF" + lines.join("\r\n")) });
	await page.waitForSelector(".drop + div table");
	const said = await page.textContent(".drop + div .box");
	const refused = await page.locator(".drop + div tbody tr").allInnerTexts();
	await page.waitForSelector("text=new,2");
	return [...equal(said, "2 registered, 1 were so before, 1 refused."),
		...equal(refused.map((row) => row.split(/\s+/).slice(0, 3).join(" ")).join("; "),
			"3 lap-1 SERIAL_REGISTERED"), ...await inspectOnTheWay("import")];
}

async function a_file_that_is_none_is_refused_with_the_reason() {
	await page.setInputFiles("input[type=file]", { name: "x.csv", mimeType: "text/csv",
		buffer: Buffer.from("Colour\r\nred\r\n") });
	await page.waitForSelector(".drop + div .box.bad");
	return equal(await page.textContent(".drop + div .box.bad"),
		"The file cannot be read: column Colour is not one that is known.");
}

async function a_mistake_in_a_rule_is_marked_where_it_is() {
	await go(page, "/filters");
	await page.click("text=New filter");
	await page.fill("form input", "unattested");
	await page.fill("textarea", '(device.colour -eq "red")');
	await page.waitForSelector("pre.caret");
	const [rule, mark] = (await page.textContent("pre.caret")).split("\n");
	complaints.splice(0);   // the browser itself complains of a 400
	return [...equal(rule.slice(mark.indexOf("^")), 'colour -eq "red")'), ...await inspectOnTheWay("rule-mistake")];
}

async function a_filter_is_written_with_its_devices_in_sight() {
	await page.fill("textarea", '(device.isTpmAttested -eq "False")');
	await page.waitForSelector("text=It is about 2 of 8 devices.");
	const wrong = await inspectOnTheWay("rule");
	await page.click("text=Save");
	await page.waitForSelector("td:text('unattested')");
	return wrong;
}

async function a_restriction_by_that_filter_blocks_devices_without_a_tpm() {
	await go(page, "/restrictions");
	await page.click("text=New restriction");
	await page.getByLabel("Name").fill("No TPM");
	await page.getByLabel("State").selectOption("on");
	await page.getByLabel("Whom").selectOption("include");
	await page.waitForSelector("text=It is about 2 of the 8 devices");
	await page.getByLabel("Message").fill("Ask for a company laptop.");
	const wrong = await inspectOnTheWay("restriction");
	await page.click("text=Save");
	await page.waitForSelector("td:has-text('No TPM')");
	wrong.push(...equal(enrollWithoutTpm("byod-2", scene.blocked), "RESTRICTION_BLOCKED"));
	await go(page, "/refusals?search=byod-2");
	await page.click("tbody a");
	await page.waitForSelector("text=Ask for a company laptop.");
	return [...wrong, ...await inspectOnTheWay("refusal")];
}

async function what_a_device_is_told_is_watched_to_its_end() {
	await go(page, "/devices?search=agent-1");
	await page.click("tbody a");
	await page.waitForSelector(".timeline");
	await page.click("text=Collect diagnostics");
	await page.click("dialog button.primary, dialog .actions button:last-child");
	await page.waitForSelector("progress");
	const wrong = await inspectOnTheWay("command");
	execFileSync(scene.checkin[0], scene.checkin.slice(1));
	await page.waitForSelector(".badge:has-text('done')");
	return wrong;
}

async function what_the_device_packed_is_read_in_the_page() {
	await page.click("text=Open the bundle");
	await page.click("button:text-is('Manifest.json')");
	await page.waitForSelector("pre.file:has-text('assay-agent')");
	const digests = await page.locator(".badge:text-is('as packed')").count();
	const rows = await page.locator("tbody tr").count();
	const [bundle] = await Promise.all([page.waitForEvent("download"), page.click("text=Save the bundle")]);
	bundlePath = await bundle.path();
	return [...equal(bundle.suggestedFilename(), "agent-1.cab"), ...equal(digests, rows - 1), ...await inspectOnTheWay("bundle")];
}

async function a_damaged_bundle_is_refused_wherever_the_damage_is() {
	const whole = readFileSync(bundlePath).toString("base64");
	return page.evaluate(async (base64) => {
		const { filesOf } = await import("/portal/cab.js"), { Damage } = await import("/portal/octets.js");
		const octets = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)), wrong = [];
		const refused = (damaged, what) => {
			try {
				filesOf(damaged);
				wrong.push(`${what} is read`);
			} catch (error) {
				if (!(error instanceof Damage))
					wrong.push(`${what}: ${error}`);
			}
		};
		for (let i = 0; i < octets.length; i++)
			refused(octets.slice(0, i), `a bundle of ${i} octets`);
		refused(Uint8Array.from([...octets, 0]), "one with an octet too many");
		const content = octets.length - filesOf(octets).reduce((sum, file) => sum + file.octets.length, 0);
		for (let i = content; i < octets.length; i += 97)
			refused(octets.map((octet, at) => (at === i ? octet ^ 1 : octet)), `one with another octet at ${i}`);
		return wrong.slice(0, 5);
	}, whole);
}

async function a_device_is_found_by_a_few_letters_and_no_mouse() {
	await page.keyboard.press("Control+k");
	await page.waitForSelector("dialog input:focus");   // on a busy machine letters would come before it
	await page.keyboard.type("lap-3");
	await page.waitForSelector(".jump a:text-is('lap-3')");
	const wrong = await inspectOnTheWay("jump");
	await page.keyboard.press("Enter");
	await page.waitForSelector("h1:text-is('lap-3')");
	return [...wrong, ...equal(await page.locator("dialog").count(), 0)];
}

/* As in Intune: a device whose key is in a file is told to recover, and attests with a key in its TPM. */
async function a_key_is_recovered_into_the_tpm_and_that_is_watched_to_its_end() {
	const state = () => page.locator("dt:text-is('The server says') + dd").textContent();
	await page.click("text=To agent-1");
	await page.waitForSelector(".timeline");
	const before = await state();
	await page.click("text=Recover key");
	await page.click("dialog .actions button:last-child");
	await page.waitForSelector("progress");
	const [order] = JSON.parse(execFileSync(scene.checkin[0], [...scene.checkin.slice(1), "--json"], QUIET)).orders;
	if (order.fault)
		return [`the device recovered nothing: ${JSON.stringify(order)}`];
	await page.waitForSelector("tr:has-text('Recover key') .badge:text-is('done')");
	await page.reload();
	await page.waitForSelector(".timeline");
	return [...equal(before, "key in a file"), ...equal(await state(), "attested key in the TPM"), ...await inspect("recovered")];
}

async function the_report_is_exported_with_exactly_intunes_columns() {
	await go(page, "/reports");
	const [file] = await Promise.all([page.waitForEvent("download"), page.click("text=Export CSV")]);
	const lines = readFileSync(await file.path(), "utf8").split("\r\n");
	return [...equal(lines[0], "AttestationStatus,AttestationStatusDetail,DeviceId,DeviceName,EnrolledByUser,EnrollmentDate,"
		+ "LastCheckin,Model,OS,OSVersion,Ownership,TpmManufacturer,TpmVersion,UPN"),
	...equal(lines.filter((line) => line.startsWith("Completed,")).length >= 6, true)];
}

async function a_reader_sees_nothing_that_a_reader_may_not() {
	await go(page, "/people");
	await page.click("text=New account");
	await page.getByLabel("Name", { exact: true }).fill("ruth");
	await page.getByLabel("Password", { exact: true }).fill(scene.password);
	await page.click("dialog .actions button:last-child");
	await page.waitForSelector("td:text-is('ruth')");
	await page.click("text=Sign out");
	await page.waitForSelector(".sign-in");
	await signIn(page, "ruth", scene.password);
	const bound = await changes_the_password_that_was_given();
	await go(page, "/restrictions");
	const wrong = equal(await page.locator("text=New restriction").count() + await page.locator("text=People").count(), 0);
	await go(page, "/people");
	return [...bound, ...wrong, ...equal(await page.textContent("h1"), "There is no such page")];
}

/* Whoever signs in with a password that somebody else chose sees nothing else before. */
async function changes_the_password_that_was_given() {
	await page.getByLabel("Password until now").fill(scene.password);
	await page.getByLabel("New password").fill(`${scene.password}-own`);
	await screenshot(page, scene, "password");
	const wrong = await faultsOf(page, true);
	await page.locator("form button").click();
	await page.waitForSelector("#menu", { state: "attached" });
	return wrong;
}

async function a_link_signs_in_once_and_does_not_stay_in_the_address() {
	await page.goto("about:blank");
	await page.goto(scene.link);
	await page.waitForSelector("text=This link signs you in once.");
	await screenshot(page, scene, "link");
	const wrong = [...equal(new URL(page.url()).hash, "#/"), ...await faultsOf(page, true)];
	await page.click("form button");
	await page.waitForSelector("#menu", { state: "attached" });
	await settled(page);
	await page.click("text=Sign out");
	await page.waitForSelector(".sign-in");
	await page.goto("about:blank");
	await page.goto(scene.link);
	await page.click("form button");
	const code = await page.textContent(".box.bad .small");
	complaints.splice(0);   // the browser itself complains of a 401
	await page.click("text=Sign in otherwise");
	await page.waitForSelector("text=With a token");
	return [...wrong, ...equal(code.split(" ")[0], "LINK_OVER")];
}

async function whoever_signs_out_is_out() {
	await page.click("text=Sign out");
	await page.waitForSelector(".sign-in");
	await page.reload();
	await page.waitForSelector(".sign-in");
	return equal((await page.context().cookies()).length, 0);
}

async function a_token_opens_the_portal_too_and_is_forgotten_with_the_page() {
	await page.click("summary");
	await page.getByLabel("Administrator's token").fill(scene.token);
	await page.locator("details button").click();
	await page.waitForSelector("#menu", { state: "attached" });
	await settled(page);
	await page.reload();
	await page.waitForSelector(".sign-in");
	return equal(await page.evaluate(() => Object.keys({ ...localStorage, ...sessionStorage }).join()), "");
}

const TESTS = [
	whoever_comes_is_asked_who_they_are,
	a_wrong_password_is_refused_in_the_servers_words,
	with_the_right_one_they_see_the_overview,
	a_session_outlives_a_reload_and_no_script_can_read_its_cookie,
	a_slip_in_ones_password_until_now_ends_no_session,
	the_overview_says_in_a_sentence_how_the_fleet_is,
	every_page_is_readable_by_everybody,
	a_device_is_searched_found_and_opened,
	a_mistake_in_a_question_is_marked_where_it_is,
	a_device_says_what_is_wrong_with_it_and_what_to_do,
	on_a_phone_one_button_opens_the_others,
	several_are_chosen_by_the_keyboard_and_told_together,
	what_would_be_markup_is_what_the_device_said,
	a_device_is_found_by_a_few_letters_and_no_mouse,
	a_file_is_imported_and_each_row_that_is_refused_is_named,
	a_file_that_is_none_is_refused_with_the_reason,
	a_mistake_in_a_rule_is_marked_where_it_is,
	a_filter_is_written_with_its_devices_in_sight,
	a_restriction_by_that_filter_blocks_devices_without_a_tpm,
	what_a_device_is_told_is_watched_to_its_end,
	what_the_device_packed_is_read_in_the_page,
	a_damaged_bundle_is_refused_wherever_the_damage_is,
	...scene.long ? [a_key_is_recovered_into_the_tpm_and_that_is_watched_to_its_end] : [],
	the_report_is_exported_with_exactly_intunes_columns,
	a_reader_sees_nothing_that_a_reader_may_not,
	whoever_signs_out_is_out,
	a_link_signs_in_once_and_does_not_stay_in_the_address,
	a_token_opens_the_portal_too_and_is_forgotten_with_the_page,
];

const failed = await run(TESTS, complaints);
await browser.close();
process.exit(failed ? 1 : 0);
