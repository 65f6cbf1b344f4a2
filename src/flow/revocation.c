#include "flow/revocation.h"

#include "cert/tbs.h"
#include "store/store_certificate.h"

#define LISTS_MAX (2 * POINT_LISTS_MAX) /* one of each of 1, 2, 4, … lists, and those are few */

/* --- which lists there are ------------------------------------------------------------------------------ */

static fault put(struct flow *f, struct point p, struct bytes name)
{
	uint8_t above[POINT_SERIAL_SIZE], upto[POINT_SERIAL_SIZE];
	point_get_range(p, above, upto);
	const struct store_crl row = {
		.name = name,
		.lists = p.count,
		.list = p.at,
		.above = BYTES_OF(above),
		.upto = BYTES_OF(upto),
		.state = STORE_CRL_SPOILED,
		.named = f->now,
		.generation = p.generation,
	};
	return store_crl_put(f->store, &row);
}

static fault open_one(struct flow *f, struct point p)
{
	char text[POINT_NAME_SIZE];
	struct bytes name = bytes_text(point_name(p, text));
	fault why = store_crl_use(f->store, name, f->now);
	return why == FAIL(NOT_FOUND) ? put(f, p, name) : why;
}

fault revocation_open(struct flow *f)
{
	struct point p = { f->issuer->lists, 0, f->issuer->generation };
	for (; p.at < p.count; p.at++)
		TRY(open_one(f, p));
	if (p.count > 1)
		TRY(open_one(f, (struct point){ 1, 0, p.generation }));
	const struct store_crl_kept kept = { f->now - PROFILE_VALIDITY_MAX_S - REVOCATION_PERIOD_S,
					     f->issuer[f->formers].generation, p.generation };
	return store_crl_prune(f->store, &kept);
}

fault revocation_get(struct flow *f, struct bytes name, struct arena *a, struct bytes *ret)
{
	struct store_crl *row = NULL;
	TRY(store_crl_find(f->store, name, a, &row));
	NEED(row != NULL, NOT_FOUND);
	*ret = row->der;
	return NULL;
}

fault revocation_get_issuer(const struct flow *f, struct bytes name, struct bytes *ret)
{
	char own[POINT_NAME_SIZE];
	for (size_t i = 0; i <= f->formers; i++) {
		const struct issuer *by = &f->issuer[i];
		if (!by->generation || !is_bytes_text(name, point_certificate_name(by->generation, own)))
			continue;
		*ret = by->certificate;
		return NULL;
	}
	return FAIL(NOT_FOUND);
}

fault revocation_list(struct flow *f, struct arena *a, struct store_crl_list *ret)
{
	return store_crl_list(f->store, (struct store_page){ .limit = LISTS_MAX }, a, ret);
}

/* --- what is in them ------------------------------------------------------------------------------------ */

static void put_page(const struct store_certificate_revoked_list *page, struct wr *w)
{
	for (size_t i = 0; i < page->n; i++) {
		const struct store_certificate_revoked *v = &page->v[i];
		const struct crl_row row = { v->serial, v->revoked, (enum crl_reason)v->reason };
		crl_put_row(&row, w);
	}
}

/* The rows of the list, or CRL_FULL. RFC 5280 §3.3: whoever expires is on one more list after that. */
static fault read_rows(struct flow *f, const struct store_crl *list, struct arena *a, struct bytes *ret)
{
	size_t size = FRAME_REVOKED_MAX * FRAME_REVOKED_SIZE;
	struct store_certificate_range range = { list->above, list->upto, f->now - REVOCATION_PERIOD_S,
						 list->generation, STORE_PAGE_MAX };
	struct store_certificate_revoked_list page = { .n = STORE_PAGE_MAX };
	uint8_t *memory = arena_alloc(a, size);
	NEED(memory != NULL, SYS_MEMORY);
	struct wr w = wr_of(memory, size);
	while (page.n == STORE_PAGE_MAX && !w.bad) {
		TRY(store_certificate_list_revoked(f->store, &range, a, &page));
		put_page(&page, &w);
		range.above = page.n ? page.v[page.n - 1].serial : range.above;
	}
	NEED(!w.bad, CRL_FULL);
	*ret = bytes_unless_empty(wr_done(&w));
	return NULL;
}

/* What ca is to sign, octet by octet, so that it is known when it comes. */
static fault hash_list(const struct flow *f, struct revocation_order *o, struct arena *a)
{
	const struct issuer *by = flow_issuer(f, o->crl.generation);
	uint8_t *memory = arena_alloc(a, FRAME_SIGNED_MAX);
	NEED(by != NULL, NOT_FOUND);
	NEED(memory != NULL, SYS_MEMORY);
	struct wr w = wr_of(memory, FRAME_SIGNED_MAX);
	return crl_hash(&o->crl, by, &w, o->hash);
}

fault revocation_next(struct flow *f, struct arena *a, struct revocation_order *ret, fault *ret_full)
{
	const struct store_crl_due due = { f->now, (int64_t)f->limits->crl_pause_s, REVOCATION_RENEWAL_S };
	struct store_crl *row = NULL;
	struct bytes rows = { 0 };
	*ret = (struct revocation_order){ 0 };
	*ret_full = NULL;
	TRY(store_crl_find_due(f->store, &due, a, &row));
	if (!row)
		return NULL;
	TRY(store_crl_ask(f->store, row->name, f->now));
	fault why = read_rows(f, row, a, &rows);
	ret->point = (struct point){ row->lists, row->list, row->generation };
	*ret_full = why == FAIL(CRL_FULL) ? why : NULL;
	if (why)
		return *ret_full ? NULL : why;
	ret->entries = rows.n / FRAME_REVOKED_SIZE;
	ret->crl = (struct crl){
		.number = row->number < (uint64_t)f->now ? (uint64_t)f->now : row->number + 1,
		.this_update = (uint64_t)f->now,
		.next_update = (uint64_t)f->now + REVOCATION_PERIOD_S,
		.lists = row->lists,
		.list = row->list,
		.revoked = rows,
		.generation = row->generation,
	};
	return hash_list(f, ret, a);
}

fault revocation_put(struct flow *f, const struct revocation_order *order, struct bytes der)
{
	char name[POINT_NAME_SIZE];
	TRY(tbs_check_signed(der, BYTES_OF(order->hash)));
	const struct store_crl row = {
		.name = bytes_text(point_name(order->point, name)),
		.number = order->crl.number,
		.this_update = (int64_t)order->crl.this_update,
		.next_update = (int64_t)order->crl.next_update,
		.entries = order->entries,
		.der = der,
	};
	return store_crl_update(f->store, &row);
}
