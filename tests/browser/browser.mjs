/* A browser that tells of everything it objects to, and tests in the Test Anything Protocol. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";

const AXE = readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const PATIENCE_MS = 20000;

/* The page of a new browser that trusts one server's key and nothing else. */
export async function open(scene) {
	const browser = await chromium.launch({ executablePath: scene.chromium, args: ["--no-sandbox", "--disable-gpu",
		"--disable-dev-shm-usage", "--password-store=basic", `--ignore-certificate-errors-spki-list=${scene.pin}`] });
	const page = await (await browser.newContext({ acceptDownloads: true, reducedMotion: "reduce" })).newPage();
	const complaints = [];
	page.setDefaultTimeout(PATIENCE_MS);
	page.on("console", (message) => {
		if (["error", "warning"].includes(message.type()))
			complaints.push(`console: ${message.text()}`);
	});
	page.on("pageerror", (error) => complaints.push(`error: ${error.stack}`));
	page.on("dialog", (dialog) => {
		complaints.push(`a script of somebody else's ran: ${dialog.message()}`);
		dialog.dismiss();
	});
	return { browser, page, complaints };
}

/* Everything that was asked for is there. */
export async function settled(page) {
	await page.waitForFunction(() => !document.querySelector("[aria-busy]"));
}

/* Opens the page of the portal at "/devices" or the like. */
export async function go(page, hash) {
	await page.evaluate((to) => { location.hash = to; }, hash);
	await settled(page);
}

export async function signIn(page, name, password) {
	await page.getByLabel("Name").fill(name);
	await page.getByLabel("Password").fill(password);
	await page.locator("form").first().locator("button").click();
}

/* What a test says when it found something else. */
export function equal(found, expected) {
	return found === expected ? [] : [`found ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`];
}

/* How the page is looked at: the colours preferred, and how wide the screen is. */
export async function look(page, scheme, width) {
	await page.emulateMedia({ colorScheme: scheme });
	await page.setViewportSize({ width, height: width < 600 ? 740 : 900 });
}

/* What axe finds serious or worse; contrast, which takes it longest, only when that is asked for. */
export async function faultsOf(page, contrast) {
	if (!await page.evaluate(() => "axe" in globalThis))
		await page.evaluate(AXE);
	const found = await page.evaluate((enabled) => globalThis.axe.run(document, { resultTypes: ["violations"],
		rules: { "color-contrast": { enabled } } }), contrast);
	return found.violations.filter((one) => ["serious", "critical"].includes(one.impact))
		.map((one) => `${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map((node) => node.html).join(" ")}`);
}

/* What does not fit on the screen. */
export function widerOf(page) {
	return page.evaluate(() => (document.documentElement.scrollWidth <= window.innerWidth ? []
		: [...document.querySelectorAll("body *")].filter((node) => !node.closest(".scroll, .unseen, .skip")
			&& node.getBoundingClientRect().right > window.innerWidth).slice(0, 3)
			.map((node) => `wider than the screen: ${node.outerHTML.slice(0, 120)}`)));
}

export function screenshot(page, scene, name) {
	return page.screenshot({ path: join(scene.shots, `${name}.png`), fullPage: true });
}

/* Runs tests, which are functions whose names are true sentences, in their order. The number of those that failed. */
export async function run(tests, complaints) {
	let failed = 0;
	console.log(`TAP version 13\n1..${tests.length}`);
	for (const [i, test] of tests.entries()) {
		let wrong = [];
		try {
			wrong = await test() ?? [];
		} catch (error) {
			wrong = [error.stack];
		}
		wrong.push(...complaints.splice(0));
		failed += wrong.length > 0;
		console.log(`${wrong.length ? "not ok" : "ok"} ${i + 1} - ${test.name}`);
		for (const line of wrong.join("\n").split("\n").filter(Boolean))
			console.log(`# ${line}`);
	}
	return failed;
}
