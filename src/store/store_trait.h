/*
 * store_trait: what filters may ask of devices, a short record each, so that a filter can be asked of all.
 */
#ifndef STORE_STORE_TRAIT_H
#define STORE_STORE_TRAIT_H

#include "store/record.h"
#include "store/store.h"

/*
 * As in store_device; profile is the name of its profile, group_tag its registration's, registered 1 when it
 * has a registration. Texts that were not asked for are absent.
 */
#define STORE_TRAIT_FIELDS(F, of)      \
	F(of, ID, id, REQ)             \
	F(of, TEXT, name, OPT)         \
	F(of, TEXT, serial, OPT)       \
	F(of, TEXT, manufacturer, OPT) \
	F(of, TEXT, model, OPT)        \
	F(of, TEXT, os, OPT)           \
	F(of, TEXT, os_version, OPT)   \
	F(of, TEXT, profile, OPT)      \
	F(of, TEXT, group_tag, OPT)    \
	F(of, TEXT, tpm_maker, OPT)    \
	F(of, TEXT, tpm_model, OPT)    \
	F(of, UINT, registered, REQ)   \
	F(of, UINT, attested, REQ)     \
	F(of, UINT, assurance, REQ)    \
	F(of, UINT, tpm_class, REQ)    \
	F(of, UINT, firmware, REQ)
RECORD_STRUCT(store_trait, STORE_TRAIT_FIELDS)

/* The texts that a list reads, as bits: each takes time. */
enum store_trait_want {
	STORE_TRAIT_NAME = 1 << 0,
	STORE_TRAIT_SERIAL = 1 << 1,
	STORE_TRAIT_MANUFACTURER = 1 << 2,
	STORE_TRAIT_MODEL = 1 << 3,
	STORE_TRAIT_OS = 1 << 4,
	STORE_TRAIT_OS_VERSION = 1 << 5,
	STORE_TRAIT_PROFILE = 1 << 6,
	STORE_TRAIT_GROUP_TAG = 1 << 7,
	STORE_TRAIT_TPM_MAKER = 1 << 8,
	STORE_TRAIT_TPM_MODEL = 1 << 9,
};

/* One page of the active devices. */
MUST fault store_trait_list(struct store *s, struct store_page page, uint64_t wants, struct arena *a,
			    struct store_trait_list *ret);

#endif
