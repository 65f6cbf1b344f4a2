/*
 * store_trait: what filters may ask of devices, a short record each, so that a filter can be asked of all.
 */
#ifndef STORE_STORE_TRAIT_H
#define STORE_STORE_TRAIT_H

#include "store/record.h"
#include "store/store.h"

/* As in store_device, what filters ask most first. */
#define STORE_TRAIT_FIELDS(F, of)      \
	F(of, ID, id, REQ)             \
	F(of, UINT, attested, REQ)     \
	F(of, UINT, assurance, REQ)    \
	F(of, TEXT, manufacturer, OPT) \
	F(of, TEXT, model, OPT)        \
	F(of, TEXT, os, OPT)           \
	F(of, TEXT, os_version, OPT)   \
	F(of, TEXT, name, OPT)         \
	F(of, TEXT, serial, OPT)       \
	F(of, ID, profile, REQ)        \
	F(of, ID, registration, OPT)   \
	F(of, UINT, tpm_class, REQ)    \
	F(of, TEXT, tpm_maker, OPT)    \
	F(of, TEXT, tpm_model, OPT)    \
	F(of, UINT, firmware, REQ)
RECORD_STRUCT(store_trait, STORE_TRAIT_FIELDS)

/* The same struct, of which only the first fields are read: up to assurance, and up to os_version. */
extern const struct record store_trait_claims_record, store_trait_machine_record;

/* The group tag of the registration that became the device of that id. */
#define STORE_TRAIT_TAG_FIELDS(F, of) \
	F(of, ID, id, REQ)            \
	F(of, TEXT, group_tag, OPT)
RECORD_STRUCT(store_trait_tag, STORE_TRAIT_TAG_FIELDS)

/* The fields by number, and the set of one. */
#define STORE_TRAIT_AT(of, type, name, presence) STORE_TRAIT_AT_##name,
enum store_trait_field { STORE_TRAIT_FIELDS(STORE_TRAIT_AT, store_trait) };
#define STORE_TRAIT_BIT(name) (UINT64_C(1) << STORE_TRAIT_AT_##name)

/*
 * One page of the active devices. Of each the id is read and those fields whose bits are in wants, since
 * every one takes time; the others are absent or zero.
 */
MUST fault store_trait_list(struct store *s, struct store_page page, uint64_t wants, struct arena *a,
			    struct store_trait_list *ret);

/*
 * The group tags of one such page: ret[i] is that of of->v[i], absent where there is none. Registrations are
 * read in the order of their devices, side by side with the page, which costs a third of looking for each.
 */
MUST fault store_trait_read_tags(struct store *s, const struct store_trait_list *of, struct arena *a,
				 struct bytes *ret);

#endif
