/*
 * sign_in: who is there: by name and password, or by a token as programs have.
 */
import { signIn, signInWith } from "./api.js";
import { el } from "./dom.js";
import { text } from "./strings.js";
import { field, more, run } from "./view.js";

const words = text.signIn;

/* A form whose inputs are handed to `act`; enter() follows when that went well. */
function form(inputs, act, enter) {
	const place = el("div"), press = el("button.primary", { type: "submit" }, words.word);
	return el("form", { submit: async (event) => {
		event.preventDefault();
		if (await run(press, place, () => act(...inputs.map(([, input]) => input.value.trim()))))
			enter();
	} }, inputs.map(([label, input, help]) => field(label, input, help)), place, press);
}

export function page(enter) {
	const name = el("input", { type: "text", autocomplete: "username", required: true, spellcheck: "false" });
	const password = el("input", { type: "password", autocomplete: "current-password", required: true });
	const token = el("input", { type: "password", autocomplete: "off", required: true });
	document.title = text.pageTitle(words.title);
	return el("div.sign-in.panel", el("h1", text.product), el("p.muted", words.below),
		form([[words.name, name], [words.password, password]], signIn, enter),
		more(words.byToken, form([[words.token, token, words.help]], signInWith, enter)));
}
