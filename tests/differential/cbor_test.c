#include "contest.h"

#include <cbor.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <wchar.h>

#include "seeds.h"
#include "test.h"
#include "wire/cbor.h"

#define ARENA_SIZE ((size_t)1 << 20)
#define MESSAGE_ARENA_SIZE ((size_t)8 << 20)
#define MEMORY_MAX ((rlim_t)64 << 20)

#define ITEM(read) ((cbor_item_t *)(read))

static size_t mutants;
static const char *fuzz;

/* Heads with their argument in one or two octets, and their neighbours. */
static const uint16_t words[] = {
	0x0000, 0x0017, 0x0018, 0x1800, 0x1817, 0x1818, 0x1900, 0x19FF, 0x1A00, 0x1B00, 0x1BFF,
	0x2000, 0x3800, 0x3900, 0x3B7F, 0x3B80, 0x3BFF, 0x4000, 0x4100, 0x5800, 0x5818, 0x5900,
	0x5F41, 0x6000, 0x6100, 0x617F, 0x6161, 0x6180, 0x62C3, 0x63E2, 0x6400, 0x7800, 0x7818,
	0x7F61, 0x8000, 0x8100, 0x8180, 0x9800, 0x9F00, 0x9FFF, 0xA000, 0xA100, 0xA1A0, 0xB801,
	0xBFFF, 0xC000, 0xC1F6, 0xD818, 0xF4F5, 0xF6F7, 0xF900, 0xFA00, 0xFB00, 0xFFFF, 0x00FF,
};

/* --- our reader: its functions take one type each, and this asks for the type that is next ------------- */

enum { UINT = 0, NINT, BYTES, TEXT, ARRAY, MAP };

static unsigned next_major(const struct rd *r)
{
	return rd_left(r) ? r->in.p[r->at] >> 5 : UINT;
}

/* There is no writer of negative numbers, since no message has one: the same head under another type. */
static void put_negative(struct wr *w, int64_t v)
{
	size_t place = w->at;
	cbor_put_uint(w, (uint64_t)(-1 - v));
	if (!w->bad)
		w->p[place] |= NINT << 5;
}

static void copy_item(struct rd *r, struct wr *w);

static void copy_items(struct rd *r, size_t n, struct wr *w)
{
	for (size_t i = 0; i < n && !r->bad; i++)
		copy_item(r, w);
}

static void copy_uint(struct rd *r, struct wr *w)
{
	cbor_put_uint(w, cbor_uint(r));
}

static void copy_negative(struct rd *r, struct wr *w)
{
	put_negative(w, cbor_int(r));
}

static void copy_bytes(struct rd *r, struct wr *w)
{
	cbor_put_bytes(w, cbor_bytes(r));
}

static void copy_text(struct rd *r, struct wr *w)
{
	cbor_put_text(w, cbor_text(r));
}

static void copy_array(struct rd *r, struct wr *w)
{
	size_t n = cbor_array(r);
	cbor_put_array(w, n);
	copy_items(r, n, w);
}

static void copy_map(struct rd *r, struct wr *w)
{
	size_t n = cbor_map(r);
	cbor_put_map(w, n);
	copy_items(r, 2 * n, w);
}

static void copy_item(struct rd *r, struct wr *w)
{
	static void (*const copies[])(struct rd *, struct wr *) = {
		[UINT] = copy_uint, [NINT] = copy_negative, [BYTES] = copy_bytes,
		[TEXT] = copy_text, [ARRAY] = copy_array,   [MAP] = copy_map,
	};
	unsigned major = next_major(r);
	copies[major < COUNT_OF(copies) ? major : UINT](r, w);
}

static fault ours(struct bytes in, struct wr *w)
{
	struct rd r = rd_of(in);
	copy_item(&r, w);
	NEED(is_rd_done(&r), PARSE_ENVELOPE);
	return NULL;
}

/* --- theirs -------------------------------------------------------------------------------------------- */

static const void *theirs(struct bytes in, struct wr *w)
{
	static cbor_item_t *read;
	struct cbor_load_result result;
	if (read)
		cbor_decref(&read);
	read = cbor_load(in.p, in.n, &result);
	if (!read || result.read != in.n)
		return NULL;
	w->at = cbor_serialize(read, w->p, w->n);
	w->bad = w->at == 0;
	return read;
}

static bool is_same_item(struct rd *r, cbor_item_t *item);

static bool is_same_number(struct rd *r, cbor_item_t *item)
{
	if (cbor_isa_uint(item))
		return cbor_uint(r) == cbor_get_int(item);
	return cbor_int(r) == -1 - (int64_t)cbor_get_int(item);
}

static bool is_same_list(struct rd *r, cbor_item_t *item)
{
	bool is_same = cbor_array(r) == cbor_array_size(item);
	for (size_t i = 0; is_same && i < cbor_array_size(item); i++)
		is_same = is_same_item(r, cbor_array_handle(item)[i]);
	return is_same;
}

static bool is_same_map(struct rd *r, cbor_item_t *item)
{
	bool is_same = cbor_map(r) == cbor_map_size(item);
	for (size_t i = 0; is_same && i < cbor_map_size(item); i++)
		is_same = is_same_item(r, cbor_map_handle(item)[i].key) &&
			  is_same_item(r, cbor_map_handle(item)[i].value);
	return is_same;
}

static bool is_same_item(struct rd *r, cbor_item_t *item)
{
	if (cbor_isa_uint(item) || cbor_isa_negint(item))
		return is_same_number(r, item);
	if (cbor_isa_bytestring(item))
		return is_bytes_equal(cbor_bytes(r),
				      bytes_of(cbor_bytestring_handle(item), cbor_bytestring_length(item)));
	if (cbor_isa_string(item))
		return is_bytes_equal(cbor_text(r),
				      bytes_of(cbor_string_handle(item), cbor_string_length(item)));
	return cbor_isa_array(item) ? is_same_list(r, item) : cbor_isa_map(item) && is_same_map(r, item);
}

static bool is_same(struct bytes in, const void *read)
{
	struct rd r = rd_of(in);
	return is_same_item(&r, ITEM(read)) && is_rd_done(&r);
}

/* --- what they let pass -------------------------------------------------------------------------------- */

static bool has_any(cbor_item_t *item, bool (*is_it)(cbor_item_t *item));

static bool has_below(cbor_item_t *item, bool (*is_it)(cbor_item_t *item))
{
	if (cbor_isa_tag(item)) {
		cbor_item_t *tagged = cbor_tag_item(item);
		bool has = has_any(tagged, is_it);
		cbor_decref(&tagged);
		return has;
	}
	for (size_t i = 0; cbor_isa_array(item) && i < cbor_array_size(item); i++)
		if (has_any(cbor_array_handle(item)[i], is_it))
			return true;
	for (size_t i = 0; cbor_isa_map(item) && i < cbor_map_size(item); i++)
		if (has_any(cbor_map_handle(item)[i].key, is_it) ||
		    has_any(cbor_map_handle(item)[i].value, is_it))
			return true;
	return false;
}

static bool has_any(cbor_item_t *item, bool (*is_it)(cbor_item_t *item))
{
	return is_it(item) || has_below(item, is_it);
}

static bool is_tag(cbor_item_t *item)
{
	return cbor_isa_tag(item);
}

static bool is_other(cbor_item_t *item)
{
	return cbor_isa_float_ctrl(item);
}

static bool is_indefinite(cbor_item_t *item)
{
	return (cbor_isa_bytestring(item) && cbor_bytestring_is_indefinite(item)) ||
	       (cbor_isa_string(item) && cbor_string_is_indefinite(item)) ||
	       (cbor_isa_array(item) && cbor_array_is_indefinite(item)) ||
	       (cbor_isa_map(item) && cbor_map_is_indefinite(item));
}

static bool is_too_negative(cbor_item_t *item)
{
	return cbor_isa_negint(item) && cbor_get_int(item) > INT64_MAX;
}

/* They keep the width of a number; one octet's serves for those in the head itself too. */
static bool is_wide(cbor_item_t *item)
{
	static const uint64_t least[] = {
		[CBOR_INT_8] = 0, [CBOR_INT_16] = 0x100, [CBOR_INT_32] = 0x10000, [CBOR_INT_64] = 0x100000000
	};
	bool is_number = cbor_isa_uint(item) || cbor_isa_negint(item);
	return is_number && cbor_get_int(item) < least[cbor_int_get_width(item)];
}

/* RFC 3629 by the C library; hidden characters by name: controls, marks of direction, those of no width. */
static bool is_unprintable(cbor_item_t *item)
{
	static const wchar_t hidden[] =
		L"\u061C\u200B\u200C\u200D\u200E\u200F\u2028\u2029\u202A\u202B\u202C\u202D"
		L"\u202E\u2060\u2061\u2062\u2063\u2064\u2065\u2066\u2067\u2068\u2069\uFEFF"
		L"\uFFF9\uFFFA\uFFFB";
	if (!cbor_isa_string(item) || cbor_string_is_indefinite(item))
		return false;
	const char *p = (const char *)cbor_string_handle(item), *end = p + cbor_string_length(item);
	for (mbstate_t state = { 0 }; p < end;) {
		wchar_t c;
		size_t n = mbrtowc(&c, p, (size_t)(end - p), &state);
		if (n == 0 || n > (size_t)(end - p) || c < 0x20 || (c >= 0x7F && c < 0xA0) ||
		    wcschr(hidden, c))
			return true;
		p += n;
	}
	return false;
}

static bool has_tag(struct bytes in, const void *read)
{
	(void)in;
	return has_any(ITEM(read), is_tag);
}

static bool has_other(struct bytes in, const void *read)
{
	(void)in;
	return has_any(ITEM(read), is_other);
}

static bool has_indefinite(struct bytes in, const void *read)
{
	(void)in;
	return has_any(ITEM(read), is_indefinite);
}

static bool has_too_negative(struct bytes in, const void *read)
{
	(void)in;
	return has_any(ITEM(read), is_too_negative);
}

static bool has_unprintable(struct bytes in, const void *read)
{
	(void)in;
	return has_any(ITEM(read), is_unprintable);
}

/* Written again, everything but a number gets the shortest head. */
static bool has_wide(struct bytes in, const void *read)
{
	uint8_t again[2 * MUTANT_SIZE_MAX];
	return has_any(ITEM(read), is_wide) || cbor_serialize(ITEM(read), again, sizeof(again)) < in.n;
}

static const struct contest_row lenient[] = {
	{ "a tag", "RFC 8949 3.4: no message has one", has_tag },
	{ "a float, a boolean, null or another simple value", "RFC 8949 3.3: no message has one", has_other },
	{ "an indefinite length", "RFC 8949 4.2.1: not deterministic", has_indefinite },
	{ "a head longer than needed", "RFC 8949 4.2.1: not deterministic", has_wide },
	{ "a negative number below all of 64 bits", "RFC 8949 3.1: the type has 65", has_too_negative },
	{ "a text that cannot be shown", "RFC 8949 3.1: they leave UTF-8 to the caller", has_unprintable },
};

static const struct contest contest = {
	.name = "CBOR",
	.ours = ours,
	.theirs = theirs,
	.is_same = is_same,
	.lenient = lenient,
	.lenient_count = COUNT_OF(lenient),
};

static void put_odd_items(struct seeds *s)
{
	static const struct bytes items[] = {
		BYTES_TEXT("\xC0\x61\x61"),
		BYTES_TEXT("\x83\xF4\xF6\xF9\x3C\x00"),
		BYTES_TEXT("\x5F\x41\x01\xFF"),
		BYTES_TEXT("\xBF\x61\x61\x9F\x01\xFF\xFF"),
		BYTES_TEXT("\x82\x18\x05\x58\x01\x07"),
		BYTES_TEXT("\x3B\x80\x00\x00\x00\x00\x00\x00\x00"),
		BYTES_TEXT("\x64\xF0\x9F\x98\x80"),
		BYTES_TEXT("\x63\xE2\x80\xAE"),
		BYTES_TEXT("\x63\xED\xA0\x80"),
		BYTES_TEXT("\x3B\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF"),
		BYTES_TEXT("\x1B\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"),
	};
	for (size_t i = 0; i < COUNT_OF(items); i++)
		seeds_put(s, items[i]);
}

static void put_messages(struct seeds *s)
{
	struct arena arena;
	struct sample sample = { .arena = &arena };
	arena_init(&arena, MESSAGE_ARENA_SIZE);
	for (size_t i = 0; i < 4 * sample_message_count; i++, arena_reset(&arena))
		seeds_put(s,
			  sample_encoded(&sample, sample_messages[i % sample_message_count], SAMPLE_MIXED));
	arena_done(&arena);
}

static void items_are_read_as_libcbor_reads_them(void **state)
{
	struct arena arena;
	struct seeds s = { .arena = &arena };
	(void)state;
	arena_init(&arena, ARENA_SIZE);
	put_messages(&s);
	seeds_put_folder(&s, fuzz, "attobj.corpus");
	put_odd_items(&s);
	seeds_put_corpus(&s, "webauthn");
	const struct mutant_stock stock = { s.v, s.n, words, COUNT_OF(words) };
	contest_run(&contest, &stock, mutants);
	arena_done(&arena);
}

/* Of an array they make room for as many items as its head says, whatever follows. */
static void bound_memory(void)
{
	struct rlimit limit = { MEMORY_MAX, MEMORY_MAX };
	CHECK(setrlimit(RLIMIT_DATA, &limit) == 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { TEST(items_are_read_as_libcbor_reads_them) };
	if (argc != 3)
		return 2;
	fuzz = argv[1];
	mutants = strtoul(argv[2], NULL, 10);
	CHECK(setlocale(LC_CTYPE, "C.UTF-8"));
	bound_memory();
	return RUN(tests);
}
