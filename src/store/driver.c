#include "store/driver.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* How long a lock of another process is waited for. */
#define BUSY_MS 5000

#define PARAMETER_SIZE 24

struct prepared {
	sqlite3_stmt *stmt;
	const struct record *gives;
	size_t count;
	int at[VALUES_MAX]; /* SQLite numbers $1, $2, … by first appearance, so $i+1 is its number at[i] */
};

struct store {
	sqlite3 *db;
	bool begun;
	int steps_max; /* of a composed statement */
	char detail[DRIVER_DETAIL_SIZE];
	struct prepared prepared[STMT_COUNT + 1]; /* the last is STMT_COMPOSED */
};

/*
 * What durability and the schema rely on, and two that large imports do: 32 MiB of pages stay in memory, and
 * a page that many commits changed is written back once for 32 MiB of them. Asked back, since SQLite ignores
 * a setting it cannot make.
 */
struct setting {
	const char *name, *value, *answer;
};

static const struct setting settings[] = {
	{ "journal_mode", "WAL", "wal" },
	{ "synchronous", "FULL", "2" },
	{ "foreign_keys", "ON", "1" },
	{ "trusted_schema", "OFF", "0" },
	{ "temp_store", "MEMORY", "2" },
	{ "cache_size", "-32768", "-32768" },
	{ "wal_autocheckpoint", "8192", "8192" },
};

/* A reader passes over many pages for one page of a list: the first 256 MiB are read where they lie. */
static const struct setting mapped = { "mmap_size", "268435456", "268435456" };

static const struct setting reader_settings[] = {
	{ "query_only", "ON", "1" },
	{ "trusted_schema", "OFF", "0" },
	{ "temp_store", "MEMORY", "2" },
	{ "cache_size", "-32768", "-32768" },
};

/* A row with the extended code is before the one with the primary code it contains. */
static const struct meaning {
	int code, mask;
	enum fault_code means;
} meanings[] = {
	{ SQLITE_CONSTRAINT_UNIQUE, 0xFFFF, FAULT_CODE_CONFLICT },
	{ SQLITE_CONSTRAINT_PRIMARYKEY, 0xFFFF, FAULT_CODE_CONFLICT },
	{ SQLITE_CONSTRAINT_FOREIGNKEY, 0xFFFF, FAULT_CODE_IN_USE },
	{ SQLITE_INTERRUPT, 0xFF, FAULT_CODE_QUERY_WIDE },
	{ SQLITE_BUSY, 0xFF, FAULT_CODE_SYS_BUSY },
	{ SQLITE_CANTOPEN, 0xFF, FAULT_CODE_SYS_FILE },
	{ SQLITE_READONLY, 0xFF, FAULT_CODE_SYS_FILE },
	{ SQLITE_PERM, 0xFF, FAULT_CODE_SYS_FILE },
	{ SQLITE_NOTADB, 0xFF, FAULT_CODE_SYS_FILE },
};

static fault driver_fault(struct store *s, int code)
{
	if (code == SQLITE_OK)
		return NULL;
	snprintf(s->detail, sizeof(s->detail), "%s (%d)", sqlite3_errmsg(s->db), code);
	for (size_t i = 0; i < COUNT_OF(meanings); i++)
		if ((code & meanings[i].mask) == meanings[i].code)
			return &fault_rows[meanings[i].means];
	return FAIL(SYS_STORAGE);
}

/*
 * Makes the file with the mode it shall have; the engine gives its companions the same. An existing one is
 * not opened: closing it would drop the locks that another handle of this process holds on it (POSIX).
 */
static fault make_file(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	NEED(fd >= 0 || errno == EEXIST, SYS_FILE);
	if (fd >= 0)
		close(fd);
	return NULL;
}

static void stmt_done(sqlite3_stmt **stmt)
{
	sqlite3_finalize(*stmt);
}

#define AUTO_STMT __attribute__((cleanup(stmt_done)))

static fault make_setting(struct store *s, const struct setting *setting)
{
	char text[64];
	AUTO_STMT sqlite3_stmt *stmt = NULL;
	snprintf(text, sizeof(text), "PRAGMA %s = %s", setting->name, setting->value);
	TRY(driver_exec(s, text));
	snprintf(text, sizeof(text), "PRAGMA %s", setting->name);
	TRY(driver_fault(s, sqlite3_prepare_v2(s->db, text, -1, &stmt, NULL)));
	NEED(sqlite3_step(stmt) == SQLITE_ROW, SYS_STORAGE);
	struct bytes answer = bytes_text((const char *)sqlite3_column_text(stmt, 0));
	NEED(is_bytes_text(answer, setting->answer), SYS_STORAGE);
	return NULL;
}

static fault connect_with(struct store *s, const char *path, int flags)
{
	TRY(driver_fault(s, sqlite3_open_v2(path, &s->db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
					    NULL)));
	sqlite3_busy_timeout(s->db, BUSY_MS);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	return NULL;
}

static fault connect_writer(struct store *s, const char *path)
{
	s->steps_max = DRIVER_STEPS_MAX;
	TRY(make_file(path));
	TRY(connect_with(s, path, SQLITE_OPEN_READWRITE));
	for (size_t i = 0; i < COUNT_OF(settings); i++)
		TRY(make_setting(s, &settings[i]));
	return NULL;
}

static fault connect_walker(struct store *s, const char *path)
{
	s->steps_max = DRIVER_READ_STEPS_MAX;
	TRY(connect_with(s, path, SQLITE_OPEN_READONLY));
	for (size_t i = 0; i < COUNT_OF(reader_settings); i++)
		TRY(make_setting(s, &reader_settings[i]));
	return NULL;
}

static fault connect_reader(struct store *s, const char *path)
{
	TRY(connect_walker(s, path));
	return make_setting(s, &mapped);
}

static fault open_by(fault (*connect)(struct store *s, const char *path), const char *path,
		     struct store **ret)
{
	struct store *s = calloc(1, sizeof(*s));
	if (!s)
		abort();
	fault f = connect(s, path);
	if (f) {
		driver_close(s);
		return f;
	}
	*ret = s;
	return NULL;
}

fault driver_open(const char *path, struct store **ret)
{
	return open_by(connect_writer, path, ret);
}

fault driver_open_reader(const char *path, struct store **ret)
{
	return open_by(connect_reader, path, ret);
}

fault driver_open_walker(const char *path, struct store **ret)
{
	return open_by(connect_walker, path, ret);
}

void driver_close(struct store *s)
{
	for (size_t i = 0; i < COUNT_OF(s->prepared); i++)
		sqlite3_finalize(s->prepared[i].stmt);
	sqlite3_close(s->db);
	free(s);
}

const char *driver_detail(const struct store *s)
{
	return s->detail;
}

fault driver_exec(struct store *s, const char *text)
{
	return driver_fault(s, sqlite3_exec(s->db, text, NULL, NULL, NULL));
}

static bool has_parameters(struct prepared *p)
{
	p->count = (size_t)sqlite3_bind_parameter_count(p->stmt);
	if (p->count > VALUES_MAX)
		return false;
	for (size_t i = 0; i < p->count; i++) {
		char name[PARAMETER_SIZE];
		snprintf(name, sizeof(name), "$%zu", i + 1);
		p->at[i] = sqlite3_bind_parameter_index(p->stmt, name);
		if (p->at[i] == 0)
			return false;
	}
	return true;
}

static bool has_columns(sqlite3_stmt *stmt, const struct record *gives, size_t extra)
{
	size_t n = (size_t)sqlite3_column_count(stmt);
	if (!gives)
		return n <= 1;
	if (n != gives->count + extra)
		return false;
	for (size_t i = 0; i < gives->count; i++)
		if (!is_bytes_text(bytes_text(sqlite3_column_name(stmt, (int)i)), gives->fields[i].name))
			return false;
	return true;
}

fault driver_prepare(struct store *s, enum stmt which)
{
	const struct stmt_row *row = &stmt_rows[which];
	struct prepared *p = &s->prepared[which];
	if (p->stmt)
		return NULL;
	p->gives = row->gives;
	int code = sqlite3_prepare_v3(s->db, row->text, -1, SQLITE_PREPARE_PERSISTENT, &p->stmt, NULL);
	if (code == SQLITE_OK && has_parameters(p) && has_columns(p->stmt, row->gives, 0))
		return NULL;
	snprintf(s->detail, sizeof(s->detail), "statement %s: %s", row->name, sqlite3_errmsg(s->db));
	return FAIL(SYS_SCHEMA);
}

static int end_wide(void *unused)
{
	(void)unused;
	return 1;
}

fault driver_compose(struct store *s, const char *text, const struct record *gives, size_t extra)
{
	struct prepared *p = &s->prepared[STMT_COMPOSED];
	sqlite3_finalize(p->stmt);
	*p = (struct prepared){ .gives = gives };
	TRY(driver_fault(s, sqlite3_prepare_v2(s->db, text, -1, &p->stmt, NULL)));
	NEED(has_parameters(p) && has_columns(p->stmt, gives, extra), BUG);
	sqlite3_progress_handler(s->db, s->steps_max, end_wide, NULL);
	return NULL;
}

void driver_bound(struct store *s, int steps)
{
	sqlite3_progress_handler(s->db, steps, end_wide, NULL);
}

const struct record *driver_record(const struct store *s, enum stmt which)
{
	return s->prepared[which].gives;
}

/* The transaction that was begun is gone when the engine is back to committing each statement. */
static bool is_lost(const struct store *s)
{
	return s->begun && sqlite3_get_autocommit(s->db);
}

bool is_driver_begun(const struct store *s)
{
	return s->begun;
}

fault driver_begin(struct store *s)
{
	NEED(!s->begun, BUG);
	/* The write lock at once: a reader that turns writer can be refused without being waited for. */
	TRY(driver_exec(s, "BEGIN IMMEDIATE"));
	s->begun = true;
	return NULL;
}

fault driver_commit(struct store *s)
{
	NEED(s->begun, BUG);
	fault f = driver_exec(s, "COMMIT");
	driver_rollback(s);
	return f;
}

void driver_rollback(struct store *s)
{
	if (!sqlite3_get_autocommit(s->db))
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	s->begun = false;
}

static int bind_value(const struct prepared *p, size_t i, const struct value *v)
{
	const char *text = (const char *)v->view.p;
	if (v->type == VALUE_NUMBER)
		return sqlite3_bind_int64(p->stmt, p->at[i], v->number);
	if (v->type == VALUE_BYTES)
		return sqlite3_bind_blob64(p->stmt, p->at[i], v->view.p, v->view.n, SQLITE_STATIC);
	if (v->type == VALUE_TEXT)
		return sqlite3_bind_text64(p->stmt, p->at[i], text, v->view.n, SQLITE_STATIC, SQLITE_UTF8);
	return sqlite3_bind_null(p->stmt, p->at[i]);
}

fault driver_query(struct store *s, enum stmt which, struct values in)
{
	struct prepared *p = &s->prepared[which];
	NEED(!is_lost(s), SYS_STORAGE);
	NEED(in.n == p->count, BUG);
	for (size_t i = 0; i < in.n; i++) {
		NEED(in.v[i].type != VALUE_BAD, BUG);
		TRY(driver_fault(s, bind_value(p, i, &in.v[i])));
	}
	return NULL;
}

fault driver_next(struct store *s, enum stmt which, bool *ret_row)
{
	int code = sqlite3_step(s->prepared[which].stmt);
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		return driver_fault(s, code);
	*ret_row = code == SQLITE_ROW;
	return NULL;
}

void driver_end(struct store *s, enum stmt which)
{
	/* What reset returns driver_next gave already; bindings would outlive what they view. */
	if (which == STMT_COMPOSED)
		sqlite3_progress_handler(s->db, 0, NULL, NULL);
	sqlite3_reset(s->prepared[which].stmt);
	sqlite3_clear_bindings(s->prepared[which].stmt);
}

fault driver_run(struct store *s, enum stmt which, struct values in, uint64_t *ret_changed)
{
	bool row = false;
	fault f = driver_query(s, which, in);
	if (!f)
		f = driver_next(s, which, &row);
	driver_end(s, which);
	TRY(f);
	*ret_changed = (uint64_t)sqlite3_changes64(s->db);
	return NULL;
}

/* The handle is of one thread at a time, so any column value will do (SQLite, "sqlite3_value"). */
struct value driver_column(struct store *s, enum stmt which, size_t i)
{
	sqlite3_value *column = sqlite3_column_value(s->prepared[which].stmt, (int)i);
	int type = sqlite3_value_type(column);
	if (type == SQLITE_NULL)
		return (struct value){ .type = VALUE_NULL };
	if (type == SQLITE_INTEGER)
		return (struct value){ .type = VALUE_NUMBER, .number = sqlite3_value_int64(column) };
	if (type != SQLITE_BLOB && type != SQLITE_TEXT)
		return (struct value){ .type = VALUE_BAD };
	const void *p = sqlite3_value_blob(column);
	struct bytes view = bytes_of(p ? p : "", (size_t)sqlite3_value_bytes(column));
	return (struct value){ .type = type == SQLITE_BLOB ? VALUE_BYTES : VALUE_TEXT, .view = view };
}
