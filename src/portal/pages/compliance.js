/*
 * compliance: what is asked of devices that enrolled, and how many are so. A policy is changed in the words it is shown in.
 */
import { ask, get, GRAPH } from "./api.js";
import { parts } from "./chart.js";
import { el, replace } from "./dom.js";
import { plain, time } from "./format.js";
import { text } from "./strings.js";
import { badge, button, choice, confirm, facts, field, later, panel, tell, title } from "./view.js";

const words = text.compliance;
const PATH = `${GRAPH}/deviceCompliancePolicies`;
const COUNTS = `${GRAPH}/deviceCompliancePolicyDeviceStateSummary`;

const TONES = { compliant: "good", inGracePeriod: "warn", noncompliant: "bad", unknown: "idle" };

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

/* How the fleet stands, as one bar. */
export function summary(signal) {
	return later(get(COUNTS, signal), (counts) => parts(words.fleet, [
		{ name: words.states.compliant, value: counts.compliantDeviceCount, tone: "good" },
		{ name: words.states.inGracePeriod, value: counts.inGracePeriodCount, tone: "warn" },
		{ name: words.states.noncompliant, value: counts.nonCompliantDeviceCount, tone: "bad" },
		{ name: words.states.unknown, value: counts.unknownDeviceCount, tone: "idle" },
	]));
}

/* Why a device is not compliant, each reason with what to do; nothing to say of one that is. */
export function reasons(row) {
	const list = row.complianceReasons ?? [];
	return [el("p", complianceBadge(row.complianceState), row.isDenied && [" ", badge(words.denied, "bad")]),
		list.length === 0 && el("p.muted", words.asItShouldBe),
		list.map((reason) => el("div.box.warn", el("p", el("strong", reason.what)), el("p", reason.remedy),
			el("p.small.muted", reason.condition, " · ", reason.policy, " · ", time(reason.sinceDateTime))))];
}

function editor(row, done) {
	const name = el("input", { value: row?.displayName ?? "", required: true, maxlength: 64 });
	const inputs = RULES.map((rule) => {
		const value = String(row?.[rule.name] ?? "");
		return [rule.name, rule.options ? choice(rule.options.map((option) => [option, words.options[option] ?? option]), value)
			: el("input", { type: rule.kind, min: rule.kind === "number" ? 0 : null, value })];
	});
	confirm({ heading: row ? words.change(row.displayName) : words.add, word: words.save, content: [field(words.name, name),
		el("div.grid", inputs.map(([rule, input]) => field(words.rules[rule], input, words.help[rule])))],
	action: () => {
		const said = inputs.map(([rule, input]) => [rule, input.value]).filter(([rule, value]) => value !== "" || row?.[rule]);
		const body = { displayName: name.value.trim(), ...Object.fromEntries(said) };
		return row ? ask("PATCH", `${PATH}/${row.id}`, body) : ask("POST", PATH, body);
	}, done: () => {
		tell(words.saved(name.value.trim()));
		done();
	} });
}

function rulesOf(row) {
	return facts(RULES.map(({ name }) => [words.rules[name], plain(words.options[String(row[name])] ?? row[name])]));
}

export function page({ signal, may }) {
	const place = el("div");

	function remove(row) {
		confirm({ heading: words.remove, sentence: words.removeSentence(row.displayName), word: words.remove, tone: "danger",
			action: () => ask("DELETE", `${PATH}/${row.id}`), done: refresh });
	}

	function policy(row) {
		return el("article.policy", el("div.row", el("h3", row.displayName), may("security") && el("div.actions",
			button(words.edit, () => editor(row, refresh)),
			!row.isDefault && button(words.remove, () => remove(row), { tone: "quiet" }))),
		el("p.muted", row.isDefault ? words.byDefault : row.include ? text.restrictions.include(row.include) : row.groupTags),
		rulesOf(row));
	}

	function refresh() {
		replace(place, later(get(PATH, signal), (answer) => answer.value.map(policy)));
	}

	refresh();
	return [title(words.title, { beside: may("security") && button(words.add, () => editor(null, refresh), { tone: "primary" }),
		below: words.below }), panel(words.fleet, summary(signal)), panel(words.policies, place)];
}
