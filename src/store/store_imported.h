/*
 * store_imported: what became of one row of an import (Graph's importedWindowsAutopilotDeviceIdentity): the
 * registration it made or named, or why not. For whoever asks later; the registrations do not need it.
 */
#ifndef STORE_STORE_IMPORTED_H
#define STORE_STORE_IMPORTED_H

#include "store/record.h"
#include "store/store.h"

/* import_id is the importer's own word for all rows of one import. One of registration and fault is there. */
#define STORE_IMPORTED_FIELDS(F, of)    \
	F(of, ID, id, REQ)              \
	F(of, TEXT, import_id, OPT)     \
	F(of, TEXT, serial, OPT)        \
	F(of, HASH, ek_hash, OPT)       \
	F(of, TEXT, group_tag, OPT)     \
	F(of, TEXT, product_key, OPT)   \
	F(of, TEXT, assigned_user, OPT) \
	F(of, ID, registration, OPT)    \
	F(of, TEXT, fault, OPT)         \
	F(of, TEXT, detail, OPT)        \
	F(of, TIME, created, REQ)
RECORD_STRUCT(store_imported, STORE_IMPORTED_FIELDS)

/* Give time-ordered ids: store_imported_prune goes by them. */
MUST fault store_imported_put(struct store *s, const struct store_imported *row);
MUST fault store_imported_get(struct store *s, struct bytes id, struct arena *a, struct store_imported **ret);
MUST fault store_imported_delete(struct store *s, struct bytes id);

/* The latest `keep` rows stay; a thousand others go, the next call takes the rest. */
MUST fault store_imported_prune(struct store *s, size_t keep);

#endif
