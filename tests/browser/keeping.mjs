/* What administrators keep and what they look at: trust, views, reports. usage: node keeping.mjs SCENE (JSON; see portal.py) */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { equal, faultsOf, go, look, open, run, screenshot, settled, signIn, widerOf } from "./browser.mjs";

const scene = JSON.parse(process.argv[2]);
const { browser, page, complaints } = await open(scene);

/* What is wrong with what is seen now, wide and light, narrow and dark. */
async function inspect(name) {
	const wrong = [];
	for (const [scheme, width] of [["dark", 360], ["light", 1280]]) {
		await look(page, scheme, width);
		wrong.push(...await widerOf(page), ...await faultsOf(page, true));
		await screenshot(page, scene, `${name}-${scheme}-${width}`);
	}
	return wrong.map((sentence) => `${name}: ${sentence}`);
}

async function a_file_of_certificates_is_compared_before_it_is_imported() {
	await look(page, "light", 1280);
	await page.goto(scene.url);
	await signIn(page, scene.name, scene.password);
	await page.waitForSelector("#menu", { state: "attached" });
	await go(page, "/trust");
	const before = await page.locator("tbody tr").count();
	await page.click("text=Import certificates");
	await page.getByLabel("Maker").fill("TST");
	await page.getByLabel("Class").selectOption("test");
	await page.setInputFiles("input[type=file]", { name: "makers.pem", mimeType: "application/x-pem-file",
		buffer: Buffer.concat(scene.certificates.map((path) => readFileSync(path))) });
	await page.waitForSelector("text=1 new, 1 there with another maker, class or role");
	const wrong = await inspect("import-certificates");
	await page.click("button:text-is('Import 1')");
	await page.waitForSelector("summary:has-text('TST: 1 certificate')");
	await settled(page);
	return [...wrong, ...equal(await page.locator("tbody tr").count(), before + 1)];
}

async function a_file_that_holds_no_certificate_changes_nothing() {
	await page.click("text=Import certificates");
	await page.setInputFiles("input[type=file]", { name: "x.pem", mimeType: "text/plain", buffer: Buffer.from("x") });
	await page.waitForSelector(".box.bad:has-text('ANCHOR_INVALID')");
	complaints.splice(0);   // the browser itself complains of a 400
	return [];
}

async function whose_certificate_goes_is_told_how_many_devices_that_is_about() {
	await go(page, "/trust/makers");
	const remove = (role) => page.click(`tr:has(td:text-is('${role}')) button:text-is('Remove')`);
	await remove("intermediate");
	await page.waitForSelector("dialog:has-text('devices have a TPM of IFX')");
	await page.click("dialog button:text-is('Cancel')");
	await remove("root");
	await page.click("dialog a:has-text('devices')");   // those whose last proof led to it
	await page.waitForSelector("main a:text-is('lap-1')");
	return [];
}

async function a_list_of_weak_firmware_says_who_would_fall() {
	const heads = "id maker model basis first last fixed effect keys name page source".split(" ");
	const row = ["test-1", "IFX", "-", "firmware", "1.0", "1.0", "1.1", "refuse", "none", "TEST-1", "https://x.example", "test"];
	await go(page, "/trust/firmware");
	await page.click("text=Import a list");
	await page.setInputFiles("input[type=file]", { name: "weak.tsv", mimeType: "text/plain",
		buffer: Buffer.from([heads.join("\t"), row.join("\t"), "end", ""].join("\n")) });
	await page.waitForSelector("text=6 would be refused");
	const wrong = await inspect("import-firmware");
	await page.click("button:text-is('Import 1')");
	await page.waitForSelector("button:text-is('Import 1')", { state: "detached" });   // the difference has its name as well
	await page.waitForSelector("td:has-text('TEST-1')");
	await go(page, "/reports/TpmFirmware");
	const name = page.locator("tbody tr:has-text('IFX') a:text-is('TEST-1')");
	wrong.push(...equal(await name.getAttribute("href"), "https://x.example"), ...await inspect("report-firmware"));
	await go(page, "/audit?filter=" + encodeURIComponent("activityType eq 'blocklist.put'"));
	return [...wrong, ...equal(await page.locator("tbody tr").first().locator("a").textContent(), "test-1")];
}

async function a_list_that_is_none_is_refused_with_the_reason() {
	await go(page, "/trust/firmware");
	await page.click("text=Import a list");
	await page.setInputFiles("input[type=file]", { name: "x.tsv", mimeType: "text/plain",
		buffer: Buffer.from("id\tmaker\nend\n") });
	await page.waitForSelector("text=the file is no list of weak firmware");
	return [];
}

async function a_view_is_kept_by_a_name_with_how_many_it_has() {
	await go(page, "/devices?filter=" + encodeURIComponent("isTpmAttested eq true") + "&order=deviceName+desc");
	await page.click("text=Keep this view");
	await page.locator("dialog").getByLabel("Name").fill("Good ones");
	await page.click("dialog .actions button:last-child");
	await page.waitForSelector(".saved a:has-text('Good ones 6')");
	const wrong = await inspect("views");
	await page.reload();
	await page.waitForSelector("#menu", { state: "attached" });
	await go(page, "/devices");
	await page.click(".saved a:has-text('Good ones')");
	await page.waitForSelector(".saved a[aria-current]");
	await settled(page);
	return [...wrong, ...equal(await page.locator("tbody tr").count(), 6),
		...equal(await page.locator("tbody a").first().textContent(), "lap-6")];
}

async function a_view_is_its_accounts_own() {
	await page.click("text=Sign out");
	await signIn(page, scene.other, scene.otherPassword);
	await page.waitForSelector("#menu", { state: "attached" });
	await go(page, "/devices");
	const found = await page.locator(".saved").count();
	await page.click("text=Sign out");
	await signIn(page, scene.name, scene.password);
	await page.waitForSelector("#menu", { state: "attached" });
	await go(page, "/devices");
	await page.click("button[aria-label='Remove the view Good ones']");
	await page.click("dialog .actions button:last-child");
	await page.waitForSelector(".saved", { state: "detached" });
	return equal(found, 0);
}

async function a_report_is_drawn_narrowed_by_a_part_and_sorted() {
	await go(page, "/reports");
	await page.click(".legend a:text-is('Failed')");
	await page.waitForSelector("tbody .badge:text-is('Failed')");
	await settled(page);
	const all = await page.locator("tbody tr").count(), failed = await page.locator("tbody .badge:text-is('Failed')").count();
	await page.click("button.sort:text-is('Device')");
	await page.waitForSelector("th[aria-sort=ascending]:has-text('Device')");
	await settled(page);
	const names = await page.locator("tbody a").allTextContents();
	return [...equal(failed, all), ...equal(failed, 11), ...equal(names.join(), names.toSorted().join())];
}

async function what_is_drawn_stands_in_a_table_too() {
	await go(page, "/reports/EnrollmentsOverTime");
	await page.click("summary:text-is('As a table')");
	const rows = await page.locator("table.plain tbody tr").count();
	const last = await page.locator("table.plain tbody tr").last().innerText();
	return [...equal(rows, 90), ...equal(last.split(/\s+/).at(-1), "8"), ...await inspect("report-days")];
}

async function a_narrowed_report_is_exported_as_json() {
	await go(page, "/reports/TpmAttestationStatus?filter=" + encodeURIComponent("AttestationStatus eq 'Completed'"));
	const [file] = await Promise.all([page.waitForEvent("download"), page.click("text=Export JSON")]);
	const rows = JSON.parse(readFileSync(await file.path(), "utf8"));
	return [...equal(rows.length, 6), ...equal(Object.keys(rows[0]).length, 14), ...equal(rows[0].TpmManufacturer, "IFX")];
}

async function a_profile_is_made_given_and_changed() {
	await go(page, "/settings");
	await page.click("text=New profile");
	await page.getByLabel("Name", { exact: true }).fill("kiosk");
	await page.getByLabel("Attestation").selectOption("preferred");
	await page.getByLabel("Virtual TPMs").selectOption("open");
	const wrong = await inspect("profile");
	await page.click("form button:text-is('Save')");
	await page.click("tr:has-text('kiosk') button:text-is('Give')");
	await page.getByLabel("Group tag").fill("hall");
	await page.click("dialog .actions button:last-child");
	await page.waitForSelector("tr:has-text('kiosk') td:has-text('hall')");
	await page.click("tr:has-text('kiosk') button:text-is('Change')");
	const virtual = await page.getByLabel("Virtual TPMs").inputValue();
	await page.getByLabel("Attestation").selectOption("off");
	await page.click("form button:text-is('Save')");
	await page.waitForSelector("tr:has-text('kiosk') .badge:text-is('off')");
	return [...wrong, ...equal(virtual, "open"), ...await inspect("profiles")];
}

async function whoever_was_turned_away_is_registered_by_the_key_that_came() {
	await go(page, "/refusals?search=lost-2");
	await page.click("tbody a");
	await page.click("text=Register its TPM");
	const wrong = await inspect("register-tpm");
	await page.click("dialog .actions button:last-child");
	await page.waitForSelector("text=The TPM of lost-2 is registered.");
	await go(page, "/registrations?search=lost-2");
	return [...wrong, ...equal(await page.locator("tbody .badge:text-is('its key')").count(), 1)];
}

async function an_identity_provider_is_kept_and_a_mistake_is_said_beside_it() {
	await page.click("text=New identity provider");
	await page.getByLabel("Name", { exact: true }).fill("Sign-in");
	await page.getByLabel("Issuer").fill("https://idp.example/");
	await page.getByLabel("Client id", { exact: true }).fill("assay");
	await page.click("form:has-text('Issuer') summary:text-is('More')");
	await page.getByLabel("Algorithms").fill("none");
	await page.click("form:has-text('Issuer') button:text-is('Save')");
	await page.waitForSelector("form .box.bad:has-text('PARSE_FIELD')");
	complaints.splice(0);   // the browser itself complains of a 400
	await page.getByLabel("Algorithms").fill("RS256");
	await page.click("form:has-text('Issuer') button:text-is('Save')");
	await page.waitForSelector("tr:has-text('https://idp.example')");
	return inspect("providers");
}

async function a_webhook_is_kept_and_taken_away() {
	await page.click("text=New webhook");
	await page.getByLabel("Name", { exact: true }).fill("inventory");
	await page.getByLabel("Address").fill("https://inventory.example/hook");
	await page.click("form:has-text('Address') button:text-is('Save')");
	await page.waitForSelector("tr:has-text('inventory.example')");
	const wrong = await inspect("webhooks");
	await page.click("tr:has-text('inventory.example') button:text-is('Remove')");
	await page.click("dialog .actions button:last-child");
	await page.waitForSelector("text=No service is told");
	return wrong;
}

/* Its host is none that may be asked, which the page says. */
async function a_provider_is_kept_with_a_secret_that_is_never_shown() {
	await page.click("text=New identity provider");
	await page.getByLabel("Name", { exact: true }).fill("contoso");
	await page.getByLabel("Issuer").fill("https://id.example");
	await page.getByLabel("Client id", { exact: true }).fill("assay");
	await page.click("form button:text-is('Save')");
	await page.click("tr:has-text('id.example') button:text-is('Change')");
	await page.click("summary:text-is('Administrators')");
	await page.getByLabel("Client id of the portal").fill("assay-admin");
	await page.getByLabel("Client secret of the portal").fill("correct horse");
	await page.click("form button:text-is('Save')");
	await page.waitForSelector("form", { state: "detached" });
	await page.click("tr:has-text('id.example') button:text-is('Change')");
	await page.click("summary:text-is('Administrators')");
	await page.waitForSelector("text=and not shown again");
	const shown = await page.getByLabel("Client secret of the portal").inputValue();
	const wrong = [...await inspect("providers"), ...equal(shown, "")];
	await page.click("form button:text-is('Cancel')");
	await page.click("tr:has-text('id.example') button:text-is('Remove')");
	await page.click("dialog .actions button:last-child");
	await page.waitForSelector("tr:has-text('id.example')", { state: "detached" });
	return wrong;
}

async function what_another_changed_meanwhile_is_not_undone() {
	await go(page, "/settings");
	await page.click("tr:has-text('kiosk') button:text-is('Change')");
	await page.getByLabel("Attestation").selectOption("required");
	const status = await page.evaluate(async (token) => {
		const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
		const said = { method: "PATCH", headers, credentials: "omit", body: JSON.stringify({ failure: "ignoreOnError" }) };
		return (await fetch("/assay/v1/profiles/kiosk", said)).status;
	}, scene.token);
	await page.click("form button:text-is('Save')");
	await page.waitForSelector("form .box.bad:has-text('VERSION_CHANGED')");
	complaints.splice(0);   // the browser itself complains of a 412
	await page.click("form button:text-is('Cancel')");
	await page.click("tr:has-text('kiosk') button:text-is('Change')");
	const failure = await page.getByLabel("When provisioning fails").inputValue();
	await page.click("form button:text-is('Cancel')");
	return [...equal(status, 200), ...equal(failure, "ignoreOnError")];
}

async function the_order_of_restrictions_is_changed() {
	const wrong = [];
	await go(page, "/restrictions");
	for (const name of ["first", "second"]) {
		await page.click("text=New restriction");
		await page.getByLabel("Name", { exact: true }).fill(name);
		const isHidden = await page.getByLabel("System version to").isHidden();
		await page.getByLabel("What it does").selectOption("allow");
		await page.getByLabel("System version to").fill("9");
		await page.click("text=More conditions");
		await page.getByLabel("Devices' own word decides").selectOption("true");
		wrong.push(...equal(isHidden, true));
		await page.click("form button:text-is('Save')");
		await page.waitForSelector(`td:has-text('${name}')`);
	}
	await page.click("button[aria-label='Ask second earlier']");
	await page.waitForSelector("tbody tr:first-child:has-text('second')");
	wrong.push(...await inspect("restrictions-order"));
	await page.click("button[aria-label='Ask second later']");
	await page.waitForSelector("tbody tr:first-child:has-text('first')");
	return [...wrong, ...equal(await page.locator("button[aria-label='Ask second later']").isDisabled(), true)];
}

async function a_certificate_is_held_released_and_revoked() {
	await go(page, "/devices?search=lap-5");
	await page.click("tbody a");
	await page.waitForSelector(".timeline");
	const row = "tr:has(td:text-is('device'))", ok = "dialog .actions button:last-child";
	for (const [verb, state] of [["Hold", "on hold"], ["Release", "good"], ["Revoke", "revoked"]]) {
		await page.click(`${row} button:text-is('${verb}')`);
		await page.click(ok);
		await page.waitForSelector(`${row} .badge:text-is('${state}')`);
	}
	return [...equal(await page.locator(`${row} button`).count(), 0), ...await inspect("certificates")];
}

async function evidence_is_saved_as_the_server_keeps_it() {
	const [file] = await Promise.all([page.waitForEvent("download"), page.click("text=Save its evidence")]);
	return [...equal(file.suggestedFilename(), "lap-5.cbor"), ...equal(readFileSync(await file.path())[0] >> 5, 5)];
}

async function what_services_may_check_is_saved_as_a_token() {
	const [file] = await Promise.all([page.waitForEvent("download"), page.click("text=Save its attestation result")]);
	const parts = readFileSync(await file.path(), "latin1").trim().split(".");
	return [...equal(file.suggestedFilename(), "lap-5.jwt"), ...equal(parts.length, 3)];
}

async function who_did_what_to_a_device_is_a_link_away() {
	await page.click("text=Who did what to it");
	await page.waitForSelector("code:text-is('certificate.revoke'), code:text-is('enrolment.release')");
	await settled(page);
	const targets = new Set(await page.locator("tbody td:nth-child(5)").allTextContents());
	const wrong = equal(targets.size, 1);
	await page.click("tbody td:nth-child(5) a");
	await page.waitForSelector("h1:text-is('lap-5')");
	return wrong;
}

async function devices_of_a_filter_are_told_at_once_and_that_is_watched() {
	await go(page, "/filters");
	await page.click("text=New filter");
	await page.getByLabel("Name", { exact: true }).fill("laps");
	await page.fill("textarea", '(device.deviceName -startsWith "lap-")');
	await page.click("form button:text-is('Save')");
	await page.waitForSelector("form .box.bad:has-text('POL_UNVERIFIED_ATTR')");
	complaints.splice(0);   // the browser itself complains of a 409
	await page.getByLabel("Devices' own word decides").selectOption("1");
	await page.click("form button:text-is('Save')");
	await page.waitForSelector("td:text-is('laps')");
	await page.click("text=Tell devices of a filter");
	await page.locator("dialog").getByLabel("Whom").selectOption({ label: "laps" });
	await page.click("dialog .actions button:last-child");
	await page.click(".panel button.link:text-is('Attest')");
	await page.waitForSelector("dialog dd");
	await settled(page);
	const wrong = [...equal(await page.locator("dialog dd").first().textContent(), '(device.deviceName -startsWith "lap-")'),
		...await inspect("batch")];
	await page.click("dialog .actions button:last-child");
	return wrong;
}

/* Those that were told already are not told again, and whoever does it is seen to. */
async function all_that_match_are_told_and_that_is_watched_device_by_device() {
	await go(page, "/devices?search=agent&order=deviceName");
	await page.getByLabel("Choose all that are shown").check();
	const isOffered = await page.locator(".chosen button.link").count();   // all that match are shown
	await page.click(".chosen button:text-is('Collect diagnostics')");
	await page.click("dialog .actions button:last-child");
	await page.waitForSelector(".panel tr:has-text('agent-1') .badge:text-is('waits for the device')");
	execFileSync(scene.checkin[0], scene.checkin.slice(1));
	await page.waitForSelector(".panel tr:has-text('agent-1') .badge:text-is('done')");
	await go(page, "/devices?search=lap-2");
	await page.getByLabel("Choose lap-2").check();
	await page.click(".chosen button:text-is('Attest')");   // the batch of the filter has told it so
	await page.click("dialog .actions button:last-child");
	await page.waitForSelector("text=One was not told: it was told so already");
	return [...equal(isOffered, 0), ...await inspect("chosen")];
}

async function the_first_steps_say_what_is_done_and_give_the_devices_file() {
	await go(page, "/guide");
	const done = await page.locator(".guide .badge:text-is('done')").count();
	const lines = await page.textContent("pre.file");
	return [...equal(done, 4), ...equal(/^ca = [0-9a-f]{64}$/m.exec(lines)?.[0], `ca = ${scene.ca}`), ...await inspect("guide")];
}

const failed = await run([
	a_file_of_certificates_is_compared_before_it_is_imported,
	a_file_that_holds_no_certificate_changes_nothing,
	whose_certificate_goes_is_told_how_many_devices_that_is_about,
	a_list_of_weak_firmware_says_who_would_fall,
	a_list_that_is_none_is_refused_with_the_reason,
	a_view_is_kept_by_a_name_with_how_many_it_has,
	a_view_is_its_accounts_own,
	a_report_is_drawn_narrowed_by_a_part_and_sorted,
	what_is_drawn_stands_in_a_table_too,
	a_narrowed_report_is_exported_as_json,
	whoever_was_turned_away_is_registered_by_the_key_that_came,
	a_profile_is_made_given_and_changed,
	an_identity_provider_is_kept_and_a_mistake_is_said_beside_it,
	a_webhook_is_kept_and_taken_away,
	a_provider_is_kept_with_a_secret_that_is_never_shown,
	what_another_changed_meanwhile_is_not_undone,
	the_order_of_restrictions_is_changed,
	a_certificate_is_held_released_and_revoked,
	evidence_is_saved_as_the_server_keeps_it,
	what_services_may_check_is_saved_as_a_token,
	who_did_what_to_a_device_is_a_link_away,
	devices_of_a_filter_are_told_at_once_and_that_is_watched,
	all_that_match_are_told_and_that_is_watched_device_by_device,
	the_first_steps_say_what_is_done_and_give_the_devices_file,
], complaints);
await browser.close();
process.exit(failed ? 1 : 0);
