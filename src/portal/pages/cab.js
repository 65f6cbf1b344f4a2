/*
 * cab: the files of a bundle of diagnostics, as assay-agent packs them ([MS-CAB] 2; wire/cabfile.h): one folder, nothing
 * compressed, each block with its checksum. Anything else is refused: a bundle is what a device sent, and it is read here,
 * in the browser of whoever opens it, so that the server never has to.
 */
import { need, Reader } from "./octets.js";

const MAGIC = 0x4643534d, VERSION = 0x0103, HEAD = 36, FOLDER = 8;
const MEMBERS_MAX = 64, NAME_MAX = 255, BLOCK_MAX = 32768;

function readHead(r) {
	need(r.u32() === MAGIC, "it does not begin as a CAB");
	r.u32();
	need(r.u32() === r.octets.length, "it is shorter or longer than it says");
	r.u32();
	const filesAt = r.u32();
	r.u32();
	need(r.u16() === VERSION, "it is of another version");
	const folders = r.u16(), files = r.u16(), flags = r.u16();
	need(folders === 1 && flags === 0 && filesAt === HEAD + FOLDER, "it is no bundle of assay-agent");
	need(files > 0 && files <= MEMBERS_MAX, `it has ${files} files`);
	r.u32();
	const folder = { dataAt: r.u32(), blocks: r.u16() };
	need(r.u16() === 0, "it is compressed");
	return { files, ...folder };
}

/* A name that leads nowhere, up to its zero. */
function readName(r) {
	const end = r.octets.indexOf(0, r.at);
	need(end > r.at && end - r.at <= NAME_MAX, "a file has no name");
	const name = new TextDecoder().decode(r.take(end - r.at));
	r.u8();
	need(!/[/\\:\p{C}\uFFFD]/u.test(name) && name !== "." && name !== "..", "the name of a file leads elsewhere");
	return name;
}

function readFiles(r, count) {
	const files = [];
	let end = 0;
	for (let i = 0; i < count; i++) {
		const size = r.u32(), at = r.u32();
		need(at === end && r.u16() === 0, "a file does not begin where the one before ends");
		r.take(6);
		const name = readName(r);
		need(!files.some((file) => file.name.toLowerCase() === name.toLowerCase()), `${name} is there twice`);
		files.push({ name, at, size });
		end = at + size;
	}
	return files;
}

/* Section 3.1: words of four octets, the lowest first; what is left over, the highest first. */
function checksum(octets, seed) {
	const r = new Reader(octets);
	let sum = seed, rest = 0;
	while (r.left >= 4)
		sum ^= r.u32();
	while (r.left)
		rest = (rest << 8 | r.u8()) >>> 0;
	return (sum ^ rest) >>> 0;
}

function readBlock(r, isLast) {
	const said = r.u32(), sizes = r.take(4), size = sizes[0] | sizes[1] << 8;
	need(size === (sizes[2] | sizes[3] << 8), "a block is compressed");
	need(isLast ? size <= BLOCK_MAX : size === BLOCK_MAX, "a block has another size");
	const octets = r.take(size);
	need(checksum(sizes, checksum(octets, 0)) === said, "a block does not have its checksum");
	return octets;
}

function readContent(r, head, size) {
	const content = new Uint8Array(size);
	let at = 0;
	need(r.at === head.dataAt, "its content is elsewhere");
	for (let i = 0; i < head.blocks; i++) {
		const block = readBlock(r, i === head.blocks - 1);
		need(block.length <= size - at, "it has more content than files");
		content.set(block, at);
		at += block.length;
	}
	need(at === size && r.left === 0, "its files and its content do not fit");
	return content;
}

/* The files of a bundle: [{ name, octets }]. Damage when it is none. */
export function filesOf(octets) {
	const r = new Reader(octets);
	const head = readHead(r), files = readFiles(r, head.files);
	const last = files.at(-1), size = last.at + last.size;
	need(size <= octets.length, "its files are larger than it is");
	const content = readContent(r, head, size);
	return files.map((file) => ({ name: file.name, octets: content.subarray(file.at, file.at + file.size) }));
}
