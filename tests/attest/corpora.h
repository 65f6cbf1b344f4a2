/*
 * corpora: real data for tests, from the folder that ASSAY_CORPORA names.
 *
 * Unset, the tests that need it are skipped and counted as such; set, a file that is missing fails them.
 */
#ifndef TESTS_ATTEST_CORPORA_H
#define TESTS_ATTEST_CORPORA_H

#include "test.h"

#define CORPORA_FILE_MAX 65536

/*
 * Runs a group of tests that all need them; without them each is reported as skipped. (cmocka's own skip()
 * says "not ok", which is a failure to readers of TAP.)
 */
int corpora_run(const struct CMUnitTest *tests, size_t count, CMFixtureFunction open,
		CMFixtureFunction close);

/* The content of a file below the folder, as long as the storage; fails the test when it cannot be read. */
struct bytes corpora_read(const char *file, uint8_t storage[static CORPORA_FILE_MAX]);

/* The content as a certificate's DER: as it is, or out of PEM. The empty view when it is neither. */
struct bytes corpora_certificate(const char *file, uint8_t storage[static CORPORA_FILE_MAX]);

/* Calls visit with the path of each file of the folder below; returns how many there were. */
size_t corpora_list(const char *folder, void (*visit)(const char *file, void *with), void *with);

#endif
