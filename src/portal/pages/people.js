/*
 * people: who administers: accounts, the sessions they have open, and tokens for programs.
 */
import { ask, getAll, OWN, may, ROLES } from "./api.js";
import { el, replace } from "./dom.js";
import { clock, time } from "./format.js";
import { text } from "./strings.js";
import { table } from "./table.js";
import { actionsOf, badge, button, choice, confirm, empty, field, later, note, panel, showOnce, tell, title } from "./view.js";

const words = text.people;

/* Roles up to one's own: nobody gives more than they have. */
function roles(value) {
	return choice(ROLES.filter(may).map((role) => [role, words.roles[role]]), value);
}

function passwordInput() {
	return el("input", { type: "password", autocomplete: "new-password", required: true, minlength: 12 });
}

/* --- accounts --- */

function addAccount(done) {
	const name = el("input", { autocomplete: "off", required: true }), password = passwordInput(), role = roles("reader");
	return button(words.addAccount, () => confirm({ heading: words.addAccount, word: words.addAccount, content: [
		field(words.name, name, words.nameHelp), field(words.password, password, words.passwordHelp), field(words.role, role)],
	action: () => ask("POST", `${OWN}/accounts`, { name: name.value.trim(), password: password.value, role: role.value,
		forceChangePasswordNextSignIn: 1 }),
	done }), { tone: "primary" });
}

function changeRole(row, done) {
	const role = roles(row.role);
	confirm({ heading: words.changeRole(row.id), word: words.change, content: [field(words.role, role)],
		action: () => ask("PATCH", `${OWN}/accounts/${row.id}`, { role: role.value }), done });
}

function changePassword(row, done) {
	const password = passwordInput();
	confirm({ heading: words.changePassword(row.id), word: words.change, sentence: words.endsSessions,
		content: [field(words.password, password, words.passwordHelp)],
		action: () => ask("POST", `${OWN}/accounts/${row.id}/password`, { password: password.value,
			forceChangePasswordNextSignIn: 1 }), done: () => {
			tell(words.changed(row.id));
			done();
		} });
}

async function makeLink(row) {
	showOnce(words.link, words.linkOf(row.id), (await ask("POST", `${OWN}/accounts/${row.id}/link`)).link);
}

function accounts(rows, refresh) {
	const isActive = (row) => row.state === "active";
	return rows.length ? table(words.accounts, [
		{ head: words.name, cell: (row) => row.id },
		{ head: words.role, cell: (row) => words.roles[row.role] ?? row.role },
		{ head: words.state, cell: (row) => badge(words.states[row.state] ?? row.state, isActive(row) ? "good" : "warn") },
		{ head: words.seen, wide: true, cell: (row) => time(row.lastSignInDateTime, words.never) },
		{ head: "", cell: (row) => actionsOf(row.id, button(words.role, () => changeRole(row, refresh)),
			button(words.password, () => changePassword(row, refresh)),
			isActive(row) && button(words.link, () => confirm({ heading: words.link,
				sentence: words.linkFor(row.id), word: words.link, action: () => makeLink(row) })),
			button(isActive(row) ? words.disable : words.enable, () => confirm({ heading: isActive(row) ? words.disable
				: words.enable, word: isActive(row) ? words.disable : words.enable, sentence: row.id,
			action: () => ask("PATCH", `${OWN}/accounts/${row.id}`, { state: isActive(row) ? "disabled" : "active" }),
			done: refresh })),
			button(words.remove, () => confirm({ heading: words.remove, sentence: words.removeAccount(row.id), word: words.remove,
				tone: "danger", action: () => ask("DELETE", `${OWN}/accounts/${row.id}`), done: refresh }), { tone: "quiet" })) },
	], rows) : empty(words.noAccounts);
}

/* --- sessions --- */

function sessions(rows, refresh) {
	return rows.length ? table(words.sessions, [
		{ head: words.name, cell: (row) => row.account },
		{ head: words.address, wide: true, cell: (row) => row.address },
		{ head: words.used, cell: (row) => time(row.usedDateTime) },
		{ head: words.until, wide: true, cell: (row) => clock(row.expirationDateTime) },
		{ head: "", cell: (row) => button(words.end, () => confirm({ heading: words.end, sentence: words.endSession(row.account),
			word: words.end, tone: "danger", action: () => ask("DELETE", `${OWN}/sessions/${row.id}`), done: refresh })) },
	], rows) : empty(words.noSessions);
}

/* --- tokens --- */

function addToken(done) {
	const name = el("input", { required: true, maxlength: 64 }), role = roles("reader");
	const days = el("input", { type: "number", min: 1, max: 366, value: "90" });
	const scope = el("input", { placeholder: "devices reports" });
	return button(words.addToken, () => confirm({ heading: words.addToken, word: words.addToken, content: [
		field(words.name, name), field(words.role, role), field(words.days, days), field(words.scope, scope, words.scopeHelp)],
	action: async () => {
		const made = await ask("POST", `${OWN}/apiTokens`, { displayName: name.value.trim(), role: role.value,
			lifetimeS: 86400 * Number(days.value), ...scope.value.trim() ? { scope: scope.value.trim() } : {} });
		done(made.token);
	} }));
}

function tokens(rows, refresh) {
	return rows.length ? table(words.tokens, [
		{ head: words.name, cell: (row) => row.displayName },
		{ head: words.role, cell: (row) => words.roles[row.role] ?? row.role },
		{ head: words.scope, wide: true, cell: (row) => row.scope ?? words.everything },
		{ head: words.until, cell: (row) => clock(row.expirationDateTime, words.never) },
		{ head: "", cell: (row) => button(words.remove, () => confirm({ heading: words.remove,
			sentence: words.removeToken(row.displayName), word: words.remove, tone: "danger",
			action: () => ask("DELETE", `${OWN}/apiTokens/${row.id}`), done: refresh }), { tone: "quiet" }) },
	], rows) : empty(words.noTokens);
}

/* A list that is read again whenever something in it was changed. */
function living(path, show, signal) {
	const place = el("div");
	const refresh = () => replace(place, later(getAll(`${OWN}/${path}`, signal), (rows) => show(rows, refresh)));
	refresh();
	return { place, refresh };
}

export function page({ signal }) {
	const made = el("div");
	const people = living("accounts", accounts, signal), open = living("sessions", sessions, signal);
	const programs = living("apiTokens", tokens, signal);
	return [title(words.title, { below: words.below, beside: addAccount(people.refresh) }),
		panel(words.accounts, people.place), panel(words.sessions, open.place),
		panel(words.tokens, programs.place, addToken((token) => {
			replace(made, note("good", el("strong", text.settings.once), el("code", token)));
			programs.refresh();
		}), made)];
}
