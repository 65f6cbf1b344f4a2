/*
 * notice: what webhooks are told (doc/webhooks.md): kept until it is delivered, and what ca signs of it
 * (cert/notice.h).
 */
#ifndef WIRE_NOTICE_H
#define WIRE_NOTICE_H

#include "wire/message.h"

#define NOTICE_URL_MAX 256
#define NOTICE_REASONS_MAX 400
#define NOTICE_MAX 1024 /* octets of the message */

/* Stored: never renumbered. */
enum notice_kind {
	NOTICE_COMPLIANCE = 1, /* the device's state is another */
	NOTICE_ENROLLED,
	NOTICE_RETIRED,
	NOTICE_TRIAL, /* nothing happened: an administrator asks whether notices arrive */
	NOTICE_KIND_LAST = NOTICE_TRIAL
};

/*
 * time is when it happened, issued when it is signed, audience the webhook's address. state and before are
 * enum compliance_state, reasons the codes of faults with a blank between.
 */
#define NOTICE_FIELDS(F, of)                                   \
	F(of, 1, FIXED, id, REQ, 16, 0)                        \
	F(of, 2, UINT, kind, REQ, NOTICE_KIND_LAST, 0)         \
	F(of, 3, UINT, time, REQ, INT64_MAX, 0)                \
	F(of, 4, UINT, issued, OPT, INT64_MAX, 0)              \
	F(of, 5, TEXT, audience, REQ, NOTICE_URL_MAX, 0)       \
	F(of, 6, FIXED, device_id, OPT, 16, 0)                 \
	F(of, 7, UINT, state, OPT, 3, 0)                       \
	F(of, 8, UINT, before, OPT, 3, 0)                      \
	F(of, 9, TEXT, reasons, OPT, NOTICE_REASONS_MAX, 0)
MESSAGE_STRUCT(notice, NOTICE_FIELDS)

#endif
