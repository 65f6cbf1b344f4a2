#include "tpm/response.h"

#include "test.h"

static void success_is_no_fault(void **state)
{
	(void)state;
	OK(response_fault(0));
}

static void codes_with_a_meaning_have_their_fault(void **state)
{
	(void)state;
	REFUSES(TPM_LOCKOUT, response_fault(0x921));
	REFUSES(TPM_HIERARCHY, response_fault(0x085));
	REFUSES(TPM_BUSY, response_fault(0x922));
	REFUSES(TPM_BUSY, response_fault(0x908));
	REFUSES(TPM_BUSY, response_fault(0x90A));
	REFUSES(TPM_BUSY, response_fault(0x920));
	REFUSES(TPM_MEMORY, response_fault(0x902));
	REFUSES(TPM_MEMORY, response_fault(0x903));
	REFUSES(TPM_MISSING, response_fault(0xA0008));
}

static void what_a_chip_cannot_make_is_told_from_what_it_refuses(void **state)
{
	(void)state;
	CHECK(is_response_unsupported(0x2C4)); /* a size of key, as parameter 2 of a command */
	CHECK(is_response_unsupported(0x2E6)); /* a curve */
	CHECK(is_response_unsupported(0x2D2)); /* a scheme */
	CHECK(!is_response_unsupported(0x2D5)); /* a size of the template itself */
	CHECK(!is_response_unsupported(0) && !is_response_unsupported(0x921));
}

static void what_breaks_on_the_way_is_the_drivers(void **state)
{
	(void)state;
	REFUSES(ATTEST_TIMEOUT, response_fault(0xAF800)); /* ours: nothing came in time */
	REFUSES(TPM_DRIVER, response_fault(0xA000A)); /* input or output failed */
	REFUSES(TPM_DRIVER, response_fault(0xA0001)); /* the transport's catch-all */
	REFUSES(TPM_DRIVER, response_fault(0xA0011)); /* malformed, as seen by each layer */
	REFUSES(TPM_DRIVER, response_fault(0x80011));
	REFUSES(TPM_DRIVER, response_fault(0x70011));
	REFUSES(TPM_DRIVER, response_fault(0x90006)); /* cut short inside */
	REFUSES(TPM_DRIVER, response_fault(0x80012)); /* longer than any */
}

static void the_number_of_handle_session_or_parameter_does_not_hide_the_code(void **state)
{
	(void)state;
	REFUSES(TPM_AUTH, response_fault(0x9A2));
	REFUSES(TPM_AUTH, response_fault(0x98E));
	REFUSES(TPM_HIERARCHY, response_fault(0x185));
	CHECK(is_response_absent(0x18B));
	CHECK(is_response_absent(0x08B));
	CHECK(!is_response_absent(0x18A));
}

static void a_resource_managers_code_is_the_tpms(void **state)
{
	(void)state;
	REFUSES(TPM_MEMORY, response_fault(0xB0902));
	REFUSES(TPM_LOCKOUT, response_fault(0xC0921));
}

static void codes_of_the_tss_itself_are_not_taken_for_the_tpms(void **state)
{
	(void)state;
	REFUSES(TPM_FAILURE, response_fault(0x70921));
	CHECK(!is_response_parameter(0x700C4));
}

static void a_code_of_tpm_1_2_is_the_wrong_version(void **state)
{
	(void)state;
	REFUSES(TPM_VERSION, response_fault(0x01E));
	REFUSES(TPM_VERSION, response_fault(0x00A));
}

static void any_other_code_is_a_failure(void **state)
{
	(void)state;
	REFUSES(TPM_FAILURE, response_fault(0x101));
	REFUSES(TPM_FAILURE, response_fault(0x143));
	REFUSES(TPM_FAILURE, response_fault(0x2C4));
}

static void only_commands_that_were_not_executed_are_sent_again(void **state)
{
	(void)state;
	CHECK(is_response_busy(0x922) && is_response_busy(0x908) && is_response_busy(0x90A) &&
	      is_response_busy(0x920));
	CHECK(!is_response_busy(0) && !is_response_busy(0x921) && !is_response_busy(0x909) &&
	      !is_response_busy(0x1A2));
}

static void a_parameter_is_told_from_a_handle_and_a_session(void **state)
{
	(void)state;
	CHECK(is_response_parameter(0x2C4));
	CHECK(!is_response_parameter(0x184) && !is_response_parameter(0x9A2) &&
	      !is_response_parameter(0x144));
	CHECK(is_response_integrity(0x1DF) && is_response_integrity(0x09F));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(success_is_no_fault),
		TEST(codes_with_a_meaning_have_their_fault),
		TEST(what_a_chip_cannot_make_is_told_from_what_it_refuses),
		TEST(what_breaks_on_the_way_is_the_drivers),
		TEST(the_number_of_handle_session_or_parameter_does_not_hide_the_code),
		TEST(a_resource_managers_code_is_the_tpms),
		TEST(codes_of_the_tss_itself_are_not_taken_for_the_tpms),
		TEST(a_code_of_tpm_1_2_is_the_wrong_version),
		TEST(any_other_code_is_a_failure),
		TEST(only_commands_that_were_not_executed_are_sent_again),
		TEST(a_parameter_is_told_from_a_handle_and_a_session),
	};
	return RUN(tests);
}
