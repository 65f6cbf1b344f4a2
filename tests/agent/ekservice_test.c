#include "agent/ekservice.h"

#include <stdio.h>
#include <string.h>

#include "attest/alg.h"
#include "base/base64.h"
#include "base/text.h"
#include "maker_ca.h"
#include "test.h"

static struct scene {
	struct maker_ca ca;
	struct arena arena;
	uint8_t storage[MAKER_CA_SIZE_MAX], spki[SPKI_SIZE_MAX];
	uint8_t hash[32], other_hash[32];
	struct bytes certificate;
} scene;

static int start(void **state)
{
	struct scene *s = &scene;
	struct wr w = wr_of(s->spki, sizeof(s->spki));
	maker_ca_init(&s->ca);
	arena_init(&s->arena, 16 << 20);
	struct maker_ca_plan plan = maker_ca_plan_ek(&s->ca, s->ca.ek_rsa);
	s->certificate = maker_ca_issue(&plan, s->storage);
	const struct spki key = maker_ca_spki(s->ca.ek_rsa, &w);
	OK(alg_spki_hash(&key, s->hash));
	memcpy(s->other_hash, s->hash, sizeof(s->hash));
	s->other_hash[31] ^= 1;
	*state = s;
	return 0;
}

static int stop(void **state)
{
	(void)state;
	maker_ca_done(&scene.ca);
	arena_done(&scene.arena);
	return 0;
}

/* The answer of Intel's service with a certificate, whose padding is written like this. */
static struct bytes intel_answer(struct bytes certificate, const char *padding)
{
	static const char form[] = "{\"pubhash\":\"AA%%3D\",\"certificate\":\"%.*s%s\"}";
	size_t room = 2 * certificate.n + 8;
	struct wr w = wr_of(arena_alloc(&scene.arena, room), room);
	base64_write_url(certificate, &w);
	size_t padded = (3 - certificate.n % 3) % 3;
	char *text = arena_format(&scene.arena, form, (int)(w.at - padded), (const char *)w.p,
				  padded ? padding : "");
	return bytes_text(text);
}

static fault parse(const char *word, struct bytes body, struct bytes *ret)
{
	const struct ekservice_answer answer = { BYTES_OF(scene.hash), body };
	return ekservice_parse(ekservice_find_word(word), &answer, &scene.arena, ret);
}

/* --- names ---------------------------------------------------------------------------------------------- */

/* A key of Intel's public test, getekcertificate.sh of tpm2-tools, and its name there. */
static const char intel_modulus[] =
	"c320e2f244a8601aacf3e01d26c665249935562de1da197e9e7f076c469613cfb653e98ec2c386fc1d133f2c8c6cc338"
	"b732f0b208bd838a877a3e5bbc3e1d4084e835c7c8906a1c05b4d2d30fdbebc1dbad950fa6b165bd4b6a864603146164"
	"c0c4f59d489011ef1f928deea6e90061f3d375e5646273151ef622252098be1a4ab01dc0a12227c609fdaceb115af408"
	"d4693a6f49919774695b0c12bc18a1ff7120a7337b2fb5f1951d8bb7f094d5b554c11c9523b30729fe64787d0a13b9e6"
	"30488dab4dfd86634a5270ec72fcc5a44dc679a8f32938dd8197e29dae839f5b4ca0f5de27c9522c23c54e1c2ce57859"
	"525118bd4470b18180eef78ae4267bcd";

/* A key of a real AMD TPM, and its name, from the tests of go-attestation (pull request 380). */
static const char amd_modulus[] =
	"a3c203dcc44b6505a0ab65882b5a937b61d0c736608835a7e93cf0eae40ea172358b23bda7121a8a5471965d8d78ad65"
	"4553ff74428257e986c2fef94fecb6326ce9161518fcee51b441bc4e2a1c0f0e9690744027d03d87538c3febc3de63c2"
	"94da00f7fb2c077ebfd1272656d611d204642fe7199004faaaba3bc73e1e44a2edf0a7d7e8e1bf63d9027c9b0a0c2b58"
	"6dce0e6af1d27f5d5581b04bb719bb8d2544fa99cefb1fe89baab00028d96d4e2aaeae0f51b0310f54bd749d9c67329a"
	"612b0203cc0c221a34ba661ade31af7a9b6e9d70dc13df77065b141a32cd6d70b8696544b60a3dcaef7c80aaa1606144"
	"c7b32d9393583af5a836f71405ed8bd9";

static struct bytes name_of(const char *word, const struct spki *key)
{
	struct wr w = wr_of(arena_alloc(&scene.arena, EKSERVICE_NAME_MAX), EKSERVICE_NAME_MAX);
	OK(ekservice_find_word(word)->write_name(key, &w));
	return wr_done(&w);
}

static void keys_have_the_names_that_the_services_know(void **state)
{
	static const uint8_t exponent[] = { 1, 0, 1 };
	uint8_t modulus[256];
	struct spki key = { .kind = SPKI_RSA, .a = BYTES_OF(modulus), .b = BYTES_OF(exponent) };
	(void)state;
	CHECK(text_hex_parse(bytes_text(intel_modulus), modulus, sizeof(modulus)));
	CHECK(is_bytes_text(name_of("intel", &key), "WVEG2rRwkQ7m3RpXlUphgo6Y2HLxl18h6ZZkkOAdnBE%3D"));
	CHECK(text_hex_parse(bytes_text(amd_modulus), modulus, sizeof(modulus)));
	CHECK(is_bytes_text(name_of("amd", &key), "D027B3CE6A9B6B56846D2B9935884A88"));
}

/* The names are by Python's hashlib. */
static void coordinates_are_named_at_their_full_width(void **state)
{
	uint8_t x[30], y[32];
	struct spki key = { .kind = SPKI_P256, .a = BYTES_OF(x), .b = BYTES_OF(y) };
	(void)state;
	for (size_t i = 0; i < sizeof(x); i++)
		x[i] = (uint8_t)(i + 1);
	for (size_t i = 0; i < sizeof(y); i++)
		y[i] = (uint8_t)(i + 100);
	CHECK(is_bytes_text(name_of("intel", &key), "uWZNpz6QDeHTrPYx7JjmjxToEvnvQOKQltDssSHosa4%3D"));
	CHECK(is_bytes_text(name_of("amd", &key), "D75F11AFA1F4C988459596F05B30ED64"));
}

static void a_service_is_found_by_its_word_and_by_the_maker_it_knows(void **state)
{
	(void)state;
	CHECK(ekservice_find("INTC") && ekservice_find("INTC") == ekservice_find_word("intel"));
	CHECK(ekservice_find("AMD") && ekservice_find("AMD") == ekservice_find_word("amd"));
	CHECK(!ekservice_find("IFX") && !ekservice_find("") && !ekservice_find_word("auto"));
}

/* --- answers -------------------------------------------------------------------------------------------- */

static void a_certificate_of_the_key_is_taken_out_of_its_answer(void **state)
{
	static const char *const ends[2][3] = { { "", "=", "%3D" }, { "", "==", "%3D%3D" } };
	size_t padded = (3 - scene.certificate.n % 3) % 3;
	struct bytes got;
	(void)state;
	OK(parse("amd", scene.certificate, &got));
	CHECK(is_bytes_equal(got, scene.certificate));
	for (size_t i = 0; i < 3; i++) {
		OK(parse("intel", intel_answer(scene.certificate, ends[padded == 2][i]), &got));
		CHECK(is_bytes_equal(got, scene.certificate));
	}
}

static void members_that_are_not_known_are_passed_over(void **state)
{
	struct bytes got, answer = intel_answer(scene.certificate, "");
	char *text = arena_format(&scene.arena, "{\"a\":[1],%.*s", (int)answer.n - 1,
				  (const char *)answer.p + 1);
	(void)state;
	OK(parse("intel", bytes_text(text), &got));
}

static void a_certificate_of_another_key_is_refused(void **state)
{
	const struct ekservice_answer answer = { BYTES_OF(scene.other_hash), scene.certificate };
	struct bytes got;
	(void)state;
	REFUSES(EK_SERVICE_KEY, ekservice_parse(ekservice_find_word("amd"), &answer, &scene.arena, &got));
}

static void every_truncation_is_refused(void **state)
{
	struct bytes got, whole = intel_answer(scene.certificate, "");
	(void)state;
	for (size_t n = 0; n < scene.certificate.n; n++)
		REFUSES(EK_SERVICE_ANSWER, parse("amd", bytes_slice(scene.certificate, 0, n), &got));
	for (size_t n = 0; n < whole.n; n++)
		REFUSES(EK_SERVICE_ANSWER, parse("intel", bytes_slice(whole, 0, n), &got));
	for (size_t n = 0; n < scene.certificate.n; n++)
		REFUSES(EK_SERVICE_ANSWER,
			parse("intel", intel_answer(bytes_slice(scene.certificate, 0, n), ""), &got));
}

static void what_follows_a_certificate_is_refused(void **state)
{
	static const uint8_t tails[] = { 0x00, 0xFF, 0x30, '\n' };
	uint8_t longer[MAKER_CA_SIZE_MAX + 1];
	struct bytes got;
	(void)state;
	memcpy(longer, scene.certificate.p, scene.certificate.n);
	for (size_t i = 0; i < COUNT_OF(tails); i++) {
		longer[scene.certificate.n] = tails[i];
		struct bytes body = bytes_of(longer, scene.certificate.n + 1);
		REFUSES(EK_SERVICE_ANSWER, parse("amd", body, &got));
		REFUSES(EK_SERVICE_ANSWER, parse("intel", intel_answer(body, ""), &got));
	}
}

static void what_is_no_answer_of_the_service_is_refused(void **state)
{
	static const char *const bodies[] = {
		"",
		"{}",
		"[]",
		"null",
		"<html><body>Sign in</body></html>",
		"{\"certificate\":7}",
		"{\"certificate\":\"\"}",
		"{\"certificate\":\"%3D\"}",
		"{\"certificate\":\"AAAA\"}",
		"{\"certificate\":\"!!!!\"}",
		"{\"certificate\":\"AAAA\",\"certificate\":\"AAAA\"}",
	};
	struct bytes got;
	(void)state;
	for (size_t i = 0; i < COUNT_OF(bodies); i++) {
		REFUSES(EK_SERVICE_ANSWER, parse("intel", bytes_text(bodies[i]), &got));
		REFUSES(EK_SERVICE_ANSWER, parse("amd", bytes_text(bodies[i]), &got));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(keys_have_the_names_that_the_services_know),
		TEST(coordinates_are_named_at_their_full_width),
		TEST(a_service_is_found_by_its_word_and_by_the_maker_it_knows),
		TEST(a_certificate_of_the_key_is_taken_out_of_its_answer),
		TEST(members_that_are_not_known_are_passed_over),
		TEST(a_certificate_of_another_key_is_refused),
		TEST(every_truncation_is_refused),
		TEST(what_follows_a_certificate_is_refused),
		TEST(what_is_no_answer_of_the_service_is_refused),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
