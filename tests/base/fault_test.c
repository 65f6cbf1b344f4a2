#include "test.h"

#include <ctype.h>
#include <string.h>

#include "base/text.h"

/* Longer than any code may be: the database's column and the man page's heading. */
#define CODE_SIZE_MAX 32

static bool is_code(const char *name)
{
	for (const char *c = name; *c; c++)
		if (!isupper((unsigned char)*c) && !isdigit((unsigned char)*c) && *c != '_')
			return false;
	return isupper((unsigned char)*name) && strlen(name) <= CODE_SIZE_MAX;
}

static bool is_sentence(const char *text)
{
	size_t n = text ? strlen(text) : 0;
	return n > 10 && text[n - 1] == '.' && !islower((unsigned char)*text) &&
	       is_text_printable(bytes_text(text));
}

static void every_code_is_made_of_capitals_digits_and_underscores(void **state)
{
	(void)state;
	for (size_t i = 0; i < FAULT_COUNT; i++)
		if (!is_code(fault_rows[i].name))
			fail_msg("%s is not a code", fault_rows[i].name);
}

static void every_code_is_there_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < FAULT_COUNT; i++)
		CHECK(fault_find(bytes_text(fault_rows[i].name)) == &fault_rows[i]);
}

static void every_fault_says_what_happened_and_what_to_do_in_sentences(void **state)
{
	(void)state;
	for (size_t i = 0; i < FAULT_COUNT; i++)
		if (!is_sentence(fault_rows[i].what) || !is_sentence(fault_rows[i].remedy))
			fail_msg("%s has no whole sentence", fault_rows[i].name);
}

static void every_kind_of_fault_has_fitting_http_statuses(void **state)
{
	(void)state;
	static const struct {
		int from, to;
	} statuses[] = {
		[FAULT_BUG] = { 500, 500 },    [FAULT_INPUT] = { 400, 499 }, [FAULT_CHECK] = { 400, 499 },
		[FAULT_DENIED] = { 401, 409 }, [FAULT_LIMIT] = { 413, 503 }, [FAULT_SYSTEM] = { 500, 504 },
	};
	for (size_t i = 0; i < FAULT_COUNT; i++) {
		fault f = &fault_rows[i];
		CHECK(f->kind < COUNT_OF(statuses));
		if (f->http < statuses[f->kind].from || f->http > statuses[f->kind].to)
			fail_msg("%s has the status %d", f->name, f->http);
	}
}

static void every_hresult_is_a_failure(void **state)
{
	(void)state;
	for (size_t i = 0; i < FAULT_COUNT; i++)
		if (fault_rows[i].hresult && !(fault_rows[i].hresult & 0x80000000))
			fail_msg("%s has an HRESULT that means success", fault_rows[i].name);
}

static void every_status_detail_is_one_of_intunes(void **state)
{
	(void)state;
	static const char *const details[] = {
		"TPM isn't trusted",
		"TPM isn't available",
		"TPM isn't ready",
		"Client request is rejected",
		"Client didn't provide all required parameters",
		"Feature isn't supported",
		"Authentication failed",
		"AIK certificate wasn't provided",
	};
	for (size_t i = 0; i < FAULT_COUNT; i++) {
		size_t known = 0;
		while (fault_rows[i].detail && known < COUNT_OF(details) &&
		       strcmp(fault_rows[i].detail, details[known]) != 0)
			known++;
		if (known == COUNT_OF(details))
			fail_msg("%s has an unknown status detail", fault_rows[i].name);
	}
}

static void a_denial_is_never_worth_a_retry(void **state)
{
	(void)state;
	for (size_t i = 0; i < FAULT_COUNT; i++)
		if (fault_rows[i].kind == FAULT_DENIED && fault_rows[i].retry)
			fail_msg("%s invites a retry", fault_rows[i].name);
}

static void numbers_and_rows_belong_to_each_other(void **state)
{
	(void)state;
	CHECK(fault_number(NULL) == 0);
	CHECK(fault_by_number(0) == NULL);
	for (size_t i = 0; i < FAULT_COUNT; i++) {
		CHECK(fault_number(&fault_rows[i]) == i + 1);
		CHECK(fault_by_number(i + 1) == &fault_rows[i]);
	}
}

static void a_number_that_no_row_has_is_a_fault_all_the_same(void **state)
{
	(void)state;
	CHECK(fault_by_number(FAULT_COUNT + 1) == FAIL(BUG));
	CHECK(fault_by_number(UINT64_MAX) == FAIL(BUG));
}

static void a_code_that_no_row_has_is_not_found(void **state)
{
	(void)state;
	CHECK(fault_find(BYTES_TEXT("")) == NULL);
	CHECK(fault_find((struct bytes){ 0 }) == NULL);
	CHECK(fault_find(BYTES_TEXT("bug")) == NULL);
	CHECK(fault_find(BYTES_TEXT("BUG\0")) == NULL);
	CHECK(fault_find(BYTES_TEXT("BU")) == NULL);
}

static fault needs(bool condition)
{
	NEED(condition, NOT_FOUND);
	return NULL;
}

static fault tries(bool condition, bool *ret)
{
	TRY(needs(condition));
	*ret = true;
	return NULL;
}

static void a_fault_is_handed_up_and_success_goes_on(void **state)
{
	(void)state;
	bool went_on = false;
	REFUSES(NOT_FOUND, tries(false, &went_on));
	CHECK(!went_on);
	OK(tries(true, &went_on));
	CHECK(went_on);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_code_is_made_of_capitals_digits_and_underscores),
		TEST(every_code_is_there_once),
		TEST(every_fault_says_what_happened_and_what_to_do_in_sentences),
		TEST(every_kind_of_fault_has_fitting_http_statuses),
		TEST(every_hresult_is_a_failure),
		TEST(every_status_detail_is_one_of_intunes),
		TEST(a_denial_is_never_worth_a_retry),
		TEST(numbers_and_rows_belong_to_each_other),
		TEST(a_number_that_no_row_has_is_a_fault_all_the_same),
		TEST(a_code_that_no_row_has_is_not_found),
		TEST(a_fault_is_handed_up_and_success_goes_on),
	};
	return RUN(tests);
}
