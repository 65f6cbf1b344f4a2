/* idplist: which identity providers are in force, and what the snapshot's digest has of them. */
#include "attest/idplist.h"

#include <string.h>

#include "base/arena.h"
#include "test.h"

#define ARENA_SIZE (4 << 20)

static const uint8_t ids[2][IDP_ID_SIZE] = { { 1 }, { 2 } };

static int setup(void **state)
{
	struct arena *a = test_calloc(1, sizeof(*a));
	arena_init(a, ARENA_SIZE);
	*state = a;
	return 0;
}

static int teardown(void **state)
{
	arena_done(*state);
	test_free(*state);
	return 0;
}

/* A message with the first n of them. */
static struct bytes message_of(struct arena *a, size_t n)
{
	struct bytes all;
	struct idps list = { .list.n = n };
	for (size_t i = 0; i < n; i++) {
		const struct idp one = { .id = BYTES_OF(ids[i]),
					 .issuer = BYTES_TEXT("https://id.example"),
					 .audience = BYTES_TEXT("assay"),
					 .client = BYTES_TEXT("assay"),
					 .algorithms = IDP_ES256,
					 .name_claim = BYTES_TEXT("name") };
		OK(message_build(&idp_message, &one, IDP_MAX, a, &list.list.v[i]));
	}
	OK(message_build(&idps_message, &list, IDPS_SIZE_MAX, a, &all));
	return all;
}

static size_t digest_size(const struct idplist *l)
{
	uint8_t memory[64];
	struct wr w = wr_of(memory, sizeof(memory));
	idplist_write(l, &w);
	return wr_done(&w).n;
}

static void those_that_were_put_are_found_until_others_take_their_place(void **state)
{
	struct idplist *l = idplist_new();
	CHECK(idplist_find(l, BYTES_OF(ids[0])) == NULL);
	OK(idplist_put(l, message_of(*state, 2)));
	const struct idp *found = idplist_find(l, BYTES_OF(ids[1]));
	CHECK(found && is_bytes_text(found->issuer, "https://id.example"));
	OK(idplist_put(l, message_of(*state, 1)));
	CHECK(idplist_find(l, BYTES_OF(ids[0])) && !idplist_find(l, BYTES_OF(ids[1])));
	idplist_free(l);
}

static void what_is_not_whole_changes_nothing(void **state)
{
	struct idplist *l = idplist_new();
	struct bytes whole = message_of(*state, 1);
	OK(idplist_put(l, whole));
	for (size_t n = 0; n < whole.n; n++)
		REFUSES(PARSE_FIELD, idplist_put(l, bytes_of(whole.p, n)));
	uint8_t *longer = arena_alloc(*state, whole.n + 1);
	memcpy(longer, whole.p, whole.n);
	longer[whole.n] = 0;
	REFUSES(PARSE_FIELD, idplist_put(l, bytes_of(longer, whole.n + 1)));
	CHECK(idplist_find(l, BYTES_OF(ids[0])) != NULL);
	idplist_free(l);
}

static void merging_takes_what_was_put_even_nobody_and_leaves_what_was_not(void **state)
{
	struct idplist *l = idplist_new(), *nobody = idplist_new();
	OK(idplist_put(l, message_of(*state, 1)));
	idplist_merge(l, idplist_new());
	CHECK(idplist_find(l, BYTES_OF(ids[0])) != NULL);
	OK(idplist_put(nobody, message_of(*state, 0)));
	idplist_merge(l, nobody);
	CHECK(idplist_find(l, BYTES_OF(ids[0])) == NULL);
	idplist_free(l);
}

static void the_digest_has_them_and_nothing_of_nobody(void **state)
{
	uint8_t one[IDPLIST_HASH_SIZE], two[IDPLIST_HASH_SIZE];
	struct idplist *l = idplist_new();
	CHECK(digest_size(l) == 0 && !idplist_hash(message_of(*state, 0), one));
	OK(idplist_put(l, message_of(*state, 1)));
	CHECK(digest_size(l) == IDPLIST_HASH_SIZE);
	CHECK(idplist_hash(message_of(*state, 1), one) && idplist_hash(message_of(*state, 2), two));
	CHECK(memcmp(one, two, sizeof(one)) != 0);
	idplist_free(l);
}

#define LIST_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIST_TEST(those_that_were_put_are_found_until_others_take_their_place),
		LIST_TEST(what_is_not_whole_changes_nothing),
		LIST_TEST(merging_takes_what_was_put_even_nobody_and_leaves_what_was_not),
		LIST_TEST(the_digest_has_them_and_nothing_of_nobody),
	};
	return RUN(tests);
}
