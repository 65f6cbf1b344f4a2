/*
 * eklist: a CA certificate after the two octets of its size, then a file that may be its list. Whatever
 * proves itself has serial numbers in order, can be put in force, and what is cut out of it says the same.
 */
#include "attest/eklists.h"
#include "base/rd.h"
#include "fuzz.h"

#define ARENA_SIZE (1 << 20)
#define NOW INT64_C(1767225600)
#define URL BYTES_TEXT("http://maker/list")

static void put(const struct eklist *list, struct arena *a)
{
	struct eklists *all = eklists_new();
	struct eklists_finding f;
	struct bytes_list cut = { 0 };
	struct eklists_subject of = { .serial = BYTES_TEXT("\x01"), .authority = BYTES_TEXT("-") };
	HOLDS(bytes_copy(list->issuer, of.issuer, sizeof(of.issuer)));
	HOLDS(!eklists_put(all, list) && has_eklists_id(all, list->id.p));
	eklists_judge(all, &of, NOW, &f);
	HOLDS(f.is_present || !f.is_current);
	HOLDS(!eklists_cut(all, &of, 1, a, &cut));
	HOLDS(cut.n == (f.is_present || f.is_revoked));
	eklists_free(all);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct rd r = rd_of(bytes_of(p, n));
	struct bytes authority = rd_tpm2b(&r, n);
	struct bytes file = rd_rest(&r);
	uint8_t issuer[EKLIST_HASH_SIZE], id[EKLIST_HASH_SIZE];
	const uint8_t *der = authority.p;
	struct eklist_urls urls;
	struct eklist list;
	struct arena a;
	eklist_find_urls(file, &urls);
	for (size_t i = 0; i < urls.n; i++)
		fuzz_touch(urls.v[i]);
	X509 *x = r.bad ? NULL : d2i_X509(NULL, &der, (long)authority.n);
	bool is_named = x && !eklist_issuer_id(x, issuer) && !eklist_id(issuer, URL, id);
	X509_free(x);
	const struct eklist_point wanted = { is_named ? BYTES_OF(id) : URL, authority, URL, URL };
	arena_init(&a, ARENA_SIZE);
	if (!eklist_check(file, &wanted, NOW, &a, &list)) {
		HOLDS(is_named && list.this_update <= list.next_update);
		fuzz_touch(list.serials);
		put(&list, &a);
	}
	arena_done(&a);
	return 0;
}
