#include "test.h"

#include <string.h>

#include "attest/alg.h"
#include "attest/binding.h"
#include "base/text.h"
#include "wire/trip.h"

static const uint8_t octets[3][32] = { { 1 }, { 2 }, { 3 } };

static struct binding sample(void)
{
	return (struct binding){ .nonce = BYTES_OF(octets[0]),
				 .id = bytes_of(octets[1], 16),
				 .purpose = TRIP_ENROLL,
				 .server_key_hash = BYTES_OF(octets[1]),
				 .payload_digest = BYTES_OF(octets[2]) };
}

static void it_is_the_digest_that_the_protocol_says(void **state)
{
	(void)state;
	struct binding b = sample();
	uint8_t got[BINDING_SIZE], expected[ALG_DIGEST_MAX];
	static const char *const labels[] = { "assay certify v1", "assay quote v1" };
	for (size_t i = 0; i < COUNT_OF(labels); i++) {
		const struct bytes parts[] = { bytes_text(labels[i]), b.nonce, b.id, BYTES_TEXT("\x01"),
					       b.server_key_hash, b.payload_digest };
		OK(alg_digest(alg_hash_find(ALG_SHA256), parts, COUNT_OF(parts), expected));
		OK(binding_build((enum binding_label)i, &b, got));
		CHECK(is_bytes_equal(BYTES_OF(got), bytes_of(expected, 32)));
	}
}

static void every_part_changes_it(void **state)
{
	(void)state;
	static const uint8_t other[32] = { 9 };
	struct binding changed[5] = { sample(), sample(), sample(), sample(), sample() }, b = sample();
	uint8_t first[BINDING_SIZE], second[BINDING_SIZE];
	changed[0].nonce = BYTES_OF(other);
	changed[1].id = bytes_of(other, 16);
	changed[2].purpose = TRIP_ATTEST;
	changed[3].server_key_hash = BYTES_OF(other);
	changed[4].payload_digest = BYTES_OF(other);
	OK(binding_build(BINDING_QUOTE, &b, first));
	for (size_t i = 0; i < COUNT_OF(changed); i++) {
		OK(binding_build(BINDING_QUOTE, &changed[i], second));
		CHECK(!is_bytes_equal(BYTES_OF(first), BYTES_OF(second)));
	}
}

static void parts_of_another_size_are_refused(void **state)
{
	(void)state;
	struct binding bad[6] = { sample(), sample(), sample(), sample(), sample(), sample() };
	uint8_t got[BINDING_SIZE];
	bad[0].nonce.n--;
	bad[1].id.n++;
	bad[2].server_key_hash = (struct bytes){ 0 };
	bad[3].payload_digest.n = 0;
	bad[4].purpose = 0;
	bad[5].purpose = TRIP_PURPOSE_LAST + 1;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		REFUSES(PARSE_FIELD, binding_build(BINDING_CERTIFY, &bad[i], got));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_is_the_digest_that_the_protocol_says),
		TEST(every_part_changes_it),
		TEST(parts_of_another_size_are_refused),
	};
	return RUN(tests);
}
