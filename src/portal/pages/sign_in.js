/*
 * sign_in: who is there. What is typed is tried at once, by the least that every administrator may.
 */
import { get, query, GRAPH, signInWith, signOut } from "./api.js";
import { el } from "./dom.js";
import { text } from "./strings.js";
import { faultBox, field } from "./view.js";

export function page(enter) {
	const place = el("div");
	const token = el("input", { type: "password", autocomplete: "off", required: true, spellcheck: "false" });
	const press = el("button.primary", { type: "submit" }, text.signIn.word);

	async function submit(event) {
		event.preventDefault();
		press.disabled = true;
		place.replaceChildren();
		signInWith(token.value.trim());
		try {
			await get(query(`${GRAPH}/managedDevices`, { "$top": 1 }));
			enter();
		} catch (error) {
			signOut();
			place.replaceChildren(faultBox(error));
		} finally {
			press.disabled = false;
		}
	}

	document.title = text.pageTitle(text.signIn.title);
	return el("form.sign-in.panel", { submit }, el("h1", text.product), el("p.muted", text.signIn.below),
		field(text.signIn.token, token, text.signIn.help), place, press);
}
