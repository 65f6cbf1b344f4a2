/*
 * ekleaf: what an EK certificate says, read strictly from its octets.
 *
 * Certificates of real chips break the rules in few and known ways. Those have names, and a certificate that
 * uses one says so in `leniencies`; everything else outside DER and RFC 5280 is refused.
 */
#ifndef ATTEST_EKLEAF_H
#define ATTEST_EKLEAF_H

#include "attest/leniency.h"
#include "base/fault.h"
#include "wire/spki.h"

/* Key usage bits as in the first octet of the BIT STRING (RFC 5280 §4.2.1.3). */
enum ekleaf_usage {
	EKLEAF_DIGITAL_SIGNATURE = 0x80,
	EKLEAF_NON_REPUDIATION = 0x40,
	EKLEAF_KEY_ENCIPHERMENT = 0x20,
	EKLEAF_KEY_AGREEMENT = 0x08,
	EKLEAF_KEY_CERT_SIGN = 0x04,
	EKLEAF_CRL_SIGN = 0x02,
};

/* The TPM attributes 2.23.133.2.1 to .3, in their order. */
enum ekleaf_label_id { EKLEAF_MANUFACTURER, EKLEAF_MODEL, EKLEAF_VERSION, EKLEAF_LABEL_COUNT };

struct ekleaf_label {
	struct bytes text; /* of the first one; absent unless a UTF8String, PrintableString or IA5String */
	size_t count;      /* how often the certificate names it */
};

struct ekleaf {
	struct bytes der; /* the certificate alone: no header, no padding */
	unsigned version; /* 3 for version 3 */
	struct bytes serial;
	struct bytes issuer; /* Name (RFC 5280 §4.1.2.4) */
	int64_t not_before, not_after;
	struct spki key;     /* SPKI_NONE: of a kind that wire/spki.h does not know */
	uint32_t leniencies; /* LENIENCY_BIT of what was let pass */
	struct bytes points; /* value of cRLDistributionPoints (attest/eklist.h), or absent */
	bool is_ca;
	bool has_usage;
	uint8_t usage;             /* enum ekleaf_usage */
	bool has_purposes;         /* there is an extended key usage */
	bool is_for_ek;            /* ... that names 2.23.133.8.1 */
	bool is_for_other_tpm_key; /* ... that names another of 2.23.133.8: platform, attestation key */
	bool has_unknown_critical; /* a critical extension that is not read here */
	struct ekleaf_label label[EKLEAF_LABEL_COUNT];
};

/*
 * Finds the certificate in what an NV index held: strips the TCG header of 5 or 7 octets and uniform padding,
 * and marks both in ret_leniencies. CERT_TRUNCATED when it is shorter than it or its header says,
 * CERT_NOT_DER for a length that DER does not allow, CERT_MALFORMED when there is no certificate.
 * CERT_TRAILING_DATA when anything but padding follows; ret is then written nevertheless, so that the
 * certificate can still be judged.
 */
MUST fault ekleaf_unwrap(struct bytes nv, struct bytes *ret, uint32_t *ret_leniencies);

/*
 * Reads a certificate that ekleaf_unwrap found; views borrow from it. CERT_NOT_DER for octets outside DER and
 * the named leniencies; CERT_MALFORMED when they do not form a certificate (RFC 5280 §4.1), a list that must
 * not be empty is, an extension comes twice, its issuer has no name, or its subject has none and the names
 * beside it are not critical (§4.1.2.4, §4.1.2.6).
 */
MUST fault ekleaf_parse(struct bytes certificate, struct ekleaf *ret);

#endif
