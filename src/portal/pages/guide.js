/*
 * guide: what to do first: trust, register, enrol, watch; what is done already is marked. It has the file that a device needs
 * to find this server and to know that it is this one.
 */
import { getFile, getPage, GRAPH, OWN } from "./api.js";
import { el } from "./dom.js";
import { sha256 } from "./octets.js";
import { href } from "./route.js";
import { text } from "./strings.js";
import { badge, button, later, panel, save, title } from "./view.js";

const words = text.guide;

/* SHA-256 of the root certificate, by which an agent knows the server (assay-agent(1), ca). */
async function rootHash(signal) {
	const root = await getFile("/ca/root.crt", signal);
	return sha256(await root.arrayBuffer());
}

function configuration(hash) {
	const lines = `server = https://${location.hostname}:8443\nca = ${hash}\n`;
	return [el("pre.file", { tabindex: "0" }, lines), el("p.small.muted", words.port),
		button(words.saveFile, () => save("agent.conf", new Blob([lines], { type: "text/plain" })))];
}

async function hasAny(path, signal) {
	return (await getPage(`${path}?$top=1`, signal)).rows.length > 0;
}

/* Each step with what shows that it was done. */
const STEPS = [
	{ name: "trust", to: ["trust"], isDone: (signal) => hasAny(`${OWN}/roots`, signal) },
	{ name: "register", to: ["registrations"], isDone: (signal) => hasAny(`${GRAPH}/windowsAutopilotDeviceIdentities`, signal) },
	{ name: "enrol", more: (signal) => later(rootHash(signal), configuration),
		isDone: (signal) => hasAny(`${GRAPH}/managedDevices`, signal) },
	{ name: "watch", to: ["overview"], isDone: (signal) => hasAny(`${GRAPH}/managedDevices`, signal) },
];

function step({ name, to, more, isDone }, signal) {
	const { head, sentence } = words.steps[name];
	return el("li", el("strong", to ? el("a", { href: href(to) }, head) : head), " ",
		later(isDone(signal), (done) => (done ? badge(words.done, "good") : badge(words.toDo))),
		el("p", sentence), more?.(signal));
}

export function guide(signal) {
	return panel(words.title, el("ol.guide", STEPS.map((one) => step(one, signal))));
}

export function page({ signal }) {
	return [title(words.title), guide(signal)];
}
