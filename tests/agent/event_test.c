#include "agent/event.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "test.h"

struct bench {
	char folder[64], socket[80];
	struct state state;
	struct event_book book;
	struct arena arena;
	int journal;
};

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	CHECK(b != NULL);
	snprintf(b->folder, sizeof(b->folder), "/tmp/assay-event-XXXXXX");
	CHECK(mkdtemp(b->folder));
	snprintf(b->socket, sizeof(b->socket), "%s/journal", b->folder);
	snprintf(at.sun_path, sizeof(at.sun_path), "%s", b->socket);
	b->journal = socket(AF_UNIX, SOCK_DGRAM, 0);
	CHECK(b->journal >= 0 && bind(b->journal, (const struct sockaddr *)&at, sizeof(at)) == 0);
	OK(state_open(&b->state, b->folder));
	event_init(&b->book, &b->state, b->socket);
	arena_init(&b->arena, 4 * EVENT_FILE_MAX);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;
	if (b->state.folder >= 0)
		OK(state_remove(&b->state, STATE_EVENTS));
	event_done(&b->book);
	arena_done(&b->arena);
	state_close(&b->state);
	close(b->journal);
	unlink(b->socket);
	CHECK(rmdir(b->folder) == 0);
	free(b);
	return 0;
}

static json_t *events_of(struct bench *b)
{
	struct bytes file;
	arena_reset(&b->arena);
	OK(state_find(&b->state, STATE_EVENTS, &b->arena, &file));
	return event_list(file);
}

static bool is_member(const json_t *event, const char *name, const char *expected)
{
	const char *text = json_string_value(json_object_get(event, name));
	return expected ? text && strcmp(text, expected) == 0 : json_is_null(json_object_get(event, name));
}

static void an_event_says_what_happened_with_its_values_in_their_places(void **state)
{
	struct bench *b = *state;
	const struct event attempt = { EVENT_ATTEMPT, EVENT_STAGE_NONE, NULL, { "2", "5" } };
	event_put(&b->book, &attempt);
	json_auto_t *events = events_of(b);
	const json_t *event = json_array_get(events, 0);
	CHECK(json_array_size(events) == 1 && json_integer_value(json_object_get(event, "id")) == 177);
	CHECK(is_member(event, "text", "The TPM is being attested: attempt 2 of 5."));
	CHECK(is_member(event, "level", "info") && is_member(event, "stage", NULL) &&
	      is_member(event, "error", NULL));
	CHECK(!json_object_get(event, "fault"));
}

static void a_failure_has_stage_error_cause_and_remedy(void **state)
{
	struct bench *b = *state;
	struct cause cause = cause_of(FAIL(DEVICE_NOT_REGISTERED), "serial 7");
	const struct event failed = { EVENT_ENROLMENT_FAILED, EVENT_STAGE_JOIN, &cause, { NULL, NULL } };
	snprintf(cause.request_id, sizeof(cause.request_id), "00112233445566778899aabbccddeeff");
	event_put(&b->book, &failed);
	json_auto_t *events = events_of(b);
	const json_t *event = json_array_get(events, 0);
	CHECK(is_member(event, "text",
			"Device enrolment failed during stage AADEnroll with error 0x801C0003."));
	CHECK(is_member(event, "stage", "AADEnroll") && is_member(event, "error", "0x801C0003"));
	CHECK(is_member(event, "fault", "DEVICE_NOT_REGISTERED") && is_member(event, "detail", "serial 7"));
	CHECK(is_member(event, "remedy", FAIL(DEVICE_NOT_REGISTERED)->remedy));
	CHECK(is_member(event, "requestId", cause.request_id));
}

static void a_fault_without_a_number_is_told_by_its_code(void **state)
{
	struct bench *b = *state;
	const struct cause cause = cause_of(FAIL(REASON_UNKNOWN), NULL);
	const struct event refused = { EVENT_TOKEN_REFUSED, EVENT_STAGE_COMPLETED, &cause, { NULL, NULL } };
	event_put(&b->book, &refused);
	json_auto_t *events = events_of(b);
	CHECK(is_member(json_array_get(events, 0), "text",
			"There is no device token: error REASON_UNKNOWN."));
}

static void events_are_numbered_and_the_oldest_make_room(void **state)
{
	struct bench *b = *state;
	const struct event started = { EVENT_MAINTENANCE_STARTED, EVENT_STAGE_NONE, NULL, { NULL, NULL } };
	static char old[EVENT_FILE_MAX];
	int n = snprintf(old, sizeof(old), "{\"sequence\":41,\"id\":1}\n");
	memset(old + n, ' ', sizeof(old) - (size_t)n - 30);
	snprintf(old + sizeof(old) - 31, 31, "\n{\"sequence\":42,\"id\":2}\n");
	OK(state_put(&b->state, STATE_EVENTS, bytes_text(old)));
	event_put(&b->book, &started);
	json_auto_t *events = events_of(b);
	CHECK(json_array_size(events) == 2);
	for (size_t i = 0; i < 2; i++)
		CHECK(json_integer_value(json_object_get(json_array_get(events, i), "sequence")) ==
		      (json_int_t)(42 + i));
}

static void a_line_that_is_no_event_is_passed_over(void **state)
{
	(void)state;
	json_auto_t *events =
		event_list(BYTES_TEXT("no event\n\n[1]\n{\"id\":1,\"id\":2}\n{\"id\":3}\n{\"id\":4"));
	CHECK(json_array_size(events) == 1);
	CHECK(json_integer_value(json_object_get(json_array_get(events, 0), "id")) == 3);
}

/* The fields of the next entry, a line each. */
static const char *entry(struct bench *b, char *out, size_t size)
{
	ssize_t n = recv(b->journal, out, size - 1, MSG_DONTWAIT);
	out[n > 0 ? n : 0] = 0;
	return out;
}

static void the_journal_is_told_every_event_with_its_fields(void **state)
{
	struct bench *b = *state;
	char got[8192];
	static const char *const expected[] = {
		"MESSAGE=Device enrolment failed during stage DeviceDiscovery with error 0x80072EFD.\n",
		"\nPRIORITY=3\n",
		"\nSYSLOG_IDENTIFIER=assay-agent\n",
		"\nASSAY_EVENT=302\n",
		"\nASSAY_FAULT=NET_UNREACHABLE\n",
		"\nASSAY_HRESULT=0x80072EFD\n",
		"\nASSAY_DETAIL=connecting\n",
	};
	const struct cause cause = cause_of(FAIL(NET_UNREACHABLE), "connecting");
	const struct event failed = { EVENT_ENROLMENT_FAILED, EVENT_STAGE_DISCOVERY, &cause, { NULL, NULL } };
	event_put(&b->book, &failed);
	entry(b, got, sizeof(got));
	for (size_t i = 0; i < COUNT_OF(expected); i++)
		if (!strstr(got, expected[i]))
			fail_msg("%s is not in %s", expected[i], got);
	CHECK(!strstr(got, "ASSAY_REQUEST_ID") && got[strlen(got) - 1] == '\n');
}

static void where_no_journal_is_events_are_kept_all_the_same(void **state)
{
	struct bench *b = *state;
	static const char *const paths[] = { "", "/nonexistent/journal", "/dev/null" };
	const struct event done = { EVENT_MAINTENANCE_DONE, EVENT_STAGE_NONE, NULL, { NULL, NULL } };
	for (size_t i = 0; i < COUNT_OF(paths); i++) {
		b->book.journal = paths[i];
		event_put(&b->book, &done);
	}
	json_auto_t *events = events_of(b);
	CHECK(json_array_size(events) == COUNT_OF(paths));
}

static void without_a_state_folder_the_journal_is_told(void **state)
{
	struct bench *b = *state;
	char got[8192];
	const struct event done = { EVENT_MAINTENANCE_DONE, EVENT_STAGE_NONE, NULL, { NULL, NULL } };
	state_close(&b->state);
	event_put(&b->book, &done);
	CHECK(strstr(entry(b, got, sizeof(got)), "ASSAY_EVENT=152\n"));
}

static void ids_are_of_windows_or_above_2000_and_each_is_one_event(void **state)
{
	(void)state;
	static const int ids[] = {
#define E(name, id, ...) id,
#include "agent/event.def"
#undef E
	};
	for (size_t i = 0; i < COUNT_OF(ids); i++) {
		CHECK((ids[i] >= 100 && ids[i] <= 754) || ids[i] > 2000);
		for (size_t j = 0; j < i; j++)
			CHECK(ids[i] != ids[j]);
	}
	CHECK(COUNT_OF(ids) == EVENT_COUNT);
}

static void the_stage_of_a_fault_is_where_it_was_met(void **state)
{
	(void)state;
	static const struct {
		fault why;
		bool is_server;
		enum event_stage stage;
	} cases[] = {
		{ FAIL(TPM_MISSING), false, EVENT_STAGE_INITIAL },
		{ FAIL(NET_UNREACHABLE), false, EVENT_STAGE_DISCOVERY },
		{ FAIL(EK_CHAIN_UNTRUSTED), true, EVENT_STAGE_JOIN },
		{ FAIL(RESTRICTION_BLOCKED), true, EVENT_STAGE_ENROLMENT },
		{ FAIL(SYS_BUSY), true, EVENT_STAGE_DISCOVERY },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct cause cause = cause_of(cases[i].why, NULL);
		cause.is_server = cases[i].is_server;
		CHECK(event_stage_of(&cause, cases[i].why) == cases[i].stage);
	}
	CHECK(strcmp(event_stage_word(EVENT_STAGE_ENROLMENT), "MDMEnrolling") == 0);
}

#define BENCH(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH(an_event_says_what_happened_with_its_values_in_their_places),
		BENCH(a_failure_has_stage_error_cause_and_remedy),
		BENCH(a_fault_without_a_number_is_told_by_its_code),
		BENCH(events_are_numbered_and_the_oldest_make_room),
		TEST(a_line_that_is_no_event_is_passed_over),
		BENCH(the_journal_is_told_every_event_with_its_fields),
		BENCH(where_no_journal_is_events_are_kept_all_the_same),
		BENCH(without_a_state_folder_the_journal_is_told),
		TEST(ids_are_of_windows_or_above_2000_and_each_is_one_event),
		TEST(the_stage_of_a_fault_is_where_it_was_met),
	};
	return RUN(tests);
}
