#include "agent/readiness.h"

#include <string.h>

#include "test.h"

static struct readiness all_passed(void)
{
	struct readiness r = { .at = READINESS_COUNT };
	for (enum readiness_id id = 0; id < READINESS_COUNT; id++)
		r.of[id].outcome = READINESS_PASSED;
	return r;
}

static struct readiness failed(enum readiness_id id, fault why)
{
	struct readiness r = all_passed();
	r.of[id].outcome = READINESS_FAILED;
	r.of[id].cause = cause_of(why, NULL);
	return r;
}

static void every_row_has_words_of_its_own_and_needs_an_earlier_one(void **state)
{
	(void)state;
	for (enum readiness_id id = 0; id < READINESS_COUNT; id++) {
		const struct readiness_row *row = &readiness_rows[id];
		CHECK(row->word[0] && row->title[0] && strlen(row->title) <= 15 && row->why->remedy[0]);
		CHECK(row->sentence[strlen(row->sentence) - 1] == '.');
		CHECK(row->needs < id || row->needs == READINESS_ROW_NOTHING);
		for (enum readiness_id other = 0; other < id; other++)
			CHECK(strcmp(readiness_rows[other].word, row->word) != 0);
	}
}

static void where_all_passed_both_are_ready_and_nothing_is_missing(void **state)
{
	const struct readiness r = all_passed();
	(void)state;
	CHECK(readiness_state_of(&r, READINESS_ATTESTATION) == READINESS_READY);
	CHECK(readiness_state_of(&r, READINESS_STORAGE) == READINESS_READY);
	CHECK(readiness_information(&r) == 0 && readiness_exit(&r) == INVOCATION_DONE);
	CHECK(readiness_first(&r) == READINESS_ROW_NOTHING);
}

static void a_failed_row_spoils_the_headlines_that_it_bears_on_and_no_other(void **state)
{
	(void)state;
	for (enum readiness_id id = 0; id < READINESS_COUNT; id++) {
		const struct readiness r = failed(id, FAIL(TPM_FAILURE));
		const struct readiness_row *row = &readiness_rows[id];
		bool is_attestable = readiness_state_of(&r, READINESS_ATTESTATION) == READINESS_READY;
		bool is_keeping = readiness_state_of(&r, READINESS_STORAGE) == READINESS_READY;
		CHECK(is_attestable == !(row->bears & READINESS_ATTESTATION));
		CHECK(is_keeping == !(row->bears & READINESS_STORAGE));
		CHECK(readiness_information(&r) == row->information);
		CHECK((readiness_first(&r) == id) == (row->bears != READINESS_NONE));
	}
}

static void a_warning_spoils_nothing(void **state)
{
	struct readiness r = failed(READINESS_ROW_FIRMWARE, FAIL(FIRMWARE_VULNERABLE));
	(void)state;
	CHECK(readiness_information(&r) == READINESS_ATTESTATION_VULNERABILITY);
	r.of[READINESS_ROW_FIRMWARE].outcome = READINESS_WARNED;
	CHECK(readiness_state_of(&r, READINESS_ATTESTATION) == READINESS_READY);
	CHECK(readiness_information(&r) == 0);
}

static void no_tpm_and_an_old_one_are_not_supported_but_one_that_hangs_is_not_ready(void **state)
{
	const struct readiness none = failed(READINESS_ROW_TPM, FAIL(TPM_MISSING));
	const struct readiness old = failed(READINESS_ROW_VERSION, FAIL(TPM_VERSION));
	const struct readiness hangs = failed(READINESS_ROW_TPM, FAIL(ATTEST_TIMEOUT));
	(void)state;
	CHECK(readiness_state_of(&none, READINESS_STORAGE) == READINESS_UNSUPPORTED);
	CHECK(readiness_state_of(&old, READINESS_ATTESTATION) == READINESS_UNSUPPORTED);
	CHECK(readiness_state_of(&hangs, READINESS_ATTESTATION) == READINESS_UNREADY);
}

static void the_exit_code_says_who_stands_in_the_way(void **state)
{
	const struct readiness here = failed(READINESS_ROW_STORAGE, FAIL(TPM_HIERARCHY));
	const struct readiness away = failed(READINESS_ROW_SERVER, FAIL(NET_UNREACHABLE));
	const struct readiness service = failed(READINESS_ROW_EK_CERTIFICATE, FAIL(EK_SERVICE_CONNECT));
	struct readiness refused = failed(READINESS_ROW_REGISTERED, FAIL(DEVICE_NOT_REGISTERED));
	refused.of[READINESS_ROW_REGISTERED].cause.is_server = true;
	(void)state;
	CHECK(readiness_exit(&here) == INVOCATION_FAILED);
	CHECK(readiness_exit(&away) == INVOCATION_UNREACHABLE);
	CHECK(readiness_exit(&service) == INVOCATION_UNREACHABLE);
	CHECK(readiness_exit(&refused) == INVOCATION_REFUSED);
}

static void what_was_given_up_names_what_was_waited_for_and_leaves_the_rest_unjudged(void **state)
{
	struct readiness r = all_passed();
	(void)state;
	r.at = READINESS_ROW_EK_CERTIFICATE;
	readiness_give_up(&r);
	const struct readiness_finding *f = &r.of[READINESS_ROW_EK_CERTIFICATE];
	CHECK(f->outcome == READINESS_FAILED && f->cause.hresult == 0x800705B4);
	CHECK(strstr(f->cause.detail, "EK certificate: no answer within"));
	CHECK(r.of[READINESS_ROW_LOCKOUT].outcome == READINESS_PASSED);
	CHECK(r.of[READINESS_ROW_SERVER].outcome == READINESS_NOT_RUN);
}

static void what_was_not_given_up_stays_as_it_is(void **state)
{
	struct readiness r = all_passed();
	(void)state;
	readiness_give_up(&r);
	CHECK(readiness_exit(&r) == INVOCATION_DONE);
}

static size_t print_all(void (*print)(const struct readiness *r, FILE *out), const struct readiness *r,
			char *text, size_t size)
{
	FILE *out = fmemopen(text, size, "w");
	CHECK(out);
	print(r, out);
	return fclose(out) == 0 ? strlen(text) : 0;
}

static void a_row_that_passed_takes_a_line_and_one_that_failed_has_its_remedy(void **state)
{
	static char good[16384], bad[16384];
	const struct readiness ready = all_passed();
	const struct readiness unready = failed(READINESS_ROW_LOCKOUT, FAIL(TPM_LOCKOUT));
	size_t lines = 0;
	(void)state;
	CHECK(print_all(readiness_print, &ready, good, sizeof(good)));
	for (const char *at = good; (at = strchr(at, '\n')); at++)
		lines++;
	CHECK(lines == READINESS_COUNT + 3);
	CHECK(strncmp(good, "Attestation: Ready\nStorage: Ready\n\n", 35) == 0);
	CHECK(print_all(readiness_print, &unready, bad, sizeof(bad)));
	CHECK(strstr(bad, "Storage: Not ready") && strstr(bad, FAIL(TPM_LOCKOUT)->remedy));
	CHECK(strstr(bad, "TPM_LOCKOUT, 0x80280921"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_row_has_words_of_its_own_and_needs_an_earlier_one),
		TEST(where_all_passed_both_are_ready_and_nothing_is_missing),
		TEST(a_failed_row_spoils_the_headlines_that_it_bears_on_and_no_other),
		TEST(a_warning_spoils_nothing),
		TEST(no_tpm_and_an_old_one_are_not_supported_but_one_that_hangs_is_not_ready),
		TEST(the_exit_code_says_who_stands_in_the_way),
		TEST(what_was_given_up_names_what_was_waited_for_and_leaves_the_rest_unjudged),
		TEST(what_was_not_given_up_stays_as_it_is),
		TEST(a_row_that_passed_takes_a_line_and_one_that_failed_has_its_remedy),
	};
	return RUN(tests);
}
