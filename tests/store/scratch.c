#include "store/scratch.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/fresh.h"
#include "store/store_device.h"
#include "store/store_profile.h"

#define ARENA_SIZE (8U << 20)
#define FIELDS_MAX 100

int scratch_setup_folder(void **state)
{
	const char *base = getenv("TMPDIR");
	struct scratch *t = calloc(1, sizeof(*t));
	assert_non_null(t);
	snprintf(t->folder, sizeof(t->folder), "%s/assay-store-XXXXXX", base ? base : "/tmp");
	assert_non_null(mkdtemp(t->folder));
	snprintf(t->path, sizeof(t->path), "%s/assay.db", t->folder);
	arena_init(&t->arena, ARENA_SIZE);
	*state = t;
	return 0;
}

int scratch_setup(void **state)
{
	scratch_setup_folder(state);
	struct scratch *t = *state;
	struct store_profile profile;
	OK(fresh_open(t->path, &t->s));
	scratch_fill(t, &store_profile_record, &profile, SCRATCH_PROFILE);
	profile.virtual_profile = (struct bytes){ 0 };
	OK(store_profile_put(t->s, &profile));
	return 0;
}

int scratch_done(void **state)
{
	struct scratch *t = *state;
	store_close(t->s);
	arena_done(&t->arena);
	DIR *folder = opendir(t->folder);
	for (struct dirent *e = folder ? readdir(folder) : NULL; e; e = readdir(folder))
		unlinkat(dirfd(folder), e->d_name, 0);
	closedir(folder);
	rmdir(t->folder);
	free(t);
	return 0;
}

/* Mixed so that the order of ids is not the order of their numbers. */
static struct bytes octets(struct scratch *t, unsigned n, size_t size)
{
	uint8_t *p = arena_alloc(&t->arena, size);
	assert_non_null(p);
	uint32_t mixed = n * 2654435761U;
	memset(p, 0xA5, size);
	memcpy(p, &mixed, sizeof(mixed));
	memcpy(p + sizeof(mixed), &n, sizeof(n));
	return bytes_of(p, size);
}

struct bytes scratch_id(struct scratch *t, unsigned n)
{
	return octets(t, n, RECORD_ID_SIZE);
}

struct bytes scratch_hash(struct scratch *t, unsigned n)
{
	return octets(t, n, RECORD_HASH_SIZE);
}

static struct bytes view_of(struct scratch *t, const struct record_field *f, unsigned n)
{
	if (f->type == RECORD_TEXT)
		return bytes_text(arena_format(&t->arena, "%s ü %u", f->name, n));
	if (f->type == RECORD_ID)
		return scratch_id(t, n);
	return f->type == RECORD_HASH ? scratch_hash(t, n) : octets(t, n, 9 + n % 7);
}

static bool is_number(const struct record_field *f)
{
	return f->type == RECORD_UINT || f->type == RECORD_TIME;
}

void scratch_fill(struct scratch *t, const struct record *record, void *row, unsigned n)
{
	assert_true(record->count < FIELDS_MAX);
	for (size_t i = 0; i < record->count; i++) {
		const struct record_field *f = &record->fields[i];
		/* The key, which comes first, is the one of scratch_id(n) or scratch_hash(n). */
		unsigned own = i == 0 ? n : n * FIELDS_MAX + (unsigned)i + 1000000;
		struct bytes view = is_number(f) ? (struct bytes){ 0 } : view_of(t, f, own);
		uint64_t number = own;
		memcpy((uint8_t *)row + f->offset, is_number(f) ? (void *)&number : (void *)&view,
		       is_number(f) ? sizeof(number) : sizeof(view));
	}
}

void scratch_strip(const struct record *record, void *row)
{
	for (size_t i = 0; i < record->count; i++)
		if (record->fields[i].presence == RECORD_OPT && !is_number(&record->fields[i]))
			memset((uint8_t *)row + record->fields[i].offset, 0, sizeof(struct bytes));
}

static bool is_same_field(const struct record_field *f, const void *a, const void *b)
{
	const uint8_t *at = (const uint8_t *)a + f->offset, *bt = (const uint8_t *)b + f->offset;
	struct bytes av, bv;
	if (is_number(f))
		return memcmp(at, bt, sizeof(uint64_t)) == 0;
	memcpy(&av, at, sizeof(av));
	memcpy(&bv, bt, sizeof(bv));
	return !av.p == !bv.p && is_bytes_equal(av, bv);
}

bool is_scratch_same(const struct record *record, const void *a, const void *b)
{
	for (size_t i = 0; i < record->count; i++)
		if (!is_same_field(&record->fields[i], a, b)) {
			print_message("%s.%s differs\n", record->name, record->fields[i].name);
			return false;
		}
	return true;
}

struct bytes scratch_profile(struct scratch *t)
{
	return scratch_id(t, SCRATCH_PROFILE);
}

struct bytes scratch_put_device(struct scratch *t, unsigned n)
{
	struct store_device row;
	scratch_fill(t, &store_device_record, &row, n);
	row.profile = scratch_profile(t);
	row.registration = (struct bytes){ 0 };
	row.state = STORE_DEVICE_ACTIVE;
	OK(store_device_put(t->s, &row));
	return row.id;
}
