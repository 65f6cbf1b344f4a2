#include "store/store_listing.h"

#include <stdio.h>

#include "store/scratch.h"
#include "store/store_appraisal.h"
#include "store/store_contact.h"
#include "store/store_proof.h"
#include "store/store_device.h"

#define DEVICES 60

/*
 * Device n is called "pc-n" in any case, is a model of three, every seventh is not attested, every fifth has
 * no name; the later it was put, the longer ago it was seen.
 */
static struct bytes put(struct scratch *t, unsigned n)
{
	struct store_device row;
	scratch_fill(t, &store_device_record, &row, n + 2);
	row.profile = scratch_profile(t);
	row.registration = (struct bytes){ 0 };
	row.state = STORE_DEVICE_ACTIVE;
	const char *name = arena_format(&t->arena, n % 2 ? "PC-%02u" : "pc-%02u", n);
	row.name = n % 5 ? bytes_text(name) : (struct bytes){ 0 };
	row.model = bytes_text(n % 3 ? n % 3 == 1 ? "ThinkPad" : "Lati_tude" : "100% Latitude");
	row.attested = n % 7 != 0;
	row.last_seen = 1000 + 10 * (DEVICES - n);
	row.enrolled = n % 4 ? 500 : 0;
	OK(store_device_put(t->s, &row));
	return row.id;
}

static void fill(struct scratch *t)
{
	OK(store_begin(t->s));
	for (unsigned i = 0; i < DEVICES; i++)
		put(t, i);
	OK(store_commit(t->s));
}

static struct selection all(uint64_t top)
{
	return (struct selection){ .view = STORE_LISTING_DEVICE, .top = top };
}

static void add(struct selection *q, enum selection_op op, uint8_t column, struct selection_value value)
{
	q->nodes[q->nodes_n++] = (struct selection_node){ (uint8_t)op, column, value };
}

static struct selection_value text(const char *of)
{
	return (struct selection_value){ .kind = SELECTION_TEXT, .view = bytes_text(of) };
}

static struct selection_value number(int64_t of)
{
	return (struct selection_value){ .kind = SELECTION_NUMBER, .number = of };
}

/*
 * All pages of the question one after the other; each record must be on one of them. Gives how many there
 * are.
 */
static size_t walk(struct scratch *t, struct selection *q, const struct store_device **ret, size_t most)
{
	size_t n = 0;
	struct store_listing page = { 0 };
	q->after_n = 0;
	while (!page.is_last) {
		OK(store_listing_list(t->s, q, &t->arena, &page));
		CHECK(page.n <= q->top && n + page.n <= most && (page.is_last || page.n == q->top));
		for (size_t i = 0; i < page.n; i++)
			ret[n++] = page.v[i];
		q->after_n = page.n ? q->sorts_n + 1 : 0;
		for (size_t i = 0; page.n && i < q->after_n; i++)
			q->after[i] = page.ends[page.n - 1][i];
	}
	q->after_n = 0;
	struct store_listing_total counted;
	OK(store_listing_count(t->s, q, &t->arena, &counted));
	CHECK(counted.is_all && counted.n == n);
	return n;
}

static size_t found(struct scratch *t, struct selection *q)
{
	const struct store_device *rows[DEVICES];
	q->top = 7;
	return walk(t, q, rows, COUNT_OF(rows));
}

static void all_records_come_page_by_page_in_the_order_of_their_ids(void **state)
{
	struct scratch *t = *state;
	const struct store_device *rows[DEVICES];
	fill(t);
	for (uint64_t top = 1; top <= DEVICES + 1; top += 13) {
		struct selection q = all(top);
		CHECK(walk(t, &q, rows, DEVICES) == DEVICES);
		for (size_t i = 1; i < DEVICES; i++)
			CHECK(bytes_compare(rows[i - 1]->id, rows[i]->id) < 0);
	}
}

/* The first sort is by a model of three, so that pages end in the middle of equal values. */
static void any_sorts_in_any_direction_give_every_record_once_and_in_order(void **state)
{
	struct scratch *t = *state;
	const struct store_device *rows[DEVICES];
	fill(t);
	for (unsigned way = 0; way < 4; way++) {
		struct selection q = all(7);
		q.sorts_n = 2;
		q.sorts[0] = (struct selection_sort){ STORE_LISTING_DEVICE_MODEL, way & 1 };
		q.sorts[1] = (struct selection_sort){ STORE_LISTING_DEVICE_LAST_SEEN, way & 2 };
		CHECK(walk(t, &q, rows, DEVICES) == DEVICES);
		for (size_t i = 1; i < DEVICES; i++) {
			int by_model =
				rows[i - 1]->model.p[0] == rows[i]->model.p[0] &&
						is_bytes_equal(rows[i - 1]->model, rows[i]->model)
					? 0
					: (rows[i - 1]->model.p[0] == '1') - (rows[i]->model.p[0] == '1');
			bool is_later = rows[i]->last_seen > rows[i - 1]->last_seen;
			if (is_bytes_equal(rows[i - 1]->model, rows[i]->model))
				CHECK(is_later == !(way & 2));
			else if (by_model)
				CHECK((by_model > 0) == !(way & 1));
		}
	}
}

static void devices_are_found_by_what_their_compliance_was_last_found_to_be(void **state)
{
	struct scratch *t = *state;
	struct selection q = all(7);
	struct store_listing page;
	fill(t);
	OK(store_listing_list(t->s, &q, &t->arena, &page));
	const struct store_device *second = page.v[1];
	OK(store_appraisal_put(t->s, &(struct store_appraisal){ second->id, 1, 5, { 0 }, 0, 0, 0 }));
	add(&q, SELECTION_EQ, STORE_LISTING_DEVICE_COMPLIANCE, number(0));
	CHECK(found(t, &q) == DEVICES - 1);
	q.nodes[0].value.number = 1;
	q.sorts_n = 1;
	q.sorts[0] = (struct selection_sort){ STORE_LISTING_DEVICE_COMPLIANCE, true };
	OK(store_listing_list(t->s, &q, &t->arena, &page));
	CHECK(page.n == 1);
	const struct store_device_listed *row = page.v[0];
	CHECK(is_bytes_equal(row->id, second->id) && row->compliance == 1);
}

static void texts_compare_without_case_and_absent_ones_are_equal_to_nothing(void **state)
{
	struct scratch *t = *state;
	struct selection q = all(7);
	fill(t);
	add(&q, SELECTION_EQ, STORE_LISTING_DEVICE_NAME, text("Pc-03"));
	CHECK(found(t, &q) == 1);
	q.nodes[0].value = (struct selection_value){ .kind = SELECTION_NULL };
	CHECK(found(t, &q) == DEVICES / 5);
	q.nodes_n = 0;
	add(&q, SELECTION_NOT, 0, (struct selection_value){ 0 });
	add(&q, SELECTION_EQ, STORE_LISTING_DEVICE_NAME, text("PC-03"));
	CHECK(found(t, &q) == DEVICES - 1);
	q.nodes_n = 0;
	add(&q, SELECTION_LT, STORE_LISTING_DEVICE_NAME, text("pc-10"));
	CHECK(found(t, &q) == 8);
	q.nodes_n = 0;
	add(&q, SELECTION_LE, STORE_LISTING_DEVICE_ENROLLED, number(500));
	CHECK(found(t, &q) == DEVICES - DEVICES / 4);
}

static void signs_of_patterns_are_signs_like_others(void **state)
{
	struct scratch *t = *state;
	static const struct {
		enum selection_op op;
		const char *text;
		size_t n;
	} rows[] = {
		{ SELECTION_CONTAINS, "%", 20 },      { SELECTION_CONTAINS, "_", 20 },
		{ SELECTION_CONTAINS, "!", 0 },       { SELECTION_CONTAINS, "latitude", 20 },
		{ SELECTION_CONTAINS, "LAT", 40 },    { SELECTION_ENDS, "Tude", 40 },
		{ SELECTION_ENDS, "thinkpa", 0 },     { SELECTION_STARTS, "100%", 20 },
		{ SELECTION_STARTS, "THINKPAD", 20 }, { SELECTION_STARTS, "hinkpad", 0 },
		{ SELECTION_CONTAINS, "'; --", 0 },
	};
	fill(t);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct selection q = all(7);
		add(&q, rows[i].op, STORE_LISTING_DEVICE_MODEL, text(rows[i].text));
		if (found(t, &q) != rows[i].n)
			fail_msg("%s: %zu", rows[i].text, found(t, &q));
	}
}

static void terms_combine_whichever_of_them_an_index_finds(void **state)
{
	struct scratch *t = *state;
	fill(t);
	for (unsigned sort = 0; sort < 3; sort++) {
		struct selection q = all(7);
		q.sorts_n = sort > 0;
		q.sorts[0].column = sort == 1 ? STORE_LISTING_DEVICE_NAME : STORE_LISTING_DEVICE_LAST_SEEN;
		add(&q, SELECTION_AND, 0, (struct selection_value){ 0 });
		add(&q, SELECTION_AND, 0, (struct selection_value){ 0 });
		add(&q, SELECTION_OR, 0, (struct selection_value){ 0 });
		add(&q, SELECTION_EQ, STORE_LISTING_DEVICE_MODEL, text("thinkpad"));
		add(&q, SELECTION_EQ, STORE_LISTING_DEVICE_MODEL, text("100% latitude"));
		add(&q, SELECTION_EQ, STORE_LISTING_DEVICE_ATTESTED, number(0));
		add(&q, SELECTION_STARTS, STORE_LISTING_DEVICE_NAME, text("pc-"));
		/* 7, 21, 28, 42, 49 of those divided by 7: 0 and 35 have no name, 14 and 56 another model. */
		CHECK(found(t, &q) == 5);
	}
}

static void a_search_looks_at_all_texts_that_are_searched(void **state)
{
	struct scratch *t = *state;
	struct selection q = all(7);
	fill(t);
	q.search = BYTES_TEXT("Latitude");
	CHECK(found(t, &q) == 20);
	q.search = BYTES_TEXT("pc-1");
	CHECK(found(t, &q) == 8);
	q.search = BYTES_TEXT("nowhere");
	CHECK(found(t, &q) == 0);
}

/* What is searched for is found by an index of its parts, which is to follow every change. */
static void a_device_is_found_by_the_words_that_it_has_now(void **state)
{
	struct scratch *t = *state;
	struct store_device *d;
	struct selection q = all(7);
	fill(t);
	const struct bytes id = put(t, DEVICES + 1);
	OK(store_device_get(t->s, id, &t->arena, &d));
	d->name = BYTES_TEXT("Kiosk \"7\"");
	OK(store_device_update(t->s, d));
	add(&q, SELECTION_CONTAINS, STORE_LISTING_DEVICE_NAME, text("OSK \"7"));
	CHECK(found(t, &q) == 1);
	OK(store_device_update_upn(t->s, id, BYTES_TEXT("ada@example.com")));
	q.search = BYTES_TEXT("ada@EX");
	CHECK(found(t, &q) == 1);
	q.nodes[0].value = text("pc-61");
	CHECK(found(t, &q) == 0);
	q.nodes_n = 0;
	OK(store_device_delete(t->s, id));
	CHECK(found(t, &q) == 0);
}

static void devices_are_found_by_the_certificate_that_their_last_proof_led_to(void **state)
{
	struct scratch *t = *state;
	static const uint8_t root[32] = { 7 }, other[32] = { 8 };
	struct selection q = all(7);
	struct store_listing page;
	fill(t);
	OK(store_listing_list(t->s, &q, &t->arena, &page));
	const struct store_device *first = page.v[0], *second = page.v[1];
	const struct store_proof proofs[] = { { .device_id = first->id, .anchor = BYTES_OF(root) },
					      { .device_id = second->id, .anchor = BYTES_OF(other) } };
	for (size_t i = 0; i < COUNT_OF(proofs); i++)
		OK(store_proof_put(t->s, &proofs[i]));
	add(&q, SELECTION_EQ, STORE_LISTING_DEVICE_ANCHOR,
	    (struct selection_value){ .kind = SELECTION_BYTES, .view = BYTES_OF(root) });
	CHECK(found(t, &q) == 1);
	OK(store_listing_list(t->s, &q, &t->arena, &page));
	const struct store_device_listed *row = page.v[0];
	CHECK(is_bytes_equal(row->id, first->id) && is_bytes_equal(row->anchor, BYTES_OF(root)));
}

static void a_device_is_sorted_by_its_last_contact(void **state)
{
	struct scratch *t = *state;
	const struct store_device *rows[2];
	struct selection q = all(7);
	const struct store_contact late = { .device_id = put(t, 9), .seen = 5000 };
	put(t, 1);
	OK(store_contact_put(t->s, &late));
	q.sorts_n = 1;
	q.sorts[0] = (struct selection_sort){ STORE_LISTING_DEVICE_LAST_SEEN, true };
	CHECK(walk(t, &q, rows, 2) == 2);
	CHECK(rows[0]->last_seen == 5000 && rows[1]->last_seen == 1000 + 10 * (DEVICES - 1));
}

static void what_the_view_does_not_have_is_refused(void **state)
{
	struct scratch *t = *state;
	struct store_listing page;
	struct selection q = all(7), wrong;
	add(&q, SELECTION_EQ, STORE_LISTING_DEVICE_NAME, text("a"));
	OK(store_listing_list(t->s, &q, &t->arena, &page));
	CHECK(page.n == 0 && page.is_last);
	wrong = q;
	wrong.view = STORE_LISTING_COUNT;
	REFUSES(SYS_FRAME, store_listing_list(t->s, &wrong, &t->arena, &page));
	wrong = q;
	wrong.nodes[0].column = STORE_LISTING_COLUMN_COUNT;
	REFUSES(SYS_FRAME, store_listing_list(t->s, &wrong, &t->arena, &page));
	wrong = q;
	wrong.nodes[0].value = number(1);
	REFUSES(SYS_FRAME, store_listing_list(t->s, &wrong, &t->arena, &page));
	wrong = q;
	wrong.sorts_n = 1;
	wrong.sorts[0].column = STORE_LISTING_DEVICE_EK_HASH;
	REFUSES(SYS_FRAME, store_listing_list(t->s, &wrong, &t->arena, &page));
	wrong = q;
	wrong.after_n = 1;
	wrong.after[0] = text("a");
	REFUSES(SYS_FRAME, store_listing_list(t->s, &wrong, &t->arena, &page));
	wrong = q;
	wrong.top = SELECTION_TOP_MAX + 1;
	REFUSES(SYS_FRAME, store_listing_list(t->s, &wrong, &t->arena, &page));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(all_records_come_page_by_page_in_the_order_of_their_ids),
		SCRATCH_TEST(any_sorts_in_any_direction_give_every_record_once_and_in_order),
		SCRATCH_TEST(devices_are_found_by_what_their_compliance_was_last_found_to_be),
		SCRATCH_TEST(texts_compare_without_case_and_absent_ones_are_equal_to_nothing),
		SCRATCH_TEST(signs_of_patterns_are_signs_like_others),
		SCRATCH_TEST(terms_combine_whichever_of_them_an_index_finds),
		SCRATCH_TEST(a_search_looks_at_all_texts_that_are_searched),
		SCRATCH_TEST(a_device_is_found_by_the_words_that_it_has_now),
		SCRATCH_TEST(devices_are_found_by_the_certificate_that_their_last_proof_led_to),
		SCRATCH_TEST(a_device_is_sorted_by_its_last_contact),
		SCRATCH_TEST(what_the_view_does_not_have_is_refused),
	};
	return RUN(tests);
}
