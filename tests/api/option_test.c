/* Every endpoint of the table asked with every option: it takes the option or says that it does not. */
#include "api/option.h"

#include <string.h>

#include "api/desk.h"
#include "api/endpoint.h"

#define LINK "\"@odata.nextLink\":\""

/* A value that is read as one of the option; as an expression it is refused where it is read. */
static const char *const values[QUERY_OPTION_COUNT] = {
	[QUERY_TOP] = "1",      [QUERY_SKIPTOKEN] = "zz", [QUERY_FILTER] = "zz",
	[QUERY_ORDERBY] = "zz", [QUERY_SELECT] = "zz",    [QUERY_SEARCH] = "zz",
	[QUERY_COUNT] = "true", [QUERY_SINCE] = "2026-01-01T00:00:00Z",
};

static bool is_asked(size_t id)
{
	const struct endpoint *e = &endpoints[id];
	return e->listener & ENDPOINT_ON_ADMIN && !is_endpoint_any(e);
}

/* An address of the endpoint, of a record that may not be there. */
static const char *address_of(struct desk *d, size_t id)
{
	const char *path = endpoints[id].path, *hole = strstr(path, "{}");
	const char *nobody = "00000000-0000-0000-0000-000000000000";
	const char *target = id == ENDPOINT_REPORT ? "TpmFirmware" : nobody;
	if (!hole)
		return path;
	return arena_format(&d->o->arena, "%.*s%s%s", (int)(hole - path), path, target, hole + 2);
}

/* What verify says of it: the option named at the begin of the detail. */
static bool is_refused_by_name(const struct desk *d, fault why, const char *name)
{
	const char *detail = d->notes.detail ? d->notes.detail : d->answer.detail;
	return why == FAIL(FORMAT_UNKNOWN) && detail && strncmp(detail, name, strlen(name)) == 0 &&
	       detail[strlen(name)] == ':';
}

/* What the value of an option that is taken comes to: a list reads the expression and says so. */
static bool is_taken(const struct desk *d, size_t id, unsigned option, fault why)
{
	bool is_expression = option_set(id) & QUERY_BIT(FILTER) && values[option][0] == 'z';
	if (!is_expression || !why)
		return why != FAIL(FORMAT_UNKNOWN);
	return strncmp(why->name, "QUERY_", strlen("QUERY_")) == 0 && d->notes.detail && d->notes.target &&
	       strcmp(d->notes.target, query_name((enum query_option)option)) == 0;
}

static void check_cell(struct desk *d, size_t id, unsigned option)
{
	const char *name = query_name((enum query_option)option);
	const struct question q = { .method = endpoints[id].method,
				    .target = arena_format(&d->o->arena, "%s?%s=%s", address_of(d, id), name,
							   values[option]) };
	struct call c;
	fault why = desk_read(d, &q, &c);
	bool is_own = option_set(id) >> option & 1;
	bool is_right = is_own ? is_taken(d, id, option, why) : is_refused_by_name(d, why, name);
	if (!is_right)
		fail_msg("%s %s: %s, %s", q.method, q.target, why ? why->name : "read",
			 d->notes.detail ? d->notes.detail : "no detail");
}

static void what_an_endpoint_does_not_take_is_refused_and_the_option_named(void **state)
{
	struct desk d = desk_open(*state, "owner");
	size_t cells = 0;
	for (size_t id = 0; id < ENDPOINT_COUNT; id++)
		for (unsigned option = 0; is_asked(id) && option < QUERY_OPTION_COUNT; option++, cells++)
			check_cell(&d, id, option);
	CHECK(cells > 1000);
	COUNTED("cells", cells);
	desk_done(&d);
}

/* Nobody takes a page for the whole, nor is a token passed over by who should begin with it. */
static void what_takes_pages_looks_at_the_token_and_what_does_not_answers_all(void **state)
{
	struct desk d = desk_open(*state, "owner");
	size_t paged = 0, whole = 0;
	office_register_key(*state, 1);
	office_register_key(*state, 2);
	for (size_t id = 0; id < ENDPOINT_COUNT; id++) {
		if (!is_asked(id) || strcmp(endpoints[id].method, "GET") != 0)
			continue;
		bool is_paged = option_set(id) & QUERY_BIT(SKIPTOKEN);
		const char *target = arena_format(&d.o->arena, "%s%s", address_of(&d, id),
						  is_paged ? "?$skiptoken=zz" : "");
		fault why = desk_send(&d, &(struct question){ .method = "GET", .target = target });
		if (is_paged && why != FAIL(NOT_FOUND))
			CHECK(why == FAIL(QUERY_TOKEN) || is_refused_by_name(&d, why, "$skiptoken"));
		else if (!why)
			CHECK(!memmem(d.answer.body.p, d.answer.body.n, LINK, strlen(LINK)));
		paged += is_paged;
		whole += !is_paged && !why;
	}
	CHECK(paged > 25 && whole > 10);
	desk_done(&d);
}

/* Digits that are a key, of a place that no chain has. */
static void a_token_of_no_place_in_the_chain_is_refused_by_name(void **state)
{
	struct desk d = desk_open(*state, "owner");
	const struct question q = { .method = "GET",
				    .target = "/assay/v1/audit/core?$skiptoken=ffffffffffffffff" };
	fault why = desk_send(&d, &q);
	CHECK(is_refused_by_name(&d, why, "$skiptoken"));
	desk_done(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(what_an_endpoint_does_not_take_is_refused_and_the_option_named),
		OFFICE_TEST(what_takes_pages_looks_at_the_token_and_what_does_not_answers_all),
		OFFICE_TEST(a_token_of_no_place_in_the_chain_is_refused_by_name),
	};
	json_object_seed(1);
	return RUN(tests);
}
