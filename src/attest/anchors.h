/*
 * anchors: the CA certificates that vouch for TPMs, as one snapshot.
 *
 * An anchor is a certificate with the maker it may vouch for and the class of that maker's TPMs. Both are
 * what the organisation said when it imported the anchor. A snapshot is filled once and then only read; its
 * digest goes into every verdict that leaned on it.
 */
#ifndef ATTEST_ANCHORS_H
#define ATTEST_ANCHORS_H

#include <openssl/x509.h>

#include "attest/maker.h"
#include "base/fault.h"
#include "base/wr.h"

#define ANCHORS_MAX 16384
#define ANCHORS_HASH_SIZE 32
#define ANCHORS_SUBJECT_MAX 250
#define ANCHORS_RECORD_MAX (ANCHORS_HASH_SIZE + 2 + MAKER_CODE_MAX)

/* What kind of TPM an anchor's maker puts its name to. Stored: values are never reused. */
enum anchors_class {
	ANCHORS_UNKNOWN = 0,
	ANCHORS_DISCRETE,
	ANCHORS_FIRMWARE,
	ANCHORS_VIRTUAL,
	ANCHORS_TEST,
	ANCHORS_CLASS_LAST = ANCHORS_TEST,
};

struct anchors_entry {
	uint8_t fingerprint[ANCHORS_HASH_SIZE]; /* SHA-256 of the certificate */
	enum anchors_class class;
	char maker[MAKER_CODE_MAX + 1]; /* a code of maker.h; empty: vouches for no maker */
	char subject[ANCHORS_SUBJECT_MAX + 1]; /* RFC 2253, ASCII, maybe cut; for lists */
	int64_t not_after;                     /* seconds UTC; for lists */
	X509 *certificate;
};

/* What of an anchor goes into the snapshot's digest. */
struct anchors_record {
	struct bytes fingerprint;
	enum anchors_class class;
	struct bytes maker;
};

/* Neighbours of one subject name, in the order of their fingerprints. */
struct anchors_range {
	struct anchors_entry *const *v;
	size_t n;
};

struct anchors;

/* An empty snapshot: nothing is trusted. Ends the process when the heap has no room. */
struct anchors *anchors_new(void);
void anchors_free(struct anchors *a);

/*
 * Adds a certificate (DER, copied) with the maker and class it was imported with. ANCHOR_INVALID when it is
 * not exactly one readable certificate of a CA (RFC 5280 §4.2.1.9), maker is longer than MAKER_CODE_MAX or
 * not printable, or class is none; CONFLICT when the certificate is there already; SYS_MEMORY above
 * ANCHORS_MAX.
 */
MUST fault anchors_put(struct anchors *a, struct bytes certificate, struct bytes maker,
		       enum anchors_class class);

/* How many there are. */
size_t anchors_count(const struct anchors *a);

/* The anchor with that SHA-256 fingerprint, or NULL; it lives as long as the snapshot. */
const struct anchors_entry *anchors_find(const struct anchors *a, struct bytes fingerprint);

/* The anchors of that subject (RFC 5280 §7.1 comparison), possibly none, in logarithmic time. */
struct anchors_range anchors_find_subject(const struct anchors *a, const X509_NAME *subject);

/*
 * SHA-256 over label, count and every entry by fingerprint: the same anchors give the same digest in any
 * order.
 */
void anchors_digest(const struct anchors *a, uint8_t ret[static ANCHORS_HASH_SIZE]);

/*
 * The same digest for whoever has the records but not the certificates: append each in ascending order of
 * fingerprint, then hash.
 */
void anchors_write(const struct anchors_record *record, struct wr *w);
void anchors_hash(size_t count, struct bytes records, uint8_t ret[static ANCHORS_HASH_SIZE]);

/* "unknown", "discrete", "firmware", "virtual", "test". */
const char *anchors_class_word(enum anchors_class class);

#endif
