#include "wire/cabhead.h"

#include "base/rd.h"

#define HEAD_MIN 64          /* header, a folder, a file and its name */
#define HAS_RESERVE 0x0004   /* of the flags */
#define SIGNATURE_RESERVE 20 /* octets that Authenticode reserves in the header */

bool is_cabhead(struct bytes file)
{
	return is_bytes_equal(bytes_slice(file, 0, 4), BYTES_TEXT("MSCF"));
}

/* A CAB's numbers have their lowest octet first. */
static uint32_t get_le(struct rd *r, size_t octets)
{
	uint32_t v = 0;
	for (size_t i = 0; i < octets; i++) {
		uint8_t octet = rd_u8(r);
		v |= (uint32_t)octet << 8 * i;
	}
	return v;
}

fault cabhead_parse(struct bytes file, struct cabhead *ret)
{
	struct rd r = rd_of(file);
	NEED(is_cabhead(file) && file.n >= HEAD_MIN, ARCHIVE_INVALID);
	rd_bytes(&r, 8);
	uint32_t size = get_le(&r, 4);
	rd_bytes(&r, 18);
	uint32_t flags = get_le(&r, 2);
	rd_bytes(&r, 4);
	uint32_t reserve = get_le(&r, 2);
	rd_bytes(&r, 6);
	uint32_t signature_at = get_le(&r, 4);
	uint32_t signature_size = get_le(&r, 4);
	bool is_signed = (flags & HAS_RESERVE) && reserve == SIGNATURE_RESERVE && signature_at != 0;
	uint64_t end = is_signed ? (uint64_t)size + signature_size : size;
	NEED(!r.bad && size >= HEAD_MIN && end == file.n, ARCHIVE_INVALID);
	NEED(!is_signed || (signature_at == size && signature_size > 0), ARCHIVE_INVALID);
	ret->cabinet = bytes_slice(file, 0, size);
	ret->signature = is_signed ? bytes_slice(file, size, signature_size) : (struct bytes){ 0 };
	return NULL;
}
