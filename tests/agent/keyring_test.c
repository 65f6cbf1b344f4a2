/* How far a device's keys have come, by the files that it has. */
#include "agent/keyring.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "test.h"

static const char *const files[] = { STATE_AK_UNIQUE, STATE_SOFTWARE_KEY, STATE_AK_CERTIFICATE, STATE_CA };

static char folder[64];
static struct arena arena;
static struct state keys;
static struct settings settings;

static int start(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/assay-keyring-XXXXXX");
	CHECK(mkdtemp(folder) != NULL);
	arena_init(&arena, 1 << 16);
	snprintf(settings.ca, sizeof(settings.ca), "ca01");
	OK(state_open(&keys, folder));
	return 0;
}

static int stop(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(files); i++)
		OK(state_remove(&keys, files[i]));
	state_close(&keys);
	arena_done(&arena);
	return rmdir(folder);
}

static void reads(const char *word)
{
	enum keystate found;
	OK(keyring_find(&keys, &settings, &arena, &found));
	assert_string_equal(keystate_word(found), word);
}

static void put(const char *name)
{
	OK(state_put(&keys, name, BYTES_TEXT("content")));
}

static void nothing_is_no_key(void **state)
{
	(void)state;
	reads("noKey");
	put(STATE_AK_CERTIFICATE);
	reads("noKey");
}

static void a_key_outside_a_tpm_counts_where_there_is_no_other(void **state)
{
	(void)state;
	put(STATE_SOFTWARE_KEY);
	reads("softwareKey");
	put(STATE_AK_UNIQUE);
	reads("unattestedKey");
}

static void a_key_is_attested_by_a_certificate_of_the_CA_that_is_set(void **state)
{
	(void)state;
	put(STATE_AK_UNIQUE);
	reads("unattestedKey");
	put(STATE_AK_CERTIFICATE);
	OK(keyring_put(&keys, &settings));
	reads("attestedKey");
	snprintf(settings.ca, sizeof(settings.ca), "ca02");
	reads("invalidKey");
	OK(keyring_put(&keys, &settings));
	reads("attestedKey");
}

static void a_certificate_of_before_the_CA_was_noted_is_taken_for_its(void **state)
{
	(void)state;
	put(STATE_AK_UNIQUE);
	put(STATE_AK_CERTIFICATE);
	reads("attestedKey");
}

static void a_state_that_nobody_knows_has_a_word_too(void **state)
{
	(void)state;
	assert_string_equal(keystate_word(KEYSTATE_REVOKED), "revoked");
	assert_string_equal(keystate_word(KEYSTATE_UNSAID), "unknown");
	assert_string_equal(keystate_word((enum keystate)15), "unknown");
}

int main(void)
{
#define KEYRING_TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)
	const struct CMUnitTest tests[] = {
		KEYRING_TEST(nothing_is_no_key),
		KEYRING_TEST(a_key_outside_a_tpm_counts_where_there_is_no_other),
		KEYRING_TEST(a_key_is_attested_by_a_certificate_of_the_CA_that_is_set),
		KEYRING_TEST(a_certificate_of_before_the_CA_was_noted_is_taken_for_its),
		KEYRING_TEST(a_state_that_nobody_knows_has_a_word_too),
	};
	return RUN(tests);
}
