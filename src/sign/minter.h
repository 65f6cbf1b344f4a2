/*
 * minter: the key of device tokens and what it may sign.
 *
 * It signs what a typed request describes (cert/jwt.h, cert/result.h), not for longer than ten minutes and
 * within a rate of its own, heads of the audit and notices at ones of theirs, and nothing else. The key of
 * before the last rotation is no longer there; its public half is, so that tokens it signed are still good.
 */
#ifndef SIGN_MINTER_H
#define SIGN_MINTER_H

#include <sys/types.h>

#include "base/fault.h"
#include "base/wr.h"
#include "wire/audit.h"
#include "wire/frame.h"

#define MINTER_LIFE_S 600   /* longest life of a token */
#define MINTER_SKEW_S 10    /* core and ca read the same clock */
#define MINTER_HEADS 60     /* heads of the audit in an hour */

struct minter_plan {
	const char *folder; /* sign/hierarchy.h made it */
	struct bytes url;   /* the issuer's address, in every token; must outlive the minter */
	uint64_t rate;      /* tokens an hour */
	uid_t uid;          /* owner of files that are made; 0: whoever runs this */
};

struct minter;

/*
 * Makes a key where there is none, as in folders of before there were device tokens, and says so in
 * *ret_made. SYS_FILE, SYS_RNG.
 */
MUST fault minter_init(const struct minter_plan *plan, bool *ret_made);

/* Opens the key and tests it. KEY_FILE, SYS_FILE; CONFIG_INVALID for an address that no token can carry. */
MUST fault minter_open(const struct minter_plan *plan, struct minter **ret);
void minter_close(struct minter *m);

/*
 * Appends the token. SIGNER_REFUSED when the request lives too long, is not of now, or names a key that no
 * certificate is made for; SIGNER_RATE above the rate.
 */
MUST fault minter_sign(struct minter *m, const struct mint *request, int64_t now, struct wr *w);

/* The same of an attestation result, within the same rate. */
MUST fault minter_sign_result(struct minter *m, const struct result *request, int64_t now, struct wr *w);

/*
 * Appends a signed notice to a webhook, within a rate of their own that is as large. SIGNER_REFUSED when it
 * is not of now; SIGNER_RATE.
 */
MUST fault minter_sign_notice(struct minter *m, const struct notice *request, int64_t now, struct wr *w);

/*
 * Appends a signed head of the audit. SIGNER_REFUSED when it is not of now, not of core, or not later in the
 * chain than what was signed since the minter was opened; SIGNER_RATE above the rate.
 */
MUST fault minter_sign_head(struct minter *m, const struct audit_head *request, int64_t now, struct wr *w);

/* Seconds until a request can pass that SIGNER_RATE refused. */
uint64_t minter_retry_s(const struct minter *m, int64_t now);

/* The JWK Set: the key, and the one of before the last rotation. Lives as long as the minter. */
struct bytes minter_keys(const struct minter *m);

/*
 * Puts a new key in the place of the present one, of which the public half stays. A minter that is open goes
 * on with the old key. Faults as minter_init and minter_open.
 */
MUST fault minter_rotate(const struct minter_plan *plan);

#endif
