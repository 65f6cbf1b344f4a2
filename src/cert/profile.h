/*
 * profile: the certificates that devices get, an AK's and a device key's.
 *
 * Core and ca build the same octets from the same typed request: core stores their hash before it asks, ca
 * refuses when its own hash differs. Names, rights and policies come from here and from the request's device
 * id and assurance alone, never from a device. Both kinds name the device by UUID (common name, urn:uuid,
 * permanentIdentifier of RFC 4043) and carry the issuance policies 1.3.6.1.4.1.311.21.30, .31 and .32 as
 * assured, or no policies at all.
 */
#ifndef CERT_PROFILE_H
#define CERT_PROFILE_H

#include "cert/issuer.h"
#include "cert/tbs.h"
#include "wire/frame.h"

#define PROFILE_SERIAL_SIZE 16
#define PROFILE_HASH_SIZE 32

/* How long before the present a device's certificates begin, for slow clocks. */
#define PROFILE_BACKDATE_S 600

/* The longest validity of a device's certificates: two years. */
#define PROFILE_VALIDITY_MAX_S (INT64_C(2 * 366 * 86400) + PROFILE_BACKDATE_S)

/* Random octets as a serial number: positive, never shorter than 16 octets (RFC 5280 §4.1.2.2). */
void profile_build_serial(const uint8_t random[static PROFILE_SERIAL_SIZE],
			  uint8_t ret[static PROFILE_SERIAL_SIZE]);

/*
 * SIGNER_REFUSED for what no profile allows: an unknown kind, key or assurance bit, a weak key, a serial that
 * profile_build_serial does not make, no device id, an AK certificate without assurance, a validity that is
 * empty, longer than the maximum or not inside the issuer's.
 */
MUST fault profile_check(const struct issue *i, const struct issuer *by);

/*
 * Appends the TBSCertificate; tbs_hash is not read. SIGNER_REFUSED as profile_check, BUG when it does not
 * fit.
 */
MUST fault profile_build(const struct issue *i, const struct issuer *by, struct wr *w);

/* SHA-256 of what profile_build writes; the same faults. */
MUST fault profile_hash(const struct issue *i, const struct issuer *by,
			uint8_t ret[static PROFILE_HASH_SIZE]);

/*
 * That what the CA gave is the signed form of the TBSCertificate with that hash, and no longer than one can
 * be; who signed it is not asked. SIGNER_REFUSED.
 */
MUST fault profile_check_signed(struct bytes certificate, struct bytes tbs_hash);

/* The serial number of a certificate that may be one of ours; absent when it has another form. */
struct bytes profile_find_serial(struct bytes certificate);

#endif
