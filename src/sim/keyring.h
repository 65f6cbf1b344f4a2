/*
 * keyring: endorsement keys in a folder, by number, so that a fleet of devices is the same in every run.
 */
#ifndef SIM_KEYRING_H
#define SIM_KEYRING_H

#include "base/fault.h"
#include "wire/spki.h"

struct evp_pkey_st;

/*
 * The key of that kind and number, made and stored when it is not there yet; with folder NULL, a new one. The
 * caller frees it. SYS_FILE, KEY_FILE, SYS_RNG.
 */
MUST fault keyring_get(const char *folder, enum spki_kind kind, uint64_t number, struct evp_pkey_st **ret);

#endif
