#include "test.h"

#include <stdlib.h>

#include "sample.h"
#include "wire/frame.h"
#include "wire/trip.h"

#define ARENA_SIZE ((size_t)8 << 20)

/* Octets of the largest message of a table. */
static size_t most(const struct message *m)
{
	struct arena arena;
	arena_init(&arena, ARENA_SIZE);
	struct sample s = { .arena = &arena };
	size_t n = sample_encoded(&s, m, SAMPLE_MOST).n;
	arena_done(&arena);
	return n;
}

static void the_largest_messages_fit_where_they_travel(void **state)
{
	(void)state;
	CHECK(most(&begin_message) <= TRIP_BODY_MAX);
	CHECK(most(&payload_message) <= TRIP_PAYLOAD_MAX);
	CHECK(most(&answer_message) <= TRIP_BODY_MAX);
	CHECK(most(&grant_message) <= TRIP_BODY_MAX);
	CHECK(most(&evidence_message) <= TRIP_BODY_MAX);
}

static void the_largest_challenge_fits_the_frame_that_asks_for_its_credential(void **state)
{
	(void)state;
	size_t max = 0;
	for (size_t i = 0; i < credential_message.count; i++)
		if (is_bytes_text(bytes_text(credential_message.fields[i].name), "challenge"))
			max = credential_message.fields[i].max;
	CHECK(most(&challenge_message) <= max);
}

static void the_largest_messages_are_read_back_as_they_were_written(void **state)
{
	(void)state;
	static const struct message *const trips[] = { &begin_message, &challenge_message, &payload_message,
						       &answer_message, &grant_message, &evidence_message };
	_Alignas(16) uint8_t parsed[SAMPLE_STRUCT_MAX];
	struct arena arena;
	arena_init(&arena, ARENA_SIZE);
	struct sample s = { .arena = &arena };
	for (size_t i = 0; i < COUNT_OF(trips); i++) {
		struct bytes in = sample_encoded(&s, trips[i], SAMPLE_MOST);
		OK(message_parse(trips[i], in, parsed));
		uint8_t *again = malloc(in.n);
		struct wr w = wr_of(again, in.n);
		message_write(trips[i], parsed, &w);
		CHECK(is_bytes_equal(wr_done(&w), in));
		free(again);
		arena_reset(&arena);
	}
	arena_done(&arena);
}

/* Views of 16 and 32 octets. */
#define ID "an id of 16 byte"
#define HASH "a hash or a nonce of 32 octets.."

/* The octets of doc/protocol.md: a renumbered key or another type would show here. */
static void a_first_request_has_the_octets_of_protocol_version_1(void **state)
{
	(void)state;
	struct begin begin = {
		.version = TRIP_VERSION,
		.purpose = TRIP_ENROLL,
		.ek_public = BYTES_TEXT("ek"),
		.ak_public = BYTES_TEXT("ak"),
		.serial = BYTES_TEXT("S-1"),
	};
	CHECK(bytes_list_put(&begin.ek_chain, BYTES_TEXT("c1")));
	CHECK(bytes_list_put(&begin.ek_hashes, BYTES_TEXT(HASH)));
	uint8_t out[96];
	struct wr w = wr_of(out, sizeof(out));
	message_write(&begin_message, &begin, &w);
	CHECK(is_bytes_equal(wr_done(&w), BYTES_TEXT("\xA7" "\x01\x01" "\x02\x01" "\x03\x81\x42" "c1"
						     "\x04\x42" "ek" "\x05\x81\x58\x20" HASH
						     "\x06\x42" "ak" "\x09\x63" "S-1")));
}

static void a_second_request_has_the_octets_of_protocol_version_1(void **state)
{
	(void)state;
	struct answer answer = {
		.version = TRIP_VERSION,
		.purpose = TRIP_RENEW,
		.id = BYTES_TEXT(ID),
		.nonce = BYTES_TEXT(HASH),
		.ticket = BYTES_TEXT("t"),
		.secret = BYTES_TEXT("s"),
		.token_secret = BYTES_TEXT("k"),
		.payload = BYTES_TEXT("\xA0"),
		.certify = BYTES_TEXT("c"),
		.certify_signature = BYTES_TEXT("C"),
		.quote = BYTES_TEXT("q"),
		.quote_signature = BYTES_TEXT("Q"),
	};
	uint8_t out[128];
	struct wr w = wr_of(out, sizeof(out));
	message_write(&answer_message, &answer, &w);
	CHECK(is_bytes_equal(wr_done(&w), BYTES_TEXT("\xAC" "\x01\x01" "\x02\x04" "\x03\x50" ID
						     "\x04\x58\x20" HASH "\x05\x41" "t" "\x06\x41" "s"
						     "\x07\x41" "k" "\x08\x41\xA0" "\x09\x41" "c"
						     "\x0A\x41" "C" "\x0B\x41" "q" "\x0C\x41" "Q")));
}

static void a_purpose_that_does_not_exist_is_refused(void **state)
{
	(void)state;
	struct begin begin;
	OK(message_parse(&begin_message, BYTES_TEXT("\xA2\x01\x01\x02\x07"), &begin));
	CHECK(begin.purpose == TRIP_PURPOSE_LAST);
	REFUSES(PARSE_FIELD, message_parse(&begin_message, BYTES_TEXT("\xA2\x01\x01\x02\x08"), &begin));
}

static void more_certificates_than_a_chain_may_have_are_refused(void **state)
{
	(void)state;
	struct begin begin = { .version = 1, .purpose = 1, .ek_chain.n = TRIP_CHAIN_MAX };
	struct begin back;
	uint8_t out[64];
	struct wr w = wr_of(out, sizeof(out));
	message_write(&begin_message, &begin, &w);
	OK(message_parse(&begin_message, wr_done(&w), &back));
	CHECK(back.ek_chain.n == TRIP_CHAIN_MAX);
	REFUSES(PARSE_FIELD, message_parse(&begin_message,
					   BYTES_TEXT("\xA3\x01\x01\x02\x01\x03\x8B@@@@@@@@@@@"), &back));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_largest_messages_fit_where_they_travel),
		TEST(the_largest_challenge_fits_the_frame_that_asks_for_its_credential),
		TEST(the_largest_messages_are_read_back_as_they_were_written),
		TEST(a_first_request_has_the_octets_of_protocol_version_1),
		TEST(a_second_request_has_the_octets_of_protocol_version_1),
		TEST(a_purpose_that_does_not_exist_is_refused),
		TEST(more_certificates_than_a_chain_may_have_are_refused),
	};
	return RUN(tests);
}
