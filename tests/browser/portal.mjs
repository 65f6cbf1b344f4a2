/* What an administrator does in the portal. usage: node portal.mjs SCENE (JSON; see portal.py) */
import { execFileSync } from "node:child_process";
import { faultsOf, look, open, run, screenshot, settled } from "./browser.mjs";

const scene = JSON.parse(process.argv[2]);
const { browser, page, complaints } = await open(scene);

/* The pages that the menu leads to, and one device. */
const PAGES = ["overview", "devices"];

const LOOKS = scene.long ? [["light", 1280], ["dark", 1280], ["light", 360], ["dark", 360]] : [["light", 1280], ["dark", 360]];

async function go(hash) {
	await page.evaluate((to) => { location.hash = to; }, hash);
	await settled(page);
}

/* What is wrong with the page that is open, in each look; pictures of it are kept. */
async function inspect(name) {
	const wrong = [];
	for (const [i, [scheme, width]] of LOOKS.entries()) {
		await look(page, scheme, width);
		const found = await faultsOf(page, i && !scene.long ? ["color-contrast"] : undefined);
		wrong.push(...found.map((sentence) => `${name}, ${scheme}, ${width} px: ${sentence}`));
		await screenshot(page, scene, `${name}-${scheme}-${width}`);
	}
	await look(page, ...LOOKS[0]);
	return wrong;
}

function equal(found, expected) {
	return found === expected ? [] : [`found ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`];
}

/* A device without a TPM asks to enrol: its fault, or nothing. */
function enrollWithoutTpm(name, token) {
	const words = ["--no-tpm", "not found", "--serial", name, "--name", name, "--token", token];
	try {
		return JSON.parse(execFileSync(scene.enroll[0], [...scene.enroll.slice(1), ...words])).devices[0].fault;
	} catch (error) {
		return JSON.parse(error.stdout).devices[0].fault;
	}
}

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

async function a_wrong_token_is_refused_in_the_servers_words() {
	await page.fill("input", "assay-a-wrong");
	await page.click("button[type=submit]");
	await page.waitForSelector("[role=alert]");
	complaints.splice(0);   // the browser itself complains of a 401
	return equal((await page.textContent("[role=alert] .small")).split(" ")[0], "AUTHN");
}

async function with_the_right_one_they_see_the_overview() {
	await page.fill("input", scene.token);
	await page.click("button[type=submit]");
	await page.waitForSelector("#menu", { state: "attached" });
	await settled(page);
	return equal(await page.textContent("h1"), "Overview");
}

async function every_page_is_readable_by_everybody() {
	const wrong = [];
	for (const name of PAGES) {
		await go(`/${name}`);
		wrong.push(...await inspect(name));
	}
	return wrong;
}

async function a_device_is_searched_found_and_opened() {
	await go("/devices?search=lap-2");
	const names = await page.locator("tbody a").allTextContents();
	await page.click("tbody a");
	await page.waitForSelector(".timeline");
	await settled(page);
	return [...equal(names.join(), "lap-2"), ...equal(await page.textContent("h1"), "lap-2"), ...await inspect("device")];
}

async function a_name_that_would_be_markup_is_a_name() {
	await go("/devices?filter=" + encodeURIComponent("isTpmAttested eq false"));
	const names = await page.locator("tbody a").allTextContents();
	return equal(names.includes("<img src=x onerror=alert(1)>"), true);
}

async function whoever_signs_out_is_out() {
	await page.click("text=Sign out");
	await page.waitForSelector("form.sign-in");
	await page.reload();
	return equal(await page.locator("form.sign-in").count(), 1);
}

const TESTS = [
	whoever_comes_is_asked_who_they_are,
	a_wrong_token_is_refused_in_the_servers_words,
	with_the_right_one_they_see_the_overview,
	every_page_is_readable_by_everybody,
	a_device_is_searched_found_and_opened,
	a_name_that_would_be_markup_is_a_name,
	whoever_signs_out_is_out,
];

const failed = await run(TESTS, complaints);
await browser.close();
process.exit(failed ? 1 : 0);
