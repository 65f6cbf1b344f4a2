/*
 * eklist: the lists of revoked certificates (CRLs) that TPM makers publish: where a certificate says that the
 * one about it is, and whether a file that came from there is it (RFC 5280 §5, §6.3).
 *
 * What is kept of a list is no more than judging needs: of which key's certificates it speaks, from when to
 * when, and which serial numbers are in it.
 */
#ifndef ATTEST_EKLIST_H
#define ATTEST_EKLIST_H

#include <openssl/x509.h>

#include "base/arena.h"
#include "wire/frame.h"

#define EKLIST_HASH_SIZE 32
#define EKLIST_SKEW_S 600 /* as far as a maker's clock may be ahead */
#define EKLIST_URLS_MAX 4 /* addresses of one certificate that are looked at */

/* The addresses in a value of cRLDistributionPoints (§4.2.1.13). */
struct eklist_urls {
	size_t n;
	struct bytes v[EKLIST_URLS_MAX];
};

/*
 * Those of http and https; views of the value. Left out are points for some reasons only and lists that
 * another than the issuer signs.
 */
void eklist_find_urls(struct bytes points, struct eklist_urls *ret);

/* Which key of whose name an issuer is: certificates of one CA for one key are the same issuer. */
MUST fault eklist_issuer_id(const X509 *issuer, uint8_t ret[static EKLIST_HASH_SIZE]);

/* The id of an issuer's list at that address. */
MUST fault eklist_id(const uint8_t issuer[static EKLIST_HASH_SIZE], struct bytes url,
		     uint8_t ret[static EKLIST_HASH_SIZE]);

/* How a serial number, content octets of its INTEGER, stands in a list. */
MUST fault eklist_serial(struct bytes serial, uint8_t ret[static EKLIST_SERIAL_SIZE]);

/*
 * Reads a list and proves it: signed by the key of the wanted authority, which may do so (cRLSign), with
 * SHA-256 or better, and its thisUpdate has come. That nextUpdate is past is for whoever judges by it. ret
 * lives in the arena. CRL_INVALID for any other file, also a delta, an indirect list, one for some reasons
 * only, one with a critical extension that is not known, and the part of another address (§5.2.5); FETCH_SIZE
 * for more than EKLIST_SERIALS_MAX serial numbers; SYS_MEMORY.
 */
MUST fault eklist_check(struct bytes file, const struct eklist_point *wanted, int64_t now, struct arena *a,
			struct eklist *ret);

#endif
