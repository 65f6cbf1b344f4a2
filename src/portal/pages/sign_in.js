/*
 * sign_in: who is there: by name and password, by a link that is good once, or by a token as programs have; and their
 * own password.
 */
import { changePassword, providers, signIn, signInAt, signInByLink, signInWith, signedIn } from "./api.js";
import { el } from "./dom.js";
import { text } from "./strings.js";
import { button, confirm, faultBox, field, later, more, run, tell } from "./view.js";

const words = text.signIn;

/* A form whose inputs are handed to `act`; enter() follows when that went well. */
function form(inputs, act, enter, word = words.word) {
	const place = el("div"), press = el("button.primary", { type: "submit" }, word);
	return el("form", { submit: async (event) => {
		event.preventDefault();
		if (await run(press, place, () => act(...inputs.map(([, input]) => input.value))))
			enter();
	} }, inputs.map(([label, input, help]) => field(label, input, help)), place, press);
}

/* A button for each provider, before the other ways; where there is none, nothing. */
function atProviders(rows) {
	const place = el("div");
	return rows.map((row) => {
		const press = button(words.at(row.displayName), () => run(press, place, () => signInAt(row)), { tone: "primary" });
		return el("p", press);
	}).concat(rows.length ? [place, el("p.or", words.or)] : []);
}

/* fault: why an earlier attempt failed. */
export function page(enter, fault) {
	const name = el("input", { type: "text", autocomplete: "username", required: true, spellcheck: "false" });
	const password = el("input", { type: "password", autocomplete: "current-password", required: true });
	const token = el("input", { type: "password", autocomplete: "off", required: true });
	document.title = text.pageTitle(words.title);
	return el("div.sign-in.panel", el("h1", text.product), el("p.muted", words.below),
		fault && faultBox(fault), later(providers(), atProviders),
		form([[words.name, name], [words.password, password]], signIn, enter),
		more(words.byToken, form([[words.token, token, words.help]], signInWith, enter)));
}

/* A link is good once, so nothing but a press of its reader spends it. */
export function linkPage(token, enter) {
	document.title = text.pageTitle(words.title);
	return el("div.sign-in.panel", el("h1", text.product), el("p", words.byLink),
		signedIn() && el("p.muted", words.inPlaceOf(signedIn())), form([], () => signInByLink(token), enter),
		button(words.otherwise, enter, { tone: "quiet" }));
}

function passwords() {
	return [
		[words.old, el("input", { type: "password", autocomplete: "current-password", required: true })],
		[words.own, el("input", { type: "password", autocomplete: "new-password", required: true, minlength: 12 }),
			text.people.passwordHelp],
	];
}

/* Before anything else: somebody else chose the password. */
export function passwordPage(enter) {
	document.title = text.pageTitle(words.change);
	return el("div.sign-in.panel", el("h1", words.change), el("p.muted", words.given),
		form(passwords(), changePassword, enter, words.change));
}

export function askPassword() {
	const inputs = passwords();
	confirm({ heading: words.change, word: words.change, sentence: words.endsOthers,
		content: inputs.map(([label, input, help]) => field(label, input, help)),
		action: () => changePassword(...inputs.map(([, input]) => input.value)), done: () => tell(words.changed) });
}
