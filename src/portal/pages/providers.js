/*
 * providers: identity providers, where the users of devices sign in; what each is asked for, and how its keys stand.
 */
import { getAll, OWN } from "./api.js";
import { el } from "./dom.js";
import { clock, time } from "./format.js";
import { failures, membersOf, records } from "./records.js";
import { text } from "./strings.js";
import { table } from "./table.js";
import { actionsOf, badge, choice, empty, field } from "./view.js";

const words = text.providers;
const PATH = `${OWN}/identityProviders`;

/* What most leave as it is (doc/sign-in.md). */
const RARE = ["audience", "algorithms", "nameClaim", "groupsClaim", "amr", "acr", "scope"];

/* Who administers there, and which group makes whom. */
const ADMINS = ["adminClientId", "readerGroup", "helpdeskGroup", "operatorGroup", "securityGroup", "ownerGroup"];

/* Words of a list stand with blanks between, as they are sent. */
function inputsOf(members, row) {
	const said = (member) => [row?.[member] ?? ""].flat().join(" ");
	return Object.fromEntries(members.map((member) => [member, el("input", { value: said(member), maxlength: 256 })]));
}

function fieldsOf(inputs, help = {}) {
	const said = { ...words.help, ...help };
	return Object.entries(inputs).map(([member, input]) => field(words.members[member], input, said[member]));
}

/* What is kept is never shown: what is written here takes its place. */
function secretOf(row) {
	const set = row?.clientSecretDateTime;
	return { input: el("input", { type: "password", autocomplete: "new-password", maxlength: 128 }),
		help: set ? words.secretSet(clock(set).textContent) : words.secretUnset };
}

async function form(row, signal) {
	const profiles = await getAll(`${OWN}/profiles`, signal);
	const inputs = {
		displayName: el("input", { value: row?.displayName ?? "", required: true, maxlength: 64 }),
		issuer: el("input", { type: "url", value: row?.issuer ?? "", required: true, maxlength: 512, disabled: Boolean(row) }),
		clientId: el("input", { value: row?.clientId ?? "", required: true, maxlength: 256 }),
		profile: choice(profiles.map(({ displayName }) => [displayName, displayName]), row?.profile),
	};
	const rare = inputsOf(RARE, row), secret = secretOf(row);
	const { adminClientId, ...groups } = inputsOf(ADMINS, row);
	const admins = { adminClientId, clientSecret: secret.input, ...groups };
	return {
		fields: [fieldsOf(inputs),
			el("details", el("summary", words.administrators), el("div.grid", fieldsOf(admins, { clientSecret: secret.help }))),
			el("details", el("summary", words.rarely), el("div.grid", fieldsOf(rare)))],
		body: () => membersOf(Object.fromEntries(Object.entries({ ...inputs, ...admins, ...rare })
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
	return records({ path: PATH, words, key: "displayName", form: (row) => form(row, signal), read: () => getAll(PATH, signal),
		show: (rows, all) => [failures(rows), show(rows, may("security"), all)] });
}
