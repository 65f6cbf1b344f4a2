/*
 * auditing: the audit as a chain that is added to, shown and signed (doc/audit.md).
 */
#ifndef FLOW_AUDITING_H
#define FLOW_AUDITING_H

#include "flow/flow.h"
#include "store/store_audit.h"
#include "wire/audit.h"

#define AUDITING_PERIOD_S 3600 /* a head is signed this often, if there are new rows */

/* Rows from before there were chains become the beginning of core's, in their order. Once, at the start. */
MUST fault auditing_open(struct flow *f, struct arena *a);

/*
 * Stores the row as the next of core's chain, which says writer, number and hashes. Inside a transaction:
 * what takes the row back takes its place back too.
 */
MUST fault auditing_put(struct flow *f, const struct store_audit *row);

/* A record as what is hashed and exported; borrows. */
struct audit_row auditing_row(const struct store_audit *row);
struct audit_signed auditing_head(const struct store_audit_head *row);

/* Pages of a writer's chain and of its heads; its last place, 0 for a writer without rows. */
MUST fault auditing_list(struct flow *f, const struct store_audit_chain *page, struct arena *a,
			 struct store_audit_list *ret);
MUST fault auditing_list_heads(struct flow *f, const struct store_audit_chain *page, struct arena *a,
			       struct store_audit_head_list *ret);
MUST fault auditing_count(struct flow *f, struct bytes writer, struct arena *a, uint64_t *ret);

/* What ca is to sign next, in the arena; number is 0 when nothing has been added to core's chain. */
MUST fault auditing_next(struct flow *f, struct arena *a, struct audit_head *ret);

/* Stores what ca signed. CONFLICT when that row has a head already. */
MUST fault auditing_put_head(struct flow *f, const struct audit_head *head, struct bytes token);

#endif
