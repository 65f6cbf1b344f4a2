/*
 * chip_fixture: a real TPM 2.0 (swtpm) of one test, in a folder of its own under /tmp.
 *
 * Everything fails the test that goes wrong: a machine without swtpm does not pass by skipping.
 */
#ifndef TESTS_TPM_CHIP_FIXTURE_H
#define TESTS_TPM_CHIP_FIXTURE_H

#include <sys/types.h>

#include "base/arena.h"
#include "tpm/chip.h"

enum chip_fixture_kind { CHIP_FIXTURE_TPM2, CHIP_FIXTURE_TPM12 };

#define CHIP_WAIT_MS 60000

struct chip_fixture {
	char folder[64];
	char socket[96]; /* of TPM commands; its control socket has ".ctrl" after it */
	char tcti[128];  /* for chip_open */
	pid_t pid;
	bool is_open;
	struct chip chip;   /* while it is open */
	struct arena arena; /* for results */
};

/* Starts a chip and waits until it answers. */
void chip_fixture_start(struct chip_fixture *fixture, enum chip_fixture_kind kind);

/* Ends the chip and removes its folder. */
void chip_fixture_stop(struct chip_fixture *fixture);

/*
 * Connects fixture->chip. The two functions below let go of it meanwhile: swtpm serves one connection at a
 * time.
 */
void chip_fixture_open(struct chip_fixture *fixture);
void chip_fixture_close(struct chip_fixture *fixture);

/* Runs a program of tpm2-tools on the chip, which must end with success. */
#define CHIP_FIXTURE_RUN(fixture, ...) CHECK(CHIP_FIXTURE_STATUS(fixture, __VA_ARGS__) == 0)

/* The same; gives the program's status, success or not. */
#define CHIP_FIXTURE_STATUS(fixture, ...) \
	chip_fixture_run(fixture, (const char *const[]){ __VA_ARGS__, NULL }, (char[4096]){ 0 }, 4096)

/*
 * The same, with a list of arguments that ends with NULL; what the program prints is stored in out, as text.
 */
int chip_fixture_run(struct chip_fixture *fixture, const char *const *arguments, char *out, size_t size);

/* Path of a file in the fixture's folder; chip_fixture_stop removes "content" and "public". */
char *chip_fixture_path(const struct chip_fixture *fixture, const char *name, char out[static 96]);

/* True when no key and no session is left in the chip, by tpm2_getcap. */
bool is_chip_fixture_empty(struct chip_fixture *fixture);

#endif
