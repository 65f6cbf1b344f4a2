/*
 * point: the addresses that certificates name: of their issuer's certificate, of the list of revoked
 * certificates that each would be in, and where it is answered whether one is still good.
 *
 * The serial numbers of a CA, which are random, are shared out among its lists by their first octet, so that
 * a list is a range of serials. One list alone holds all of them; of several each says in its
 * issuingDistributionPoint (RFC 5280 §5.2.5) which it is, by the address that its certificates name.
 */
#ifndef CERT_POINT_H
#define CERT_POINT_H

#include "cert/issuer.h"

#define POINT_SERIAL_SIZE 16
#define POINT_LISTS_MAX 64 /* first octets of our serials: 0x40 to 0x7F (cert/profile.h) */
#define POINT_NAME_SIZE 16
#define POINT_PATH_SIZE 32

/* Which list of how many: count is a power of two up to POINT_LISTS_MAX. */
struct point {
	uint64_t count;
	uint64_t at;
};

bool is_point(struct point p);

/* The list of so many for a serial of POINT_SERIAL_SIZE octets as profile_build_serial makes it. */
struct point point_of(struct bytes serial, uint64_t count);

/* Its serials are above the one and up to the other. */
void point_get_range(struct point p, uint8_t above[static POINT_SERIAL_SIZE],
		     uint8_t upto[static POINT_SERIAL_SIZE]);

/* The name of its file, as 16-3.crl or ISSUER_LIST_WHOLE, and its path on the server. Return out. */
char *point_name(struct point p, char out[static POINT_NAME_SIZE]);
char *point_path(struct point p, char out[static POINT_PATH_SIZE]);

/* What a certificate of that serial names; absent where the issuer has no address. Borrows from itself. */
struct point_addresses {
	struct bytes certificate, list, answers;
	uint8_t octets[3][ISSUER_ADDRESS_SIZE];
};
void point_get_addresses(const struct issuer *by, struct bytes serial, struct point_addresses *ret);

#endif
