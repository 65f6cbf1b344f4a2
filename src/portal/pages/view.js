/*
 * view: the parts that pages are put together from.
 */
import { advice } from "./advice.js";
import { children, el, freshId, replace } from "./dom.js";
import { plain } from "./format.js";
import { text } from "./strings.js";

/* The head of a page: its title, what stands beside it, a line below. */
export function title(words, { beside, below } = {}) {
	return el("header.title", el("div.row", el("h1", { tabindex: "-1" }, words), beside && el("div.actions", beside)),
		below && el("p.muted", below));
}

/* A part of a page under a heading of its own. */
export function panel(heading, ...content) {
	return el("section.panel", el("h2", heading), content);
}

/* What a device, a check or a certificate is, in a word and a colour; the word alone says it too. */
export function badge(word, tone = "idle") {
	return el(`span.badge.${tone}`, word);
}

/* Names and what they are; rows without a value are left out when `sparse`. */
export function facts(rows, sparse = false) {
	const shown = rows.filter(([, value]) => !sparse || (value !== null && value !== undefined && value !== ""));
	return el("dl.facts", shown.map(([name, value]) => el("div", el("dt", name),
		el("dd", value instanceof Node ? value : plain(value)))));
}

/* Why something did not happen, with what to do about it: the server's own words. */
export function faultBox(fault) {
	const tone = fault.code === "APPROVAL_PENDING" ? "warn" : "bad";
	return el(`div.box.${tone}`, { role: "alert" }, el("p", el("strong", fault.message)),
		fault.detail && el("p", fault.detail), fault.remedy && el("p", advice(fault.remedy, fault.code)),
		fault.code && el("p.small.muted", text.fault.reference(fault.code, fault.requestId)));
}

/* Words with a mark under the character that a fault names, counted from one; nothing where it names none. */
export function marked(words, fault) {
	const at = Number(/(?:column|character) (\d+)/.exec(fault.detail)?.[1] ?? 0);
	return at > 0 && el("pre.caret", words.replaceAll("\n", " "), "\n", " ".repeat(at - 1), "^");
}

export function note(tone, ...content) {
	return el(`div.box.${tone}`, { role: "status" }, content.map((part) => (part instanceof Node ? part : el("p", part))));
}

/* What is said where nothing is, and what to do about that. */
export function empty(sentence, ...more) {
	return el("div.empty", el("p", sentence), more);
}

export function button(words, click, { tone = "", ...attributes } = {}) {
	return el(tone ? `button.${tone}` : "button", { type: "button", click, ...attributes }, words);
}

/*
 * What can be done with one thing. A phone has room for one button that opens the others; they close again when one was pressed,
 * when whoever opened them goes elsewhere, and on Escape.
 */
export function actionsOf(name, ...buttons) {
	const id = freshId(), shown = children(buttons);
	if (shown.length < 2)
		return el("span.actions", shown);
	const open = (isOpen) => {
		press.setAttribute("aria-expanded", String(isOpen));
		place.classList.toggle("open", isOpen);
	};
	const press = button("⋯", () => open(press.getAttribute("aria-expanded") === "false"), { tone: "opener",
		"aria-expanded": "false", "aria-controls": id, "aria-label": text.actions(name) });
	const list = el("span.actions", { id }, shown);
	const place = el("span.acts", { focusout: (event) => !place.contains(event.relatedTarget) && open(false),
		keydown: (event) => event.key === "Escape" && leave() }, press, list);

	/* The dialog that a button may open gives the focus back to what had it, so that has to be one that stays in sight. */
	function leave() {
		press.focus();
		open(false);
	}

	list.addEventListener("click", leave, { capture: true });
	return place;
}

/* What this page itself could not read is said like a fault of the server's. */
export function failureBox(error) {
	return error instanceof SyntaxError ? note("bad", text.fault.unreadableFile(error.message)) : faultBox(error);
}

/* A place that is filled when what it waits for is there, and says why when it never will be. */
export function later(promise, show) {
	const place = el("div.later", { "aria-busy": "true" }, el("p.muted", text.loading));
	promise.then((value) => replace(place, show(value)), (error) => {
		if (error.name !== "AbortError")
			replace(place, failureBox(error));
	}).finally(() => place.removeAttribute("aria-busy"));
	return place;
}

/* Links side by side, one of which is where the reader is: [{ name, to, isCurrent }]. A phone shows that one of them. */
export function tabs(items) {
	const bar = el("ul.tabs", items.map(({ name, to, isCurrent }) => el("li",
		el("a", { href: to, "aria-current": isCurrent ? "true" : null }, name))));
	requestAnimationFrame(() => bar.scrollTo({ left: (bar.querySelector("[aria-current]")?.offsetLeft ?? 0) - bar.offsetLeft }));
	return bar;
}

/* A field of a form with its label, and a line of help below. */
export function field(label, input, help) {
	const id = freshId();
	input.id = id;
	if (help)
		input.setAttribute("aria-describedby", id + "-help");
	return el("div.field", el("label", { for: id }, label), input, help && el("p.small.muted", { id: id + "-help" }, help));
}

/* options: [value, words] pairs. */
export function choice(options, value, change) {
	return el("select", { change }, options.map(([of, words]) => el("option", { value: of, selected: of === value }, words)));
}

/*
 * Runs what a button stands for: it cannot be pressed again meanwhile, and a fault is said in `place`. True when it
 * went well.
 */
export async function run(press, place, action) {
	press.disabled = true;
	replace(place);
	try {
		await action();
		return true;
	} catch (error) {
		replace(place, faultBox(error));
		return false;
	} finally {
		press.disabled = false;
	}
}

/*
 * A dialog under a heading; it is gone when it is closed, as it is by whoever follows a link to another page. act is the
 * button of one that does something.
 */
export function dialogOf(heading, content, act) {
	const id = freshId(), end = () => dialog.close();
	const gone = () => {
		window.removeEventListener("hashchange", end);
		dialog.remove();
	};
	const dialog = el("dialog", { "aria-labelledby": id, close: gone }, el("h2", { id }, heading), content,
		el("div.actions", button(act ? text.cancel : text.close, end), act));
	window.addEventListener("hashchange", end);
	document.body.append(dialog);
	dialog.showModal();
	return dialog;
}

/*
 * Asks before something is done: the sentence, what becomes of it, and the word on the button. `action` runs with the
 * dialog open, so that a refusal is read where it was asked for; done() is called after it.
 */
export function confirm({ heading, sentence, word, tone = "primary", content = [], action, done }) {
	const place = el("div");
	const act = button(word, async () => {
		if (!await run(act, place, action))
			return;
		dialog.close();
		done?.();
	}, { tone });
	const dialog = dialogOf(heading, [sentence && el("p", sentence), content, place], act);
}

/* A secret that is shown once, where it can be copied. */
export function showOnce(heading, sentence, secret) {
	confirm({ heading, sentence, word: text.copy, content: el("code", secret),
		action: () => navigator.clipboard.writeText(secret) });
}

/* Says something in the corner, and to whoever cannot see that. */
export function tell(words) {
	const line = el("p", words);
	replace(document.getElementById("told"), line);
	setTimeout(() => line.remove(), 6000);
}

/* A file of the server that the browser fetches and saves. */
export function saveFrom(name, address) {
	el("a", { href: address, download: name }).click();
}

/* A file that the browser saves. */
export function save(name, blob) {
	const address = URL.createObjectURL(blob);
	saveFrom(name, address);
	setTimeout(() => URL.revokeObjectURL(address), 1000);
}

/* A place for a file, chosen or dropped; take(file) is what becomes of it. */
export function fileZone(label, accept, help, take) {
	const input = el("input", { type: "file", accept, change: () => input.files[0] && take(input.files[0]) });
	const over = (event) => {
		event.preventDefault();
		zone.classList.toggle("over", event.type === "dragover");
	};
	const zone = el("div.drop", { dragover: over, dragleave: over, drop: (event) => {
		over(event);
		if (event.dataTransfer.files[0])
			take(event.dataTransfer.files[0]);
	} }, field(label, input, help));
	return zone;
}

/* Lines that open to more. */
export function more(summary, ...content) {
	return el("details", el("summary", children([summary])), content);
}
