/*
 * flow: what every use case of core works with, and how it answers.
 *
 * Use cases read records and facts, decide with policy/ and write records; they run inside a transaction that
 * core commits before any answer leaves (server/core.c). They reach the CA only by the requests they return.
 */
#ifndef FLOW_FLOW_H
#define FLOW_FLOW_H

#include "base/arena.h"
#include "cert/profile.h"
#include "cert/ticket.h"
#include "cert/token.h"
#include "policy/outbreak.h"
#include "policy/provisioning.h"
#include "store/store.h"
#include "wire/frame.h"

/* Who may ask; a higher role may all that a lower may. Zero is nobody in particular. */
enum flow_role {
	FLOW_ROLE_NOBODY = 0,
	FLOW_ROLE_READER,
	FLOW_ROLE_HELPDESK,
	FLOW_ROLE_OPERATOR,
	FLOW_ROLE_SECURITY,
	FLOW_ROLE_OWNER,
};

#define FLOW_ISSUES_MAX 2 /* an AK certificate and a device certificate */

struct flow_limits {
	uint64_t session_idle_s; /* until an unused session is over, */
	uint64_t session_s;      /* and until any is */
	uint64_t calls;          /* requests of one token or session (flow/attempts.h); zero: any number */
	uint64_t sign_ins;       /* the same of an address that signs in */
	struct bytes passwords;  /* accounts that sign in by password, commas between; absent: all */
	bool two_persons;        /* of what weakens trust, one asks and another approves */
	uint64_t ticket_s;      /* life of a challenge */
	uint64_t certificate_s; /* life of what is issued */
	uint64_t refusals;      /* most refusal records */
	uint64_t devices;       /* most active devices; zero: as many as come */
	uint64_t evidence;      /* records of evidence kept per device */
	uint64_t issuers;       /* most records of missing issuers that wait for a decision */
	uint64_t webhook_retry_s; /* until a webhook that failed is asked again, doubled each time */
	uint64_t webhook_days;    /* after which a notice is given up */
	uint64_t fetch_retry_s; /* until one is fetched again, doubled each time */
	uint64_t answer_s;      /* how long it is good what is said of a certificate */
	uint64_t crl_pause_s;   /* least time between two lists of the same of our certificates */
	uint64_t crl_s;         /* most time until a list of revoked certificates is fetched again */
	uint64_t checkin_s;     /* from one check-in of a device to the next */
	uint64_t attest_s;      /* after which a device is told to prove itself again; zero: never */
	uint64_t bundles;       /* of how many devices the diagnostics are kept */
	struct provisioning_limits provisioning;
	struct outbreak_rule outbreak;
	uint64_t failures;     /* most records of requests that failed, */
	uint64_t failure_days; /* and how long they are kept */
};

struct attempts;
struct authcode_errand;
struct contacts;
struct blocking;
struct filtering;
struct restricting;
struct complying;
struct roll_change;
struct totals;

struct flow {
	struct store *store;
	struct attempts *attempts;
	struct contacts *contacts;        /* who was there lately (flow/contacts.h) */
	const struct flow_limits *limits;
	const struct issuer *issuer;      /* who will have signed, and behind it */
	size_t formers;                   /* so many who did before, and still say what is good of that */
	const struct vault_key *ticket_key;
	const struct vault_key *record_key; /* of what is sealed in the records (flow/safe.h) */
	struct bytes_list chain;          /* certificates above a leaf, without the root, DER */
	uint8_t snapshot[32];             /* digest of the trust snapshot in force */
	bool admits_expired_ca;           /* as verify is to judge (attest/ekchain.h) */
	bool admits_unlisted;             /* the same */
	struct blocking *blocking;        /* the blocklist in force (flow/blocking.h) */
	struct filtering *filtering;      /* the filters in force (flow/filtering.h) */
	struct restricting *restricting;  /* the restrictions in force (flow/restricting.h) */
	struct complying *complying;      /* the compliance policies in force (flow/complying.h) */
	struct totals *totals;            /* in desk: what was counted to its end (flow/totals.h) */
	uint64_t notices;                 /* so many were put for webhooks since the start */
	struct bytes gates;               /* SHA-256 of their certificates, commas between (flow/gating.h) */
	int64_t now;
	struct flow_clock { /* of the last id drawn */
		uint64_t ms;
		uint32_t n; /* ids since then */
	} last_id;
};

/* An answer to a request: a fault with what this case adds, or a status with a body in the arena. */
struct flow_answer {
	fault why;
	const char *detail;
	unsigned status;
	enum frame_content content;
	struct bytes body;
	struct bytes reason; /* for gates, which read no body; absent: none */
	uint32_t retry_after_s;
	const char *cookie; /* for the client to keep; NULL: none */
	const struct result *result; /* ca signs it, and that is the answer; NULL: none */
	const char *etag;   /* version of what is answered, in quotes; NULL: none */
	const struct authcode_errand *errand; /* to be done first: this is no answer yet; NULL: nothing is */
	const struct roll_change *changes; /* of the trusted certificates, to be applied after the commit */
	size_t changes_n;
	struct bytes more;          /* where the next part of the answer begins; absent: it is whole */
	const char *file;           /* its name where it is kept; NULL: none */
	const struct call *reading; /* desk answers this instead; NULL: the answer is here */
};

/*
 * Fresh ids: 16 octets, each greater than the one before (RFC 9562 §5.7: time, then a counter as in §6.2,
 * method 1, then random octets), so that lists run in time, also when the clock is set back. SYS_RNG,
 * SYS_MEMORY.
 */
MUST fault flow_id_new(struct flow *f, struct arena *a, struct bytes *ret);

/* The issuing CA of that generation; NULL when it is not in force. */
const struct issuer *flow_issuer(const struct flow *f, uint64_t generation);

/* n random octets in the arena. SYS_RNG, SYS_MEMORY. */
MUST fault flow_random_new(size_t n, struct arena *a, struct bytes *ret);

/* The message as octets in the arena; BUG when it breaks its own table or the arena's room. */
MUST fault flow_encode(const struct message *m, const void *from, struct arena *a, struct bytes *ret);

/* The ticket sealed with a fresh nonce, in the arena. SYS_RNG, SYS_MEMORY; BUG as ticket_seal. */
MUST fault flow_seal(struct flow *f, const struct ticket *t, struct arena *a, struct bytes *ret);

/* A token just drawn: what is stored of it, and its text, which is shown once. */
struct flow_token {
	struct bytes id, hash;
	const char *text;
};

/* Draws a token of that kind; all of it, its secret too, lives in the arena. SYS_RNG, SYS_MEMORY. */
MUST fault flow_token_new(enum token_kind kind, struct arena *a, struct flow_token *ret);

/* SHA-256 of b in the arena. */
MUST fault flow_hash(struct bytes b, struct arena *a, struct bytes *ret);

/* What somebody did, to what, for the audit. */
struct flow_deed {
	const char *actor, *action;
	struct bytes target; /* the id of what was changed, shown in hexadecimal; absent: of many things */
	struct bytes request_id;
	const char *detail;  /* NULL: none */
};

MUST fault flow_note(struct flow *f, const struct flow_deed *deed);

/* The same without detail; target is the id of what was changed, shown in hexadecimal. */
MUST fault flow_audit(struct flow *f, const char *actor, const char *action, struct bytes target,
		      struct bytes request_id);

#endif
