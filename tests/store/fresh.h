/*
 * fresh: records as a new server has them, for tests that begin with such. They are made once in each process
 * and copied, for to make them takes longer than most tests.
 */
#ifndef TESTS_STORE_FRESH_H
#define TESTS_STORE_FRESH_H

#include "store/store.h"

/* A store of its own at that path, where nothing is yet. The faults of store_open; SYS_FILE. */
MUST fault fresh_open(const char *path, struct store **ret);

#endif
