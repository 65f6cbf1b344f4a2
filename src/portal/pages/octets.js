/*
 * octets: reads what devices sent, octet by octet. A read behind the end, as anything else that cannot be, is Damage:
 * whoever reads gives up and says where.
 */

export class Damage extends Error {}

/* Refuses with the sentence unless that is so. */
export function need(isSo, sentence) {
	if (!isSo)
		throw new Damage(sentence);
}

/* A place in octets that only moves forward; numbers have their lowest octet first. */
export class Reader {
	#view;

	constructor(octets) {
		this.octets = octets;
		this.at = 0;
		this.#view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
	}

	get left() {
		return this.octets.length - this.at;
	}

	#step(size) {
		need(size <= this.left, `it ends inside a field, at octet ${this.at}`);
		this.at += size;
		return this.at - size;
	}

	u8() {
		return this.#view.getUint8(this.#step(1));
	}

	u16() {
		return this.#view.getUint16(this.#step(2), true);
	}

	u32() {
		return this.#view.getUint32(this.#step(4), true);
	}

	/* The next so many octets, not copied. */
	take(size) {
		const at = this.#step(size);
		return this.octets.subarray(at, at + size);
	}
}

export function hex(octets) {
	return Array.from(octets, (octet) => octet.toString(16).padStart(2, "0")).join("");
}

/* Their SHA-256 in hex. */
export async function sha256(octets) {
	return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", octets)));
}
