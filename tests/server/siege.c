#include "siege.h"

#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attest/verdict.h"
#include "cert/token.h"
#include "flow/caller.h"
#include "flow/inventory.h"
#include "proc/child.h"
#include "proc/clock.h"
#include "proc/control.h"
#include "server/disk.h"
#include "server/founding.h"
#include "server/role_core.h"

#define LINK_SIZE (8 << 20)

static const struct role_id peers[SIEGE_PEERS] = {
	[SIEGE_DEVICES] = { ROLE_VERIFY, 0 },
	[SIEGE_ADMINS] = { ROLE_VERIFY, 1 },
	[SIEGE_CA] = { ROLE_CA, 0 },
};

/*
 * --- records
 * ----------------------------------------------------------------------------------------------
 */

static void read_token(struct siege *s, struct bytes text, struct bytes *ret_id, struct bytes *ret_secret)
{
	struct token t;
	OK(token_parse(text, TOKEN_ADMIN, &t));
	*ret_id = arena_copy(&s->arena, BYTES_OF(t.id));
	*ret_secret = arena_copy(&s->arena, BYTES_OF(t.secret));
}

static int make_records(struct siege *s)
{
	struct founding made;
	struct bytes text;
	const char *reader;
	char path[SETTINGS_FILE_SIZE];
	struct store_registration *r;
	uint8_t ek[TRIP_HASH_SIZE];
	struct flow f = { .now = clock_now_s() };
	const struct inventory_actor by = { "test", BYTES_TEXT("0123456789abcdef") };
	OK(config_init(settings_rows, settings_count, &s->settings));
	snprintf(s->settings.data, sizeof(s->settings.data), "%s/data", s->folder);
	s->settings.uid_first = 0;
	s->settings.verifiers = 1;
	OK(founding_build(&s->settings, &made));
	OK(disk_get(made.admin_token, TOKEN_TEXT_SIZE, &s->arena, &text));
	read_token(s, text, &s->admin_id, &s->admin_secret);
	memset(ek, SIEGE_EK, sizeof(ek));
	const struct registration_new in = { .ek_hash = BYTES_OF(ek) };
	OK(store_open(settings_path(&s->settings, ROLE_CORE_DATABASE, path), &f.store));
	OK(inventory_put_registration(&f, &by, &in, &s->arena, &r));
	OK(caller_put(&f, "reader", FLOW_ROLE_READER, &s->arena, &reader));
	read_token(s, bytes_text(reader), &s->reader_id, &s->reader_secret);
	store_close(f.store);
	return 0;
}

/*
 * --- process
 * ----------------------------------------------------------------------------------------------
 */

static void run_core(const struct siege *s, int control)
{
	if (dup2(control, CHILD_CONTROL) == CHILD_CONTROL)
		_exit(role_core_serve((struct role_id){ ROLE_CORE, 0 }, &s->settings) ? 1 : 0);
	_exit(2);
}

static struct control_packet read_control(struct siege *s)
{
	struct control_packet p;
	struct pollfd wait = { s->control, POLLIN, 0 };
	CHECK(poll(&wait, 1, SIEGE_PATIENCE_MS) == 1);
	OK(control_get(s->control, role_frames(ROLE_CORE, ROLE_PARENT), false, &p));
	CHECK(!p.end);
	return p;
}

int siege_setup(void **state)
{
	struct siege *s = calloc(1, sizeof(*s));
	int control[2];
	CHECK(s != NULL);
	*state = s;
	arena_init(&s->arena, 1 << 20);
	snprintf(s->folder, sizeof(s->folder), "/tmp/assay-siege-XXXXXX");
	CHECK(mkdtemp(s->folder) && make_records(s) == 0 && !control_pair(control));
	for (size_t i = 0; i < SIEGE_PEERS; i++)
		s->links[i].fd = -1;
	s->control = control[0];
	s->core = fork();
	CHECK(s->core >= 0);
	if (s->core == 0)
		run_core(s, control[1]);
	close(control[1]);
	CHECK(read_control(s).frame.type == FRAME_READY);
	siege_join(s, SIEGE_DEVICES);
	siege_join(s, SIEGE_ADMINS);
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

int siege_done(void **state)
{
	struct siege *s = *state;
	int status = 0;
	close(s->control);
	for (size_t i = 0; i < SIEGE_PEERS; i++) {
		if (s->links[i].fd >= 0)
			close(s->links[i].fd);
		free(s->links[i].in);
	}
	/* With a ticket open core waits for ca; what it has seen by now must not have ended it. */
	kill(s->core, SIGKILL);
	bool waited = waitpid(s->core, &status, 0) == s->core;
	nftw(s->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	arena_done(&s->arena);
	free(s);
	bool is_own = WIFSIGNALED(status) ? WTERMSIG(status) == SIGKILL : WEXITSTATUS(status) == 0;
	return waited && is_own ? 0 : -1;
}

/*
 * --- links
 * ------------------------------------------------------------------------------------------------
 */

void siege_join(struct siege *s, enum siege_peer peer)
{
	struct siege_link *l = &s->links[peer];
	const struct peer name = { .role = peers[peer].role, .instance = peers[peer].instance };
	int ends[2];
	struct frame f;
	struct snapshot snapshot;
	if (l->fd >= 0)
		close(l->fd);
	CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
	CHECK(fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0);
	OK(control_send(s->control, FRAME_PEER, &name, ends[1]));
	close(ends[1]);
	l->in = l->in ? l->in : malloc(LINK_SIZE);
	*l = (struct siege_link){ .fd = ends[0], .in = l->in };
	if (peer == SIEGE_CA)
		return;
	CHECK(siege_read(s, peer, &f) && f.type == FRAME_CHANGE);
	while (siege_read(s, peer, &f) && f.type == FRAME_ANCHOR)
		;
	CHECK(f.type == FRAME_SNAPSHOT);
	OK(frame_get(&f, &snapshot));
	CHECK(bytes_copy(snapshot.digest, s->snapshot, sizeof(s->snapshot)));
}

void siege_send_octets(struct siege *s, enum siege_peer to, struct bytes octets)
{
	for (size_t at = 0; at < octets.n;) {
		ssize_t n = send(s->links[to].fd, octets.p + at, octets.n - at, MSG_NOSIGNAL);
		CHECK(n > 0);
		at += (size_t)n;
	}
}

void siege_send(struct siege *s, enum siege_peer to, enum frame_type type, uint64_t id, const void *message)
{
	uint8_t *memory = malloc(FRAME_BODY_MAX);
	CHECK(memory != NULL);
	struct wr w = wr_of(memory, FRAME_BODY_MAX);
	frame_write(type, id, message, &w);
	CHECK(!w.bad);
	siege_send_octets(s, to, wr_done(&w));
	free(memory);
}

bool siege_read(struct siege *s, enum siege_peer from, struct frame *ret)
{
	struct siege_link *l = &s->links[from];
	struct pollfd wait = { l->fd, POLLIN, 0 };
	size_t size = 0;
	for (;;) {
		OK(frame_parse(bytes_of(l->in + l->from, l->to - l->from), ret, &size));
		l->from += size;
		if (size)
			return true;
		memmove(l->in, l->in + l->from, l->to - l->from);
		l->to -= l->from;
		l->from = 0;
		CHECK(poll(&wait, 1, SIEGE_PATIENCE_MS) == 1);
		ssize_t n = read(l->fd, l->in + l->to, LINK_SIZE - l->to);
		if (n <= 0)
			return false;
		l->to += (size_t)n;
	}
}

void siege_await_report(struct siege *s, enum role role)
{
	struct control_packet p = read_control(s);
	struct peer who;
	CHECK(p.frame.type == FRAME_PEER);
	OK(frame_get(&p.frame, &who));
	CHECK(who.role == role);
}

const char *siege_read_code(struct siege *s, enum siege_peer from, uint64_t id)
{
	static char code[64];
	static const char member[] = "\"code\":\"";
	struct frame f;
	struct response r;
	CHECK(siege_read(s, from, &f) && f.type == FRAME_RESPONSE && f.id == id);
	OK(frame_get(&f, &r));
	if (r.content != FRAME_CONTENT_PROBLEM)
		return NULL;
	const char *at = memmem(r.body.p, r.body.n, member, sizeof(member) - 1);
	CHECK(at != NULL);
	snprintf(code, sizeof(code), "%.*s", (int)strcspn(at + sizeof(member) - 1, "\""),
		 at + sizeof(member) - 1);
	return code;
}

/*
 * --- a device
 * ---------------------------------------------------------------------------------------------
 */

static struct bytes fill(struct siege *s, uint8_t v, size_t n)
{
	uint8_t *p = arena_alloc(&s->arena, n);
	CHECK(p != NULL);
	memset(p, v, n);
	return bytes_of(p, n);
}

static struct bytes all_passed(struct siege *s)
{
	struct bytes b = fill(s, NOT_RUN, CHECK_COUNT);
	for (size_t i = 0; i < CHECK_COUNT; i++)
		((uint8_t *)(uintptr_t)b.p)[i] = verdict_checks[i].by == BY_VERIFY ? PASSED : NOT_RUN;
	return b;
}

struct begin_facts siege_begin(struct siege *s)
{
	return (struct begin_facts){
		.request_id = fill(s, 0xA1, 16),
		.now = (uint64_t)clock_now_s(),
		.peer = BYTES_TEXT("127.0.0.1"),
		.server_key_hash = fill(s, 0xB2, TRIP_HASH_SIZE),
		.snapshot = arena_copy(&s->arena, BYTES_OF(s->snapshot)),
		.expired_ca = true,
		.purpose = TRIP_ENROLL,
		.ek_hash = fill(s, SIEGE_EK, TRIP_HASH_SIZE),
		.ak_name = fill(s, SIEGE_EK, 34),
		.outcomes = all_passed(s),
		.ek_public = BYTES_TEXT("an EK"),
		.ek_hashes = { .n = 1, .v = { fill(s, SIEGE_EK, TRIP_HASH_SIZE) } },
		.evidence = BYTES_TEXT("evidence"),
		.serial = BYTES_TEXT("S1"), .name = BYTES_TEXT("device"),
	};
}

/* The base point of P-256 and its double (SP 800-186 §3.2.1.3). */
static const uint8_t points[4][32] = {
	{ 0x6B, 0x17, 0xD1, 0xF2, 0xE1, 0x2C, 0x42, 0x47, 0xF8, 0xBC, 0xE6, 0xE5, 0x63, 0xA4, 0x40, 0xF2,
	  0x77, 0x03, 0x7D, 0x81, 0x2D, 0xEB, 0x33, 0xA0, 0xF4, 0xA1, 0x39, 0x45, 0xD8, 0x98, 0xC2, 0x96 },
	{ 0x4F, 0xE3, 0x42, 0xE2, 0xFE, 0x1A, 0x7F, 0x9B, 0x8E, 0xE7, 0xEB, 0x4A, 0x7C, 0x0F, 0x9E, 0x16,
	  0x2B, 0xCE, 0x33, 0x57, 0x6B, 0x31, 0x5E, 0xCE, 0xCB, 0xB6, 0x40, 0x68, 0x37, 0xBF, 0x51, 0xF5 },
	{ 0x7C, 0xF2, 0x7B, 0x18, 0x8D, 0x03, 0x4F, 0x7E, 0x8A, 0x52, 0x38, 0x03, 0x04, 0xB5, 0x1A, 0xC3,
	  0xC0, 0x89, 0x69, 0xE2, 0x77, 0xF2, 0x1B, 0x35, 0xA6, 0x0B, 0x48, 0xFC, 0x47, 0x66, 0x99, 0x78 },
	{ 0x07, 0x77, 0x55, 0x10, 0xDB, 0x8E, 0xD0, 0x40, 0x29, 0x3D, 0x9A, 0xC6, 0x9F, 0x74, 0x30, 0xDB,
	  0xBA, 0x7D, 0xAD, 0xE6, 0x3C, 0xE9, 0x82, 0x29, 0x9E, 0x04, 0xB7, 0x9D, 0x22, 0x78, 0x73, 0xD1 },
};

struct answer_facts siege_answer(struct siege *s, const struct begin_facts *b, const struct credential *c)
{
	struct challenge challenge;
	OK(message_parse(&challenge_message, arena_copy(&s->arena, c->challenge), &challenge));
	return (struct answer_facts){
		.request_id = b->request_id,
		.now = b->now,
		.peer = b->peer,
		.server_key_hash = b->server_key_hash,
		.snapshot = b->snapshot,
		.expired_ca = b->expired_ca,
		.purpose = b->purpose,
		.ek_hash = b->ek_hash,
		.ak_name = b->ak_name,
		.outcomes = b->outcomes,
		.evidence = b->evidence,
		.serial = b->serial,
		.name = b->name,
		.request_digest = fill(s, 1, TRIP_HASH_SIZE),
		.payload_digest = fill(s, 2, TRIP_HASH_SIZE),
		.ticket = challenge.ticket,
		.id = challenge.id,
		.nonce = challenge.nonce,
		.secret = arena_copy(&s->arena, c->secret),
		.pcr_selection = challenge.pcr_selection,
		.token_secret = fill(s, 3, TRIP_SECRET_SIZE),
		.pcr_digest = fill(s, 4, 32),
		.key = FRAME_KEY_P256,
		.key_a = BYTES_OF(points[0]),
		.key_b = BYTES_OF(points[1]),
		.ak = FRAME_KEY_P256,
		.ak_a = BYTES_OF(points[2]),
		.ak_b = BYTES_OF(points[3]),
	};
}

struct answer_facts siege_apply(struct siege *s)
{
	struct begin_facts b = siege_begin(s);
	struct frame f;
	struct credential c;
	siege_send(s, SIEGE_DEVICES, FRAME_BEGIN_FACTS, 1, &b);
	CHECK(siege_read(s, SIEGE_DEVICES, &f) && f.type == FRAME_CREDENTIAL && f.id == 1);
	OK(frame_get(&f, &c));
	struct answer_facts a = siege_answer(s, &b, &c);
	siege_send(s, SIEGE_DEVICES, FRAME_ANSWER_FACTS, 2, &a);
	return a;
}

void siege_check_serving(struct siege *s)
{
	struct begin_facts b = siege_begin(s);
	struct frame f;
	siege_send(s, SIEGE_DEVICES, FRAME_BEGIN_FACTS, 99, &b);
	CHECK(siege_read(s, SIEGE_DEVICES, &f) && f.type == FRAME_CREDENTIAL && f.id == 99);
}
