/*
 * blocking: the blocklist as core judges by it: loaded from the records whole, with a digest that every
 * verdict carries; what it says of a TPM that answered; and how administrators change it.
 */
#ifndef FLOW_BLOCKING_H
#define FLOW_BLOCKING_H

#include "flow/inventory.h"
#include "policy/blocklist.h"
#include "store/store_blocklist.h"

struct blocking;

/* Loads the records into f->blocking, in place of what was there. SYS_STORAGE, SYS_MEMORY. */
MUST fault blocking_build(struct flow *f);
void blocking_free(struct blocking *b);

/* The digest of the list that is loaded; absent when none is. */
struct bytes blocking_digest(const struct flow *f);

/* The list that is loaded, NULL when none is. */
const struct blocklist *blocking_find(const struct flow *f);

/* A device's answer, with what judgement found of it. key_hash is absent when there is no device key. */
struct blocking_case {
	const struct answer_facts *facts;
	struct bytes key_hash;
	bool is_firmware_signed; /* by a primary key of the endorsement hierarchy, so in clear */
};

/* firmwareVersion in the first Certify of each key here; of a key that was never seen, in this one. */
struct blocking_births {
	uint64_t ak, device;
};

/* Under which firmware the keys of the case were first proved. SYS_STORAGE. */
MUST fault blocking_find_births(struct flow *f, const struct blocking_case *c, struct blocking_births *ret);

/*
 * What the list says of the case; the finding's rows live as long as the list. It stays "not judged" when no
 * list is loaded.
 */
void blocking_judge(const struct flow *f, const struct blocking_case *c, const struct blocking_births *births,
		    struct blocklist_finding *ret);

/* Notes under which firmware the keys of the case were proved, unless they were before. */
MUST fault blocking_put_births(struct flow *f, const struct blocking_case *c);

/*
 * Adds a row, or replaces the one with its id. CONFLICT when that says the same already, PARSE_FIELD as
 * blocklist_parse_row, BODY_LIMIT when the list is full. What is loaded follows with blocking_build.
 */
MUST fault blocking_put(struct flow *f, const struct inventory_actor *by, const struct blocklist_new *in,
			struct arena *a, struct store_blocklist **ret);
MUST fault blocking_get(struct flow *f, struct bytes id, struct arena *a, struct store_blocklist **ret);
MUST fault blocking_delete(struct flow *f, const struct inventory_actor *by, struct bytes id);
MUST fault blocking_list(struct flow *f, struct store_page page, struct arena *a,
			 struct store_blocklist_list *ret);

/* How often the list was changed. */
MUST fault blocking_get_version(struct flow *f, uint64_t *ret);

/* In verify: reads an administrator's row. PARSE_FIELD with a sentence. */
MUST fault blocking_read_row(const struct blocklist_new *in, const char **ret_detail);

#endif
