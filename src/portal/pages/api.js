/*
 * api: asks the server, as whoever is signed in. Whatever goes wrong is a Fault with the server's own words.
 */
import { text } from "./strings.js";

export const GRAPH = "/graph/beta/deviceManagement";
export const OWN = "/assay/v1";

/* Why something did not happen: code, title, remedy, detail and the request's id, as in the fault table. */
export class Fault extends Error {
	constructor(status, problem = {}) {
		super(problem.title ?? text.fault.unreadable);
		this.status = status;
		this.code = problem.code ?? "";
		this.remedy = problem.remedy ?? text.fault.again;
		this.detail = problem.detail ?? "";
		this.requestId = problem.requestId ?? "";
		this.retryAfter = 0;
	}
}

/*
 * Who is signed in: { name, role, isSession, mustChangePassword, csrfToken }. Of a session the browser keeps a cookie
 * that no script can read; a token lives as long as the page does and is written nowhere.
 */
let caller = null, token = "";

/* That there was a session, so that nobody is asked about one that cannot be. */
const MARK = "assay.session";

/* What accounts may, the least first (flow/caller.h). The server decides; the portal leaves out what would be refused. */
const ROLES = ["reader", "helpdesk", "operator", "security", "owner"];

export { ROLES };

export function may(least) {
	return ROLES.indexOf(caller?.role) >= ROLES.indexOf(least);
}

/* Whether they have a session: the browser itself can ask for them, by a link, and they may have a password. */
export function isSession() {
	return Boolean(caller?.isSession);
}

/* Their name, or "" of nobody. */
export function signedIn() {
	return caller?.name ?? "";
}

/* That a password chosen by somebody else has to be changed before anything else. */
export function isBound() {
	return Boolean(caller?.mustChangePassword);
}

async function begin(path, proof) {
	caller = await prove(path, proof);
	token = "";
	localStorage.setItem(MARK, "1");
}

export function signIn(name, password) {
	return begin(`${OWN}/session`, { name: name.trim(), password });
}

/* By what stood in a link, once. */
export function signInByLink(word) {
	return begin(`${OWN}/session/link`, { token: word });
}

/* Identity providers where administrators sign in: { id, displayName }. */
export function providers() {
	return getAll(`${OWN}/session/providers`);
}

/* Leaves this page for the provider's, which sends the browser back here with a code. */
export async function signInAt(provider) {
	location.assign((await ask("POST", `${OWN}/session/providers/${provider.id}`)).location);
}

/* By what a provider sent the browser back with: the query of the page's address (OpenID Connect Core 1.0 §3.1.2.5). */
export async function signInByCode(query) {
	if (query.has("error"))
		throw new Fault(0, { title: text.signIn.declined, detail: query.get("error_description") ?? query.get("error"),
			remedy: text.signIn.declinedRemedy });
	const issuer = query.get("iss");
	await begin(`${OWN}/session/code`, { code: query.get("code"), state: query.get("state"), ...issuer ? { issuer } : {} });
}

/* Their own password, by the one until now. */
export async function changePassword(password, newPassword) {
	await prove(`${OWN}/session/password`, { name: caller.name, password, newPassword });
	caller = { ...caller, mustChangePassword: false };
}

export async function signInWith(word) {
	token = word.trim();
	try {
		caller = await get(`${OWN}/session`);
	} catch (error) {
		token = "";
		throw error;
	}
}

/* Goes on with the session that an earlier page of this browser began, if it is not over. */
export async function resume() {
	if (!localStorage.getItem(MARK))
		return;
	try {
		caller = await get(`${OWN}/session`);
	} catch (error) {
		forget();
		if (error.status !== 401)
			throw error;
	}
}

/* Nobody is signed in on this page any more. */
export function forget() {
	caller = null;
	token = "";
	localStorage.removeItem(MARK);
}

export async function signOut() {
	try {
		if (caller?.isSession)
			await ask("DELETE", `${OWN}/session`);
	} finally {
		forget();
	}
}

/* A session proves with each change that a page of ours asks, which no other site's can know how to (flow/session.h). */
function proofs(method) {
	const headers = token ? { Authorization: `Bearer ${token}` } : {};
	return method === "GET" || !caller?.csrfToken ? headers : { ...headers, "X-Assay-CSRF": caller.csrfToken };
}

async function problemOf(reply) {
	try {
		return await reply.json();
	} catch {
		return {};
	}
}

async function send(method, path, body, { signal, version } = {}) {
	const headers = proofs(method);
	if (version)
		headers["If-Match"] = version;
	if (body !== undefined)
		headers["Content-Type"] = "application/json";
	try {
		return await fetch(path, { method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body),
			cache: "no-store", credentials: "same-origin" });
	} catch (error) {
		if (error.name === "AbortError")
			throw error;
		throw new Fault(0, { title: text.fault.unreachable, remedy: text.fault.unreachableRemedy });
	}
}

async function answer(method, path, body, options = {}) {
	const reply = await send(method, path, body, options);
	if (reply.ok)
		return reply;
	const fault = new Fault(reply.status, await problemOf(reply));
	fault.retryAfter = Number(reply.headers.get("Retry-After") ?? 0);
	if (reply.status === 401 && caller && (!options.isProof || fault.code === "SESSION_OVER"))
		window.dispatchEvent(new Event("signed-out"));
	throw fault;
}

function read(reply) {
	return reply.status === 204 ? null : reply.json();
}

/* What the server answers, read as JSON; null when it answers nothing. */
export async function ask(method, path, body, signal) {
	return read(await answer(method, path, body, { signal }));
}

/* The same of a password or a link: one that is wrong ends no session that there is. */
async function prove(path, proof) {
	return read(await answer("POST", path, proof, { isProof: true }));
}

/* One record as it is now, with its version: { record, version }. */
export async function getRecord(path, signal) {
	const reply = await answer("GET", path, undefined, { signal });
	return { record: await reply.json(), version: reply.headers.get("ETag") ?? "" };
}

/* Changes a record unless it has become another since that version. */
export async function change(path, body, version) {
	return (await answer("PATCH", path, body, { version })).json();
}

export function get(path, signal) {
	return ask("GET", path, undefined, signal);
}

/* A file that the server gives. */
export async function getFile(path, signal) {
	return (await answer("GET", path, undefined, { signal })).blob();
}

/* One page of a list: { rows, next, count, countIsAtLeast }; next is what to ask for the page behind it, or "". */
export async function getPage(path, signal) {
	const page = await get(path, signal);
	const next = page["@odata.nextLink"] ?? "";
	return {
		rows: page.value ?? [],
		next: next && pathOf(next),
		count: page["@odata.count"],
		countIsAtLeast: Boolean(page["@assay.countIsAtLeast"]),
	};
}

/* A text of OData: quotation marks in it are doubled. */
export function quoted(words) {
	return `'${words.replaceAll("'", "''")}'`;
}

/* Links are absolute and may name the server otherwise than this browser does. */
export function pathOf(link) {
	const url = new URL(link, location.href);
	return url.pathname + url.search;
}

/* All rows of a list that has few; after `most` it stops. */
export async function getAll(path, signal, most = 1000) {
	const rows = [];
	for (let at = path; at && rows.length < most;) {
		const page = await getPage(at, signal);
		rows.push(...page.rows);
		at = page.next;
	}
	return rows;
}

/* path?$top=50&$filter=…, without what is empty. */
export function query(path, options) {
	const pairs = Object.entries(options).filter(([, value]) => value !== "" && value !== undefined && value !== null);
	const words = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
	return words ? `${path}?${words}` : path;
}
