#include "test.h"

#include <tss2/tss2_mu.h>

#include "attest/name.h"
#include "attest/statement.h"
#include "damage.h"
#include "model.h"

static struct model m;

static fault copy_statement(struct bytes in, struct wr *w)
{
	struct statement s;
	TRY(statement_parse(in, &s));
	statement_write(&s, w);
	return NULL;
}

static fault parse_changed(const struct statement *s, struct statement *ret)
{
	return statement_parse(model_statement_encoded(&m, s), ret);
}

static void a_certify_survives_no_damage(void **state)
{
	(void)state;
	model_make(&m, NULL);
	damage_check(m.evidence.certify, copy_statement);
}

static void a_quote_survives_no_damage(void **state)
{
	(void)state;
	model_make(&m, NULL);
	damage_check(m.evidence.quote, copy_statement);
}

static void the_fields_are_those_written(void **state)
{
	(void)state;
	struct statement s;
	model_make(&m, NULL);
	OK(statement_parse(m.evidence.quote, &s));
	CHECK(s.magic == STATEMENT_MAGIC && s.type == STATEMENT_QUOTE && s.safe == 1);
	CHECK(s.clock_ms == 123456789 && s.reset_count == 11 && s.restart_count == 2);
	CHECK(s.firmware == m.quote.says.firmware);
	CHECK(is_bytes_equal(s.signer, m.quote.says.signer));
	CHECK(is_bytes_equal(s.extra_data, m.quote.says.extra_data));
	CHECK(is_pcr_equal(&s.selection, &m.quote.says.selection));
	CHECK(is_bytes_equal(s.pcr_digest, m.quote.says.pcr_digest));
	OK(statement_parse(m.evidence.certify, &s));
	CHECK(s.type == STATEMENT_CERTIFY && is_bytes_equal(s.name, m.certify.says.name));
}

static void a_wrong_magic_and_other_types_are_read_to_be_refused_by_name(void **state)
{
	(void)state;
	struct statement s, got;
	model_make(&m, NULL);
	s = m.certify.says;
	s.magic = 0xDEADBEEF;
	OK(parse_changed(&s, &got));
	CHECK(got.magic == 0xDEADBEEF);
	for (uint16_t type = 0x8014; type <= 0x801D; type++) {
		s = m.certify.says;
		s.type = type;
		s.other = BYTES_TEXT("whatever");
		OK(parse_changed(&s, &got));
		CHECK(got.type == type);
		if (type != STATEMENT_CERTIFY && type != STATEMENT_QUOTE)
			CHECK(is_bytes_text(got.other, "whatever"));
	}
}

static void safe_is_yes_or_no(void **state)
{
	(void)state;
	struct statement s, got;
	model_make(&m, NULL);
	for (unsigned safe = 0; safe <= 255; safe++) {
		s = m.quote.says;
		s.safe = (uint8_t)safe;
		if (safe <= 1)
			OK(parse_changed(&s, &got));
		else
			REFUSES(PARSE_RANGE, parse_changed(&s, &got));
	}
}

static void names_have_the_size_of_their_hash(void **state)
{
	(void)state;
	static const struct {
		uint16_t hash;
		size_t n;
		bool is_name;
	} rows[] = { { 0, 0, true },           { ALG_SHA256, 34, true },  { ALG_SHA384, 50, true },
		     { ALG_SHA512, 66, true }, { ALG_SHA1, 22, true },    { ALG_SHA256, 33, false },
		     { ALG_SHA256, 50, false }, { ALG_SHA384, 34, false }, { ALG_NULL, 34, false },
		     { 0x4000, 4, true },      { ALG_SHA256, 2, false },  { 0, 1, false } };
	struct statement s, got;
	model_make(&m, NULL);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		uint8_t name[NAME_SIZE_MAX] = { (uint8_t)(rows[i].hash >> 8), (uint8_t)rows[i].hash };
		s = m.certify.says;
		s.name = bytes_of(name, rows[i].n);
		if (rows[i].is_name)
			OK(parse_changed(&s, &got));
		else
			REFUSES(PARSE_RANGE, parse_changed(&s, &got));
	}
}

/* The magic inside extraData moves nothing: the parser does not search (H079). */
static void a_magic_inside_extra_data_is_only_data(void **state)
{
	(void)state;
	struct statement s, got;
	model_make(&m, NULL);
	s = m.quote.says;
	s.extra_data = BYTES_TEXT("\xFF\x54\x43\x47\x80\x18\x00\x24");
	OK(parse_changed(&s, &got));
	CHECK(is_bytes_equal(got.extra_data, s.extra_data));
	CHECK(is_bytes_equal(got.pcr_digest, s.pcr_digest));
}

static void a_selection_of_pcrs_that_do_not_exist_is_refused(void **state)
{
	(void)state;
	struct statement s, got;
	model_make(&m, NULL);
	s = m.quote.says;
	s.selection.banks[0].size = 2;
	REFUSES(PARSE_PCRSEL, parse_changed(&s, &got));
	s = m.quote.says;
	s.selection.banks[0].size = 4;
	s.selection.banks[0].bits = 1u << 24;
	REFUSES(PARSE_PCRSEL, parse_changed(&s, &got));
}

static void our_octets_are_those_of_the_tss(void **state)
{
	(void)state;
	model_make(&m, NULL);
	const struct bytes ours[] = { m.evidence.certify, m.evidence.quote };
	for (size_t i = 0; i < COUNT_OF(ours); i++) {
		TPMS_ATTEST theirs;
		uint8_t out[1024];
		size_t at = 0, n = 0;
		TSS2_RC rc = Tss2_MU_TPMS_ATTEST_Unmarshal(ours[i].p, ours[i].n, &at, &theirs);
		assert_int_equal(rc, TSS2_RC_SUCCESS);
		CHECK(at == ours[i].n && theirs.clockInfo.resetCount == 11);
		assert_int_equal(Tss2_MU_TPMS_ATTEST_Marshal(&theirs, out, sizeof(out), &n), TSS2_RC_SUCCESS);
		CHECK(is_bytes_equal(ours[i], bytes_of(out, n)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_certify_survives_no_damage),
		TEST(a_quote_survives_no_damage),
		TEST(the_fields_are_those_written),
		TEST(a_wrong_magic_and_other_types_are_read_to_be_refused_by_name),
		TEST(safe_is_yes_or_no),
		TEST(names_have_the_size_of_their_hash),
		TEST(a_magic_inside_extra_data_is_only_data),
		TEST(a_selection_of_pcrs_that_do_not_exist_is_refused),
		TEST(our_octets_are_those_of_the_tss),
	};
	model_init(&m, MODEL_NOW);
	int failed = RUN(tests);
	model_done(&m);
	return failed;
}
