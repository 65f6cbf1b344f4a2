/*
 * app: the frame around the pages: which there are, who sees them, and which one is open. A page is loaded when it is
 * opened first.
 */
import { forget, isBound, isSession, may, resume, signedIn, signInByCode, signOut } from "./api.js";
import { el, replace } from "./dom.js";
import { href, route } from "./route.js";
import { askPassword, linkPage, passwordPage, page as signIn } from "./sign_in.js";
import { text } from "./strings.js";
import { button, later, title } from "./view.js";

/* The pages, in the order of the menu. */
const PAGES = [
	{ name: "overview", load: () => import("./overview.js") },
	{ name: "devices", load: () => import("./devices.js") },
	{ name: "refusals", load: () => import("./refusals.js") },
	{ name: "registrations", load: () => import("./registrations.js") },
	{ name: "filters", load: () => import("./filters.js") },
	{ name: "restrictions", load: () => import("./restrictions.js") },
	{ name: "compliance", load: () => import("./compliance.js") },
	{ name: "trust", load: () => import("./trust.js") },
	{ name: "diagnostics", load: () => import("./diagnostics.js"), role: "operator" },
	{ name: "reports", load: () => import("./reports.js") },
	{ name: "audit", load: () => import("./audit.js") },
	{ name: "guide", load: () => import("./guide.js"), isUnlisted: true },
	{ name: "people", load: () => import("./people.js"), role: "security" },
	{ name: "settings", load: () => import("./settings.js") },
];

const main = el("main", { id: "main" });
const menu = el("nav", { "aria-label": text.nav.menu, id: "menu" });
let leaving = new AbortController();
let refusal = null;   // why whoever came back from an identity provider is not signed in

function isOpenTo(page) {
	return may(page.role ?? "reader");
}

function pageOf({ path }) {
	return PAGES.find((page) => page.name === (path[0] ?? "overview") && isOpenTo(page));
}

function menuOf(current) {
	return el("ul", PAGES.filter((page) => isOpenTo(page) && !page.isUnlisted).map((page) => el("li",
		el("a", { href: href([page.name]), "aria-current": page === current ? "page" : null }, text.nav[page.name]))));
}

/* Who is signed in; of a session their name leads to their password. */
function nameOf() {
	return isSession() ? button(signedIn(), askPassword, { tone: "quiet.wide", title: text.signIn.change })
		: el("span.muted.wide", signedIn());
}

function shell() {
	const press = button(text.nav.menu, () => {
		const isOpen = document.body.classList.toggle("menu-open");
		press.setAttribute("aria-expanded", String(isOpen));
	}, { tone: "menu", "aria-expanded": "false", "aria-controls": "menu" });
	const find = button(text.jump.word, openJump, { tone: "quiet", "aria-keyshortcuts": "Control+K" });
	const leave = button(text.signOut, leaveAll, { tone: "quiet" });
	return [el("a.skip", { href: "#main", click: toMain }, text.skip),
		el("header.bar", el("a.brand", { href: href([]) }, text.product), press, el("span.grow"), find, nameOf(), leave),
		el("div.frame", menu, main), el("div.told", { id: "told", role: "status", "aria-live": "polite" })];
}

/* The address is the page's own, so a link within a page is none. */
function toMain(event) {
	event.preventDefault();
	main.querySelector("h1")?.focus();
}

/* What is asked of whoever comes before they see anything; null when nothing is. */
function gate({ path }) {
	if (path[0] === "link") {
		history.replaceState(null, "", href([]));   // what is good once does not stay in the history
		return linkPage(path[1], enter);
	}
	if (!signedIn())
		return signIn(enter, refusal);
	return isBound() ? passwordPage(enter) : null;
}

function open() {
	const at = route(), asked = gate(at);
	if (asked) {
		replace(document.body, el("main", { id: "main" }, asked),
			el("div.told", { id: "told", role: "status", "aria-live": "polite" }));
		return;
	}
	const page = pageOf(at);
	leaving.abort();
	leaving = new AbortController();
	document.body.classList.remove("menu-open");
	replace(menu, menuOf(page));
	document.title = text.pageTitle(page ? text.nav[page.name] : text.notFound.title);
	const context = { id: at.path[1], query: at.query, signal: leaving.signal, refresh: open, may };
	replace(main, page ? later(page.load(), (module) => shown(module.page(context))) : nowhere());
}

/* Whoever hears the page rather than sees it is told that it is another one. */
function shown(content) {
	requestAnimationFrame(() => {
		main.querySelector("h1")?.focus({ preventScroll: true });
		window.scrollTo(0, 0);
	});
	return content;
}

/* Anywhere by a few letters: with Control or Command, so that nobody who dictates goes there by a word. */
async function openJump() {
	if (!signedIn() || document.querySelector("dialog"))
		return;
	const { jump } = await import("./jump.js");
	jump(PAGES.filter(isOpenTo).map(({ name }) => ({ name, words: text.nav[name] })));
}

function pressed(event) {
	if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
		event.preventDefault();
		openJump();
	} else if (event.key === "Escape" && document.body.classList.contains("menu-open")) {
		document.querySelector("button.menu").click();
		document.querySelector("button.menu").focus();
	}
}

function nowhere() {
	return [title(text.notFound.title), el("p", text.notFound.sentence)];
}

function enter() {
	refusal = signedIn() ? null : refusal;
	if (signedIn() && !isBound())
		replace(document.body, shell());
	open();
}

async function leaveAll() {
	leaving.abort();
	await signOut().catch(() => forget());
	open();
}

function signedOut() {
	leaving.abort();
	forget();
	open();
}

/* Where a browser comes back from an identity provider; the code is worth nothing to whoever reads the address later. */
async function comeBack(query) {
	history.replaceState(null, "", "/");
	try {
		await signInByCode(query);
	} catch (error) {
		refusal = error;
	}
}

async function begin() {
	const query = new URLSearchParams(location.search);
	try {
		await (query.has("state") ? comeBack(query) : resume());
	} finally {
		enter();
	}
}

window.addEventListener("hashchange", open);
window.addEventListener("keydown", pressed);
window.addEventListener("signed-out", signedOut);
begin();
