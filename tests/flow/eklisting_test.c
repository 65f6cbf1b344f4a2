/* Makers' lists of revoked certificates as core keeps them: noted once, asked for in turn, never set back. */
#include "flow/eklisting.h"

#include "office.h"
#include "wire/eklist.h"

#define DAY INT64_C(86400)

static struct bytes id_of(struct office *o)
{
	return office_octets(o, 9, 32);
}

/* A device's chain names the list. */
static void note(struct office *o)
{
	struct bytes_list unlisted = { .n = 1 };
	const struct eklist_point p = { id_of(o), BYTES_TEXT("a CA"), BYTES_TEXT("CN=Maker"),
					BYTES_TEXT("http://maker/list") };
	OK(flow_encode(&eklist_point_message, &p, &o->arena, &unlisted.v[0]));
	OK(eklisting_put(&o->flow, &unlisted));
}

static struct bytes list_of(struct office *o, int64_t from, uint8_t serials)
{
	struct bytes message;
	const struct eklist list = { .id = id_of(o),
				     .issuer = office_octets(o, 8, 32),
				     .this_update = (uint64_t)from,
				     .next_update = (uint64_t)(from + 8 * DAY),
				     .scope = EKLIST_LEAVES,
				     .serials = office_octets(o, 1, (size_t)serials * EKLIST_SERIAL_SIZE) };
	OK(flow_encode(&eklist_message, &list, &o->arena, &message));
	return message;
}

static struct store_eklist *due(struct office *o)
{
	struct bytes point;
	struct store_eklist *row;
	OK(eklisting_find_due(&o->flow, &o->arena, &row, &point));
	return row;
}

static struct store_eklist *row_of(struct office *o)
{
	struct store_eklist *row;
	OK(eklisting_get(&o->flow, id_of(o), &o->arena, &row));
	return row;
}

/* How many changes of the snapshot follow from what was fetched. */
static size_t finish(struct office *o, fault why, struct bytes list)
{
	struct flow_answer answer = { 0 };
	const struct eklisting_result r = { id_of(o), why, { 0 }, list };
	OK(eklisting_finish(&o->flow, &r, &o->arena, &answer));
	return answer.changes_n;
}

static void a_list_that_a_chain_names_is_noted_once_and_asked_for(void **state)
{
	struct office *o = *state;
	struct store_eklist_list list;
	note(o);
	note(o);
	OK(eklisting_list(&o->flow, (struct store_page){ .limit = 9 }, &o->arena, &list));
	CHECK(list.n == 1 && is_bytes_text(list.v[0].url, "http://maker/list"));
	assert_string_equal(eklisting_word(row_of(o), o->flow.now), "missing");
	CHECK(due(o) && !due(o));
}

static void a_list_that_came_is_in_force_until_it_is_over(void **state)
{
	struct office *o = *state;
	note(o);
	CHECK(finish(o, NULL, list_of(o, o->flow.now, 2)) == 1);
	CHECK(row_of(o)->entries == 2 && row_of(o)->tries == 0);
	assert_string_equal(eklisting_word(row_of(o), o->flow.now + 8 * DAY), "current");
	assert_string_equal(eklisting_word(row_of(o), o->flow.now + 8 * DAY + 1), "stale");
}

static void the_same_list_again_changes_nothing_in_force(void **state)
{
	struct office *o = *state;
	struct bytes list = list_of(o, o->flow.now, 2);
	note(o);
	CHECK(finish(o, NULL, list) == 1);
	o->flow.now++;
	CHECK(finish(o, NULL, list) == 0 && row_of(o)->fetched == o->flow.now);
}

/* Whoever stands between may repeat what the maker said before. */
static void an_older_list_does_not_take_the_place_of_a_newer(void **state)
{
	struct office *o = *state;
	note(o);
	CHECK(finish(o, NULL, list_of(o, o->flow.now, 2)) == 1);
	CHECK(finish(o, NULL, list_of(o, o->flow.now - 1, 1)) == 0);
	CHECK(is_bytes_text(row_of(o)->fault, "CRL_INVALID") && row_of(o)->entries == 2);
	CHECK(finish(o, NULL, list_of(o, o->flow.now + 1, 1)) == 1);
	CHECK(!row_of(o)->fault.p && row_of(o)->entries == 1);
}

static void a_failure_is_said_and_leaves_what_is_in_force(void **state)
{
	struct office *o = *state;
	note(o);
	CHECK(finish(o, NULL, list_of(o, o->flow.now, 2)) == 1);
	CHECK(finish(o, FAIL(FETCH_UNREACHABLE), (struct bytes){ 0 }) == 0);
	CHECK(is_bytes_text(row_of(o)->fault, "FETCH_UNREACHABLE"));
	assert_string_equal(eklisting_word(row_of(o), o->flow.now), "current");
}

static void a_list_of_another_id_is_a_breach(void **state)
{
	struct office *o = *state;
	struct flow_answer answer;
	struct bytes message;
	note(o);
	const struct eklist other = { .id = office_octets(o, 7, 32), .issuer = office_octets(o, 8, 32),
				      .scope = EKLIST_LEAVES };
	OK(flow_encode(&eklist_message, &other, &o->arena, &message));
	const struct eklisting_result r = { id_of(o), NULL, { 0 }, message };
	REFUSES(SYS_FRAME, eklisting_finish(&o->flow, &r, &o->arena, &answer));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(a_list_that_a_chain_names_is_noted_once_and_asked_for),
		OFFICE_TEST(a_list_that_came_is_in_force_until_it_is_over),
		OFFICE_TEST(the_same_list_again_changes_nothing_in_force),
		OFFICE_TEST(an_older_list_does_not_take_the_place_of_a_newer),
		OFFICE_TEST(a_failure_is_said_and_leaves_what_is_in_force),
		OFFICE_TEST(a_list_of_another_id_is_a_breach),
	};
	return RUN(tests);
}
