/*
 * keystate: how far a device's keys have come, as one side sees it.
 *
 * Server and device each have a view of their own, and the two are compared (event 176 of Windows Autopilot,
 * whose words these are): a device that was installed anew, a record that was deleted or a CA that was
 * replaced shows as a difference, and is mended by enrolling, never by anything that is cached.
 */
#ifndef ATTEST_KEYSTATE_H
#define ATTEST_KEYSTATE_H

#include "base/bytes.h"

/* Stored and sent: never renumbered. */
enum keystate {
	KEYSTATE_UNSAID = 0,
	KEYSTATE_NONE,       /* no key */
	KEYSTATE_SOFTWARE,   /* a key outside a TPM */
	KEYSTATE_UNATTESTED, /* a key of a TPM without a certificate */
	KEYSTATE_INVALID,    /* with one that counts no more: of another CA, or past its time */
	KEYSTATE_ATTESTED,   /* with one that does */
	KEYSTATE_REVOKED,    /* the organisation ended it */
	KEYSTATE_LAST = KEYSTATE_REVOKED
};

/*
 * "noKey", "softwareKey", "unattestedKey", "invalidKey", "attestedKey", "revoked"; "unknown" of anything
 * else.
 */
const char *keystate_word(enum keystate state);

#endif
