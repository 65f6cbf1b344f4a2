#include "store/migration.h"

#include "store/row.h"

static const struct migration {
	uint64_t version;
	const char *text;
} migrations[] = {
#define MIGRATION(version, text) { version, text },
#define MIGRATION_ENGINE(version, text) { version, text },
#include "store/migration.def"
#undef MIGRATION
#undef MIGRATION_ENGINE
};

/* The first thing in every database, before there are versions; never edited either. */
static const char version_table[] = "CREATE TABLE IF NOT EXISTS migration ("
				    " version BIGINT NOT NULL PRIMARY KEY,"
				    " opens BIGINT NOT NULL)";

static fault get_version(struct store *s, uint64_t *ret)
{
	return row_number(s, STMT_MIGRATION_LATEST, VALUES_NONE, ret);
}

/* Asks for the version inside the transaction, since another process may have been faster. */
static fault apply_one(struct store *s, const struct migration *m)
{
	uint64_t version;
	TRY(get_version(s, &version));
	if (version >= m->version)
		return NULL;
	TRY(driver_exec(s, m->text));
	return row_change(s, STMT_MIGRATION_PUT, VALUES(value_number((int64_t)m->version)));
}

fault migration_apply(struct store *s)
{
	uint64_t version;
	TRY(driver_exec(s, version_table));
	TRY(driver_prepare(s, STMT_MIGRATION_LATEST));
	TRY(driver_prepare(s, STMT_MIGRATION_PUT));
	TRY(get_version(s, &version));
	NEED(version <= migrations[COUNT_OF(migrations) - 1].version, SYS_SCHEMA);
	for (size_t i = 0; i < COUNT_OF(migrations); i++) {
		TRY(driver_begin(s));
		fault f = apply_one(s, &migrations[i]);
		if (f) {
			driver_rollback(s);
			return f;
		}
		TRY(driver_commit(s));
	}
	return NULL;
}
