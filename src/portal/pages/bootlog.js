/*
 * bootlog: the firmware's log of what was started, for people (TCG PC Client Platform Firmware Profile 1.05 §10). What it
 * says is a device's word; attest/tcglog.h is what verdicts go by.
 */
import { hex, need, Reader } from "./octets.js";

const TYPES = {
	0x00: "PREBOOT_CERT", 0x01: "POST_CODE", 0x03: "NO_ACTION", 0x04: "SEPARATOR", 0x05: "ACTION", 0x06: "EVENT_TAG",
	0x07: "S_CRTM_CONTENTS", 0x08: "S_CRTM_VERSION", 0x09: "CPU_MICROCODE", 0x0a: "PLATFORM_CONFIG_FLAGS",
	0x0b: "TABLE_OF_DEVICES", 0x0c: "COMPACT_HASH", 0x0d: "IPL", 0x0e: "IPL_PARTITION_DATA", 0x0f: "NONHOST_CODE",
	0x10: "NONHOST_CONFIG", 0x11: "NONHOST_INFO", 0x12: "OMIT_BOOT_DEVICE_EVENTS",
	0x80000001: "EFI_VARIABLE_DRIVER_CONFIG", 0x80000002: "EFI_VARIABLE_BOOT",
	0x80000003: "EFI_BOOT_SERVICES_APPLICATION", 0x80000004: "EFI_BOOT_SERVICES_DRIVER",
	0x80000005: "EFI_RUNTIME_SERVICES_DRIVER", 0x80000006: "EFI_GPT_EVENT", 0x80000007: "EFI_ACTION",
	0x80000008: "EFI_PLATFORM_FIRMWARE_BLOB", 0x80000009: "EFI_HANDOFF_TABLES", 0x8000000a: "EFI_PLATFORM_FIRMWARE_BLOB2",
	0x8000000b: "EFI_HANDOFF_TABLES2", 0x8000000c: "EFI_VARIABLE_BOOT2", 0x80000010: "EFI_HCRTM_EVENT",
	0x800000e0: "EFI_VARIABLE_AUTHORITY", 0x800000e1: "EFI_SPDM_FIRMWARE_BLOB", 0x800000e2: "EFI_SPDM_FIRMWARE_CONFIG",
};
const VARIABLES = new Set([0x80000001, 0x80000002, 0x8000000c, 0x800000e0]);
const NO_ACTION = 0x03, PCR_MAX = 24, BANKS_MAX = 8, DIGEST_MAX = 64, EVENTS_MAX = 20000, WORDS_MAX = 200;
const SHA1 = { id: 0x04, size: 20 };

function textOf(octets, encoding) {
	const words = new TextDecoder(encoding).decode(octets).replace(/\0+$/, "");
	return /^[\p{L}\p{N}\p{P}\p{S}\p{Zs}\r\n\t]+$/u.test(words) ? words.trim().slice(0, WORDS_MAX) : "";
}

/* UEFI_VARIABLE_DATA: the name of the variable, which is all of it that people read. */
function variableOf(octets) {
	const r = new Reader(octets);
	r.take(16);
	const length = r.u32();
	r.take(12);
	need(length <= WORDS_MAX, "a variable has too long a name");
	return textOf(r.take(2 * length), "utf-16le");
}

/* Texts of 16 bits are known by the zeros between their letters. */
function isWide(octets) {
	return octets.length > 2 && octets.every((octet, i) => i % 2 === 0 || octet === 0);
}

function wordsOf(type, octets) {
	try {
		return VARIABLES.has(type) ? variableOf(octets) : textOf(octets, isWide(octets) ? "utf-16le" : "utf-8");
	} catch {
		return "";
	}
}

/* Event of a log with several banks (§10.2.2), or with SHA-1 alone (§10.2.1). */
function readEvent(r, banks) {
	const pcr = r.u32(), type = r.u32(), digests = [];
	const count = banks ? r.u32() : 1;
	need(count <= BANKS_MAX, "an event has too many digests");
	for (let i = 0; i < count; i++) {
		const bank = banks ? banks.get(r.u16()) : SHA1;
		need(bank, "an event has a digest of no bank");
		digests.push(hex(r.take(bank.size)));
	}
	const octets = r.take(r.u32());
	need(pcr < PCR_MAX || type === NO_ACTION, `there is no PCR ${pcr}`);
	return { pcr, type, octets, digest: digests.at(-1) ?? "" };
}

/* The banks that the first event names; null of a log of SHA-1 alone. */
function readBanks(event) {
	const r = new Reader(event.octets), banks = new Map();
	if (event.type !== NO_ACTION || textOf(event.octets.subarray(0, 16), "latin1") !== "Spec ID Event03")
		return null;
	r.take(24);
	const count = r.u32();
	need(count > 0 && count <= BANKS_MAX, "it has too many banks");
	for (let i = 0; i < count; i++) {
		const id = r.u16(), size = r.u16();
		need(size > 0 && size <= DIGEST_MAX, "a bank has digests that are too large");
		banks.set(id, { id, size });
	}
	r.take(r.u8());
	return banks;
}

/* Zeros or ones up to the end are padding. */
function isOver(r) {
	const rest = r.octets.subarray(r.at);
	return rest.every((octet) => octet === 0) || rest.every((octet) => octet === 0xff);
}

/* The events of a log: [{ pcr, type, digest, words }], the digest being that of its last bank. Damage when it is none. */
export function eventsOf(octets) {
	const r = new Reader(octets), events = [];
	const banks = readBanks(readEvent(r, null));
	if (!banks)
		r.at = 0;
	while (!isOver(r)) {
		const { pcr, type, digest, octets: data } = readEvent(r, banks);
		need(events.length < EVENTS_MAX, "it has too many events");
		events.push({ pcr, type: TYPES[type] ?? `0x${type.toString(16)}`, digest, words: wordsOf(type, data) });
	}
	return events;
}
