/*
 * certfile: the certificates of a file, whether DER, PEM (RFC 7468 §5) with any number and text between, or
 * PKCS#7 in either form (RFC 5652 §5.1: the certificates of a SignedData, whatever it signs).
 *
 * It finds and decodes; whether a certificate is one, the server says.
 */
#ifndef WIRE_CERTFILE_H
#define WIRE_CERTFILE_H

#include "base/fault.h"

#define CERTFILE_DER_MAX 8192
#define CERTFILE_BAG_MAX 131072 /* of PKCS#7 in PEM */
#define CERTFILE_TEXT_MAX (CERTFILE_BAG_MAX / 3 * 4 + 4)

struct certfile {
	struct bytes rest;
	size_t found;
	const char *detail; /* after a fault: what is wrong with the file */
	struct bytes bag;   /* certificates of a PKCS#7 that are still to come */
	uint8_t der[CERTFILE_BAG_MAX];
	uint8_t text[CERTFILE_TEXT_MAX];
};

/* A reader at the first octet of file, which must outlive it. */
void certfile_init(struct certfile *c, struct bytes file);

/*
 * The next certificate, as DER that lives until the next call; absent after the last. ANCHOR_INVALID, with
 * detail, when the file holds none, ends inside one, or one is not base64, no DER or longer than
 * CERTFILE_DER_MAX.
 */
MUST fault certfile_next(struct certfile *c, struct bytes *ret);

#endif
