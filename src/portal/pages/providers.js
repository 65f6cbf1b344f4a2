/*
 * providers: identity providers, where the users of devices sign in; what each is asked for, and how its keys stand.
 */
import { getAll, OWN } from "./api.js";
import { el } from "./dom.js";
import { time } from "./format.js";
import { failures, membersOf, records } from "./records.js";
import { text } from "./strings.js";
import { table } from "./table.js";
import { actionsOf, badge, choice, empty, field } from "./view.js";

const words = text.providers;
const PATH = `${OWN}/identityProviders`;

/* What most leave as it is (doc/sign-in.md). */
const RARE = ["audience", "algorithms", "nameClaim", "groupsClaim", "amr", "acr", "scope"];

async function form(row, signal) {
	const profiles = await getAll(`${OWN}/profiles`, signal);
	const inputs = {
		displayName: el("input", { value: row?.displayName ?? "", required: true, maxlength: 64 }),
		issuer: el("input", { type: "url", value: row?.issuer ?? "", required: true, maxlength: 512, disabled: Boolean(row) }),
		clientId: el("input", { value: row?.clientId ?? "", required: true, maxlength: 256 }),
		profile: choice(profiles.map(({ displayName }) => [displayName, displayName]), row?.profile),
	};
	const rare = Object.fromEntries(RARE.map((member) => [member, el("input", { value: row?.[member] ?? "", maxlength: 256 })]));
	const fields = (of) => Object.entries(of).map(([member, input]) => field(words.members[member], input, words.help[member]));
	return {
		fields: [fields(inputs), el("details", el("summary", words.rarely), el("div.grid", fields(rare)))],
		body: () => membersOf(Object.fromEntries(Object.entries({ ...inputs, ...rare })
			.filter(([, input]) => !input.disabled)), row),
	};
}

function show(rows, may, all) {
	return rows.length ? table(words.title, [
		{ head: words.members.displayName, cell: (row) => [row.displayName, el("p.small.muted", row.issuer)] },
		{ head: words.keys, cell: (row) => (row.fault ? badge(row.fault, "bad") : badge(words.good, "good")) },
		{ head: words.fetched, wide: true, cell: (row) => time(row.fetchedDateTime, words.never) },
		...may ? [{ head: "", cell: (row) => actionsOf(row.displayName, all.buttons(row)) }] : [],
	], rows) : empty(words.nothing);
}

export function providers({ signal, may }) {
	return records({ path: PATH, words, form: (row) => form(row, signal), read: () => getAll(PATH, signal),
		show: (rows, all) => [failures(rows), show(rows, may("security"), all)] });
}
