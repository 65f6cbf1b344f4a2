/*
 * store_certificate: every certificate the CA was asked for, from before it signed.
 *
 * intent → issued → revoked, or intent → void; and between issued and revoked any number of times
 * issued → held → issued. No other step is possible.
 */
#ifndef STORE_STORE_CERTIFICATE_H
#define STORE_STORE_CERTIFICATE_H

#include "store/record.h"
#include "store/store.h"

enum store_certificate_state {
	STORE_CERTIFICATE_INTENT = 1,
	STORE_CERTIFICATE_ISSUED,
	STORE_CERTIFICATE_VOID,
	STORE_CERTIFICATE_REVOKED,
	STORE_CERTIFICATE_HELD, /* not in force, and perhaps in force again */
};

/* Why one is held, as bits. Stored: never renumbered. */
enum store_certificate_cause {
	STORE_CERTIFICATE_BY_HAND = 1,       /* an administrator's word */
	STORE_CERTIFICATE_BY_RESEAL = 2,     /* the device was resealed for its user */
	STORE_CERTIFICATE_BY_COMPLIANCE = 4, /* the device is not as it should be */
};

/*
 * kind is enum frame_certificate, assurance enum trip_assurance's bits, key enum frame_key with its two
 * numbers, tbs_hash the SHA-256 of the TBSCertificate, reason a CRLReason (RFC 5280 §5.3.1), revoked 0 unless
 * it is, or is held; holds why it is held.
 */
#define STORE_CERTIFICATE_FIELDS(F, of) \
	F(of, ID, serial, REQ)          \
	F(of, ID, ticket_id, REQ)       \
	F(of, ID, device_id, REQ)       \
	F(of, UINT, kind, REQ)          \
	F(of, UINT, assurance, REQ)     \
	F(of, UINT, key, REQ)           \
	F(of, BYTES, key_a, REQ)        \
	F(of, BYTES, key_b, REQ)        \
	F(of, TIME, not_before, REQ)    \
	F(of, TIME, not_after, REQ)     \
	F(of, HASH, tbs_hash, REQ)      \
	F(of, BYTES, der, OPT)          \
	F(of, UINT, state, REQ)         \
	F(of, TIME, revoked, REQ)       \
	F(of, UINT, reason, REQ)        \
	F(of, TIME, created, REQ)       \
	F(of, UINT, holds, REQ)         \
	F(of, UINT, generation, REQ)
RECORD_STRUCT(store_certificate, STORE_CERTIFICATE_FIELDS)

/* What a list of revoked certificates says of one that is revoked or held. */
#define STORE_CERTIFICATE_REVOKED_FIELDS(F, of) \
	F(of, ID, serial, REQ)                  \
	F(of, TIME, revoked, REQ)               \
	F(of, UINT, reason, REQ)
RECORD_STRUCT(store_certificate_revoked, STORE_CERTIFICATE_REVOKED_FIELDS)

/* CONFLICT when the serial is taken. */
MUST fault store_certificate_put(struct store *s, const struct store_certificate *row);
MUST fault store_certificate_get(struct store *s, struct bytes serial, struct arena *a,
				 struct store_certificate **ret);

/* How many that issuing CA signed for devices; of those it still says something good, or all. */
struct store_certificate_by {
	uint64_t generation;
	bool is_in_force;
	int64_t now;
};
MUST fault store_certificate_count_by(struct store *s, const struct store_certificate_by *by, uint64_t *ret);

/* The intent got its signature. NOT_FOUND; CONFLICT when it is not an intent. */
MUST fault store_certificate_issue(struct store *s, struct bytes serial, struct bytes der);

/* Voids the intents of a ticket; none is no fault. */
MUST fault store_certificate_void_by_ticket(struct store *s, struct bytes ticket_id, uint64_t *ret_count);

/* One issued or held is revoked at the time now. NOT_FOUND; CONFLICT when it is neither. */
MUST fault store_certificate_revoke(struct store *s, struct bytes serial, uint64_t reason, int64_t now);

/*
 * An issued one is held for a cause from the time now on (certificateHold, RFC 5280 §5.3.1). One that is held
 * for several is issued again when the last of them is taken away. NOT_FOUND; CONFLICT when it is in another
 * state, is held for that cause already, or for none of those.
 */
struct store_certificate_hold {
	uint64_t causes; /* enum store_certificate_cause */
	int64_t now;
};
MUST fault store_certificate_hold(struct store *s, struct bytes serial,
				  const struct store_certificate_hold *h);
MUST fault store_certificate_release(struct store *s, struct bytes serial, uint64_t causes);

/* The same of whatever the device was issued; none is no fault. */
MUST fault store_certificate_hold_by_device(struct store *s, struct bytes device_id,
					    const struct store_certificate_hold *h);
MUST fault store_certificate_release_by_device(struct store *s, struct bytes device_id, uint64_t causes);

/* Revokes at the time now whatever the device was issued by other tickets; none is no fault. */
MUST fault store_certificate_revoke_others(struct store *s, struct bytes device_id, struct bytes ticket_id,
					   uint64_t reason, int64_t now);

/* Revokes at the time now whatever the device was issued; none is no fault. */
MUST fault store_certificate_revoke_by_device(struct store *s, struct bytes device_id, uint64_t reason,
					      int64_t now);

/* How many certificates of the device are issued and not revoked, also if held, or intended. */
MUST fault store_certificate_count_live(struct store *s, struct bytes device_id, uint64_t *ret);

/* How many certificates of the device are intended and neither issued nor void. */
MUST fault store_certificate_count_open(struct store *s, struct bytes device_id, uint64_t *ret);

/* How many AK certificates of the device are issued, not revoked, also if held, and not past the time now. */
MUST fault store_certificate_count_aks(struct store *s, struct bytes device_id, int64_t now, uint64_t *ret);

/* How many device certificates of the device are issued, not revoked or held, and valid at the time now. */
MUST fault store_certificate_count_in_force(struct store *s, struct bytes device_id, int64_t now,
					    uint64_t *ret);

/* How many in that state have not expired at the time now. */
MUST fault store_certificate_count(struct store *s, uint64_t state, int64_t now, uint64_t *ret);

/* All, or with is_revoked those that are revoked or held. */
MUST fault store_certificate_list(struct store *s, bool is_revoked, struct store_page page, struct arena *a,
				  struct store_certificate_list *ret);
MUST fault store_certificate_list_by_ticket(struct store *s, struct bytes ticket_id, struct store_page page,
					    struct arena *a, struct store_certificate_list *ret);
MUST fault store_certificate_list_by_device(struct store *s, struct bytes device_id, struct store_page page,
					    struct arena *a, struct store_certificate_list *ret);

/*
 * Those of a CA revoked or held with serials above the one and up to the other that are valid then, or
 * longer.
 */
struct store_certificate_range {
	struct bytes above, upto;
	int64_t not_after;
	uint64_t generation;
	size_t limit; /* 1 to STORE_PAGE_MAX */
};
MUST fault store_certificate_list_revoked(struct store *s, const struct store_certificate_range *range,
					  struct arena *a, struct store_certificate_revoked_list *ret);

#endif
