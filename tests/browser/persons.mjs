/* Two persons decide what weakens trust. usage: node persons.mjs SCENE (JSON; see portal.py) */
import { equal, faultsOf, go, look, open, run, screenshot, settled, signIn } from "./browser.mjs";

const scene = JSON.parse(process.argv[2]);
const { browser, page, complaints } = await open(scene);

async function enter(name, password) {
	await signIn(page, name, password);
	await page.waitForSelector("#menu", { state: "attached" });
	await settled(page);
}

async function an_empty_server_says_what_to_do_first() {
	await look(page, "light", 1280);
	await page.goto(scene.url);
	await enter(scene.name, scene.password);
	await screenshot(page, scene, "first-steps");
	return [...equal(await page.locator(".guide > li").count(), 4), ...await faultsOf(page, true)];
}

async function a_change_that_one_person_asks_for_waits() {
	await go(page, "/compliance");
	await page.click("text=Change");
	await page.getByLabel("Hours of grace").fill("123");
	await page.click("form button:text-is('Save')");
	await page.waitForSelector(".box.warn[role=alert]");
	complaints.splice(0);   // the browser itself complains of a 409
	const code = (await page.textContent(".box.warn .small")).split(" ")[0];
	await go(page, "/overview");
	await go(page, "/compliance");
	return [...equal(code, "APPROVAL_PENDING"), ...equal(await page.locator("dd:text-is('123')").count(), 0)];
}

async function whoever_asked_sees_it_and_decides_nothing() {
	await go(page, "/overview");
	await page.waitForSelector("text=Another person has to decide.");
	return equal(await page.locator("button:text-is('Approve')").count(), 0);
}

async function another_person_reads_it_and_approves() {
	await page.click("text=Sign out");
	await page.waitForSelector(".sign-in");
	await enter(scene.other, scene.otherPassword);
	await page.click("button:text-is('Approve')");
	await page.waitForSelector("dialog dd:has-text('→ 123')");
	await screenshot(page, scene, "approval");
	const wrong = await faultsOf(page, true);
	await page.click("dialog .actions button:last-child");
	await page.waitForSelector("h2:text-is('Waits for you')", { state: "detached" });
	await go(page, "/compliance");
	return [...wrong, ...equal(await page.locator("dd:text-is('123')").count(), 1)];
}

const failed = await run([
	an_empty_server_says_what_to_do_first,
	a_change_that_one_person_asks_for_waits,
	whoever_asked_sees_it_and_decides_nothing,
	another_person_reads_it_and_approves,
], complaints);
await browser.close();
process.exit(failed ? 1 : 0);
