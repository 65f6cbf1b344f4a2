/*
 * settings: what devices are given, by which tokens they come, and how the server's own lists stand.
 */
import { ask, get, getAll, OWN } from "./api.js";
import { el, replace } from "./dom.js";
import { clock, number, time } from "./format.js";
import { profiles } from "./profiles.js";
import { providers } from "./providers.js";
import { text } from "./strings.js";
import { table } from "./table.js";
import { button, choice, confirm, empty, facts, field, later, note, panel, title } from "./view.js";
import { webhooks } from "./webhooks.js";

const words = text.settings;

/* A token is shown once: whoever closes the dialog without it makes another. */
function newToken(rows, done) {
	const profile = choice(rows.map((row) => [row.displayName, row.displayName]), rows[0]?.displayName);
	const uses = el("input", { type: "number", min: 1, max: 100000, value: "1" });
	return button(words.addToken, () => confirm({ heading: words.addToken, word: words.addToken,
		content: [field(words.profile, profile), field(words.uses, uses)],
		action: async () => {
			const made = await ask("POST", `${OWN}/enrollmentTokens`, { profile: profile.value, uses: Number(uses.value) });
			done(made.token);
		} }));
}

function tokens(rows, may, refresh) {
	return rows.length ? table(words.tokens, [
		{ head: words.made, cell: (row) => time(row.createdDateTime) },
		{ head: words.uses, number: true, cell: (row) => `${row.uses}/${row.usesMax}` },
		{ head: words.until, cell: (row) => clock(row.expirationDateTime) },
		{ head: words.user, wide: true, cell: (row) => row.userPrincipalName ?? text.none },
		...may ? [{ head: "", cell: (row) => button(words.remove, () => confirm({ heading: words.remove, tone: "danger",
			sentence: words.removeToken, word: words.remove,
			action: () => ask("DELETE", `${OWN}/enrollmentTokens/${row.id}`), done: refresh }), { tone: "quiet" }) }] : [],
	], rows) : empty(words.noTokens);
}

function standing(counts) {
	return facts([[words.issued, number(counts.issued)], [words.revoked, number(counts.revoked)],
		[words.held, number(counts.held)]]);
}

export function page({ signal, may }) {
	const hooks = may("security") && webhooks({ signal });
	const identities = providers({ signal, may });
	const made = el("div"), place = el("div"), adding = el("div");
	const kinds = profiles({ signal, may }, (rows) => replace(adding, rows.length > 0 && newToken(rows, refresh)));

	function refresh(token) {
		if (token)
			replace(made, note("good", el("strong", words.once), el("code", token)));
		replace(place, later(getAll(`${OWN}/enrollmentTokens`, signal),
			(rows) => tokens(rows, may("operator"), () => refresh())));
	}

	if (may("operator"))
		refresh();
	return [title(words.title, { below: words.below }),
		kinds.editor, panel(text.profiles.title, kinds.list, may("operator") && kinds.add),
		may("operator") && panel(words.tokens, made, place, adding),
		identities.editor, panel(text.providers.title, identities.list, may("security") && identities.add),
		hooks && [hooks.editor, panel(text.webhooks.title, hooks.list, hooks.add)],
		panel(words.certificates, later(get(`${OWN}/certificateCounts`, signal), standing))];
}
