/*
 * compliance: what is asked of devices that enrolled, and how many are so. A policy is changed in the words it is shown in.
 */
import { get, getAll, GRAPH } from "./api.js";
import { parts } from "./chart.js";
import { el } from "./dom.js";
import { plain, time } from "./format.js";
import { records } from "./records.js";
import { href } from "./route.js";
import { about, scopeInput } from "./scope.js";
import { text } from "./strings.js";
import { actionsOf, badge, button, choice, facts, field, later, panel, title } from "./view.js";

const words = text.compliance;
const PATH = `${GRAPH}/deviceCompliancePolicies`;
const COUNTS = `${GRAPH}/deviceCompliancePolicyDeviceStateSummary`;

export const TONES = { compliant: "good", inGracePeriod: "warn", noncompliant: "bad", unknown: "idle" };

/* The members of a policy: how each is typed, and what stands for one that asks nothing. */
const RULES = [
	{ name: "attestedWithinHours", kind: "number" },
	{ name: "minimumAssurance", options: ["none", "low", "medium", "high"] },
	{ name: "tpmClasses", kind: "text" },
	{ name: "firmwareNotVulnerable", options: ["false", "true"] },
	{ name: "deviceKeyInTpm", options: ["false", "true"] },
	{ name: "silentHours", kind: "number" },
	{ name: "gracePeriodHours", kind: "number" },
	{ name: "enforcement", options: ["hold", "report"] },
];

export function complianceBadge(state) {
	return badge(words.states[state] ?? state, TONES[state]);
}

/* How many devices are in which state. */
export function standing(signal) {
	return get(COUNTS, signal);
}

/* The same as one bar. */
export function summary(counts) {
	const of = (state) => href(["devices"], { filter: `complianceState eq '${state}'` });
	return parts(words.fleet, [
		{ name: words.states.compliant, value: counts.compliantDeviceCount, tone: "good", href: of("compliant") },
		{ name: words.states.inGracePeriod, value: counts.inGracePeriodCount, tone: "warn", href: of("inGracePeriod") },
		{ name: words.states.noncompliant, value: counts.nonCompliantDeviceCount, tone: "bad", href: of("noncompliant") },
		{ name: words.states.unknown, value: counts.unknownDeviceCount, tone: "idle", href: of("unknown") },
	]);
}

/* Which policy a device does not meet, and since when; what to do about it stands above all that is known of the device. */
export function reasons(row) {
	const list = row.complianceReasons ?? [];
	return [el("p", complianceBadge(row.complianceState), row.isDenied && [" ", badge(words.denied, "bad")]),
		list.length === 0 && el("p.muted", words.asItShouldBe),
		list.map((reason) => el("p", reason.what, el("br"),
			el("span.small.muted", reason.condition, " · ", reason.policy, " · ", time(reason.sinceDateTime))))];
}

async function form(row, signal) {
	const name = el("input", { value: row?.displayName ?? "", required: true, maxlength: 64, disabled: Boolean(row?.isDefault) });
	const inputs = RULES.map((rule) => {
		const value = String(row?.[rule.name] ?? "");
		return [rule.name, rule.options ? choice(rule.options.map((option) => [option, words.options[option] ?? option]), value)
			: el("input", { type: rule.kind, min: rule.kind === "number" ? 0 : null, value })];
	});
	const scope = row?.isDefault ? null : await scopeInput(row, signal);
	return {
		fields: [field(words.name, name), scope?.fields,
			el("div.grid", inputs.map(([rule, input]) => field(words.rules[rule], input, words.help[rule])))],
		body: () => ({ displayName: name.value.trim(), ...scope?.body(), ...Object.fromEntries(inputs
			.map(([rule, input]) => [rule, input.value]).filter(([rule, value]) => value !== "" || row?.[rule])) }),
	};
}

/* What a policy asks; what it does not is left out. */
function rulesOf(row) {
	return facts(RULES.filter(({ name }) => row[name] && row[name] !== "none")
		.map(({ name }) => [words.rules[name], plain(words.options[String(row[name])] ?? row[name])]));
}

export function page({ signal, may }) {
	function policy(row, all) {
		return el("article.policy", el("div.row", el("h3", row.displayName), may("security") && actionsOf(row.displayName,
			row.isDefault ? button(words.edit, () => all.edit(row)) : all.buttons(row))),
		el("p.muted", row.isDefault ? words.byDefault : about(row) || text.scope.everybody), rulesOf(row));
	}

	const policies = records({ path: PATH, words, form: (row) => form(row, signal), read: () => getAll(PATH, signal),
		show: (rows, all) => rows.map((row) => policy(row, all)) });
	return [title(words.title, { beside: may("security") && policies.add, below: words.below }),
		panel(words.fleet, later(standing(signal), summary)), policies.editor, panel(words.policies, policies.list)];
}
