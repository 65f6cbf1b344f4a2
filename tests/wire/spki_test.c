#include "test.h"

#include <string.h>

#include "sample.h"
#include "wire/spki.h"

#define ARENA_SIZE 65536

#define RSA_ALGORITHM " 300d 06092a864886f70d010101 0500 "
#define RSA_NUMBERS                                                                     \
	" 034b00 3048 "                                                                 \
	" 0241 00a8119587bccc149ea46de28044ca343116c578436c4c653b6d1045e3e904e3d6e2"    \
	"a597e0d816e099239b10421c812726bf890be65d713d8d213fa2ce0b58069f 0203 010001 "
#define P256_ALGORITHM " 3013 06072a8648ce3d0201 06082a8648ce3d030107 "
#define P256_X "71ad2f8cfeb4bff0f66d506910f20b577f544ccb0878dbbd25070dec30af6a01"
#define P256_Y "9cf26cf3bdf6db3d2e358e705cad1da14fbf7160200fcb18e8b38a0c96a57e68"
#define P256_POINT P256_X P256_Y

/* Public keys as OpenSSL writes them. */
static const struct {
	enum spki_kind kind;
	size_t width;
	const char *hex;
} keys[] = {
	{ SPKI_RSA, 0, "305c" RSA_ALGORITHM RSA_NUMBERS },
	{ SPKI_P256, 32, "3059" P256_ALGORITHM "03420004" P256_POINT },
	{ SPKI_P384, 48,
	  "3076301006072a8648ce3d020106052b81040022036200048242ba2e3833d1320ce7c9df8a558484"
	  "3f90c5253b1853e0a81a1cb9101880d513082ed3d9ba84a104fbcc227a6856ce5c1372f80d02ebb2"
	  "1d84e9a35658df0f9a3b8ce3d1b4a3ff4312ece3dee2a56b5fc0743f46d4df96fabd48fa4e299e74" },
	{ SPKI_P521, 66,
	  "30819b301006072a8648ce3d020106052b8104002303818600040174f0b11b8d4cd27c6151603968"
	  "c962a4e24480449fd27c7a609cabfd9993b54f4572270b8a8a7c54311d18256b95107cee3283637e"
	  "3b6c6b20e24c28f7826bf50700ceebe3f52281a340465e788452e3a6b076c202f3b58c0eb828f914"
	  "7485d651c8a0367ec402360d208d6def9d86037b87524cde32cf797c0978402391cb08dd4322" },
};

static int arena_setup(void **state)
{
	static struct arena arena;
	arena_init(&arena, ARENA_SIZE);
	*state = &arena;
	return 0;
}

static int arena_teardown(void **state)
{
	arena_done(*state);
	return 0;
}

/* The key in hexadecimal; SPKI_NONE when it, and nothing but it, is not one. */
static struct spki read_key(struct arena *arena, const char *hex)
{
	struct rd r = rd_of(sample_hex(arena, hex));
	struct spki key = spki_get(&r);
	return is_rd_done(&r) ? key : (struct spki){ 0 };
}

static struct bytes write_key(struct arena *arena, const struct spki *key)
{
	struct wr w = wr_of(arena_alloc(arena, SPKI_SIZE_MAX), SPKI_SIZE_MAX);
	spki_write(key, &w);
	return wr_done(&w);
}

static void keys_of_openssl_are_read_and_written_back(void **state)
{
	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		struct spki key = read_key(*state, keys[i].hex);
		CHECK(key.kind == keys[i].kind && !key.oaep);
		CHECK(spki_width(key.kind) == keys[i].width);
		CHECK(keys[i].width == 0 || (key.a.n == keys[i].width && key.b.n == keys[i].width));
		CHECK(is_bytes_equal(write_key(*state, &key), sample_hex(*state, keys[i].hex)));
		arena_reset(*state);
	}
}

static void an_rsa_key_is_modulus_and_exponent(void **state)
{
	struct spki key = read_key(*state, keys[0].hex);
	CHECK(key.a.n == 64 && key.a.p[0] == 0xA8 && key.a.p[63] == 0x9F);
	CHECK(is_bytes_equal(key.b, BYTES_TEXT("\1\0\1")));
}

static void a_point_is_x_and_y(void **state)
{
	struct spki key = read_key(*state, keys[1].hex);
	struct bytes point = sample_hex(*state, P256_POINT);
	CHECK(is_bytes_equal(key.a, bytes_slice(point, 0, 32)));
	CHECK(is_bytes_equal(key.b, bytes_slice(point, 32, 32)));
}

static void an_oaep_key_is_the_same_key_under_its_ordinary_name(void **state)
{
	static const char *const oaep[] = {
		"305c 300d 06092a864886f70d010107 0500" RSA_NUMBERS,
		"305c 300d 06092a864886f70d010107 3000" RSA_NUMBERS,
		"305a 300b 06092a864886f70d010107" RSA_NUMBERS,
	};
	for (size_t i = 0; i < COUNT_OF(oaep); i++) {
		struct spki key = read_key(*state, oaep[i]);
		CHECK(key.kind == SPKI_RSA && key.oaep);
		CHECK(is_bytes_equal(write_key(*state, &key), sample_hex(*state, keys[0].hex)));
	}
}

static void every_truncation_is_refused(void **state)
{
	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		struct bytes in = sample_hex(*state, keys[i].hex);
		for (size_t n = 0; n < in.n; n++) {
			struct rd r = rd_of(bytes_slice(in, 0, n));
			CHECK(spki_get(&r).kind == SPKI_NONE);
			CHECK(r.bad);
		}
	}
}

static void every_flipped_octet_is_refused_or_visible(void **state)
{
	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		struct bytes in = sample_hex(*state, keys[i].hex);
		uint8_t *flipped = arena_alloc(*state, in.n);
		memcpy(flipped, in.p, in.n);
		size_t refused = 0;
		for (size_t bit = 0; bit < 8 * in.n; bit++) {
			uint8_t out[SPKI_SIZE_MAX];
			struct rd r = rd_of(bytes_of(flipped, in.n));
			struct wr w = wr_of(out, sizeof(out));
			flipped[bit / 8] ^= (uint8_t)(1 << bit % 8);
			struct spki key = spki_get(&r);
			spki_write(&key, &w);
			CHECK(r.bad || key.oaep || is_bytes_equal(wr_done(&w), bytes_of(flipped, r.at)));
			refused += r.bad;
			flipped[bit / 8] = in.p[bit / 8];
		}
		CHECK(refused > 0);
		arena_reset(*state);
	}
}

static void what_follows_a_key_is_left_to_the_caller(void **state)
{
	struct rd r = rd_of(sample_hex(*state, "3059" P256_ALGORITHM "03420004" P256_POINT "0500"));
	CHECK(spki_get(&r).kind == SPKI_P256);
	CHECK(!r.bad && rd_left(&r) == 2);
}

static void other_keys_and_other_forms_of_keys_are_refused(void **state)
{
	static const struct {
		const char *why, *hex;
	} wrong[] = {
		{ "RSA without parameters", "305a 300b 06092a864886f70d010101" RSA_NUMBERS },
		{ "RSA with other parameters", "305c 300d 06092a864886f70d010101 3000" RSA_NUMBERS },
		{ "RSA with NULL that is not empty", "305d 300e 06092a864886f70d010101 050100" RSA_NUMBERS },
		{ "RSA with a second parameter", "305e 300f 06092a864886f70d010101 0500 0500" RSA_NUMBERS },
		{ "RSASSA-PSS", "305c 300d 06092a864886f70d01010a 0500" RSA_NUMBERS },
		{ "a modulus of zero", "301b" RSA_ALGORITHM "030a00 3007 020100 02020101" },
		{ "an exponent of zero", "301b" RSA_ALGORITHM "030a00 3007 02020101 020100" },
		{ "a third number", "301c" RSA_ALGORITHM "030b00 3008 02010f 020103 0500" },
		{ "one number", "3017" RSA_ALGORITHM "030600 3003 02010f" },
		{ "octets after the numbers", "301b" RSA_ALGORITHM "030a00 3006 02010f 020103 00" },
		{ "a compressed point", "3039" P256_ALGORITHM "03220002" P256_X },
		{ "a hybrid point", "3059" P256_ALGORITHM "03420006" P256_POINT },
		{ "the point at infinity", "3019" P256_ALGORITHM "03020000" },
		{ "a point too long", "305a" P256_ALGORITHM "03430004" P256_POINT "00" },
		{ "half a point", "3039" P256_ALGORITHM "03220004" P256_X },
		{ "a point of another curve",
		  "3056 3010 06072a8648ce3d0201 06052b81040022 03420004" P256_POINT },
		{ "secp256k1", "3056 3010 06072a8648ce3d0201 06052b8104000a 03420004" P256_POINT },
		{ "no curve", "304f 3009 06072a8648ce3d0201 03420004" P256_POINT },
		{ "a curve and more",
		  "305b 3015 06072a8648ce3d0201 06082a8648ce3d030107 0500 03420004" P256_POINT },
		{ "unused bits", "3059" P256_ALGORITHM "03420104" P256_POINT },
		{ "octets for bits", "3059" P256_ALGORITHM "04420004" P256_POINT },
		{ "a value after the bits", "305b" P256_ALGORITHM "03420004" P256_POINT "0500" },
		{ "a set for the sequence", "3159" P256_ALGORITHM "03420004" P256_POINT },
		{ "Ed25519", "302a 3005 06032b6570 032100" P256_X },
		{ "an empty sequence", "3000" },
	};
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		struct rd r = rd_of(sample_hex(*state, wrong[i].hex));
		if (spki_get(&r).kind != SPKI_NONE || !r.bad)
			fail_msg("%s is not refused", wrong[i].why);
		arena_reset(*state);
	}
}

static void leading_zeros_of_numbers_make_no_difference(void **state)
{
	static const uint8_t zeros_and_one[40] = { [39] = 1 };
	struct bytes one = BYTES_TEXT("\1"), padded_one = BYTES_OF(zeros_and_one);
	struct spki padded = { .kind = SPKI_P256, .a = padded_one, .b = padded_one };
	struct spki bare = { .kind = SPKI_P256, .a = one, .b = one };
	struct bytes same = write_key(*state, &bare);
	CHECK(same.n == 91 && is_bytes_equal(write_key(*state, &padded), same));
	padded.kind = bare.kind = SPKI_RSA;
	same = write_key(*state, &bare);
	CHECK(same.n > 0 && is_bytes_equal(write_key(*state, &padded), same));
}

static void numbers_that_are_too_wide_or_missing_cannot_be_written(void **state)
{
	static const uint8_t wide[1025] = { 1 };
	static const struct spki wrong[] = {
		{ .kind = SPKI_NONE, .a = BYTES_TEXT("\1"), .b = BYTES_TEXT("\1") },
		{ .kind = SPKI_P521 + 1, .a = BYTES_TEXT("\1"), .b = BYTES_TEXT("\1") },
		{ .kind = SPKI_P256, .a = { wide, 33 }, .b = BYTES_TEXT("\1") },
		{ .kind = SPKI_P384, .a = BYTES_TEXT("\1"), .b = { wide, 49 } },
		{ .kind = SPKI_P521, .a = { wide, 67 }, .b = BYTES_TEXT("\1") },
		{ .kind = SPKI_RSA, .a = { wide, 1025 }, .b = BYTES_TEXT("\3") },
		{ .kind = SPKI_RSA, .a = { wide, 256 }, .b = { wide, 33 } },
		{ .kind = SPKI_RSA, .a = { wide, 256 } },
		{ .kind = SPKI_RSA, .b = BYTES_TEXT("\3") },
	};
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		CHECK(write_key(*state, &wrong[i]).p == NULL);
		arena_reset(*state);
	}
}

static void the_largest_keys_fit_their_size(void **state)
{
	uint8_t wide[1024];
	memset(wide, 0xFF, sizeof(wide));
	struct spki rsa = { .kind = SPKI_RSA, .a = BYTES_OF(wide), .b = bytes_of(wide, 32) };
	struct spki p521 = { .kind = SPKI_P521, .a = bytes_of(wide, 66), .b = bytes_of(wide, 66) };
	struct bytes largest = write_key(*state, &rsa);
	struct rd r = rd_of(largest);
	CHECK(largest.p != NULL && write_key(*state, &p521).p != NULL);
	CHECK(spki_get(&r).a.n == sizeof(wide) && is_rd_done(&r));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(keys_of_openssl_are_read_and_written_back),
		TEST(an_rsa_key_is_modulus_and_exponent),
		TEST(a_point_is_x_and_y),
		TEST(an_oaep_key_is_the_same_key_under_its_ordinary_name),
		TEST(every_truncation_is_refused),
		TEST(every_flipped_octet_is_refused_or_visible),
		TEST(what_follows_a_key_is_left_to_the_caller),
		TEST(other_keys_and_other_forms_of_keys_are_refused),
		TEST(leading_zeros_of_numbers_make_no_difference),
		TEST(numbers_that_are_too_wide_or_missing_cannot_be_written),
		TEST(the_largest_keys_fit_their_size),
	};
	return cmocka_run_group_tests(tests, arena_setup, arena_teardown);
}
