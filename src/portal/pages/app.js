/*
 * app: the frame around the pages: which there are, who sees them, and which one is open.
 */
import { isSignedIn, signOut } from "./api.js";
import { el, replace } from "./dom.js";
import { href, route } from "./route.js";
import { page as device } from "./device.js";
import { page as devices } from "./devices.js";
import { page as overview } from "./overview.js";
import { page as signIn } from "./sign_in.js";
import { text } from "./strings.js";
import { button, title } from "./view.js";

/* The pages, in the order of the menu; those without a word there are reached from others. */
const PAGES = [
	{ name: "overview", open: overview, word: text.nav.overview },
	{ name: "devices", open: (context) => (context.id ? device(context) : devices(context)), word: text.nav.devices },
];

const main = el("main", { id: "main" });
const menu = el("nav", { "aria-label": text.nav.menu, id: "menu" });
let leaving = new AbortController();

function pageOf({ path }) {
	return PAGES.find((page) => page.name === (path[0] ?? "overview"));
}

function menuOf(current) {
	return el("ul", PAGES.filter((page) => page.word).map((page) => el("li",
		el("a", { href: href([page.name]), "aria-current": page === current ? "page" : null }, page.word))));
}

function shell() {
	const press = button(text.nav.menu, () => {
		const isOpen = document.body.classList.toggle("menu-open");
		press.setAttribute("aria-expanded", String(isOpen));
	}, { tone: "menu", "aria-expanded": "false", "aria-controls": "menu" });
	const leave = button(text.signOut, signedOut, { tone: "quiet" });
	return [el("a.skip", { href: "#main", click: toMain }, text.skip),
		el("header.bar", el("a.brand", { href: href([]) }, text.product), press, el("span.grow"), leave),
		el("div.frame", menu, main), el("div.told", { id: "told", role: "status", "aria-live": "polite" })];
}

/* The address is the page's own, so a link within a page is none. */
function toMain(event) {
	event.preventDefault();
	main.querySelector("h1")?.focus();
}

async function open() {
	if (!isSignedIn()) {
		replace(document.body, el("main", { id: "main" }, signIn(enter)),
			el("div.told", { id: "told", role: "status", "aria-live": "polite" }));
		return;
	}
	const at = route(), page = pageOf(at);
	leaving.abort();
	leaving = new AbortController();
	document.body.classList.remove("menu-open");
	replace(menu, menuOf(page));
	document.title = text.pageTitle(page?.word ?? text.notFound.title);
	replace(main, page ? page.open({ id: at.path[1], query: at.query, signal: leaving.signal, refresh: open }) : nowhere());
	main.querySelector("h1")?.focus({ preventScroll: true });
	window.scrollTo(0, 0);
}

function nowhere() {
	return [title(text.notFound.title), el("p", text.notFound.sentence)];
}

function enter() {
	replace(document.body, shell());
	open();
}

function signedOut() {
	leaving.abort();
	signOut();
	open();
}

window.addEventListener("hashchange", open);
window.addEventListener("signed-out", () => menu.isConnected && signedOut());
open();
