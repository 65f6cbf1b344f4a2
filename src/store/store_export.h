/*
 * store_export: reports that are to be had as files for a while. A row is a question, not its answer: what it
 * gives is read when it is fetched.
 */
#ifndef STORE_STORE_EXPORT_H
#define STORE_STORE_EXPORT_H

#include "store/record.h"
#include "store/store.h"

/*
 * report is its name, selection what is asked of it (wire/selection.h) by the columns of mark (api/report.h);
 * filter and columns are the same in the asker's words. format is enum frame_format.
 */
#define STORE_EXPORT_FIELDS(F, of)    \
	F(of, ID, id, REQ)            \
	F(of, TEXT, report, REQ)      \
	F(of, UINT, mark, REQ)        \
	F(of, BYTES, selection, REQ)  \
	F(of, TEXT, filter, OPT)      \
	F(of, TEXT, columns, OPT)     \
	F(of, UINT, format, REQ)      \
	F(of, TEXT, actor, REQ)       \
	F(of, TIME, created, REQ)     \
	F(of, TIME, expires, REQ)
RECORD_STRUCT(store_export, STORE_EXPORT_FIELDS)

/* CONFLICT when the id is taken. */
MUST fault store_export_put(struct store *s, const struct store_export *row);
MUST fault store_export_get(struct store *s, struct bytes id, struct arena *a, struct store_export **ret);

/* In order of id, which is the order of time. */
MUST fault store_export_list(struct store *s, struct store_page page, struct arena *a,
			     struct store_export_list *ret);

/* Forgets those that expired by that time. */
MUST fault store_export_prune(struct store *s, int64_t now);

/* How many there are. */
MUST fault store_export_count(struct store *s, uint64_t *ret);

#endif
