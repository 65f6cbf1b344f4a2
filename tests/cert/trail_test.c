#include "cert/trail.h"

#include <openssl/ec.h>
#include <stdio.h>
#include <string.h>

#include "ca.h"
#include "cert/jwt.h"
#include "test.h"
#include "wire/jose.h"
#include "wire/jsn.h"

#define ROWS 6
#define LINES (ROWS + 2) /* heads over rows 3 and 5 */
#define TEXT_MAX 16384
#define URL "https://assay.example"

struct fixture {
	struct ca ca;
	struct arena arena;
	struct idp_document keys;
	struct jwt_issuer by;
	struct bytes lines[LINES];
	struct bytes said; /* all lines, with their newlines */
};

/* --- an export ------------------------------------------------------------------------------------------ */

static struct bytes keep(struct fixture *f, const struct wr *w)
{
	CHECK(!w->bad);
	struct bytes b = arena_copy(&f->arena, wr_done(w));
	CHECK(b.p != NULL);
	return b;
}

static struct bytes line_of(struct fixture *f, const struct message *m, const void *of)
{
	uint8_t octets[AUDIT_LINE_MAX];
	struct wr w = wr_of(octets, sizeof(octets));
	jsn_write(m, of, &w);
	return keep(f, &w);
}

/* Row n behind the one with that hash, whose own hash takes its place; every other has no detail. */
static struct bytes row_line(struct fixture *f, uint64_t n, const char *action, uint8_t hash[32])
{
	static const uint8_t ids[16] = { 7 };
	uint8_t previous[32];
	memcpy(previous, hash, 32);
	struct audit_row row = {
		.writer = BYTES_TEXT(TRAIL_CORE), .number = n, .previous = BYTES_OF(previous),
		.id = BYTES_OF(ids), .time = (uint64_t)CA_NOW + n, .actor = BYTES_TEXT("J\xC3\xB6rg \"J\""),
		.action = bytes_text(action),
	};
	if (n % 2)
		row.detail = BYTES_TEXT("a \\ b");
	OK(trail_hash(&row, hash));
	row.hash = bytes_of(hash, 32);
	return line_of(f, &audit_row_message, &row);
}

static void sign(EVP_PKEY *key, struct bytes input, uint8_t ret[64])
{
	uint8_t der[80];
	const uint8_t *at = der;
	size_t n = sizeof(der);
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	CHECK(EVP_DigestSignInit(c, NULL, EVP_sha256(), NULL, key) == 1);
	CHECK(EVP_DigestSign(c, der, &n, input.p, input.n) == 1);
	ECDSA_SIG *s = d2i_ECDSA_SIG(NULL, &at, (long)n);
	CHECK(s && BN_bn2binpad(ECDSA_SIG_get0_r(s), ret, 32) == 32);
	CHECK(BN_bn2binpad(ECDSA_SIG_get0_s(s), ret + 32, 32) == 32);
	ECDSA_SIG_free(s);
	EVP_MD_CTX_free(c);
}

static struct bytes head_line(struct fixture *f, uint64_t n, const uint8_t hash[32])
{
	uint8_t octets[AUDIT_TOKEN_MAX], token[AUDIT_TOKEN_MAX], signature[64];
	struct wr input = wr_of(octets, sizeof(octets)), w = wr_of(token, sizeof(token));
	const struct audit_head head = { BYTES_TEXT(TRAIL_CORE), n, bytes_of(hash, 32), (uint64_t)CA_NOW };
	OK(jwt_build_head(&head, &f->by, &input));
	sign(f->ca.key, wr_done(&input), signature);
	jwt_write(wr_done(&input), signature, &w);
	const struct audit_signed s = { wr_done(&w), f->by.url, head.writer, n, head.hash, head.time };
	return line_of(f, &audit_signed_message, &s);
}

static void make_keys(struct fixture *f)
{
	uint8_t point[65], octets[1024];
	struct wr w = wr_of(octets, sizeof(octets));
	const struct spki p = ca_public(f->ca.key, point);
	const struct subject key = { FRAME_KEY_P256, p.a, p.b };
	f->by.url = BYTES_TEXT(URL);
	OK(jwt_thumbprint(&key, f->by.key_id));
	wr_bytes(&w, BYTES_TEXT("{\"keys\":["));
	OK(jwt_write_key(&key, &w));
	wr_bytes(&w, BYTES_TEXT("]}"));
	OK(jose_parse_keys(wr_done(&w), &f->arena, &f->keys));
}

static int set_up(void **state)
{
	static struct fixture f;
	uint8_t hash[32], octets[TEXT_MAX];
	struct wr w = wr_of(octets, sizeof(octets));
	size_t at = 0;
	f = (struct fixture){ 0 };
	ca_init(&f.ca);
	arena_init(&f.arena, 4 << 20);
	make_keys(&f);
	OK(trail_genesis(BYTES_TEXT(TRAIL_CORE), hash));
	for (uint64_t n = 1; n <= ROWS; n++) {
		f.lines[at++] = row_line(&f, n, "profile.add", hash);
		if (n == 3 || n == 5)
			f.lines[at++] = head_line(&f, n, hash);
	}
	for (size_t i = 0; i < LINES; i++) {
		wr_bytes(&w, f.lines[i]);
		wr_u8(&w, '\n');
	}
	f.said = keep(&f, &w);
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	ca_done(&f->ca);
	arena_done(&f->arena);
	return 0;
}

/* --- following it --------------------------------------------------------------------------------------- */

/* All lines, whose memory this gives back: what went before in the arena stays. */
static fault follow(struct fixture *f, const struct bytes *lines, size_t n, struct trail *t)
{
	*t = (struct trail){ .keys = &f->keys.keys };
	for (size_t i = 0; i < n; i++) {
		struct arena a;
		arena_init(&a, 65536);
		fault why = trail_check_line(t, lines[i], &a);
		arena_done(&a);
		TRY(why);
	}
	return trail_check_end(t);
}

/* The same of a text, whose last line has its newline. */
static fault follow_text(struct fixture *f, struct bytes text, struct trail *t)
{
	struct bytes lines[LINES + 2];
	size_t n = 0;
	while (text.n && n < COUNT_OF(lines))
		lines[n++] = bytes_until(&text, '\n');
	return follow(f, lines, n, t);
}

static bool is_said(const struct trail *t, const char *text)
{
	return strstr(t->said, text) != NULL;
}

/* The row or head that line i is, as it is named. */
static const char *name_of(size_t i)
{
	static const char *const names[LINES] = { "row 1:", "row 2:", "row 3:", "row 3:",
						  "row 4:", "row 5:", "row 5:", "row 6:" };
	return names[i];
}

static void what_was_written_is_followed_to_its_end(void **state)
{
	struct fixture *f = *state;
	struct trail t;
	OK(follow(f, f->lines, LINES, &t));
	CHECK(t.n == 1 && t.writers[0].rows == ROWS && t.writers[0].head == 5 && t.heads == 2);
	CHECK(t.writers[0].head_time == CA_NOW);
	OK(follow_text(f, f->said, &t));
}

static void every_flipped_octet_is_found_in_its_line(void **state)
{
	struct fixture *f = *state;
	struct trail t;
	uint8_t octets[TEXT_MAX];
	size_t line = 1, n = 0;
	memcpy(octets, f->said.p, f->said.n);
	for (size_t i = 0; i < f->said.n; i++) {
		char place[32];
		snprintf(place, sizeof(place), "line %zu,", line);
		octets[i] ^= 1;
		fault why = follow_text(f, bytes_of(octets, f->said.n), &t);
		octets[i] ^= 1;
		CHECK(why == FAIL(AUDIT_BROKEN) || why == FAIL(AUDIT_UNPROVED));
		CHECK(is_said(&t, place));
		n++;
		line += f->said.p[i] == '\n';
	}
	COUNTED("flips", n);
}

static void every_line_that_is_cut_is_missed(void **state)
{
	struct fixture *f = *state;
	struct trail t;
	for (size_t cut = 0; cut + 2 < LINES; cut++) {
		struct bytes lines[LINES];
		bool is_head = cut == 3;
		memcpy(lines, f->lines, sizeof(lines));
		memmove(lines + cut, lines + cut + 1, (LINES - 1 - cut) * sizeof(*lines));
		fault why = follow(f, lines, LINES - 1, &t);
		/* A head that is gone leaves the one behind it, which is over the same rows and more. */
		CHECK(is_head ? !why : why == FAIL(AUDIT_BROKEN) && is_said(&t, name_of(cut)));
	}
}

static void every_pair_that_changes_places_is_found(void **state)
{
	struct fixture *f = *state;
	struct trail t;
	for (size_t i = 0; i < LINES; i++)
		for (size_t k = i + 1; k < LINES; k++) {
			struct bytes lines[LINES];
			memcpy(lines, f->lines, sizeof(lines));
			lines[i] = f->lines[k];
			lines[k] = f->lines[i];
			REFUSES(AUDIT_BROKEN, follow(f, lines, LINES, &t));
		}
}

static void a_line_that_comes_twice_or_from_elsewhere_is_found(void **state)
{
	struct fixture *f = *state;
	struct trail t;
	uint8_t hash[32] = { 0 };
	const struct bytes other = row_line(f, 3, "profile.remove", hash);
	for (size_t at = 0; at <= LINES; at++)
		for (size_t from = 0; from <= LINES; from++) {
			struct bytes lines[LINES + 1];
			memcpy(lines, f->lines, at * sizeof(*lines));
			lines[at] = from < LINES ? f->lines[from] : other;
			memcpy(lines + at + 1, f->lines + at, (LINES - at) * sizeof(*lines));
			REFUSES(AUDIT_BROKEN, follow(f, lines, LINES + 1, &t));
		}
}

static void rows_cut_from_under_the_last_head_are_missed(void **state)
{
	struct fixture *f = *state;
	struct trail t;
	struct bytes lines[LINES];
	/* What was never signed may be missing: nothing says that it was there. */
	OK(follow(f, f->lines, LINES - 1, &t));
	CHECK(t.writers[0].rows == 5 && t.writers[0].head == 5);
	memcpy(lines, f->lines, sizeof(lines));
	lines[4] = f->lines[6]; /* the head over row 5 behind row 3 */
	REFUSES(AUDIT_BROKEN, follow(f, lines, 5, &t));
	CHECK(is_said(&t, "row 4: it is missing"));
}

static void a_chain_made_anew_is_not_what_was_signed(void **state)
{
	struct fixture *f = *state;
	struct trail t;
	struct bytes lines[LINES];
	uint8_t hash[32];
	size_t at = 0;
	OK(trail_genesis(BYTES_TEXT(TRAIL_CORE), hash));
	for (uint64_t n = 1; n <= ROWS; n++) {
		lines[at++] = row_line(f, n, n == 4 ? "anchor.add" : "profile.add", hash);
		if (n == 3 || n == 5) {
			lines[at] = f->lines[at];
			at++;
		}
	}
	REFUSES(AUDIT_BROKEN, follow(f, lines, LINES, &t));
	CHECK(is_said(&t, "row 5: it, or one before it, is not what was signed"));
}

static void a_head_by_another_key_proves_nothing(void **state)
{
	struct fixture *f = *state;
	struct trail t;
	EVP_PKEY *key = f->ca.key;
	struct bytes lines[LINES];
	uint8_t hash[32];
	memcpy(lines, f->lines, sizeof(lines));
	OK(trail_genesis(BYTES_TEXT(TRAIL_CORE), hash));
	for (uint64_t n = 1; n <= 3; n++)
		row_line(f, n, "profile.add", hash);
	f->ca.key = EVP_EC_gen("P-256");
	lines[3] = head_line(f, 3, hash); /* under the name of the server's key */
	REFUSES(AUDIT_BROKEN, follow(f, lines, LINES, &t));
	CHECK(is_said(&t, "head over row 3: its signature"));
	memset(f->by.key_id, 'A', 4);
	lines[3] = head_line(f, 3, hash); /* under its own */
	REFUSES(AUDIT_UNPROVED, follow(f, lines, LINES, &t));
	CHECK(is_said(&t, "head over row 3: it is signed by a key"));
	EVP_PKEY_free(f->ca.key);
	f->ca.key = key;
}

static void without_a_head_or_a_row_nothing_is_proved(void **state)
{
	struct fixture *f = *state;
	struct trail t;
	REFUSES(AUDIT_UNPROVED, follow(f, f->lines, 3, &t));
	REFUSES(AUDIT_UNPROVED, follow(f, f->lines, 0, &t));
	OK(follow(f, f->lines, 4, &t));
}

static void no_two_writers_begin_alike(void **state)
{
	uint8_t core[32], other[32], hash[32] = { 0 };
	(void)state;
	OK(trail_genesis(BYTES_TEXT("core"), core));
	OK(trail_genesis(BYTES_TEXT("ca"), other));
	CHECK(memcmp(core, other, 32) != 0 && memcmp(core, hash, 32) != 0);
}

#define TRAIL_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TRAIL_TEST(what_was_written_is_followed_to_its_end),
		TRAIL_TEST(every_flipped_octet_is_found_in_its_line),
		TRAIL_TEST(every_line_that_is_cut_is_missed),
		TRAIL_TEST(every_pair_that_changes_places_is_found),
		TRAIL_TEST(a_line_that_comes_twice_or_from_elsewhere_is_found),
		TRAIL_TEST(rows_cut_from_under_the_last_head_are_missed),
		TRAIL_TEST(a_chain_made_anew_is_not_what_was_signed),
		TRAIL_TEST(a_head_by_another_key_proves_nothing),
		TRAIL_TEST(without_a_head_or_a_row_nothing_is_proved),
		TEST(no_two_writers_begin_alike),
	};
	return RUN(tests);
}
