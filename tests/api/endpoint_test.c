#include "api/endpoint.h"

#include <stdio.h>
#include <string.h>

#include "test.h"

#define OWN "/assay/v1/session"

static fault find(const char *method, const char *path, enum endpoint_listener on, struct endpoint_match *m)
{
	return endpoint_find(bytes_text(method), bytes_text(path), on, m);
}

static void every_row_is_found_on_its_listener(void **state)
{
	(void)state;
	for (size_t i = 0; i < ENDPOINT_COUNT; i++) {
		char path[128];
		struct endpoint_match m;
		snprintf(path, sizeof(path), "%s", endpoints[i].path);
		char *hole = strstr(path, "{}"), *rest = strstr(path, "{*}");
		if (rest)
			*rest = 0;
		if (hole)
			memcpy(hole, "ab", 2); /* as long as the hole, so that what follows it stays */
		OK(find(endpoints[i].method, path, endpoints[i].listener, &m));
		CHECK(m.id == (enum endpoint_id)i);
		CHECK((m.target.p != NULL) == (hole != NULL));
	}
}

static void the_device_listener_knows_no_row_of_administrators(void **state)
{
	(void)state;
	struct endpoint_match m;
	for (size_t i = 0; i < ENDPOINT_COUNT; i++)
		if (endpoints[i].listener == ENDPOINT_ON_ADMIN)
			REFUSES(MSG_UNKNOWN,
				find(endpoints[i].method, endpoints[i].path, ENDPOINT_ON_DEVICE, &m));
}

/* Of whoever asks, who takes nothing of others' by it. */
static bool is_own(const char *path)
{
	static const char *const own[] = { OWN, "/assay/v1/views",
					   "/graph/beta/deviceManagement/reports/exportJobs" };
	for (size_t i = 0; i < COUNT_OF(own); i++) {
		char behind = strncmp(path, own[i], strlen(own[i])) == 0 ? path[strlen(own[i])] : '?';
		if (behind == 0 || behind == '/')
			return true;
	}
	return false;
}

static void every_row_of_administrators_but_signing_in_asks_for_a_role(void **state)
{
	(void)state;
	for (size_t i = 0; i < ENDPOINT_COUNT; i++) {
		const struct endpoint *e = &endpoints[i];
		bool is_session = strncmp(e->path, OWN, strlen(OWN)) == 0 && is_own(e->path);
		if (e->listener == ENDPOINT_ON_ADMIN)
			CHECK(e->role != FLOW_ROLE_NOBODY || is_session);
		if (strcmp(e->method, "GET") != 0 && !is_own(e->path) && !is_endpoint_any(e))
			CHECK(e->role >= FLOW_ROLE_HELPDESK);
	}
}

static void a_gate_is_asked_by_any_method_about_any_path_and_by_nobody_else(void **state)
{
	(void)state;
	static const char *const paths[] = { "/access/check", "/access/check/", "/access/check/of/envoy" };
	static const char *const others[] = { "/access/checks", "/access/chec", "/x/access/check" };
	struct endpoint_match m;
	for (size_t i = 0; i < COUNT_OF(paths); i++) {
		OK(find("GET", paths[i], ENDPOINT_ON_DEVICE, &m));
		CHECK(m.id == ENDPOINT_GATE && !m.target.p);
		OK(find("PROPFIND", paths[i], ENDPOINT_ON_DEVICE, &m));
		CHECK(m.id == ENDPOINT_GATE);
		REFUSES(MSG_UNKNOWN, find("GET", paths[i], ENDPOINT_ON_ADMIN, &m));
	}
	for (size_t i = 0; i < COUNT_OF(others); i++)
		REFUSES(MSG_UNKNOWN, find("GET", others[i], ENDPOINT_ON_DEVICE, &m));
}

static void another_method_is_told_which_exist(void **state)
{
	(void)state;
	struct endpoint_match m = { 0 };
	REFUSES(METHOD_UNKNOWN, find("PATCH", "/assay/v1/profiles", ENDPOINT_ON_ADMIN, &m));
	CHECK(m.allow[0] && strcmp(m.allow[0], "GET") == 0);
	CHECK(m.allow[1] && strcmp(m.allow[1], "POST") == 0);
	CHECK(!m.allow[2]);
}

static void paths_that_only_look_alike_are_unknown(void **state)
{
	(void)state;
	static const char *const paths[] = { "",
					     "/",
					     "/assay/v1/profiles/",
					     "/assay/v1/profiles/a/b",
					     "/assay/v1/profile",
					     "/ASSAY/v1/profiles",
					     "//assay/v1/profiles",
					     "/assay/v1/profiles/{}/",
					     "/assay/v1/refusals//evidence",
					     "/assay/v1/refusals/a/b/evidence",
					     "/assay/v1/refusals/a/evidenc",
					     "/assay/v1/refusals/a/evidence/" };
	static const char *const posts[] = { "/assay/v1/conflicts//approve",
					     "/assay/v1/conflicts/a/b/approve",
					     "/assay/v1/conflicts/a/approve/",
					     "/assay/v1/conflicts/a/approved" };
	struct endpoint_match m;
	for (size_t i = 0; i < COUNT_OF(posts); i++)
		REFUSES(MSG_UNKNOWN, find("POST", posts[i], ENDPOINT_ON_ADMIN, &m));
	for (size_t i = 0; i < COUNT_OF(paths); i++)
		REFUSES(MSG_UNKNOWN, find("GET", paths[i], ENDPOINT_ON_ADMIN, &m));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_row_is_found_on_its_listener),
		TEST(the_device_listener_knows_no_row_of_administrators),
		TEST(every_row_of_administrators_but_signing_in_asks_for_a_role),
		TEST(a_gate_is_asked_by_any_method_about_any_path_and_by_nobody_else),
		TEST(another_method_is_told_which_exist),
		TEST(paths_that_only_look_alike_are_unknown),
	};
	return RUN(tests);
}
