#include "flow/views.h"

#include "office.h"

static const struct caller founder = { .name = "founder", .role = FLOW_ROLE_OWNER };

/* A reader with an account. */
static struct caller reader(struct office *o, const char *name)
{
	struct store_account *row;
	const struct account_order by = { &founder, &o->admin, { 0 } };
	const struct account_new in = { .name = bytes_text(name), .role = BYTES_TEXT("reader"),
					.proof = office_octets(o, 1, 32) };
	OK(account_put(&o->flow, &by, &in, &o->arena, &row));
	return (struct caller){ .name = name, .role = FLOW_ROLE_READER, .account = bytes_text(name) };
}

static fault put(struct office *o, const struct caller *by, const char *name, struct store_view **ret)
{
	const struct account_order of = { by, &o->admin, { 0 } };
	const struct view_new in = { bytes_text(name), BYTES_TEXT("devices"), BYTES_TEXT("filter=x") };
	return views_put(&o->flow, &of, &in, &o->arena, ret);
}

static size_t count(struct office *o, const struct caller *by)
{
	struct store_view_list list;
	const struct account_order of = { by, &o->admin, { 0 } };
	OK(views_list(&o->flow, &of, &o->arena, &list));
	return list.n;
}

static void views_are_their_accounts_own(void **state)
{
	struct office *o = *state;
	struct store_view *row;
	const struct caller anna = reader(o, "anna"), ben = reader(o, "ben");
	const struct account_order by_ben = { &ben, &o->admin, { 0 } }, by_anna = { &anna, &o->admin, { 0 } };
	OK(put(o, &anna, "Mine", &row));
	CHECK(count(o, &anna) == 1 && count(o, &ben) == 0);
	REFUSES(NOT_FOUND, views_delete(&o->flow, &by_ben, row->id));
	OK(views_delete(&o->flow, &by_anna, row->id));
	CHECK(count(o, &anna) == 0);
}

static void a_name_is_taken_once_by_each(void **state)
{
	struct office *o = *state;
	struct store_view *row;
	const struct caller anna = reader(o, "anna"), ben = reader(o, "ben");
	OK(put(o, &anna, "Mine", &row));
	REFUSES(CONFLICT, put(o, &anna, "Mine", &row));
	OK(put(o, &ben, "Mine", &row));
}

static void a_token_of_nobody_has_none(void **state)
{
	struct office *o = *state;
	struct store_view *row;
	const struct account_order by = { &founder, &o->admin, { 0 } };
	REFUSES(STATE_INVALID, put(o, &founder, "Mine", &row));
	CHECK(count(o, &founder) == 0);
	REFUSES(NOT_FOUND, views_delete(&o->flow, &by, office_octets(o, 1, 16)));
}

static void there_is_a_ceiling(void **state)
{
	struct office *o = *state;
	struct store_view *row;
	const struct caller anna = reader(o, "anna");
	for (unsigned i = 0; i < VIEWS_MAX; i++)
		OK(put(o, &anna, arena_format(&o->arena, "view %u", i), &row));
	REFUSES(BODY_LIMIT, put(o, &anna, "one more", &row));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(views_are_their_accounts_own),
		OFFICE_TEST(a_name_is_taken_once_by_each),
		OFFICE_TEST(a_token_of_nobody_has_none),
		OFFICE_TEST(there_is_a_ceiling),
	};
	return RUN(tests);
}
