#include "attest/keystate.h"

#include "base/text.h"

static const char *const words[] = {
	[KEYSTATE_UNSAID] = "unknown",
	[KEYSTATE_NONE] = "noKey",
	[KEYSTATE_SOFTWARE] = "softwareKey",
	[KEYSTATE_UNATTESTED] = "unattestedKey",
	[KEYSTATE_INVALID] = "invalidKey",
	[KEYSTATE_ATTESTED] = "attestedKey",
	[KEYSTATE_REVOKED] = "revoked",
};

const char *keystate_word(enum keystate state)
{
	return text_word(words, COUNT_OF(words), (size_t)state <= KEYSTATE_LAST ? state : KEYSTATE_UNSAID);
}
