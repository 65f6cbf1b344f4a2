/*
 * views: a list as people ask for it every day: what comes with the portal, and what they kept by a name of their own, with
 * how many there are. What is kept is the account's, wherever it signs in.
 */
import { ask, getAll, getPage, OWN, query } from "./api.js";
import { el, replace } from "./dom.js";
import { total } from "./format.js";
import { href } from "./route.js";
import { text } from "./strings.js";
import { button, confirm, field, tell } from "./view.js";

const words = text.views;
const PATH = `${OWN}/views`;
const AGAIN_MS = 3000;
const ASKED = ["filter", "search", "order"];   // what a view says, of what a page's address does

/* The OData of what is asked: path?$filter=…&$search=…, and so many. */
export function asked(path, view, top) {
	return query(path, { "$top": top, "$count": true, "$filter": view.filter, "$orderby": top > 1 ? view.order : "",
		"$search": view.search && `"${view.search.replaceAll('"', "")}"` });
}

function wordsOf(view) {
	return new URLSearchParams(ASKED.filter((name) => view[name]).map((name) => [name, view[name]])).toString();
}

async function tellCount(place, at, times, signal) {
	const page = await getPage(at, signal);
	place.textContent = total(page.count, page.countIsAtLeast);
	if (page.countIsAtLeast && times > 1)
		setTimeout(() => tellCount(place, at, times - 1, signal).catch(() => {}), AGAIN_MS);
}

/* How many there are now. Of many the server says at first only that there are as many, and counts on meanwhile. */
function countOf(path, view, signal) {
	const place = el("span.count");
	tellCount(place, asked(path, view, 1), 3, signal).catch(() => place.remove());
	return place;
}

/*
 * The views of a list, the one that is shown marked: { list, path, presets, view, signal }: the page's name, where its rows
 * come from, [name, view] pairs, and what is asked for now.
 */
export function views({ list, path, presets, view, signal }) {
	const place = el("ul.tabs"), now = wordsOf(view);

	function tab(name, of, more) {
		const current = wordsOf(of) === now ? "true" : null;
		return el("li", el("a", { href: href(list.split("/"), of), "aria-current": current }, name, more && " ", more));
	}

	function saved(row) {
		const of = Object.fromEntries(new URLSearchParams(row.query ?? ""));
		return el("li.saved", tab(row.displayName, of, countOf(path, of, signal)).firstChild,
			button("×", () => confirm({ heading: words.remove, sentence: words.removeSentence(row.displayName), tone: "danger",
				word: words.remove, action: () => ask("DELETE", `${PATH}/${row.id}`), done: refresh }),
			{ tone: "quiet", "aria-label": words.removeOf(row.displayName) }));
	}

	function save() {
		const name = el("input", { required: true, maxlength: 64 });
		confirm({ heading: words.save, word: words.save, content: [field(words.name, name, words.nameHelp)],
			action: () => ask("POST", PATH, { displayName: name.value.trim(), list, query: now }), done: () => {
				tell(words.saved(name.value.trim()));
				refresh();
			} });
	}

	function show(rows) {
		const own = rows.filter((row) => row.list === list);
		const isKnown = [...presets.map(([, of]) => wordsOf(of)), ...own.map((row) => row.query ?? "")].includes(now);
		place.hidden = presets.length < 2 && !own.length && isKnown;
		replace(place, presets.map(([name, of]) => tab(name, of)), own.map(saved),
			!isKnown && el("li", button(words.save, save, { tone: "quiet" })));
	}

	async function refresh() {
		try {
			show(await getAll(PATH, signal));
		} catch (error) {
			if (error.name !== "AbortError")
				show([]);
		}
	}

	show([]);
	refresh();
	return place;
}
