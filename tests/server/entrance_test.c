#include "server/entrance.h"

#include "test.h"

#define NONCE "0011"

/* Links are only compared here. */
static struct link *link_of(uintptr_t n)
{
	return (struct link *)n;
}

static struct authcode_errand errand(const char *url)
{
	return (struct authcode_errand){ .idp = BYTES_TEXT("contoso"), .url = bytes_text(url),
					 .form = BYTES_TEXT("code=1"), .basic = BYTES_TEXT("YTpi"),
					 .nonce = BYTES_TEXT(NONCE), .peer = BYTES_TEXT("192.0.2.1"),
					 .request_id = BYTES_TEXT("r") };
}

static fault put(struct entrance *e, const char *url, uint64_t id)
{
	const struct authcode_errand of = errand(url);
	const struct entrance_waiter waiter = { link_of(16 * (uintptr_t)id), id };
	return entrance_put(e, &of, &waiter);
}

static void errands_are_run_in_the_order_they_came(void **state)
{
	struct entrance_waiter waiter;
	struct entrance *e = entrance_new();
	(void)state;
	OK(put(e, "https://a/", 1));
	OK(put(e, "https://b/", 2));
	CHECK(is_bytes_text(entrance_find(e)->url, "https://a/"));
	CHECK(is_bytes_text(entrance_find(e)->url, "https://a/"));
	OK(entrance_take(e, &waiter));
	CHECK(waiter.id == 1 && waiter.link == link_of(16));
	CHECK(is_bytes_text(entrance_find(e)->url, "https://b/"));
	OK(entrance_take(e, &waiter));
	CHECK(waiter.id == 2 && !entrance_find(e));
	REFUSES(BUG, entrance_take(e, &waiter));
	entrance_free(e);
}

static void an_errand_is_a_copy_of_all_that_was_said(void **state)
{
	char url[] = "https://a/";
	struct entrance *e = entrance_new();
	(void)state;
	OK(put(e, url, 1));
	url[8] = 'x';
	const struct authcode_errand *got = entrance_find(e);
	const struct authcode_errand was = errand("https://a/");
	CHECK(is_bytes_equal(got->url, was.url) && is_bytes_equal(got->idp, was.idp));
	CHECK(is_bytes_equal(got->form, was.form) && is_bytes_equal(got->basic, was.basic));
	CHECK(is_bytes_equal(got->nonce, was.nonce) && is_bytes_equal(got->peer, was.peer));
	CHECK(is_bytes_equal(got->request_id, was.request_id));
	entrance_free(e);
}

/* Round and round, so that each place is used again. */
static void a_full_entrance_is_busy_until_one_was_taken(void **state)
{
	struct entrance_waiter waiter;
	struct entrance *e = entrance_new();
	(void)state;
	for (uint64_t id = 1; id <= ENTRANCE_MAX; id++)
		OK(put(e, "https://a/", id));
	for (uint64_t id = 1; id <= 3 * ENTRANCE_MAX; id++) {
		REFUSES(SYS_BUSY, put(e, "https://b/", 99));
		OK(entrance_take(e, &waiter));
		CHECK(waiter.id == id);
		OK(put(e, "https://a/", ENTRANCE_MAX + id));
	}
	entrance_free(e);
}

static void an_errand_that_has_no_room_is_not_kept(void **state)
{
	static const uint8_t octets[16384] = { 1 };
	struct authcode_errand large = errand("https://a/");
	const struct entrance_waiter waiter = { link_of(16), 1 };
	struct entrance *e = entrance_new();
	(void)state;
	large.form = BYTES_OF(octets);
	REFUSES(SYS_MEMORY, entrance_put(e, &large, &waiter));
	CHECK(!entrance_find(e));
	OK(put(e, "https://a/", 2));
	entrance_free(e);
}

static void who_has_gone_waits_no_more_and_the_others_do(void **state)
{
	struct entrance_waiter waiter;
	struct entrance *e = entrance_new();
	(void)state;
	OK(put(e, "https://a/", 1));
	OK(put(e, "https://b/", 2));
	entrance_forget(e, link_of(16));
	OK(entrance_take(e, &waiter));
	CHECK(waiter.id == 1 && !waiter.link);
	OK(entrance_take(e, &waiter));
	CHECK(waiter.id == 2 && waiter.link == link_of(32));
	entrance_free(e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errands_are_run_in_the_order_they_came),
		cmocka_unit_test(an_errand_is_a_copy_of_all_that_was_said),
		cmocka_unit_test(a_full_entrance_is_busy_until_one_was_taken),
		cmocka_unit_test(an_errand_that_has_no_room_is_not_kept),
		cmocka_unit_test(who_has_gone_waits_no_more_and_the_others_do),
	};
	return RUN(tests);
}
