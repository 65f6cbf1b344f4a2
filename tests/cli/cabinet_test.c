#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "base/wr.h"
#include "cli/cabinet.h"
#include "wire/cabfile.h"

#define CAB_SIZE 4096
#define FOLDER_AT 36
#define SIZE_AT 8
#define LENGTH_AT (FOLDER_AT + 8) /* of the first file */

struct bench {
	struct arena arena;
	uint8_t storage[CAB_SIZE];
	struct cabinet cabinet;
	const char *detail;
};

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	CHECK(b != NULL);
	arena_init(&b->arena, 16 << 20);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;
	arena_done(&b->arena);
	free(b);
	return 0;
}

static void put_le(struct wr *w, uint32_t v, size_t octets)
{
	for (size_t i = 0; i < octets; i++)
		wr_u8(w, (uint8_t)(v >> 8 * i));
}

static void set_le32(uint8_t *at, uint32_t v)
{
	struct wr w = wr_of(at, 4);
	put_le(&w, v, 4);
}

/* [MS-CAB] 2.1 to 2.4: one folder, not compressed, without checksums; every file has its own name in it. */
static struct bytes build(struct bench *b, const char *const *names, size_t n)
{
	size_t content = 0, files = 0;
	struct wr w = wr_of(b->storage, sizeof(b->storage));
	for (size_t i = 0; i < n; i++) {
		content += strlen(names[i]);
		files += 16 + strlen(names[i]) + 1;
	}
	uint32_t data_at = (uint32_t)(FOLDER_AT + 8 + files);
	wr_bytes(&w, BYTES_TEXT("MSCF"));
	put_le(&w, 0, 4);
	put_le(&w, (uint32_t)(data_at + 8 + content), 4);
	put_le(&w, 0, 4);
	put_le(&w, FOLDER_AT + 8, 4);
	put_le(&w, 0, 4);
	put_le(&w, 0x0103, 2);
	put_le(&w, 1, 2);
	put_le(&w, (uint32_t)n, 2);
	put_le(&w, 0, 6);
	put_le(&w, data_at, 4);
	put_le(&w, 1, 2);
	put_le(&w, 0, 2);
	for (uint32_t i = 0, at = 0; i < n; i++) {
		put_le(&w, (uint32_t)strlen(names[i]), 4);
		put_le(&w, at, 4);
		put_le(&w, 0, 2);
		put_le(&w, 0x5A215A21, 4);
		put_le(&w, 0x20, 2);
		wr_bytes(&w, bytes_text(names[i]));
		wr_u8(&w, 0);
		at += (uint32_t)strlen(names[i]);
	}
	put_le(&w, 0, 4);
	put_le(&w, (uint32_t)content, 2);
	put_le(&w, (uint32_t)content, 2);
	for (size_t i = 0; i < n; i++)
		wr_bytes(&w, bytes_text(names[i]));
	CHECK(!w.bad);
	return wr_done(&w);
}

static fault get(struct bench *b, struct bytes cab)
{
	arena_reset(&b->arena);
	const struct cabinet_plan plan = { .file = cab };
	return cabinet_get(&plan, &b->arena, &b->cabinet, &b->detail);
}

static const char *const good[] = { "AMD\\RootCA\\a.cer", "AMD\\IntermediateCA\\b.cer", "setup.cmd" };

static void every_file_comes_out_in_order_with_its_content(void **state)
{
	struct bench *b = *state;
	OK(get(b, build(b, good, COUNT_OF(good))));
	CHECK(b->cabinet.n == COUNT_OF(good));
	CHECK(strcmp(b->cabinet.v[0].path, "AMD/RootCA/a.cer") == 0);
	for (size_t i = 0; i < COUNT_OF(good); i++)
		CHECK(is_bytes_equal(b->cabinet.v[i].content, bytes_text(good[i])));
}

static void a_cab_that_is_cut_anywhere_is_refused(void **state)
{
	struct bench *b = *state;
	struct bytes cab = build(b, good, COUNT_OF(good));
	for (size_t n = 0; n < cab.n; n++)
		REFUSES(ARCHIVE_INVALID, get(b, bytes_slice(cab, 0, n)));
}

/* The same where the header was made to agree, so that the decompressor has to notice. */
static void a_cab_that_lies_about_its_size_is_refused(void **state)
{
	struct bench *b = *state;
	struct bytes cab = build(b, good, COUNT_OF(good));
	for (size_t n = 64; n < cab.n; n++) {
		set_le32(b->storage + SIZE_AT, (uint32_t)n);
		REFUSES(ARCHIVE_INVALID, get(b, bytes_slice(cab, 0, n)));
	}
	set_le32(b->storage + SIZE_AT, (uint32_t)cab.n);
	OK(get(b, cab));
}

static void a_cab_with_octets_behind_it_is_refused(void **state)
{
	struct bench *b = *state;
	struct bytes cab = build(b, good, COUNT_OF(good));
	REFUSES(ARCHIVE_INVALID, get(b, bytes_of(cab.p, cab.n + 1)));
}

static void names_that_lead_elsewhere_are_refused(void **state)
{
	struct bench *b = *state;
	static const char *const bad[] = {
		"..\\a.cer",     "AMD\\..\\..\\a.cer", "\\a.cer",      "/etc/a.cer", "C:\\a.cer",
		"AMD\\.\\a.cer", "AMD\\\\a.cer",       "a\x1B[2J.cer", "AMD\\",      ".."
	};
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		REFUSES(ARCHIVE_INVALID, get(b, build(b, &bad[i], 1)));
		CHECK(strstr(b->detail, "name"));
	}
}

static void a_name_that_comes_twice_is_refused(void **state)
{
	struct bench *b = *state;
	static const char *const twice[] = { "a\\x.cer", "b\\x.cer", "a/x.cer" };
	REFUSES(ARCHIVE_INVALID, get(b, build(b, twice, 3)));
	OK(get(b, build(b, twice, 2)));
}

static void a_file_that_says_it_is_huge_is_refused(void **state)
{
	struct bench *b = *state;
	struct bytes cab = build(b, good, COUNT_OF(good));
	static const uint32_t sizes[] = { CABINET_MEMBER_MAX + 1, 0x7FFF0000, 0xFFFFFFFF };
	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		set_le32(b->storage + LENGTH_AT, sizes[i]);
		REFUSES(ARCHIVE_INVALID, get(b, cab));
	}
}

static bool is_certificate(const char *name)
{
	return strstr(name, ".cer") != NULL;
}

static fault get_certificates(struct bench *b, struct bytes cab)
{
	const struct cabinet_plan plan = { .file = cab, .is_wanted = is_certificate };
	arena_reset(&b->arena);
	return cabinet_get(&plan, &b->arena, &b->cabinet, &b->detail);
}

static void files_that_are_not_wanted_are_named_and_do_not_come_out(void **state)
{
	struct bench *b = *state;
	OK(get_certificates(b, build(b, good, COUNT_OF(good))));
	CHECK(b->cabinet.n == COUNT_OF(good));
	CHECK(is_bytes_text(b->cabinet.v[1].content, good[1]));
	CHECK(strcmp(b->cabinet.v[2].path, "setup.cmd") == 0 && !b->cabinet.v[2].content.p);
}

/* Trusted bundles are small; those of diagnostics hold traces of any size beside the texts. */
static void a_huge_file_is_left_out_where_not_all_are_wanted(void **state)
{
	struct bench *b = *state;
	struct bytes cab = build(b, good, COUNT_OF(good));
	set_le32(b->storage + LENGTH_AT, 0x7FFF0000);
	OK(get_certificates(b, cab));
	CHECK(!b->cabinet.v[0].content.p && b->cabinet.v[1].content.p);
}

static void a_name_that_leads_elsewhere_is_refused_wanted_or_not(void **state)
{
	struct bench *b = *state;
	static const char *const bad[] = { "..\\trace.etl", "\\trace.etl", "..\\a.cer" };
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		REFUSES(ARCHIVE_INVALID, get_certificates(b, build(b, &bad[i], 1)));
}

/* More than one block of data, and a file of nothing. */
static void what_we_write_is_read_back(void **state)
{
	struct bench *b = *state;
	static uint8_t large[100001];
	for (size_t i = 0; i < sizeof(large); i++)
		large[i] = (uint8_t)(i * 31 >> 3);
	const struct cabfile_member members[] = { { "a b.bin", BYTES_OF(large) }, { "none", { 0 } } };
	const struct cabfile written = { COUNT_OF(members), members, 1792000000 };
	struct arena arena;
	struct bytes cab;
	arena_init(&arena, 1 << 20);
	OK(cabfile_build(&written, &arena, &cab));
	OK(get(b, cab));
	CHECK(b->cabinet.n == 2 && strcmp(b->cabinet.v[0].path, "a b.bin") == 0);
	CHECK(is_bytes_equal(b->cabinet.v[0].content, BYTES_OF(large)) && b->cabinet.v[1].content.n == 0);
	arena_done(&arena);
}

static void a_part_of_several_cabs_is_refused(void **state)
{
	struct bench *b = *state;
	struct bytes cab = build(b, good, COUNT_OF(good));
	enum { FLAGS_AT = 30 };
	b->storage[FLAGS_AT] = 1;
	REFUSES(ARCHIVE_INVALID, get(b, cab));
	b->storage[FLAGS_AT] = 2;
	REFUSES(ARCHIVE_INVALID, get(b, cab));
}

static void a_flipped_octet_is_refused_or_harmless(void **state)
{
	struct bench *b = *state;
	struct bytes cab = build(b, good, COUNT_OF(good));
	for (size_t i = 0; i < cab.n; i++) {
		b->storage[i] ^= 0x80;
		fault why = get(b, cab);
		CHECK(!why || why == FAIL(ARCHIVE_INVALID));
		b->storage[i] ^= 0x80;
	}
}

#define BENCH(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH(every_file_comes_out_in_order_with_its_content),
		BENCH(a_cab_that_is_cut_anywhere_is_refused),
		BENCH(a_cab_that_lies_about_its_size_is_refused),
		BENCH(a_cab_with_octets_behind_it_is_refused),
		BENCH(names_that_lead_elsewhere_are_refused),
		BENCH(a_name_that_comes_twice_is_refused),
		BENCH(a_file_that_says_it_is_huge_is_refused),
		BENCH(files_that_are_not_wanted_are_named_and_do_not_come_out),
		BENCH(a_huge_file_is_left_out_where_not_all_are_wanted),
		BENCH(a_name_that_leads_elsewhere_is_refused_wanted_or_not),
		BENCH(what_we_write_is_read_back),
		BENCH(a_part_of_several_cabs_is_refused),
		BENCH(a_flipped_octet_is_refused_or_harmless),
	};
	return RUN(tests);
}
