/*
 * certfile: the certificates of a file, whether DER, PEM (RFC 7468 §5) or PEM with several and text between.
 *
 * It finds and decodes; whether a certificate is one, the server says.
 */
#ifndef CLI_CERTFILE_H
#define CLI_CERTFILE_H

#include "base/fault.h"

#define CERTFILE_DER_MAX 8192

struct certfile {
	struct bytes rest;
	size_t found;
	const char *detail; /* after a fault: what is wrong with the file */
	uint8_t der[CERTFILE_DER_MAX];
};

/* A reader at the first octet of file, which must outlive it. */
void certfile_init(struct certfile *c, struct bytes file);

/*
 * The next certificate, as DER that lives until the next call; absent after the last. ANCHOR_INVALID, with
 * detail, when the file holds none, ends inside one, or one is not base64 or longer than CERTFILE_DER_MAX.
 */
MUST fault certfile_next(struct certfile *c, struct bytes *ret);

#endif
