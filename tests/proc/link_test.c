/*
 * loop and link: a link in this process, and at its other end a bare socket that the test writes to and reads
 * from.
 */
#include "test.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proc/link.h"
#include "proc/loop.h"

#define FLOOD 100000

struct bench {
	struct loop *loop;
	struct link *link;
	int far;
	unsigned frames, closed, calls, drained;
	uint64_t last_id;
	fault why;
	bool free_in_frame;
	uint8_t body[TRIP_BODY_MAX];
	size_t body_size;
};

static void on_frame(void *self, struct link *link, const struct frame *frame)
{
	struct bench *b = self;
	struct response response = { 0 };
	b->frames++;
	b->last_id = frame->id;
	OK(frame_get(frame, &response));
	b->body_size = response.body.n;
	if (response.body.n)
		memcpy(b->body, response.body.p, response.body.n);
	if (!b->free_in_frame)
		return;
	link_free(link);
	b->link = NULL;
}

static void on_closed(void *self, struct link *link, fault why)
{
	struct bench *b = self;
	b->closed++;
	b->why = why;
	link_free(link);
	b->link = NULL;
}

static void on_drained(void *self, struct link *link)
{
	struct bench *b = self;
	CHECK(link_queued(link) == 0);
	b->drained++;
}

/* The near end is net, the far end speaks as verify. */
static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	int ends[2];
	if (!b || socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) != 0)
		return -1;
	signal(SIGPIPE, SIG_IGN);
	b->loop = loop_new();
	b->far = ends[1];
	const struct link_plan plan = { ROLE_NET_DEVICE, { ROLE_VERIFY, 0 }, b, on_frame, on_closed,
					on_drained };
	b->link = link_new(b->loop, ends[0], &plan);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;
	link_free(b->link);
	loop_free(b->loop);
	if (b->far >= 0)
		close(b->far);
	free(b);
	return 0;
}

static void turn(struct bench *b)
{
	event_base_loop(loop_base(b->loop), EVLOOP_NONBLOCK);
}

static struct bytes response_of(uint64_t id, size_t body_size, uint8_t *room, size_t size)
{
	static uint8_t body[TRIP_BODY_MAX];
	struct wr w = wr_of(room, size);
	memset(body, 0x5A, body_size);
	const struct response r = { .status = 200, .body = bytes_of(body, body_size) };
	frame_write(FRAME_RESPONSE, id, &r, &w);
	CHECK(!w.bad);
	return wr_done(&w);
}

static void put(struct bench *b, struct bytes octets)
{
	CHECK(write(b->far, octets.p, octets.n) == (ssize_t)octets.n);
}

static const struct request request = {
	.request_id = { (const uint8_t *)"0123456789abcdef", 16 },
	.peer = { (const uint8_t *)"127.0.0.1", 9 },
	.server_key_hash = { (const uint8_t *)"0123456789abcdef0123456789abcdef", 32 },
	.method = { (const uint8_t *)"GET", 3 },
	.target = { (const uint8_t *)"/", 1 },
};

static void a_frame_that_comes_octet_by_octet_arrives_once(void **state)
{
	struct bench *b = *state;
	uint8_t room[256];
	struct bytes octets = response_of(77, 20, room, sizeof(room));
	for (size_t i = 0; i < octets.n; i++) {
		CHECK(b->frames == 0);
		put(b, bytes_slice(octets, i, 1));
		turn(b);
	}
	CHECK(b->frames == 1 && b->last_id == 77 && b->body_size == 20 && b->closed == 0);
}

static void several_frames_in_one_write_arrive_in_order(void **state)
{
	struct bench *b = *state;
	uint8_t room[1024];
	size_t at = 0;
	for (uint64_t id = 1; id <= 5; id++)
		at += response_of(id, 30, room + at, sizeof(room) - at).n;
	put(b, bytes_of(room, at));
	turn(b);
	CHECK(b->frames == 5 && b->last_id == 5);
}

static void the_largest_frame_passes_and_the_next_one_too(void **state)
{
	struct bench *b = *state;
	static uint8_t room[FRAME_HEAD_SIZE + FRAME_BODY_MAX];
	for (unsigned round = 1; round <= 2; round++) {
		struct bytes octets = response_of(round, TRIP_BODY_MAX, room, sizeof(room));
		for (size_t at = 0; at < octets.n;) {
			ssize_t n = write(b->far, octets.p + at, octets.n - at);
			at += n > 0 ? (size_t)n : 0;
			turn(b);
		}
		turn(b);
		CHECK(b->frames == round && b->body_size == TRIP_BODY_MAX);
		CHECK(b->body[TRIP_BODY_MAX - 1] == 0x5A);
	}
}

static void an_oversized_frame_closes_the_link_at_its_head(void **state)
{
	struct bench *b = *state;
	uint8_t head[FRAME_HEAD_SIZE];
	struct wr w = wr_of(head, sizeof(head));
	wr_be32(&w, FRAME_BODY_MAX + FRAME_HEAD_SIZE);
	wr_u8(&w, FRAME_RESPONSE);
	wr_be64(&w, 1);
	put(b, wr_done(&w));
	turn(b);
	CHECK(b->closed == 1 && b->why == FAIL(SYS_FRAME) && b->frames == 0);
}

static void a_body_that_is_not_of_its_type_closes_the_link_before_any_handler(void **state)
{
	struct bench *b = *state;
	uint8_t room[64];
	struct bytes octets = response_of(1, 1, room, sizeof(room));
	room[FRAME_HEAD_SIZE + 1] = 9;
	put(b, octets);
	turn(b);
	CHECK(b->closed == 1 && b->why == FAIL(SYS_FRAME) && b->frames == 0);
}

/* Two hundred lines about broken links are of no use to whoever reads the test's output. */
static int silence(void)
{
	int saved = dup(STDERR_FILENO), nowhere = open("/dev/null", O_WRONLY);
	CHECK(saved >= 0 && dup2(nowhere, STDERR_FILENO) == STDERR_FILENO);
	close(nowhere);
	return saved;
}

static void every_type_that_is_not_the_peers_closes_the_link(void **state)
{
	int saved = silence();
	(void)state;
	for (unsigned type = 0; type < 256; type++) {
		void *inner = NULL;
		CHECK(setup(&inner) == 0);
		struct bench *b = inner;
		uint8_t room[256];
		struct bytes octets = response_of(1, 1, room, sizeof(room));
		room[4] = (uint8_t)type;
		put(b, octets);
		turn(b);
		bool allowed = type == FRAME_RESPONSE;
		CHECK(b->closed == (allowed ? 0 : 1) && b->frames == (allowed ? 1 : 0));
		CHECK(b->why == (allowed ? NULL : FAIL(SYS_FRAME)));
		teardown(&inner);
	}
	CHECK(dup2(saved, STDERR_FILENO) == STDERR_FILENO);
	close(saved);
}

static void the_peers_end_is_told_after_its_last_frame(void **state)
{
	struct bench *b = *state;
	uint8_t room[256];
	put(b, response_of(9, 3, room, sizeof(room)));
	close(b->far);
	b->far = -1;
	turn(b);
	turn(b);
	CHECK(b->frames == 1 && b->closed == 1 && b->why == NULL);
}

static void an_end_inside_a_frame_is_an_end_and_no_frame(void **state)
{
	struct bench *b = *state;
	uint8_t room[256];
	struct bytes octets = response_of(9, 3, room, sizeof(room));
	put(b, bytes_slice(octets, 0, octets.n - 1));
	close(b->far);
	b->far = -1;
	turn(b);
	turn(b);
	CHECK(b->frames == 0 && b->closed == 1 && b->why == NULL);
}

static void a_link_may_be_freed_in_its_own_callback(void **state)
{
	struct bench *b = *state;
	uint8_t room[512];
	size_t at = response_of(1, 3, room, sizeof(room)).n;
	at += response_of(2, 3, room + at, sizeof(room) - at).n;
	b->free_in_frame = true;
	put(b, bytes_of(room, at));
	turn(b);
	CHECK(b->frames == 1 && b->closed == 0 && b->link == NULL);
}

static void what_is_sent_in_one_turn_goes_out_together_and_whole(void **state)
{
	struct bench *b = *state;
	uint8_t room[4096];
	struct frame frame;
	size_t size = 0, at = 0;
	for (uint64_t id = 1; id <= 10; id++)
		OK(link_send(b->link, FRAME_REQUEST, id, &request));
	CHECK(read(b->far, room, sizeof(room)) < 0);
	turn(b);
	ssize_t n = read(b->far, room, sizeof(room));
	CHECK(n > 0 && link_queued(b->link) == 0);
	for (uint64_t id = 1; id <= 10; id++) {
		OK(frame_parse(bytes_of(room + at, (size_t)n - at), &frame, &size));
		CHECK(size > 0 && frame.type == FRAME_REQUEST && frame.id == id);
		at += size;
	}
	CHECK(at == (size_t)n);
}

static void a_type_that_is_not_ours_or_a_broken_message_is_not_sent(void **state)
{
	struct bench *b = *state;
	struct request broken = request;
	const struct response response = { .status = 200 };
	broken.method = (struct bytes){ 0 };
	REFUSES(BUG, link_send(b->link, FRAME_RESPONSE, 1, &response));
	REFUSES(BUG, link_send(b->link, FRAME_READY, 1, NULL));
	REFUSES(BUG, link_send(b->link, FRAME_REQUEST, 1, &broken));
	CHECK(link_queued(b->link) == 0);
}

/* Reads the far end until the near queue is empty, and returns how many whole frames came. */
static uint64_t drain(struct bench *b, size_t frame_size)
{
	static uint8_t room[1 << 16];
	size_t total = 0;
	ssize_t n = 0;
	do {
		turn(b);
		n = read(b->far, room, sizeof(room));
		total += n > 0 ? (size_t)n : 0;
	} while (n > 0 || link_queued(b->link) > 0);
	CHECK(total % frame_size == 0);
	return total / frame_size;
}

static void a_peer_that_does_not_read_makes_sending_refuse_and_loses_nothing(void **state)
{
	struct bench *b = *state;
	uint64_t sent = 0;
	fault f = NULL;
	OK(link_send(b->link, FRAME_REQUEST, 0, &request));
	size_t frame_size = link_queued(b->link);
	while (!f && sent < 100 * FLOOD) {
		f = link_send(b->link, FRAME_REQUEST, ++sent, &request);
		turn(b);
	}
	CHECK(f == FAIL(SYS_BUSY));
	CHECK(b->closed == 0);
	CHECK(drain(b, frame_size) == sent);
	unsigned drained = b->drained;
	OK(link_send(b->link, FRAME_REQUEST, 1, &request));
	CHECK(drain(b, frame_size) == 1 && b->drained == drained + 1);
}

static void a_flood_waits_in_the_kernel_while_the_link_is_paused(void **state)
{
	struct bench *b = *state;
	uint8_t room[256];
	struct bytes octets = response_of(1, 50, room, sizeof(room));
	unsigned written = 0;
	link_pause(b->link);
	while (written < FLOOD && write(b->far, octets.p, octets.n) == (ssize_t)octets.n) {
		written++;
		turn(b);
	}
	CHECK(written > 0 && written < FLOOD && b->frames == 0);
	link_resume(b->link);
	while (b->closed == 0 && b->frames < written)
		turn(b);
	CHECK(b->frames == written);
}

static void sending_to_a_peer_that_is_gone_refuses_and_closes_once(void **state)
{
	struct bench *b = *state;
	close(b->far);
	b->far = -1;
	OK(link_send(b->link, FRAME_REQUEST, 1, &request));
	CHECK(b->closed == 0);
	turn(b);
	turn(b);
	CHECK(b->closed == 1 && b->why == NULL && b->link == NULL);
}

static void count_call(void *self)
{
	struct bench *b = self;
	b->calls++;
}

/* Several descriptors and one deferred call that each of them starts. */
struct batch {
	struct loop_event *deferred;
	struct source {
		struct batch *batch;
		int fd;
	} sources[3];
	unsigned served, runs, served_at_run;
};

static void serve_source(void *self)
{
	struct source *s = self;
	char c = 0;
	CHECK(read(s->fd, &c, 1) == 1);
	s->batch->served++;
	loop_deferred_start(s->batch->deferred);
}

static void note_run(void *self)
{
	struct batch *batch = self;
	batch->runs++;
	batch->served_at_run = batch->served;
}

static void a_deferred_call_runs_once_and_after_all_that_was_ready_together(void **state)
{
	struct bench *b = *state;
	struct batch batch = { 0 };
	struct loop_event *events[COUNT_OF(batch.sources)];
	int writers[COUNT_OF(batch.sources)];
	batch.deferred = loop_deferred_new(b->loop, note_run, &batch);
	for (size_t i = 0; i < COUNT_OF(events); i++) {
		int pipes[2];
		CHECK(pipe(pipes) == 0);
		writers[i] = pipes[1];
		batch.sources[i] = (struct source){ &batch, pipes[0] };
		events[i] = loop_readable_new(b->loop, pipes[0], serve_source, &batch.sources[i]);
		CHECK(write(writers[i], "x", 1) == 1);
	}
	turn(b);
	CHECK(batch.served == 3 && batch.runs == 1 && batch.served_at_run == 3);
	turn(b);
	CHECK(batch.runs == 1);
	for (size_t i = 0; i < COUNT_OF(events); i++) {
		loop_event_free(events[i]);
		close(batch.sources[i].fd);
		close(writers[i]);
	}
	loop_event_free(batch.deferred);
}

struct repeat {
	struct loop *loop;
	struct loop_event *timer;
	unsigned calls;
};

static void stop_at_three(void *self)
{
	struct repeat *r = self;
	if (++r->calls < 3)
		return;
	loop_event_free(r->timer);
	loop_stop(r->loop);
}

static void a_repeating_timer_repeats_and_may_free_itself(void **state)
{
	struct bench *b = *state;
	struct repeat r = { .loop = b->loop };
	r.timer = loop_timer_new(b->loop, stop_at_three, &r);
	loop_timer_repeat(r.timer, 1);
	OK(loop_run(b->loop));
	CHECK(r.calls == 3);
}

static void a_signal_calls_from_the_loop_until_stopped(void **state)
{
	struct bench *b = *state;
	struct loop_event *event = loop_signal_new(b->loop, SIGUSR1, count_call, b);
	raise(SIGUSR1);
	CHECK(b->calls == 0);
	turn(b);
	CHECK(b->calls == 1);
	raise(SIGUSR1);
	turn(b);
	CHECK(b->calls == 2);
	loop_event_free(event);
}

#define BENCH(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH(a_frame_that_comes_octet_by_octet_arrives_once),
		BENCH(several_frames_in_one_write_arrive_in_order),
		BENCH(the_largest_frame_passes_and_the_next_one_too),
		BENCH(an_oversized_frame_closes_the_link_at_its_head),
		BENCH(a_body_that_is_not_of_its_type_closes_the_link_before_any_handler),
		TEST(every_type_that_is_not_the_peers_closes_the_link),
		BENCH(the_peers_end_is_told_after_its_last_frame),
		BENCH(an_end_inside_a_frame_is_an_end_and_no_frame),
		BENCH(a_link_may_be_freed_in_its_own_callback),
		BENCH(what_is_sent_in_one_turn_goes_out_together_and_whole),
		BENCH(a_type_that_is_not_ours_or_a_broken_message_is_not_sent),
		BENCH(a_peer_that_does_not_read_makes_sending_refuse_and_loses_nothing),
		BENCH(a_flood_waits_in_the_kernel_while_the_link_is_paused),
		BENCH(sending_to_a_peer_that_is_gone_refuses_and_closes_once),
		BENCH(a_deferred_call_runs_once_and_after_all_that_was_ready_together),
		BENCH(a_repeating_timer_repeats_and_may_free_itself),
		BENCH(a_signal_calls_from_the_loop_until_stopped),
	};
	return RUN(tests);
}
