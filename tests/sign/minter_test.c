#include "sign/minter.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scratch.h"
#include "sign/rate.h"
#include "test.h"

#define RATE 3

struct fixture {
	struct scratch s;
	struct minter *m;
	uint8_t token[TRIP_DEVICE_TOKEN_MAX];
};

static struct minter_plan plan_of(const struct fixture *f)
{
	return (struct minter_plan){ .folder = f->s.keys, .url = BYTES_TEXT("https://assay.example"),
				     .rate = RATE };
}

static int set_up(void **state)
{
	static struct fixture f;
	memset(&f, 0, sizeof(f));
	scratch_init(&f.s);
	scratch_hierarchy(&f.s);
	const struct minter_plan plan = plan_of(&f);
	OK(minter_open(&plan, &f.m));
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	minter_close(f->m);
	scratch_done(&f->s);
	return 0;
}

static void reopen(struct fixture *f)
{
	const struct minter_plan plan = plan_of(f);
	minter_close(f->m);
	f->m = NULL;
	OK(minter_open(&plan, &f->m));
}

static struct mint sample(void)
{
	static const uint8_t x[32] = { 1 }, y[32] = { 2 };
	return (struct mint){ .id = BYTES_TEXT("0123456789abcdef"),
			      .device_id = BYTES_TEXT("fedcba9876543210"),
			      .issued = SCRATCH_NOW, .expires = SCRATCH_NOW + MINTER_LIFE_S,
			      .key = FRAME_KEY_P256, .key_a = BYTES_OF(x), .key_b = BYTES_OF(y) };
}

static fault mint(struct fixture *f, const struct mint *m, struct bytes *ret)
{
	struct wr w = wr_of(f->token, sizeof(f->token));
	fault why = minter_sign(f->m, m, SCRATCH_NOW, &w);
	*ret = wr_done(&w);
	return why;
}

static size_t keys_in(const struct minter *m)
{
	char text[FRAME_JWKS_MAX + 1];
	size_t n = 0;
	struct bytes jwks = minter_keys(m);
	snprintf(text, sizeof(text), "%.*s", (int)jwks.n, (const char *)jwks.p);
	for (const char *at = text; (at = strstr(at, "\"kid\"")); at++)
		n++;
	return n;
}

static void a_request_within_the_rules_is_signed(void **state)
{
	struct fixture *f = *state;
	const struct mint m = sample();
	struct bytes token;
	size_t dots = 0;
	OK(mint(f, &m, &token));
	for (size_t i = 0; i < token.n; i++)
		dots += token.p[i] == '.';
	CHECK(dots == 2 && keys_in(f->m) == 1);
	/* 64 octets of signature */
	CHECK(token.n > 87 && token.p[token.n - 87] == '.');
}

static void one_that_breaks_them_is_not(void **state)
{
	struct fixture *f = *state;
	struct mint bad[6] = { sample(), sample(), sample(), sample(), sample(), sample() };
	struct bytes token;
	bad[0].expires++;
	bad[1].expires = bad[1].issued;
	bad[2].issued += MINTER_SKEW_S + 1;
	bad[3].issued -= MINTER_SKEW_S + 1;
	bad[4].key_a.n--;
	bad[5].key = FRAME_KEY_LAST + 1;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		REFUSES(SIGNER_REFUSED, mint(f, &bad[i], &token));
		CHECK(token.n == 0);
	}
}

static void the_rate_is_kept_and_told(void **state)
{
	struct fixture *f = *state;
	const struct mint m = sample();
	struct bytes token;
	CHECK(minter_retry_s(f->m, SCRATCH_NOW) == 0);
	for (size_t i = 0; i < RATE; i++)
		OK(mint(f, &m, &token));
	REFUSES(SIGNER_RATE, mint(f, &m, &token));
	CHECK(minter_retry_s(f->m, SCRATCH_NOW) == RATE_WINDOW_S);
}

static void a_key_is_made_only_where_there_is_none(void **state)
{
	struct fixture *f = *state;
	const struct minter_plan plan = plan_of(f);
	struct minter *none = NULL;
	struct stat s;
	bool is_made = true;
	OK(minter_init(&plan, &is_made));
	CHECK(!is_made);
	CHECK(unlink(scratch_path(&f->s, HIERARCHY_TOKEN_KEY)) == 0);
	REFUSES(KEY_FILE, minter_open(&plan, &none));
	OK(minter_init(&plan, &is_made));
	CHECK(is_made && stat(scratch_path(&f->s, HIERARCHY_TOKEN_KEY), &s) == 0);
	CHECK((s.st_mode & 0777) == 0600);
	reopen(f);
}

static void a_rotated_key_signs_anew_and_the_former_is_still_published(void **state)
{
	struct fixture *f = *state;
	const struct minter_plan plan = plan_of(f);
	char first[FRAME_JWKS_MAX], second[FRAME_JWKS_MAX];
	struct bytes jwks = minter_keys(f->m);
	snprintf(first, sizeof(first), "%.*s", (int)jwks.n - 11, (const char *)jwks.p + 9);
	OK(minter_rotate(&plan));
	CHECK(keys_in(f->m) == 1);
	reopen(f);
	jwks = minter_keys(f->m);
	snprintf(second, sizeof(second), "%.*s", (int)jwks.n, (const char *)jwks.p);
	CHECK(keys_in(f->m) == 2 && strstr(second, first) > second + 9);
	OK(minter_rotate(&plan));
	reopen(f);
	jwks = minter_keys(f->m);
	snprintf(second, sizeof(second), "%.*s", (int)jwks.n, (const char *)jwks.p);
	CHECK(keys_in(f->m) == 2 && !strstr(second, first));
}

/* The former key's point is written before the new key: a crash between both leaves them the same. */
static void a_rotation_that_ended_half_way_publishes_one_key(void **state)
{
	struct fixture *f = *state;
	const struct minter_plan plan = plan_of(f);
	char kept[PATH_MAX];
	OK(minter_rotate(&plan));
	snprintf(kept, sizeof(kept), "%s", scratch_path(&f->s, "ca/kept"));
	CHECK(link(scratch_path(&f->s, HIERARCHY_TOKEN_KEY), kept) == 0);
	OK(minter_rotate(&plan));
	CHECK(rename(kept, scratch_path(&f->s, HIERARCHY_TOKEN_KEY)) == 0);
	reopen(f);
	CHECK(keys_in(f->m) == 1);
}

static void a_key_that_others_may_read_and_a_torn_file_are_refused(void **state)
{
	struct fixture *f = *state;
	const struct minter_plan plan = plan_of(f);
	struct minter *none = NULL;
	OK(minter_rotate(&plan));
	CHECK(truncate(scratch_path(&f->s, HIERARCHY_TOKEN_FORMER), 64) == 0);
	REFUSES(KEY_FILE, minter_open(&plan, &none));
	CHECK(unlink(scratch_path(&f->s, HIERARCHY_TOKEN_FORMER)) == 0);
	CHECK(chmod(scratch_path(&f->s, HIERARCHY_TOKEN_KEY), 0640) == 0);
	REFUSES(KEY_FILE, minter_open(&plan, &none));
}

static void an_address_that_no_token_can_carry_is_refused(void **state)
{
	struct fixture *f = *state;
	struct minter_plan plan = plan_of(f);
	struct minter *none = NULL;
	plan.url = BYTES_TEXT("https://a\"b");
	REFUSES(CONFIG_INVALID, minter_open(&plan, &none));
}

static struct audit_head head_of(uint64_t number)
{
	static const uint8_t hash[AUDIT_HASH_SIZE] = { 3 };
	return (struct audit_head){ BYTES_TEXT("core"), number, BYTES_OF(hash), SCRATCH_NOW };
}

static fault sign_head(struct fixture *f, const struct audit_head *h, struct bytes *ret)
{
	struct wr w = wr_of(f->token, sizeof(f->token));
	fault why = minter_sign_head(f->m, h, SCRATCH_NOW, &w);
	*ret = wr_done(&w);
	return why;
}

static void a_later_head_of_the_audit_is_signed_and_an_earlier_one_is_not(void **state)
{
	struct fixture *f = *state;
	struct bytes token;
	struct audit_head h = head_of(7);
	OK(sign_head(f, &h, &token));
	CHECK(token.n > 87 && token.p[token.n - 87] == '.');
	REFUSES(SIGNER_REFUSED, sign_head(f, &h, &token));
	h = head_of(6);
	REFUSES(SIGNER_REFUSED, sign_head(f, &h, &token));
	h = head_of(8);
	OK(sign_head(f, &h, &token));
}

static void a_head_of_another_time_or_writer_is_not_signed(void **state)
{
	struct fixture *f = *state;
	struct audit_head bad[3] = { head_of(1), head_of(1), head_of(1) };
	struct bytes token;
	bad[0].time += MINTER_SKEW_S + 1;
	bad[1].time -= MINTER_SKEW_S + 1;
	bad[2].writer = BYTES_TEXT("other");
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		REFUSES(SIGNER_REFUSED, sign_head(f, &bad[i], &token));
	bad[0] = head_of(1);
	OK(sign_head(f, &bad[0], &token));
}

static void heads_have_a_rate_of_their_own(void **state)
{
	struct fixture *f = *state;
	const struct mint m = sample();
	struct bytes token;
	for (uint64_t i = 1; i <= MINTER_HEADS; i++) {
		const struct audit_head h = head_of(i);
		OK(sign_head(f, &h, &token));
	}
	const struct audit_head more = head_of(MINTER_HEADS + 1);
	REFUSES(SIGNER_RATE, sign_head(f, &more, &token));
	OK(mint(f, &m, &token));
}

#define MINTER_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		MINTER_TEST(a_request_within_the_rules_is_signed),
		MINTER_TEST(one_that_breaks_them_is_not),
		MINTER_TEST(the_rate_is_kept_and_told),
		MINTER_TEST(a_key_is_made_only_where_there_is_none),
		MINTER_TEST(a_rotated_key_signs_anew_and_the_former_is_still_published),
		MINTER_TEST(a_rotation_that_ended_half_way_publishes_one_key),
		MINTER_TEST(a_key_that_others_may_read_and_a_torn_file_are_refused),
		MINTER_TEST(a_later_head_of_the_audit_is_signed_and_an_earlier_one_is_not),
		MINTER_TEST(a_head_of_another_time_or_writer_is_not_signed),
		MINTER_TEST(heads_have_a_rate_of_their_own),
		MINTER_TEST(an_address_that_no_token_can_carry_is_refused),
	};
	return RUN(tests);
}
