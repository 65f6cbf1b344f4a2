/* Core's side of device tokens: what ca says goes to whoever asked, once, and nobody waits for ever. */
#include "server/mintage.h"

#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "proc/clock.h"
#include "proc/loop.h"
#include "test.h"
#include "wire/problem.h"

#define PLACE 7 /* of the question at whoever asked */

/* A core between ca and one asker, who keeps what it is told last. */
struct bench {
	struct core core;
	struct loop *loop;
	struct link *asker, *peer; /* core's end and the asker's */
	unsigned told;
	uint64_t status, retry_after_s;
	fault why;
	uint8_t body[PROBLEM_SIZE_MAX];
	size_t size;
};

static void on_frame(void *self, struct link *link, const struct frame *f)
{
	struct bench *b = self;
	struct response r;
	struct arena a;
	struct problem_view p;
	(void)link;
	OK(frame_get(f, &r));
	CHECK(f->type == FRAME_RESPONSE && f->id == PLACE && r.body.n <= sizeof(b->body));
	b->told++;
	b->status = r.status;
	b->retry_after_s = r.retry_after_s;
	b->size = r.body.n;
	memcpy(b->body, r.body.p, r.body.n);
	arena_init(&a, 4096);
	b->why = NULL;
	if (r.content == FRAME_CONTENT_PROBLEM && !problem_parse(r.body, &a, &p))
		b->why = fault_find(p.code);
	arena_done(&a);
}

static void on_closed(void *self, struct link *link, fault why)
{
	(void)self, (void)link, (void)why;
}

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	int ends[2];
	CHECK(b && socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
	const struct link_plan core = { ROLE_CORE, { ROLE_VERIFY, 0 }, b, on_frame, on_closed, NULL };
	const struct link_plan verify = { ROLE_VERIFY, { ROLE_CORE, 0 }, b, on_frame, on_closed, NULL };
	b->loop = loop_new();
	b->core.minted = pending_new(4);
	b->asker = link_new(b->loop, ends[0], &core);
	b->peer = link_new(b->loop, ends[1], &verify);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;
	link_free(b->asker);
	link_free(b->peer);
	pending_free(b->core.minted);
	loop_free(b->loop);
	free(b);
	return 0;
}

/* Nobody sends to ca here, so it is only a name. */
static struct link *ca(struct bench *b)
{
	return (struct link *)&b->core;
}

static uint64_t put(struct bench *b, int64_t since_ms)
{
	uint64_t id;
	const struct pending_item item = { .to = ca(b), .from = b->asker, .from_id = PLACE,
					   .since_ms = since_ms, .type = FRAME_MINT };
	OK(pending_put(b->core.minted, &item, &id));
	return id;
}

static void take(struct bench *b, uint64_t id, const struct minted *m)
{
	uint8_t memory[4096];
	struct wr w = wr_of(memory, sizeof(memory));
	message_write(&minted_message, m, &w);
	const struct frame f = { FRAME_MINTED, id, wr_done(&w) };
	mintage_take(&b->core, ca(b), &f);
}

static unsigned told(struct bench *b)
{
	event_base_loop(loop_base(b->loop), EVLOOP_NONBLOCK);
	event_base_loop(loop_base(b->loop), EVLOOP_NONBLOCK);
	return b->told;
}

static void a_token_goes_to_whoever_asked_and_once(void **state)
{
	struct bench *b = *state;
	struct token_grant g;
	const struct minted m = { .token = BYTES_TEXT("a.b.c"), .expires = 99 };
	uint64_t id = put(b, clock_monotonic_ms());
	take(b, id, &m);
	take(b, id, &m);
	CHECK(told(b) == 1 && b->status == 200);
	OK(message_parse(&token_grant_message, bytes_of(b->body, b->size), &g));
	CHECK(is_bytes_text(g.token, "a.b.c") && g.expires == 99);
}

static void a_refusal_by_ca_is_handed_on_with_when_to_come_again(void **state)
{
	struct bench *b = *state;
	const struct minted m = { .number = fault_number(FAIL(SIGNER_RATE)), .retry_after_s = 60 };
	take(b, put(b, clock_monotonic_ms()), &m);
	CHECK(told(b) == 1 && b->retry_after_s == 60);
	CHECK(b->why == FAIL(SIGNER_RATE));
}

static void an_answer_without_token_and_reason_is_a_breach_of_cas(void **state)
{
	struct bench *b = *state;
	take(b, put(b, clock_monotonic_ms()), &(struct minted){ 0 });
	CHECK(told(b) == 1 && b->why == FAIL(SYS_FRAME));
}

static void an_answer_to_no_question_goes_nowhere(void **state)
{
	struct bench *b = *state;
	const struct minted m = { .token = BYTES_TEXT("a.b.c"), .expires = 99 };
	take(b, put(b, clock_monotonic_ms()) + 1, &m);
	CHECK(told(b) == 0 && pending_count(b->core.minted) == 1);
}

static void what_a_lost_ca_owes_is_refused(void **state)
{
	struct bench *b = *state;
	put(b, clock_monotonic_ms());
	mintage_forget(&b->core, ca(b));
	CHECK(told(b) == 1 && b->why == FAIL(SYS_BUSY) && pending_count(b->core.minted) == 0);
}

static void what_an_asker_that_left_waited_for_goes_nowhere(void **state)
{
	struct bench *b = *state;
	const struct minted m = { .token = BYTES_TEXT("a.b.c"), .expires = 99 };
	uint64_t id = put(b, clock_monotonic_ms());
	mintage_forget(&b->core, b->asker);
	take(b, id, &m);
	CHECK(told(b) == 0 && pending_count(b->core.minted) == 0);
}

static void who_has_waited_too_long_is_refused_and_nobody_else(void **state)
{
	struct bench *b = *state;
	put(b, 1);
	put(b, clock_monotonic_ms());
	mintage_tick(&b->core);
	CHECK(told(b) == 1 && b->why == FAIL(SYS_BUSY) && pending_count(b->core.minted) == 1);
}

static void the_keys_that_are_served_are_those_that_ca_said_last(void **state)
{
	struct bench *b = *state;
	uint8_t memory[256];
	static const char *const said[] = { "{\"keys\":[1]}", "{}" };
	for (size_t i = 0; i < COUNT_OF(said); i++) {
		struct wr w = wr_of(memory, sizeof(memory));
		message_write(&mint_keys_message, &(struct mint_keys){ bytes_text(said[i]) }, &w);
		const struct frame f = { FRAME_MINT_KEYS, 0, wr_done(&w) };
		mintage_put_keys(&b->core, ca(b), &f);
		CHECK(is_bytes_text(b->core.served.jwks, said[i]));
	}
	const struct frame broken = { FRAME_MINT_KEYS, 0, BYTES_TEXT("x") };
	mintage_put_keys(&b->core, ca(b), &broken);
	CHECK(is_bytes_text(b->core.served.jwks, "{}"));
}

#define BENCH_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH_TEST(a_token_goes_to_whoever_asked_and_once),
		BENCH_TEST(a_refusal_by_ca_is_handed_on_with_when_to_come_again),
		BENCH_TEST(an_answer_without_token_and_reason_is_a_breach_of_cas),
		BENCH_TEST(an_answer_to_no_question_goes_nowhere),
		BENCH_TEST(what_a_lost_ca_owes_is_refused),
		BENCH_TEST(what_an_asker_that_left_waited_for_goes_nowhere),
		BENCH_TEST(who_has_waited_too_long_is_refused_and_nobody_else),
		BENCH_TEST(the_keys_that_are_served_are_those_that_ca_said_last),
	};
	return RUN(tests);
}
