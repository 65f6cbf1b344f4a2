/*
 * jump: goes anywhere without a mouse: a few letters of a page or of a device, and Enter.
 */
import { getPage, GRAPH, query } from "./api.js";
import { el, freshId, replace } from "./dom.js";
import { deviceName } from "./format.js";
import { href } from "./route.js";
import { text } from "./strings.js";

const words = text.jump;
const PAUSE_MS = 200, DEVICES_MAX = 6;

async function devicesLike(letters, signal) {
	const path = query(`${GRAPH}/managedDevices`, { "$top": DEVICES_MAX, "$search": `"${letters}"` });
	const { rows } = await getPage(path, signal);
	return rows.map((row) => ({ to: ["devices", row.id], name: deviceName(row), kind: words.device }));
}

/* Opens the dialog: pages are [{ name, words }]. */
export function jump(pages) {
	const id = freshId(), list = el("ul.jump"), input = el("input", { type: "search", autocomplete: "off",
		placeholder: words.help, "aria-label": words.title });
	const dialog = el("dialog", { "aria-labelledby": id, close: () => dialog.remove() },
		el("h2", { id }, words.title), input, list);
	let timer, asking = new AbortController();

	function show(devices) {
		const letters = input.value.trim().toLowerCase();
		const like = pages.filter((page) => page.words.toLowerCase().includes(letters))
			.map((page) => ({ to: [page.name], name: page.words, kind: words.page }));
		const found = [...like, ...devices];
		replace(list, found.length ? found.map(({ to, name, kind }) => el("li", el("a", { href: href(to),
			click: () => dialog.close() }, name), " ", el("span.muted.small", kind))) : el("li.muted", words.nothing));
	}

	async function ask() {
		asking.abort();
		asking = new AbortController();
		try {
			show(input.value.trim() ? await devicesLike(input.value.trim().replaceAll('"', ""), asking.signal) : []);
		} catch (error) {
			if (error.name !== "AbortError")
				show([]);
		}
	}

	input.addEventListener("input", () => {
		clearTimeout(timer);
		show([]);
		timer = setTimeout(ask, PAUSE_MS);
	});
	dialog.addEventListener("keydown", (event) => {
		const links = [...list.querySelectorAll("a")], at = links.indexOf(document.activeElement);
		const to = { ArrowDown: links[at + 1], ArrowUp: at > 0 ? links[at - 1] : input,
			Enter: document.activeElement === input ? links[0] : undefined }[event.key];
		if (!to)
			return;
		event.preventDefault();
		if (event.key === "Enter")
			to.click();
		else
			to.focus();
	});
	document.body.append(dialog);
	dialog.showModal();
	show([]);
}
