#include "actor.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proc/child.h"
#include "proc/control.h"
#include "proc/log.h"
#include "proc/sandbox.h"

#define QUESTIONS_MAX 64

/* How each role passes a question on and an answer back. */
static const struct relay {
	enum frame_type asked, asks; /* from before it, to the role behind it */
	enum role behind;
	enum frame_type told, tells; /* from the role behind it, to before it */
} relays[ROLE_COUNT] = {
	[ROLE_NET_DEVICE] = { FRAME_NONE, FRAME_REQUEST, ROLE_VERIFY, FRAME_RESPONSE, FRAME_NONE },
	[ROLE_VERIFY] = { FRAME_REQUEST, FRAME_CALL, ROLE_CORE, FRAME_RESPONSE, FRAME_RESPONSE },
	[ROLE_CORE] = { FRAME_CALL, FRAME_ISSUE, ROLE_CA, FRAME_ISSUED, FRAME_RESPONSE },
	[ROLE_CA] = { FRAME_ISSUE, FRAME_NONE, ROLE_NONE, FRAME_NONE, FRAME_ISSUED },
};

/*
 * Who waits for an answer: a client of net, or a frame of a peer; the index is the id of the question behind.
 */
struct question {
	bool open;
	int client;
	struct role_id peer;
	uint64_t id;
	unsigned through; /* the instance that was asked */
};

struct actor {
	struct role_id own;
	const struct relay *relay;
	const char *mode;
	struct loop *loop;
	struct child *child;
	struct loop_event *listener;
	unsigned served, turn;
	bool holding, stopping;
	struct question questions[QUESTIONS_MAX];
};

#define SOME_OCTETS { (const uint8_t *)"0123456789abcdef0123456789abcdef", 16 }
#define SOME_HASH { (const uint8_t *)"0123456789abcdef0123456789abcdef", 32 }
#define SOME_TEXT { (const uint8_t *)"text", 4 }

static const struct request request = { .request_id = SOME_OCTETS, .peer = SOME_TEXT, .method = SOME_TEXT,
					.server_key_hash = SOME_HASH, .target = SOME_TEXT };
static const struct response good = { .status = 200 }, busy = { .status = 503 };
static const struct call call = { .request_id = SOME_OCTETS, .peer = SOME_TEXT, .endpoint = 1 };
static const struct issue issue = { .kind = FRAME_CERTIFICATE_AK,
				    .key = FRAME_KEY_P256,
				    .serial = SOME_OCTETS,
				    .device_id = SOME_OCTETS,
				    .key_a = SOME_HASH,
				    .key_b = SOME_HASH };
static const struct issued issued = { .der = SOME_TEXT };

static const void *const messages[FRAME_TYPE_COUNT] = {
	[FRAME_REQUEST] = &request, [FRAME_RESPONSE] = &good,  [FRAME_CALL] = &call,
	[FRAME_ISSUE] = &issue,	    [FRAME_ISSUED] = &issued,
};

static bool has_questions(const struct actor *a)
{
	for (size_t i = 0; i < QUESTIONS_MAX; i++)
		if (a->questions[i].open)
			return true;
	return false;
}

static void answer(struct actor *a, struct question *q, bool well)
{
	q->open = false;
	if (a->relay->tells == FRAME_NONE) {
		const char *line = well ? "signed\n" : "busy\n";
		if (write(q->client, line, strlen(line)) < 0)
			a->served = 0;
		close(q->client);
	} else {
		struct link *link = child_find(a->child, q->peer);
		bool sorry = !well && a->relay->tells == FRAME_RESPONSE;
		const void *message = sorry ? &busy : messages[a->relay->tells];
		fault f = link ? link_send(link, a->relay->tells, q->id, message) : NULL;
		(void)f;
	}
	a->served++;
	if (a->stopping && !has_questions(a))
		loop_stop(a->loop);
	bool first_verify = is_role_same(a->own, (struct role_id){ ROLE_VERIFY, 0 });
	if (first_verify && strcmp(a->mode, ACTOR_RECYCLE) == 0 && a->served == ACTOR_RECYCLE_AFTER)
		loop_stop(a->loop);
}

/* The instances behind take turns. */
static struct link *find_behind(struct actor *a)
{
	unsigned count = a->relay->behind == ROLE_VERIFY ? ACTOR_VERIFIES : 1;
	for (unsigned i = 0; i < count; i++) {
		struct role_id id = { a->relay->behind, a->turn++ % count };
		struct link *link = child_find(a->child, id);
		if (link)
			return link;
	}
	return NULL;
}

static void ask(struct actor *a, int client, struct role_id peer, uint64_t id)
{
	size_t i = 0;
	while (i < QUESTIONS_MAX - 1 && a->questions[i].open)
		i++;
	struct question *q = &a->questions[i];
	*q = (struct question){ true, client, peer, id, 0 };
	if (a->holding) {
		LOG(INFO, "held", log_int("questions", (int64_t)i + 1));
		return;
	}
	if (a->relay->asks == FRAME_NONE) {
		answer(a, q, true);
		return;
	}
	struct link *link = find_behind(a);
	if (link)
		q->through = link_peer(link).instance;
	if (!link || link_send(link, a->relay->asks, i, messages[a->relay->asks]))
		answer(a, q, false);
}

/* A compromised role that turns against parent. */
static void misbehave(const struct actor *a)
{
	static const struct peer report = { .role = ROLE_VERIFY };
	bool floods =
		strcmp(a->mode, ACTOR_FLOOD) == 0 && is_role_same(a->own, (struct role_id){ ROLE_VERIFY, 0 });
	bool slanders = strcmp(a->mode, ACTOR_SLANDER) == 0 && a->own.role == ROLE_CA;
	while (floods || slanders) {
		fault f = control_send(CHILD_CONTROL, FRAME_PEER, &report, -1);
		slanders = slanders && f;
	}
}

static void on_frame(void *self, struct link *link, const struct frame *frame)
{
	struct actor *a = self;
	misbehave(a);
	if (frame->type == a->relay->asked && link_peer(link).role != a->relay->behind) {
		ask(a, -1, link_peer(link), frame->id);
		return;
	}
	struct response response = { .status = 200 };
	if (frame->type != a->relay->told || frame->id >= QUESTIONS_MAX || !a->questions[frame->id].open)
		return;
	if (frame->type == FRAME_RESPONSE && frame_get(frame, &response))
		return;
	answer(a, &a->questions[frame->id], response.status == 200);
}

/* Whatever was asked through a link that is over gets no answer any more. */
static void on_left(void *self, struct role_id peer, struct link *link)
{
	struct actor *a = self;
	(void)link;
	if (peer.role != a->relay->behind)
		return;
	for (size_t i = 0; i < QUESTIONS_MAX; i++)
		if (a->questions[i].open && a->questions[i].through == peer.instance)
			answer(a, &a->questions[i], false);
}

/*
 * A compromised verify: not a frame that its link allows, so the octets go to the socket behind the link's
 * back.
 */
static void on_joined(void *self, struct role_id peer, struct link *link)
{
	static const uint8_t issue_head[FRAME_HEAD_SIZE] = { 0, 0, 0, 9, FRAME_ISSUE };
	struct actor *a = self;
	(void)link;
	if (a->own.role != ROLE_VERIFY || a->own.instance != 0 || peer.role != ROLE_CORE)
		return;
	if (strcmp(a->mode, ACTOR_BABBLE) != 0)
		return;
	for (int fd = CHILD_LISTENER; fd < 64; fd++)
		if (write(fd, issue_head, sizeof(issue_head)) < 0)
			continue;
}

static void on_connection(void *self)
{
	struct actor *a = self;
	int client = accept4(child_listener(a->child), NULL, NULL, SOCK_CLOEXEC);
	if (client >= 0)
		ask(a, client, (struct role_id){ ROLE_NONE, 0 }, 0);
}

static void on_release(void *self)
{
	struct actor *a = self;
	a->holding = false;
	for (size_t i = 0; i < QUESTIONS_MAX; i++)
		if (a->questions[i].open)
			answer(a, &a->questions[i], true);
}

static void on_stop(void *self)
{
	struct actor *a = self;
	a->stopping = true;
	if (a->own.role == ROLE_NET_DEVICE && strcmp(a->mode, ACTOR_STUCK) == 0)
		return;
	if (a->listener)
		loop_event_stop(a->listener);
	if (!has_questions(a))
		loop_stop(a->loop);
}

static fault start(struct actor *a, const char *folder)
{
	struct sandbox_plan plan = { .uid = ACTOR_UID(a->own.role), .gid = ACTOR_UID(a->own.role) };
	if (a->own.role == ROLE_CORE)
		plan.folder = folder;
	if (a->own.role == ROLE_CORE && strcmp(a->mode, ACTOR_DIE) == 0)
		exit(1);
	if (a->own.role == ROLE_CA && strcmp(a->mode, ACTOR_REFUSE) == 0)
		return FAIL(KEY_FILE);
	if (a->own.role == ROLE_CA)
		loop_signal_new(a->loop, SIGUSR2, on_release, a);
	if (a->own.role == ROLE_NET_DEVICE)
		a->listener = loop_readable_new(a->loop, child_listener(a->child), on_connection, a);
	TRY(sandbox_enter(a->own.role, &plan));
	return child_ready(a->child);
}

int actor_run(struct role_id id, char **argv)
{
	struct actor a = { .own = id, .relay = &relays[id.role], .mode = argv[2], .loop = loop_new() };
	const struct child_plan plan = { &a, on_joined, on_left, on_frame, NULL, on_stop };
	a.holding = id.role == ROLE_CA && strcmp(a.mode, ACTOR_HOLD) == 0;
	if (child_open(a.loop, id, &plan, &a.child))
		return 1;
	fault f = start(&a, argv[1]);
	if (f) {
		child_refuse(a.child, f);
		return CHILD_EXIT_FAULT;
	}
	f = loop_run(a.loop);
	child_close(a.child);
	return f ? 1 : 0;
}
