#include "store/store.h"

#include "store/driver.h"
#include "store/migration.h"
#include "store/row.h"

/* How often a transaction is started over for another process's sake. */
#define TRIES_MAX 5

/*
 * Makes one durable write that changes nothing. The engine creates and opens the files next to the database
 * and syncs their folder at its first write; here that happens before the caller closes its sandbox.
 */
static fault open_companions(struct store *s)
{
	uint64_t changed;
	return driver_run(s, STMT_MIGRATION_TOUCH, VALUES_NONE, &changed);
}

static fault prepare(struct store *s)
{
	TRY(migration_apply(s));
	for (size_t i = 0; i < STMT_COUNT; i++)
		TRY(driver_prepare(s, (enum stmt)i));
	return open_companions(s);
}

fault store_open(const char *path, struct store **ret)
{
	struct store *s;
	TRY(driver_open(path, &s));
	fault f = prepare(s);
	if (f) {
		driver_close(s);
		return f;
	}
	*ret = s;
	return NULL;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	driver_rollback(s);
	driver_close(s);
}

const char *store_detail(const struct store *s)
{
	return driver_detail(s);
}

fault store_begin(struct store *s)
{
	return driver_begin(s);
}

fault store_commit(struct store *s)
{
	return driver_commit(s);
}

void store_rollback(struct store *s)
{
	driver_rollback(s);
}

static fault run_mark(struct store *s, enum stmt which)
{
	uint64_t changed;
	NEED(is_driver_begun(s), BUG);
	return driver_run(s, which, VALUES_NONE, &changed);
}

fault store_savepoint(struct store *s)
{
	return run_mark(s, STMT_SAVEPOINT);
}

fault store_release(struct store *s)
{
	return run_mark(s, STMT_RELEASE);
}

fault store_revert(struct store *s)
{
	TRY(run_mark(s, STMT_REVERT));
	return run_mark(s, STMT_RELEASE);
}

static fault transact_once(struct store *s, fault (*job)(struct store *s, void *context), void *context)
{
	TRY(driver_begin(s));
	fault f = job(s, context);
	if (!f)
		return driver_commit(s);
	driver_rollback(s);
	return f;
}

fault store_transact(struct store *s, fault (*job)(struct store *s, void *context), void *context)
{
	fault f = transact_once(s, job, context);
	for (int i = 1; i < TRIES_MAX && f == FAIL(SYS_BUSY); i++)
		f = transact_once(s, job, context);
	return f;
}
