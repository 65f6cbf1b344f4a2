/*
 * store: the server's records, durable.
 *
 * The only folder with SQL. One handle is one connection and belongs to one thread; a server has one handle
 * that writes (core). Every noun has its module store_NOUN.h. What they share:
 *
 *   rows     are structs of views. Reading copies everything into the caller's arena; writing borrows.
 *   ids      are made by the caller. 16 octets, random or time-ordered (RFC 9562 version 7) where a list
 *            should run in time, because lists run in the order of the key.
 *   put      stores a new row; CONFLICT when a unique value of it is taken, NOT_FOUND when it refers to a
 *            record that does not exist.
 *   get      NOT_FOUND when absent. find gives NULL instead.
 *   list     one page in ascending order of the key; an empty page is the end.
 *   delete   NOT_FOUND when absent, IN_USE while another record needs it.
 *   faults   SYS_STORAGE for whatever the engine reports, SYS_BUSY when another process kept it locked,
 *            SYS_MEMORY when the arena is full, BUG when a value does not have its column's form.
 *
 * Outside a transaction each call is durable when it returns. Inside one nothing is until store_commit
 * returns.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/arena.h"
#include "base/fault.h"

#define STORE_PAGE_MAX 1000

struct store;

/* At most limit rows (1 to STORE_PAGE_MAX), those whose key is greater than after; absent: from the start. */
struct store_page {
	struct bytes after;
	size_t limit;
};

/*
 * Opens the database file at path, making it (mode 0600) when it is absent, brings its schema to this
 * program's version and prepares every statement, so that a bad one stops the start. All files are open when
 * it returns: afterwards the process opens nothing (tests/store/process_test.c). SYS_FILE when the file
 * cannot be opened, SYS_SCHEMA when a newer program wrote it or a statement does not fit it.
 */
MUST fault store_open(const char *path, struct store **ret);

/*
 * The same of a database that another handle has opened and keeps open, to be read alone: every write is
 * refused. A list may take it DRIVER_READ_STEPS_MAX steps, since nobody waits for it who enrols. SYS_SCHEMA
 * too when it is not of this program's version.
 */
MUST fault store_open_reader(const char *path, struct store **ret);

/* The same for lists alone (store/store_listing.h, store/store_tally.h), with which it is open sooner. */
MUST fault store_open_lists(const char *path, struct store **ret);

/* Ends an open transaction without keeping it; NULL is allowed. */
void store_close(struct store *s);

/* What the engine said about the last fault of its own, for the log, or "". Valid until the next call. */
const char *store_detail(const struct store *s);

/* One transaction at a time. A commit that fails has rolled back; rolling back again does nothing. */
MUST fault store_begin(struct store *s);
MUST fault store_commit(struct store *s);
void store_rollback(struct store *s);

/*
 * One job inside a transaction: release keeps what happened since the savepoint, revert takes back that and
 * only that, so that many jobs share one commit. Savepoints nest: both are of the innermost. When revert
 * fails the transaction is lost.
 */
MUST fault store_savepoint(struct store *s);
MUST fault store_release(struct store *s);
MUST fault store_revert(struct store *s);

/*
 * Runs job in a transaction of its own: commits when it gives NULL, otherwise rolls back and hands its fault
 * on. On SYS_BUSY it starts over a few times, so job must have no effect outside the store.
 */
MUST fault store_transact(struct store *s, fault (*job)(struct store *s, void *context), void *context);

#endif
