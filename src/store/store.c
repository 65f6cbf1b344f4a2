#include "store/store.h"

#include "store/driver.h"
#include "store/migration.h"
#include "store/row.h"

/* How often a transaction is started over for another process's sake. */
#define TRIES_MAX 5

/*
 * Makes one durable write: it counts how often this schema was opened. The first write of a process makes the
 * engine seed its random numbers, start its log and sync the folder, for which it opens files; here that
 * happens before the caller closes its sandbox. It changes something, since equal pages are not written.
 */
static fault count_open(struct store *s)
{
	return row_change(s, STMT_MIGRATION_OPEN, VALUES_NONE);
}

static fault prepare_statements(struct store *s)
{
	for (size_t i = 0; i < STMT_COUNT; i++)
		TRY(driver_prepare(s, (enum stmt)i));
	return NULL;
}

static fault prepare(struct store *s)
{
	TRY(migration_apply(s));
	TRY(prepare_statements(s));
	return count_open(s);
}

static fault open_with(struct store *s, fault (*prepare_all)(struct store *s), struct store **ret)
{
	fault f = prepare_all(s);
	if (f) {
		driver_close(s);
		return f;
	}
	*ret = s;
	return NULL;
}

fault store_open(const char *path, struct store **ret)
{
	struct store *s;
	TRY(driver_open(path, &s));
	return open_with(s, prepare, ret);
}

fault store_open_reader(const char *path, struct store **ret)
{
	struct store *s;
	TRY(driver_open_reader(path, &s));
	return open_with(s, prepare_statements, ret);
}

static fault prepare_nothing(struct store *s)
{
	(void)s;
	return NULL;
}

fault store_open_lists(const char *path, struct store **ret)
{
	struct store *s;
	TRY(driver_open_walker(path, &s));
	return open_with(s, prepare_nothing, ret);
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
