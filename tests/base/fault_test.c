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
		if (f == FAIL(HTTP_OLD)) /* RFC 9110 §15.6.6 */
			continue;
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

static bool has_fault(enum fault_detail detail)
{
	for (size_t i = 0; i < FAULT_COUNT; i++)
		if (fault_rows[i].detail == detail)
			return true;
	return false;
}

/* Does any fault of the detail invite a retry that Intune does not, or the other way round? */
static bool is_unlike(enum fault_detail detail)
{
	for (size_t i = 0; i < FAULT_COUNT; i++)
		if (fault_rows[i].detail == detail && fault_rows[i].retry != fault_details[detail].retry)
			return true;
	return false;
}

static void intune_has_thirteen_status_details(void **state)
{
	(void)state;
	CHECK(FAULT_DETAIL_COUNT == 14);
	for (size_t i = 1; i < FAULT_DETAIL_COUNT; i++) {
		CHECK(fault_details[i].text[0] && is_sentence(fault_details[i].remedy));
		for (size_t k = 1; k < i; k++)
			CHECK(strcmp(fault_details[i].text, fault_details[k].text) != 0);
	}
}

static void a_status_detail_has_a_fault_or_a_reason_why_not(void **state)
{
	(void)state;
	for (size_t i = 1; i < FAULT_DETAIL_COUNT; i++)
		if (has_fault((enum fault_detail)i) == (fault_details[i].absent != NULL))
			fail_msg("%s has both or neither", fault_details[i].text);
}

static void where_our_retry_is_not_intunes_a_reason_is_written(void **state)
{
	(void)state;
	for (size_t i = 1; i < FAULT_DETAIL_COUNT; i++)
		if (is_unlike((enum fault_detail)i) != (fault_details[i].unlike != NULL))
			fail_msg("%s has a difference without a reason, or a reason without one",
				 fault_details[i].text);
}

static void whoever_is_denied_has_a_status_detail(void **state)
{
	(void)state;
	/* No device is denied so, but an administrator's request. */
	static const enum fault_code administrators[] = {
		FAULT_CODE_AUTHN, FAULT_CODE_AUTHZ, FAULT_CODE_POL_UNVERIFIED_ATTR,
		FAULT_CODE_AUTHZ_SCOPE, FAULT_CODE_SIGN_IN_WRONG, FAULT_CODE_SESSION_OVER,
		FAULT_CODE_SESSION_CSRF, FAULT_CODE_OWNER_LAST, FAULT_CODE_APPROVAL_PENDING,
		FAULT_CODE_APPROVAL_SELF, FAULT_CODE_APPROVAL_OVER, FAULT_CODE_PASSWORD_GIVEN,
		FAULT_CODE_LINK_OVER, FAULT_CODE_SIGN_IN_STATE, FAULT_CODE_SIGN_IN_ROLE,
		FAULT_CODE_SIGN_IN_GROUPS, FAULT_CODE_SIGN_IN_PROVIDER, FAULT_CODE_TOK_NONCE,
		FAULT_CODE_ACCOUNT_NAMED, FAULT_CODE_APPROVAL_KNOWN, FAULT_CODE_TOKEN_UNSEEN,
	};
	for (size_t i = 0; i < FAULT_COUNT; i++) {
		size_t k = 0;
		while (k < COUNT_OF(administrators) && administrators[k] != i)
			k++;
		bool is_device = fault_rows[i].kind == FAULT_DENIED && k == COUNT_OF(administrators);
		if (is_device && !fault_rows[i].detail)
			fail_msg("%s has no status detail", fault_rows[i].name);
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
		TEST(intune_has_thirteen_status_details),
		TEST(a_status_detail_has_a_fault_or_a_reason_why_not),
		TEST(where_our_retry_is_not_intunes_a_reason_is_written),
		TEST(whoever_is_denied_has_a_status_detail),
		TEST(a_denial_is_never_worth_a_retry),
		TEST(numbers_and_rows_belong_to_each_other),
		TEST(a_number_that_no_row_has_is_a_fault_all_the_same),
		TEST(a_code_that_no_row_has_is_not_found),
		TEST(a_fault_is_handed_up_and_success_goes_on),
	};
	return RUN(tests);
}
