/*
 * anchors: the CA certificates that vouch for TPMs, as one snapshot.
 *
 * An anchor is a certificate with the maker it may vouch for and the class of that maker's TPMs. Both are
 * what the organisation said when it imported the anchor. Beside them a snapshot holds intermediates, which
 * vouch for nobody: they only fill the way from an EK certificate to an anchor. A snapshot changes as a whole
 * or not at all, and its digest goes into every verdict that leaned on it.
 */
#ifndef ATTEST_ANCHORS_H
#define ATTEST_ANCHORS_H

#include <openssl/x509.h>

#include "attest/eklists.h"
#include "attest/idplist.h"
#include "attest/maker.h"
#include "attest/shelf.h"
#include "base/fault.h"
#include "base/wr.h"

#define ANCHORS_MAX 32768
#define ANCHORS_HASH_SIZE 32
#define ANCHORS_SUBJECT_MAX 250
#define ANCHORS_RECORD_MAX (ANCHORS_HASH_SIZE + 3 + MAKER_CODE_MAX)

/* What kind of TPM an anchor's maker puts its name to. Stored: values are never reused. */
enum anchors_class {
	ANCHORS_UNKNOWN = 0,
	ANCHORS_DISCRETE,
	ANCHORS_FIRMWARE,
	ANCHORS_VIRTUAL,
	ANCHORS_TEST,
	ANCHORS_CLASS_LAST = ANCHORS_TEST,
};

/* What a certificate of a snapshot is there for. Stored: values are never reused; zero vouches for nobody. */
enum anchors_role {
	ANCHORS_INTERMEDIATE = 0,
	ANCHORS_ROOT,
	ANCHORS_DENIED, /* whatever its key signed vouches for nobody, however else it is vouched for */
	ANCHORS_ROLE_LAST = ANCHORS_DENIED,
};

struct anchors_entry {
	uint8_t fingerprint[ANCHORS_HASH_SIZE]; /* SHA-256 of the certificate */
	enum anchors_role role;
	enum anchors_class class;
	char maker[MAKER_CODE_MAX + 1]; /* a code of maker.h; empty: vouches for no maker */
	X509_NAME *subject;             /* NULL: not to be read */
	X509 *certificate;              /* NULL until anchors_certificate decodes it */
	size_t size;
	uint8_t der[];
};

/* What lists show of a certificate. */
struct anchors_label {
	char subject[ANCHORS_SUBJECT_MAX + 1]; /* as anchors_name_text */
	int64_t not_after;                     /* seconds UTC; zero: not readable */
	bool is_self_issued;                   /* names itself as its issuer (RFC 5280 §3.2) */
};

/* What of an anchor goes into the snapshot's digest. */
struct anchors_record {
	struct bytes fingerprint;
	enum anchors_role role;
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

/*
 * Adds what was checked when it was imported: record's fingerprint is not looked at, and the certificate is
 * decoded when it is first needed, since its key alone costs more than all of a judgement's other work. One
 * that turns out unreadable is counted and vouches for nobody. CONFLICT, SYS_MEMORY as above; ANCHOR_INVALID
 * for a role, class or maker that is none.
 */
MUST fault anchors_put_stored(struct anchors *a, struct bytes certificate,
			      const struct anchors_record *record);

/* Takes out the certificate with that fingerprint, if it is there. */
void anchors_delete(struct anchors *a, struct bytes fingerprint);

/* Moves all of from, which is freed, into a; what a holds already under a fingerprint is replaced. */
void anchors_merge(struct anchors *a, struct anchors *from);

/* How many there are. */
size_t anchors_count(const struct anchors *a);

/* The certificate with that SHA-256 fingerprint, or NULL; it lives as long as the snapshot. */
const struct anchors_entry *anchors_find(const struct anchors *a, struct bytes fingerprint);

/*
 * The decoded certificate, which the snapshot keeps from then on; NULL when it is not exactly one readable
 * certificate of a CA.
 */
X509 *anchors_certificate(struct anchors_entry *e);

/* What a certificate (DER) says of itself. ANCHOR_INVALID when it is not exactly one of a CA. */
MUST fault anchors_parse(struct bytes certificate, struct anchors_label *ret);

/*
 * A Name for people: RFC 2253 in ASCII, what a terminal or a table could take amiss escaped, maybe cut; empty
 * when it cannot be shown. Ends the process when the heap has no room.
 */
void anchors_name_text(const X509_NAME *name, char ret[static ANCHORS_SUBJECT_MAX + 1]);

/* The anchors of that subject (RFC 5280 §7.1 comparison), possibly none, in logarithmic time. */
struct anchors_range anchors_find_subject(const struct anchors *a, const X509_NAME *subject);

/* The same of the intermediates, and of those that are denied. */
struct anchors_range anchors_find_intermediates(const struct anchors *a, const X509_NAME *subject);
struct anchors_range anchors_find_denied(const struct anchors *a, const X509_NAME *subject);

/*
 * Where those who judge by these anchors keep the certificates that they decoded on the way; no part of what
 * the snapshot says.
 */
struct shelf *anchors_shelf(const struct anchors *a);

/* The lists of revoked certificates of the snapshot; they end with it. */
struct eklists *anchors_eklists(const struct anchors *a);

/* The identity providers of the snapshot; they end with it. */
struct idplist *anchors_idps(const struct anchors *a);

/*
 * SHA-256 over label, counts, every entry by fingerprint, every list by id and the identity providers: the
 * same ones give the same digest in any order.
 */
void anchors_digest(const struct anchors *a, uint8_t ret[static ANCHORS_HASH_SIZE]);

/*
 * The same digest for whoever has the records but not the certificates: append each in ascending order of
 * fingerprint, then hash with what eklists_write and idplist_write would give.
 */
void anchors_write(const struct anchors_record *record, struct wr *w);
void anchors_hash(size_t count, struct bytes records, struct bytes eklists, struct bytes idps,
		  uint8_t ret[static ANCHORS_HASH_SIZE]);

/* "intermediate", "root", "denied". */
const char *anchors_role_word(enum anchors_role role);

/* "unknown", "discrete", "firmware", "virtual", "test". */
const char *anchors_class_word(enum anchors_class class);

/* The role or class of that word; false, writing nothing, when there is none. */
MUST bool anchors_role_parse(struct bytes word, enum anchors_role *ret);
MUST bool anchors_class_parse(struct bytes word, enum anchors_class *ret);

#endif
