/*
 * authority: the issuing keys and their memory.
 *
 * The present one signs what a typed request describes, within cert/profile.h and a rate, and nothing else.
 * Every certificate has a durable line in the issue log before it is signed, so none exists that has no
 * line, and one serial number never names two contents. A batch shares one disk write:
 *
 *     authority_put for each request  →  authority_sync once  →  authority_sign for each request
 *
 * Everything is opened, tested and warmed up in authority_open; later calls use read, write, fdatasync, brk,
 * mmap, munmap, getpid and getrandom alone (OpenSSL asks the last two for its random generator).
 *
 * Former keys (sign/lineage.h) sign lists and the certificates of responders, and nothing else.
 */
#ifndef SIGN_AUTHORITY_H
#define SIGN_AUTHORITY_H

#include "base/fault.h"
#include "cert/crl.h"
#include "cert/issuer.h"
#include "cert/tbs.h"
#include "sign/lineage.h"
#include "wire/frame.h"

/* Certificates an hour unless configured otherwise. */
#define AUTHORITY_RATE 100000

/* Core and ca read the same clock; more between them means that one lies. */
#define AUTHORITY_SKEW_S 10

/* The longest life of a list of revoked certificates. */
#define AUTHORITY_LIST_S (INT64_C(31) * 86400)

struct authority_plan {
	const char *folder;   /* sign/hierarchy.h made it; read and written: HIERARCHY_LOG */
	struct bytes url;     /* as in every certificate (cert/issuer.h); must outlive the authority */
	uint64_t lists;
	uint64_t rate; /* certificates an hour; zero means AUTHORITY_RATE */
};

struct authority;

/*
 * Opens keys, certificates and log, cuts a line that a crash left torn, and tests itself: each key fits its
 * certificate, lint_check_all passes, trial signatures verify. KEY_FILE for key or certificate, SYS_FILE for
 * the log (also when another process holds it), BUG when the self-test fails.
 */
MUST fault authority_open(const struct authority_plan *plan, struct authority **ret);
void authority_close(struct authority *a);

/* The issuer of all that it signs from now on; lives as long as the authority. */
const struct issuer *authority_issuer(const struct authority *a);

/* The issuers in force, and one of them; NULL when it is not. */
struct lineage authority_lineage(const struct authority *a);
const struct issuer *authority_find(const struct authority *a, uint64_t generation);

/*
 * Checks a request and writes it to the log's buffer; a request whose line is there already passes again, at
 * no cost to the rate. SIGNER_REFUSED when the profile forbids it, it is not valid now, its tbs_hash is not
 * that of the certificate built here, or its serial is logged with other content; SIGNER_RATE above the rate;
 * SYS_BUSY when the batch is full, SYS_STORAGE after the log has failed.
 */
MUST fault authority_put(struct authority *a, const struct issue *i, int64_t now);

/* Seconds until a request can pass that SIGNER_RATE refused. */
uint64_t authority_retry_s(const struct authority *a, int64_t now);

/* Makes all lines durable. SYS_STORAGE when that fails; nothing can then be signed until it succeeds. */
MUST fault authority_sync(struct authority *a);

/*
 * Appends the certificate in DER. BUG unless authority_put has accepted this request and authority_sync has
 * succeeded since.
 */
MUST fault authority_sign(struct authority *a, const struct issue *i, struct wr *w);

/* authority_put, authority_sync and authority_sign for a batch of one. */
MUST fault authority_issue(struct authority *a, const struct issue *i, int64_t now, struct wr *w);

/*
 * Appends a CertificateList in DER, of the issuer it names. The faults of crl_build; SIGNER_REFUSED also for
 * one that is not of now, is to be good for longer than AUTHORITY_LIST_S, or is of an issuer not in force.
 */
MUST fault authority_sign_crl(struct authority *a, const struct crl *c, int64_t now, struct wr *w);

/* True when the serial has a line in the issue log. */
bool is_authority_logged(const struct authority *a, struct bytes serial);

/* The certificate of a responder (sign/responder.h), and its subject, a Name in DER. */
struct authority_responder {
	size_t n, name_n;
	uint8_t der[TBS_CERTIFICATE_MAX];
	uint8_t name[128];
};

/* Whose responder has that key. */
struct authority_order {
	uint64_t generation;
	struct spki key;
	int64_t now;
};

/*
 * Makes it; it has a durable line in the log like any other. SIGNER_REFUSED for an issuer that is not in
 * force; SYS_RNG; the faults of the log.
 */
MUST fault authority_sign_responder(struct authority *a, const struct authority_order *o,
				    struct authority_responder *ret);

#endif
