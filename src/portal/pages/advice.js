/*
 * advice: the server's remedies, which name commands of the shell: where a page does the same, the command leads there; and of
 * a fault whose remedy names none, the page where it is mended.
 */
import { el } from "./dom.js";
import { href } from "./route.js";
import { text } from "./strings.js";

const MAKERS = ["trust", "makers"], MISSING = ["trust", "missing"], FIRMWARE = ["trust", "firmware"];
const REVOKED = ["trust", "revoked"];
const OVERVIEW = ["overview"], DEVICES = ["devices"], REGISTRATIONS = ["registrations"], SETTINGS = ["settings"];

/* The nouns of assay(1) and the pages that are about the same; verbs that have a place of their own. */
export const COMMANDS = { account: ["people"], "api-token": ["people"], approval: OVERVIEW, audit: ["audit"], blocklist: FIRMWARE,
	compliance: ["compliance"], command: DEVICES, device: DEVICES, filter: ["filters"], idp: SETTINGS, profile: SETTINGS,
	refusal: ["refusals"], registration: REGISTRATIONS, report: ["reports"], restriction: ["restrictions"], roots: MAKERS,
	token: SETTINGS, webhook: SETTINGS,
	"roots pending": MISSING, "roots crls": REVOKED, "device conflicts": OVERVIEW, "device approve": OVERVIEW,
	"command batches": ["filters"] };

/* Faults that whoever has the portal open can mend in it, though their remedies say so without a command. */
export const FAULTS = {
	CRL_INVALID: REVOKED, CRL_MISSING: REVOKED, EK_REVOKED: REGISTRATIONS,
	EK_CA_DENIED: MAKERS, EK_CHAIN_EXPIRED: MAKERS, EK_CHAIN_UNTRUSTED: MISSING, EK_VENDOR_CA_MISMATCH: MAKERS,
	ISSUER_INVALID: MISSING, ISSUER_MISSING: MISSING, TPM_UNKNOWN_DENIED: MISSING, POL_NOT_ATTESTED: MISSING,
	EK_CERT_EXPIRED: REGISTRATIONS, EK_CERT_MISSING: REGISTRATIONS, EK_EKU_MISSING: REGISTRATIONS, EK_KU_MISMATCH: REGISTRATIONS,
	EK_SAN_AMBIGUOUS: REGISTRATIONS, EK_SAN_MISSING: REGISTRATIONS, EK_SERVICE_KEY: REGISTRATIONS,
	EK_SERVICE_NONE: REGISTRATIONS, EK_SERVICE_UNKNOWN: REGISTRATIONS, EK_UNVOUCHED: REGISTRATIONS, ASSURANCE_LOW: REGISTRATIONS,
	DEVICE_BLOCKED: REGISTRATIONS, DEVICE_NOT_REGISTERED: REGISTRATIONS, POL_MISSING: REGISTRATIONS,
	PROFILE_MISSING: REGISTRATIONS, USER_OTHER: REGISTRATIONS,
	FIRMWARE_VULNERABLE: FIRMWARE, KEY_BEFORE_FIX: FIRMWARE,
	CLOCK_REGRESSION: OVERVIEW, DEVICE_OTHER_TPM: OVERVIEW, DEVICE_QUARANTINED: OVERVIEW, EK_DUPLICATE: OVERVIEW,
	ID_EK_MISMATCH: OVERVIEW, SERIAL_MISMATCH: OVERVIEW, TPM_ROLLED_BACK: OVERVIEW,
	ATTESTATION_NONE: DEVICES, ATTESTATION_STALE: DEVICES, DEVICE_LIMIT: DEVICES, RESTRICTION_LIMIT: DEVICES,
	NOT_ATTESTED: SETTINGS, PROFILE_UNASSIGNED: SETTINGS, TOK_EXPIRED: SETTINGS, TOK_INVALID: SETTINGS, TOK_MISSING: SETTINGS,
	TOK_SCOPE: SETTINGS, TOK_USED: SETTINGS, TPM_REQUIRED: SETTINGS, TPM_VIRTUAL_DENIED: SETTINGS, USER_MISSING: SETTINGS,
	USER_UNNAMED: SETTINGS, IDP_DOCUMENT: SETTINGS,
	RESTRICTION_BLOCKED: ["restrictions"], RESTRICTION_FULL: ["restrictions"], TPM_CLASS: ["compliance"],
	COMPLIANCE_FULL: ["compliance"], FILTER_LIMIT: ["filters"], AUTHZ: ["people"],
};

const COMMAND = /\bassay ([a-z-]+)( [a-z-]+)?/g;

function nameOf([page, part]) {
	return part ? `${text.nav[page]}, ${text.trust.parts[part]}` : text.nav[page];
}

/* The words of a remedy, its commands as links; and the page for that fault, unless they lead there. */
export function advice(words, fault) {
	const parts = [], page = FAULTS[fault];
	let at = 0, isThere = !page;
	for (const found of words.matchAll(COMMAND)) {
		const [command, noun, verb = ""] = found, to = COMMANDS[noun + verb] ?? COMMANDS[noun];
		parts.push(words.slice(at, found.index), to ? el("a", { href: href(to) }, el("code", command)) : el("code", command));
		at = found.index + command.length;
		isThere ||= to === page;
	}
	parts.push(words.slice(at));
	return isThere ? parts : [...parts, " ", el("a", { href: href(page) }, text.opens(nameOf(page)))];
}
