#include "store/row.h"

#include <string.h>

#include "base/text.h"

static const struct form {
	enum value_type type;
	size_t size; /* octets of a view, or 0 for any */
} forms[] = {
	[RECORD_ID] = { VALUE_BYTES, RECORD_ID_SIZE },
	[RECORD_HASH] = { VALUE_BYTES, RECORD_HASH_SIZE },
	[RECORD_BYTES] = { VALUE_BYTES, 0 },
	[RECORD_TEXT] = { VALUE_TEXT, 0 },
	[RECORD_UINT] = { VALUE_NUMBER, 0 },
	[RECORD_TIME] = { VALUE_NUMBER, 0 },
};

/* The same question for what is written and for what is read. */
static bool has_form(const struct record_field *f, const struct value *v)
{
	const struct form *form = &forms[f->type];
	if (v->type == VALUE_NULL)
		return f->presence == RECORD_OPT;
	return v->type == form->type && (form->size == 0 || v->view.n == form->size) &&
	       (v->type != VALUE_TEXT || is_text_printable(v->view));
}

static struct value field_value(const struct record_field *f, const void *from)
{
	const uint8_t *at = (const uint8_t *)from + f->offset;
	struct value v = { .type = forms[f->type].type };
	if (v.type == VALUE_NUMBER) {
		memcpy(&v.number, at, sizeof(v.number));
		return v;
	}
	memcpy(&v.view, at, sizeof(v.view));
	if (!v.view.p)
		v.type = VALUE_NULL;
	return v;
}

static fault field_read(const struct record_field *f, const struct value *v, struct arena *a, void *row)
{
	uint8_t *at = (uint8_t *)row + f->offset;
	NEED(has_form(f, v), SYS_STORAGE);
	if (forms[f->type].type == VALUE_NUMBER) {
		memcpy(at, &v->number, sizeof(v->number));
		return NULL;
	}
	struct bytes view = v->type == VALUE_NULL ? (struct bytes){ 0 } : arena_copy(a, v->view);
	memcpy(at, &view, sizeof(view));
	return NULL;
}

/* Runs a statement whose arguments are all fields of a record. */
static fault run_record(struct store *s, enum stmt which, const struct record *record, const void *from,
			uint64_t *ret_changed)
{
	struct value v[VALUES_MAX];
	NEED(record->count <= COUNT_OF(v), BUG);
	for (size_t i = 0; i < record->count; i++) {
		v[i] = field_value(&record->fields[i], from);
		NEED(has_form(&record->fields[i], &v[i]), BUG);
	}
	fault f = driver_run(s, which, (struct values){ record->count, v }, ret_changed);
	/* Nothing refers to a row by what a record writes, so the broken reference is its own. */
	return f == FAIL(IN_USE) ? FAIL(NOT_FOUND) : f;
}

fault row_put(struct store *s, enum stmt which, const struct record *record, const void *from)
{
	uint64_t changed;
	TRY(run_record(s, which, record, from, &changed));
	NEED(changed != 0, CONFLICT);
	return NULL;
}

fault row_update(struct store *s, enum stmt which, const struct record *record, const void *from)
{
	uint64_t changed;
	TRY(run_record(s, which, record, from, &changed));
	NEED(changed != 0, NOT_FOUND);
	return NULL;
}

fault row_change(struct store *s, enum stmt which, struct values in)
{
	uint64_t changed;
	TRY(driver_run(s, which, in, &changed));
	NEED(changed != 0, NOT_FOUND);
	return NULL;
}

fault row_check_state(struct store *s, enum stmt count, struct values key)
{
	uint64_t n;
	TRY(row_number(s, count, key, &n));
	return n == 0 ? FAIL(NOT_FOUND) : FAIL(CONFLICT);
}

fault row_read(struct store *s, enum stmt which, uint64_t columns, struct arena *a, void *row)
{
	const struct record *record = driver_record(s, which);
	for (size_t i = 0; i < record->count; i++) {
		if (!(columns >> i & 1))
			continue;
		struct value v = driver_column(s, which, i);
		TRY(field_read(&record->fields[i], &v, a, row));
	}
	NEED(!is_arena_full(a), SYS_MEMORY);
	return NULL;
}

/* The next row in the arena, or NULL after the last. */
static fault next_row(struct store *s, enum stmt which, struct arena *a, void **ret)
{
	bool found;
	TRY(driver_next(s, which, &found));
	void *row = found ? arena_alloc(a, driver_record(s, which)->size) : NULL;
	NEED(!found || row != NULL, SYS_MEMORY);
	if (found)
		TRY(row_read(s, which, ROW_ALL, a, row));
	*ret = row;
	return NULL;
}

fault row_find(struct store *s, enum stmt which, struct values in, struct arena *a, void **ret)
{
	void *row = NULL;
	fault f = driver_query(s, which, in);
	if (!f)
		f = next_row(s, which, a, &row);
	driver_end(s, which);
	TRY(f);
	*ret = row;
	return NULL;
}

fault row_get(struct store *s, enum stmt which, struct values in, struct arena *a, void **ret)
{
	void *row;
	TRY(row_find(s, which, in, a, &row));
	NEED(row != NULL, NOT_FOUND);
	*ret = row;
	return NULL;
}

/* Rows as they come; STORE_PAGE_MAX bounds their number. */
static fault collect(struct store *s, enum stmt which, struct arena *a, void **rows, size_t *ret_n)
{
	size_t n = 0;
	for (; n < STORE_PAGE_MAX; n++) {
		TRY(next_row(s, which, a, &rows[n]));
		if (!rows[n])
			break;
	}
	*ret_n = n;
	return NULL;
}

fault row_list(struct store *s, enum stmt which, struct values in, struct arena *a,
	       struct row_list *ret)
{
	void *rows[STORE_PAGE_MAX];
	size_t n = 0, size = driver_record(s, which)->size;
	fault f = driver_query(s, which, in);
	if (!f)
		f = collect(s, which, a, rows, &n);
	driver_end(s, which);
	TRY(f);
	uint8_t *v = n ? arena_alloc(a, n * size) : NULL;
	NEED(n == 0 || v != NULL, SYS_MEMORY);
	for (size_t i = 0; i < n; i++)
		memcpy(v + i * size, rows[i], size);
	*ret = (struct row_list){ n, v };
	return NULL;
}

fault row_number(struct store *s, enum stmt which, struct values in, uint64_t *ret)
{
	bool found = false;
	struct value v = { .type = VALUE_BAD };
	fault f = driver_query(s, which, in);
	if (!f)
		f = driver_next(s, which, &found);
	if (!f && found)
		v = driver_column(s, which, 0);
	driver_end(s, which);
	TRY(f);
	NEED(v.type == VALUE_NUMBER, SYS_STORAGE);
	*ret = (uint64_t)v.number;
	return NULL;
}

struct value row_optional(struct bytes b, struct value (*form)(struct bytes))
{
	return b.p ? form(b) : (struct value){ .type = VALUE_NULL };
}
