#include "attest/tcglog.h"

#include <string.h>

#include "base/wr.h"
#include "test.h"

static void put_le(struct wr *w, uint32_t v, size_t octets)
{
	for (size_t i = 0; i < octets; i++)
		wr_u8(w, (uint8_t)(v >> 8 * i));
}

static void put_legacy(struct wr *w, uint32_t pcr, uint32_t type, struct bytes data)
{
	uint8_t digest[20] = { (uint8_t)pcr };
	put_le(w, pcr, 4);
	put_le(w, type, 4);
	wr_bytes(w, BYTES_OF(digest));
	put_le(w, (uint32_t)data.n, 4);
	wr_bytes(w, data);
}

static void put_agile(struct wr *w, uint32_t pcr, uint32_t type, struct bytes data)
{
	uint8_t digest[32] = { (uint8_t)pcr };
	put_le(w, pcr, 4);
	put_le(w, type, 4);
	put_le(w, 1, 4);
	put_le(w, ALG_SHA256, 2);
	wr_bytes(w, BYTES_OF(digest));
	put_le(w, (uint32_t)data.n, 4);
	wr_bytes(w, data);
}

static void put_head(struct wr *w)
{
	uint8_t room[64];
	struct wr data = wr_of(room, sizeof(room));
	wr_bytes(&data, bytes_of("Spec ID Event03", 16));
	put_le(&data, 0, 4);
	put_le(&data, 0x02000200, 4);
	put_le(&data, 1, 4);
	put_le(&data, ALG_SHA256, 2);
	put_le(&data, 32, 2);
	wr_u8(&data, 0);
	put_legacy(w, 0, 3, wr_done(&data));
}

/* The values of PCR 0 and 7 after one extension each, PCR 0 from a locality. */
static void value_of(uint8_t pcr, uint8_t locality, uint8_t ret[static 32])
{
	uint8_t both[64] = { 0 };
	both[31] = locality;
	both[32] = pcr;
	OK(alg_sha256(BYTES_OF(both), ret));
}

static void a_log_leads_to_the_values_that_its_events_extend(void **state)
{
	uint8_t room[1024], wanted[32];
	struct wr w = wr_of(room, sizeof(room));
	struct tcglog log;
	struct tcglog_values values;
	(void)state;
	put_head(&w);
	put_agile(&w, 0, 3, bytes_of("StartupLocality\0\3", 17));
	put_agile(&w, 0, 8, BYTES_TEXT("version"));
	put_agile(&w, 7, 1, BYTES_TEXT("policy"));
	OK(tcglog_parse(wr_done(&w), &log));
	CHECK(log.is_agile && log.n == 1 && log.count == 3 && log.locality == 3);
	OK(tcglog_replay(&log, ALG_SHA256, &values));
	CHECK(values.touched == (1u << 7 | 1u));
	value_of(0, 3, wanted);
	CHECK(is_bytes_equal(bytes_of(values.v[0], 32), BYTES_OF(wanted)));
	value_of(7, 0, wanted);
	CHECK(is_bytes_equal(bytes_of(values.v[7], 32), BYTES_OF(wanted)));
	REFUSES(PCRSEL, tcglog_replay(&log, ALG_SHA1, &values));
}

/* Every truncation that does not end between two events. */
static void every_truncation_inside_an_event_is_refused(void **state)
{
	uint8_t room[1024];
	struct wr w = wr_of(room, sizeof(room));
	struct tcglog log;
	size_t whole[3], at = 0;
	(void)state;
	put_head(&w);
	whole[0] = w.at;
	put_agile(&w, 1, 8, BYTES_TEXT("first"));
	whole[1] = w.at;
	put_agile(&w, 2, 8, BYTES_TEXT("second"));
	whole[2] = w.at;
	for (size_t n = 0; n <= w.at; n++) {
		fault f = tcglog_parse(bytes_of(room, n), &log);
		CHECK((f == NULL) == (at < COUNT_OF(whole) && n == whole[at]));
		at += f == NULL;
	}
	CHECK(at == COUNT_OF(whole));
}

static void what_follows_is_padding_or_refused(void **state)
{
	static const uint8_t fills[] = { 0x00, 0xFF, 0x5A };
	uint8_t room[512];
	struct tcglog log;
	(void)state;
	for (size_t i = 0; i < COUNT_OF(fills); i++) {
		memset(room, fills[i], sizeof(room));
		struct wr w = wr_of(room, sizeof(room));
		put_head(&w);
		put_agile(&w, 1, 8, BYTES_TEXT("only"));
		fault f = tcglog_parse(BYTES_OF(room), &log);
		CHECK((f == NULL) == (i < 2));
	}
}

static void pcrs_banks_and_sizes_that_cannot_be_are_refused(void **state)
{
	uint8_t room[512];
	struct wr w = wr_of(room, sizeof(room));
	struct tcglog log;
	(void)state;
	put_legacy(&w, 24, 8, BYTES_TEXT("no such PCR"));
	REFUSES(PARSE_RANGE, tcglog_parse(wr_done(&w), &log));
	w = wr_of(room, sizeof(room));
	put_legacy(&w, 0xFFFFFFFF, 3, BYTES_TEXT("no PCR is meant"));
	OK(tcglog_parse(wr_done(&w), &log));
	w = wr_of(room, sizeof(room));
	put_head(&w);
	room[32 + 24] = 9; /* banks, of TCGLOG_BANKS_MAX */
	REFUSES(PARSE_RANGE, tcglog_parse(wr_done(&w), &log));
	room[32 + 24] = 1;
	room[32 + 30] = 31; /* octets of a SHA-256 */
	REFUSES(PARSE_RANGE, tcglog_parse(wr_done(&w), &log));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_log_leads_to_the_values_that_its_events_extend),
		TEST(every_truncation_inside_an_event_is_refused),
		TEST(what_follows_is_padding_or_refused),
		TEST(pcrs_banks_and_sizes_that_cannot_be_are_refused),
	};
	return RUN(tests);
}
