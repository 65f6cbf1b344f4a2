/*
 * store_admin: bearer tokens of administrators. The secret is not here, only the hash it is compared with.
 */
#ifndef STORE_STORE_ADMIN_H
#define STORE_STORE_ADMIN_H

#include "store/record.h"
#include "store/store.h"

/*
 * name is unique; role is a word of the admin API; expires 0 is never. account is whose it is, absent for
 * those of no account; scope are words of what it is for, absent: anything that the role may.
 */
#define STORE_ADMIN_FIELDS(F, of) \
	F(of, ID, id, REQ)        \
	F(of, HASH, hash, REQ)    \
	F(of, TEXT, name, REQ)    \
	F(of, TEXT, role, REQ)    \
	F(of, TIME, created, REQ) \
	F(of, TIME, expires, REQ) \
	F(of, TEXT, account, OPT) \
	F(of, TEXT, scope, OPT)
RECORD_STRUCT(store_admin, STORE_ADMIN_FIELDS)

MUST fault store_admin_put(struct store *s, const struct store_admin *row);
MUST fault store_admin_get(struct store *s, struct bytes id, struct arena *a, struct store_admin **ret);
MUST fault store_admin_list(struct store *s, struct store_page page, struct arena *a,
			    struct store_admin_list *ret);
MUST fault store_admin_delete(struct store *s, struct bytes id);

#endif
