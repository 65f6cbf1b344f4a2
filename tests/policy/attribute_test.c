#include "policy/attribute.h"

#include <string.h>

#include "test.h"

static void names_and_operators_are_found_in_either_case(void **state)
{
	(void)state;
	for (size_t i = 0; i < ATTRIBUTE_COUNT; i++)
		CHECK(attribute_find(bytes_text(attributes[i].name)) == i && attributes[i].operators);
	CHECK(attribute_find(BYTES_TEXT("ISTPMATTESTED")) == ATTRIBUTE_IS_TPM_ATTESTED);
	CHECK(attribute_find(BYTES_TEXT("isTpm")) == ATTRIBUTE_COUNT);
	CHECK(attribute_find((struct bytes){ 0 }) == ATTRIBUTE_COUNT);
	for (size_t op = 0; op < ATTRIBUTE_OPERATOR_COUNT; op++)
		CHECK(attribute_operator_find(
			      bytes_text(attribute_operator_word((enum attribute_operator)op))) == op);
	CHECK(attribute_operator_find(BYTES_TEXT("-NOTIN")) == ATTRIBUTE_NOT_IN);
	CHECK(attribute_operator_find(BYTES_TEXT("--in")) == ATTRIBUTE_OPERATOR_COUNT);
	CHECK(attribute_operator_find(BYTES_TEXT("-")) == ATTRIBUTE_OPERATOR_COUNT);
}

static const struct attribute_facts laptop = {
	.is_judged = true,
	.is_attested = true,
	.assurance = TRIP_ASSURED_KEY | TRIP_ASSURED_CERTIFICATE,
	.tpm_class = ANCHORS_DISCRETE,
	.tpm_maker = BYTES_TEXT("IFX"),
	.firmware = UINT64_C(0x0007005500000000),
	.is_registered = true,
	.group_tag = BYTES_TEXT("sales"),
	.os_version = BYTES_TEXT("12"),
};

static void a_verdict_and_the_records_give_the_values(void **state)
{
	(void)state;
	char firmware[FIRMWARE_TEXT_SIZE];
	struct attribute_values v = attribute_values_of(&laptop, firmware);
	static const struct {
		enum attribute_id id;
		const char *is;
	} want[] = {
		{ ATTRIBUTE_IS_TPM_ATTESTED, "True" },
		{ ATTRIBUTE_ASSURANCE, "high" },
		{ ATTRIBUTE_TPM_CLASS, "discrete" },
		{ ATTRIBUTE_TPM_MANUFACTURER, "IFX" },
		{ ATTRIBUTE_TPM_FIRMWARE_VERSION, "7.85" },
		{ ATTRIBUTE_DEVICE_OWNERSHIP, "Corporate" },
		{ ATTRIBUTE_GROUP_TAG, "sales" },
		{ ATTRIBUTE_OS_VERSION, "12" },
		{ ATTRIBUTE_OPERATING_SYSTEM_VERSION, "12" },
	};
	for (size_t i = 0; i < COUNT_OF(want); i++)
		CHECK(is_bytes_text(v.of[want[i].id], want[i].is));
	CHECK(!v.of[ATTRIBUTE_TPM_MODEL].p && !v.of[ATTRIBUTE_MODEL].p);
}

static void nothing_is_claimed_of_the_tpm_of_an_unattested_device(void **state)
{
	(void)state;
	char firmware[FIRMWARE_TEXT_SIZE];
	struct attribute_facts facts = laptop;
	facts.is_attested = false;
	facts.assurance = 0;
	struct attribute_values v = attribute_values_of(&facts, firmware);
	CHECK(is_bytes_text(v.of[ATTRIBUTE_IS_TPM_ATTESTED], "False"));
	CHECK(is_bytes_text(v.of[ATTRIBUTE_ASSURANCE], "none"));
	CHECK(!v.of[ATTRIBUTE_TPM_CLASS].p && !v.of[ATTRIBUTE_TPM_MANUFACTURER].p);
	CHECK(!v.of[ATTRIBUTE_TPM_FIRMWARE_VERSION].p);
	facts.assurance = TRIP_ASSURED_USER;
	CHECK(is_bytes_text(attribute_values_of(&facts, firmware).of[ATTRIBUTE_ASSURANCE], "low"));
}

static void without_a_verdict_there_is_no_claim(void **state)
{
	(void)state;
	char firmware[FIRMWARE_TEXT_SIZE];
	struct attribute_facts facts = laptop;
	facts.is_judged = false;
	struct attribute_values v = attribute_values_of(&facts, firmware);
	for (size_t i = 0; i < ATTRIBUTE_COUNT; i++)
		CHECK(attributes[i].source != ATTRIBUTE_CLAIM || !v.of[i].p);
	CHECK(is_bytes_text(v.of[ATTRIBUTE_GROUP_TAG], "sales"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(names_and_operators_are_found_in_either_case),
		TEST(a_verdict_and_the_records_give_the_values),
		TEST(nothing_is_claimed_of_the_tpm_of_an_unattested_device),
		TEST(without_a_verdict_there_is_no_claim),
	};
	return RUN(tests);
}
