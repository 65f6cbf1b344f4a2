/*
 * trust: the CA certificates of TPM makers that administrators trust, and those between them and the chips.
 */
#ifndef FLOW_TRUST_H
#define FLOW_TRUST_H

#include "flow/inventory.h"
#include "flow/roll.h"
#include "wire/body.h"

/* What became of one certificate of a page. */
struct trust_result {
	fault why;                /* NULL: it was put; CONFLICT: it is there already */
	struct store_anchor *row; /* what is stored now; NULL when it was refused */
	struct bytes fingerprint;
	bool is_other; /* what is there already has another maker, class or role, and keeps it */
};

struct trust_page {
	size_t n;
	struct trust_result v[BODY_ANCHORS_MAX];
	size_t changes_n;
	struct roll_change changes[BODY_ANCHORS_MAX];
};

/*
 * In verify: reads the certificates of an administrator's page into in->read, in the arena. ANCHOR_INVALID
 * when they cannot be told apart, PARSE_FIELD when they are too many, none, or the request brings `read`
 * itself.
 */
MUST fault trust_parse(struct anchors_new *in, struct arena *a);

/*
 * In core: puts what verify read. A certificate that is there already is left as it is, unless it is to be
 * denied and was not. PARSE_FIELD for a class or role that is none; ANCHOR_INVALID and ANCHOR_LIMIT
 * (ANCHORS_MAX) are those of single certificates.
 */
MUST fault trust_put(struct flow *f, const struct inventory_actor *by, const struct anchors_new *in,
		     struct arena *a, struct trust_page **ret);

/* In core: what trust_put would do, and nothing is done. */
MUST fault trust_list_changes(struct flow *f, const struct anchors_new *in, struct arena *a,
			      struct trust_page **ret);

/* It is trusted no more from the next commit on, by the changes of ret_answer. NOT_FOUND. */
MUST fault trust_delete(struct flow *f, const struct inventory_actor *by, struct bytes fingerprint,
			struct arena *a, struct flow_answer *ret_answer);
MUST fault trust_get(struct flow *f, struct bytes fingerprint, struct arena *a, struct store_anchor **ret);
MUST fault trust_list(struct flow *f, struct store_page page, struct arena *a, struct store_anchor_list *ret);

#endif
