/*
 * point: the addresses that certificates name: of their issuer's certificate, of the list of revoked
 * certificates that each would be in, and where it is answered whether one is still good.
 *
 * The serial numbers of a CA, which are random, are shared out among its lists by their first octet, so
 * that a list is a range of serials. One list alone holds all of them; of several each says in its
 * issuingDistributionPoint (RFC 5280 §5.2.5) which it is, by the address that its certificates name. Each
 * issuing CA has lists of its own, so that after a rollover those of the former one go on beside the new
 * ones.
 */
#ifndef CERT_POINT_H
#define CERT_POINT_H

#include "cert/issuer.h"

#define POINT_SERIAL_SIZE 16
#define POINT_LISTS_MAX 64 /* first octets of our serials: 0x40 to 0x7F (cert/profile.h) */
#define POINT_GENERATION_MAX 999
#define POINT_NAME_SIZE 40
#define POINT_PATH_SIZE 56

/* Which list of how many, and whose: count is a power of two up to POINT_LISTS_MAX. */
struct point {
	uint64_t count;
	uint64_t at;
	uint64_t generation; /* of the issuer */
};

bool is_point(struct point p);

/* The issuer's list for a serial of POINT_SERIAL_SIZE octets as profile_build_serial makes it. */
struct point point_of(const struct issuer *by, struct bytes serial);

/* Its serials are above the one and up to the other. */
void point_get_range(struct point p, uint8_t above[static POINT_SERIAL_SIZE],
		     uint8_t upto[static POINT_SERIAL_SIZE]);

/*
 * The name of its file, and its path on the server. Return out. Of the first CA 16-3.crl and
 * ISSUER_LIST_WHOLE, of a later one g1-16-3.crl and g1.crl.
 */
char *point_name(struct point p, char out[static POINT_NAME_SIZE]);
char *point_path(struct point p, char out[static POINT_PATH_SIZE]);

/*
 * The same of the issuer's certificate: g1.crt among others, but the first CA's is ISSUER_PATH_CERTIFICATE.
 */
char *point_certificate_name(uint64_t generation, char out[static POINT_NAME_SIZE]);
char *point_certificate_path(uint64_t generation, char out[static POINT_PATH_SIZE]);

/* What a certificate of that serial names; absent where the issuer has no address. Borrows from itself. */
struct point_addresses {
	struct bytes certificate, list, answers;
	uint8_t octets[3][ISSUER_ADDRESS_SIZE];
};
void point_get_addresses(const struct issuer *by, struct bytes serial, struct point_addresses *ret);

#endif
