/*
 * scratch: a folder with a database of its own for each test, and rows to put into it.
 *
 * Views that scratch_id, scratch_hash and scratch_fill give live in the scratch's arena.
 */
#ifndef TESTS_STORE_SCRATCH_H
#define TESTS_STORE_SCRATCH_H

#include "test.h"

#include "store/record.h"
#include "store/store.h"

#define SCRATCH_PATH_SIZE 128
#define SCRATCH_PROFILE 1 /* number of the profile that scratch_setup puts */

struct scratch {
	char folder[SCRATCH_PATH_SIZE];
	char path[SCRATCH_PATH_SIZE + 16];
	struct arena arena;
	struct store *s; /* NULL with SCRATCH_FOLDER */
};

/* A test with a fresh database that holds one profile; one with an empty folder. The argument is **state. */
#define SCRATCH_TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_done)
#define SCRATCH_FOLDER(name) cmocka_unit_test_setup_teardown(name, scratch_setup_folder, scratch_done)

int scratch_setup(void **state);
int scratch_setup_folder(void **state);
int scratch_done(void **state);

/* Octets that differ for each n and do not ascend with it. */
struct bytes scratch_id(struct scratch *t, unsigned n);
struct bytes scratch_hash(struct scratch *t, unsigned n);

/* Gives every field of a row a value that no other field and no other n has. */
void scratch_fill(struct scratch *t, const struct record *record, void *row, unsigned n);

/* Makes every optional view absent. */
void scratch_strip(const struct record *record, void *row);

/* True when all fields are equal, absent views being equal to absent ones only. */
bool is_scratch_same(const struct record *record, const void *a, const void *b);

/* The profile that rows may refer to. */
struct bytes scratch_profile(struct scratch *t);

/* Puts device n, active, of that profile, without registration. */
struct bytes scratch_put_device(struct scratch *t, unsigned n);

#endif
