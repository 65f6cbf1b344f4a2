/*
 * driver: what a database engine has to offer. Internal to store/; the only place that knows SQLite.
 *
 * A statement runs (no rows) or is queried: driver_query, driver_next until no row, driver_end. Whatever the
 * engine reports is one of CONFLICT (a unique value is taken), IN_USE (a reference would lead nowhere: the
 * engine does not say from which side), SYS_BUSY (another process kept it locked), SYS_FILE, SYS_STORAGE. A
 * statement that is given a VALUE_BAD or another number of values than it takes is a BUG and does not run.
 */
#ifndef STORE_DRIVER_H
#define STORE_DRIVER_H

#include "base/fault.h"
#include "store/stmt.h"
#include "store/store.h"
#include "store/value.h"

#define DRIVER_DETAIL_SIZE 160

/* A connection with its settings made, nothing prepared. SYS_FILE when path cannot be read and written. */
MUST fault driver_open(const char *path, struct store **ret);
/* The same of one that exists, to be read alone; nothing is made or set in it. */
MUST fault driver_open_reader(const char *path, struct store **ret);
/* The same with less memory, for who goes through all of it once. */
MUST fault driver_open_walker(const char *path, struct store **ret);
void driver_close(struct store *s);
const char *driver_detail(const struct store *s);

/* Runs a text of any number of statements without arguments; for the schema. */
MUST fault driver_exec(struct store *s, const char *text);

/*
 * Prepares a row of stmt.def; again does nothing. SYS_SCHEMA when the engine refuses it, its arguments are
 * not $1 to $n, or its columns are not the fields of the record it gives.
 */
MUST fault driver_prepare(struct store *s, enum stmt which);

/*
 * Prepares a text that was composed (store/listing.h) as STMT_COMPOSED, in place of the one before; it gives
 * rows of the record, or one number, and `extra` columns behind them. From then on until driver_end it ends
 * with QUERY_WIDE when it takes the engine more than DRIVER_STEPS_MAX steps, of a reader
 * DRIVER_READ_STEPS_MAX.
 */
#define STMT_COMPOSED STMT_COUNT
#define DRIVER_STEPS_MAX 12000000 /* a third of a second */
#define DRIVER_READ_STEPS_MAX 400000000
MUST fault driver_compose(struct store *s, const char *text, const struct record *gives, size_t extra);

/* Ends it, until driver_end, after that many steps already. */
void driver_bound(struct store *s, int steps);

/* The record whose rows the statement gives; NULL: none. */
const struct record *driver_record(const struct store *s, enum stmt which);

/*
 * A transaction that may write. The engine can end one by itself (full disk); the driver then refuses every
 * statement until driver_rollback, lest they become durable one by one. driver_commit ends it in any case.
 */
MUST fault driver_begin(struct store *s);
MUST fault driver_commit(struct store *s);
bool is_driver_begun(const struct store *s);
void driver_rollback(struct store *s);

/* Runs a prepared statement that gives no rows; ret_changed is the number of rows it wrote. */
MUST fault driver_run(struct store *s, enum stmt which, struct values in, uint64_t *ret_changed);

MUST fault driver_query(struct store *s, enum stmt which, struct values in);
MUST fault driver_next(struct store *s, enum stmt which, bool *ret_row);
void driver_end(struct store *s, enum stmt which);

/* Column i of the row that driver_next found; its view lives until driver_next or driver_end. */
struct value driver_column(struct store *s, enum stmt which, size_t i);

#endif
