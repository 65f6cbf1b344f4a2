/*
 * tbs: the part of a certificate that is signed (TBSCertificate, RFC 5280 §4.1.2), from values to DER.
 *
 * One writer for every certificate of the house; which values are allowed together is the concern of
 * profile.h and of trunk.h. The same values give the same octets. Extensions have a fixed order; one whose
 * value is absent is left out. The signature algorithm is always ecdsa-with-SHA256 (RFC 5758 §3.2).
 */
#ifndef CERT_TBS_H
#define CERT_TBS_H

#include "base/fault.h"
#include "base/wr.h"
#include "wire/spki.h"

#define TBS_SIZE_MAX 3072
#define TBS_SIGNATURE_MAX 72 /* ECDSA-Sig-Value of P-256 */
#define TBS_CERTIFICATE_MAX (TBS_SIZE_MAX + TBS_SIGNATURE_MAX + 32)

/* KeyUsage, the bits of its first octet (RFC 5280 §4.2.1.3). */
enum tbs_usage { TBS_USE_SIGN = 0x80, TBS_USE_CERTIFY = 0x04, TBS_USE_CRL = 0x02 };

/* ExtKeyUsage, bits that may come together: clientAuth, serverAuth, tcg-kp-AIKCertificate, OCSPSigning. */
enum tbs_purpose { TBS_FOR_CLIENT = 1, TBS_FOR_SERVER = 2, TBS_FOR_AK = 4, TBS_FOR_OCSP = 8 };

struct tbs {
	struct bytes serial;  /* big-endian */
	struct bytes issuer;  /* Name in DER */
	struct bytes subject; /* Name in DER */
	int64_t not_before;
	int64_t not_after;
	struct spki key;
	struct bytes authority; /* key identifier of the issuer */
	uint8_t usage;          /* enum tbs_usage */
	uint8_t purposes;       /* enum tbs_purpose */
	uint8_t policies;       /* enum trip_assurance: 1.3.6.1.4.1.311.21.30, .31, .32 */
	bool is_ca;
	uint8_t path_length;    /* read for a CA only */
	struct bytes device_id; /* 16 octets: SAN with urn:uuid and permanentIdentifier (RFC 4043) */
	const struct bytes_list *dns;       /* SAN dNSName, IA5 */
	const struct bytes_list *addresses; /* SAN iPAddress, 4 or 16 octets each */
	struct bytes aia_url;
	struct bytes ocsp_url; /* absent: AuthorityInfoAccess has the one above alone */
	bool is_unasked; /* id-pkix-ocsp-nocheck (RFC 6960 §4.2.2.2.1) */
	struct bytes crl_url;
};

/* Appends the TBSCertificate. The cursor is marked when a value does not fit its type. */
void tbs_write(const struct tbs *t, struct wr *w);

/* Appends a Name of an organization (left out when absent) and a common name, as UTF8String. */
void tbs_write_name(struct bytes organization, struct bytes common_name, struct wr *w);

/* Appends the AlgorithmIdentifier ecdsa-with-SHA256. */
void tbs_write_algorithm(struct wr *w);

/* Appends the extension AuthorityKeyIdentifier (RFC 5280 §4.2.1.1), as certificates and CRLs carry it. */
void tbs_write_authority(struct bytes key_id, struct wr *w);

/* Appends the extension cRLDistributionPoints with one address (RFC 5280 §4.2.1.13). */
void tbs_write_points(struct bytes crl_url, struct wr *w);

/* Appends the extension issuingDistributionPoint of a list that has this address (RFC 5280 §5.2.5). */
void tbs_write_scope(struct bytes crl_url, struct wr *w);

/*
 * Appends signed octets, algorithm and signature: a Certificate or CertificateList (RFC 5280 §4.1.1, §5.1.1).
 */
void tbs_write_signed(struct bytes tbs, struct bytes signature, struct wr *w);

/*
 * That the whole is such a form of signed octets with that SHA-256; who signed is not asked.
 * SIGNER_REFUSED.
 */
MUST fault tbs_check_signed(struct bytes whole, struct bytes tbs_hash);

/*
 * The content of subjectPublicKey of a SubjectPublicKeyInfo in DER, behind its count of unused bits; empty
 * when it is none.
 */
struct bytes tbs_public_bits(struct bytes spki);

/* The identifier of a key: the first 160 bits of SHA-256 over its BIT STRING (RFC 7093 §2, method 1). */
MUST fault tbs_key_id(const struct spki *key, uint8_t ret[static 20]);

#endif
