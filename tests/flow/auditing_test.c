#include "flow/auditing.h"

#include <string.h>

#include "cert/trail.h"
#include "office.h"

static struct store_audit_list chain_of(struct office *o)
{
	struct store_audit_list list;
	const struct store_audit_chain page = { .writer = BYTES_TEXT(TRAIL_CORE), .limit = 1000 };
	OK(auditing_list(&o->flow, &page, &o->arena, &list));
	return list;
}

/* Each names the one before it and its own content. */
static void check_chain(struct office *o, const struct store_audit_list *list)
{
	uint8_t previous[32], hash[32];
	(void)o;
	OK(trail_genesis(BYTES_TEXT(TRAIL_CORE), previous));
	for (size_t i = 0; i < list->n; i++) {
		const struct audit_row row = auditing_row(&list->v[i]);
		OK(trail_hash(&row, hash));
		CHECK(row.number == i + 1 && is_bytes_equal(row.previous, BYTES_OF(previous)));
		CHECK(is_bytes_equal(row.hash, BYTES_OF(hash)));
		memcpy(previous, hash, sizeof(hash));
	}
}

static void what_is_done_becomes_the_next_link(void **state)
{
	struct office *o = *state;
	size_t before = chain_of(o).n;
	office_register_serial(o, "S1");
	const struct store_audit_list list = chain_of(o);
	check_chain(o, &list);
	CHECK(list.n > before && is_bytes_text(list.v[list.n - 1].action, "registration.add"));
}

static void what_is_taken_back_leaves_its_place_to_the_next(void **state)
{
	struct office *o = *state;
	const struct bytes none = { 0 };
	OK(store_begin(o->flow.store));
	OK(flow_audit(&o->flow, "a", "kept", none, none));
	OK(store_savepoint(o->flow.store));
	OK(flow_audit(&o->flow, "a", "lost", none, none));
	OK(store_revert(o->flow.store));
	OK(flow_audit(&o->flow, "a", "next", none, none));
	OK(store_commit(o->flow.store));
	const struct store_audit_list list = chain_of(o);
	check_chain(o, &list);
	CHECK(is_bytes_text(list.v[list.n - 1].action, "next"));
	CHECK(is_bytes_text(list.v[list.n - 2].action, "kept"));
}

/* As a database of before has them. */
static void put_unchained(struct office *o, uint8_t n)
{
	const struct store_audit row = {
		.id = office_octets(o, n, 16), .time = OFFICE_NOW, .actor = BYTES_TEXT("a"),
		.action = BYTES_TEXT("old"),
	};
	OK(store_audit_put(o->flow.store, &row));
}

static void rows_of_before_become_links_once(void **state)
{
	struct office *o = *state;
	size_t before = chain_of(o).n;
	for (uint8_t n = 250; n > 0; n--)
		put_unchained(o, n);
	CHECK(chain_of(o).n == before);
	struct arena a;
	arena_init(&a, 1 << 20);
	OK(auditing_open(&o->flow, &a));
	struct store_audit_list list = chain_of(o);
	CHECK(list.n == before + 250 && list.v[before].id.p[0] == 1 && list.v[before + 249].id.p[0] == 250);
	OK(auditing_open(&o->flow, &a));
	arena_done(&a);
	CHECK(chain_of(o).n == list.n);
	office_register_serial(o, "S1");
	list = chain_of(o);
	check_chain(o, &list);
}

static void a_head_is_due_when_rows_were_added(void **state)
{
	struct office *o = *state;
	struct audit_head head, next;
	office_register_serial(o, "S1");
	OK(auditing_next(&o->flow, &o->arena, &head));
	const struct store_audit_list list = chain_of(o);
	CHECK(head.number == list.n && is_bytes_equal(head.hash, list.v[list.n - 1].hash));
	CHECK(head.time == (uint64_t)OFFICE_NOW);
	o->issuer.url = BYTES_TEXT("https://a");
	OK(auditing_put_head(&o->flow, &head, BYTES_TEXT("t")));
	OK(auditing_next(&o->flow, &o->arena, &next));
	CHECK(next.number == 0);
	REFUSES(CONFLICT, auditing_put_head(&o->flow, &head, BYTES_TEXT("t")));
	office_register_serial(o, "S2");
	OK(auditing_next(&o->flow, &o->arena, &next));
	CHECK(next.number > head.number);
}

static void heads_are_listed_behind_a_place(void **state)
{
	struct office *o = *state;
	struct store_audit_chain page = { .writer = BYTES_TEXT(TRAIL_CORE), .limit = 10 };
	struct store_audit_head_list list;
	struct audit_head head;
	uint64_t count;
	o->issuer.url = BYTES_TEXT("https://a");
	for (int i = 0; i < 3; i++) {
		OK(flow_audit(&o->flow, "a", "b", (struct bytes){ 0 }, (struct bytes){ 0 }));
		OK(auditing_next(&o->flow, &o->arena, &head));
		OK(auditing_put_head(&o->flow, &head, BYTES_TEXT("t")));
	}
	OK(auditing_list_heads(&o->flow, &page, &o->arena, &list));
	CHECK(list.n == 3);
	page.after = list.v[1].number;
	OK(auditing_list_heads(&o->flow, &page, &o->arena, &list));
	CHECK(list.n == 1 && is_bytes_equal(list.v[0].hash, head.hash));
	OK(auditing_count(&o->flow, page.writer, &o->arena, &count));
	CHECK(count == head.number);
	OK(auditing_count(&o->flow, BYTES_TEXT("nobody"), &o->arena, &count));
	CHECK(count == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(what_is_done_becomes_the_next_link),
		OFFICE_TEST(what_is_taken_back_leaves_its_place_to_the_next),
		OFFICE_TEST(rows_of_before_become_links_once),
		OFFICE_TEST(a_head_is_due_when_rows_were_added),
		OFFICE_TEST(heads_are_listed_behind_a_place),
	};
	return RUN(tests);
}
