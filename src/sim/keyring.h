/*
 * keyring: keys of simulated TPMs in a folder, by number, so that a fleet is the same in every run.
 */
#ifndef SIM_KEYRING_H
#define SIM_KEYRING_H

#include "base/fault.h"
#include "wire/spki.h"

struct evp_pkey_st;

struct keyring_name {
	const char *of; /* what the key is for, as "ak-"; empty: an endorsement key */
	enum spki_kind kind;
	uint64_t number;
};

/*
 * The key of that name, made and stored when it is not there yet; with folder NULL, a new one. The
 * caller frees it. SYS_FILE, KEY_FILE, SYS_RNG.
 */
MUST fault keyring_get(const char *folder, const struct keyring_name *name, struct evp_pkey_st **ret);

#endif
