/*
 * Members are the processes of the plan, in its order. A member is down, starting (executed, not ready yet)
 * or up.
 *
 * 1. A link exists exactly while both its members are starting or up: it is made when the second one is
 *    started, and the kernel ends it with either of them. So a restart makes all links of the new process
 *    anew, and its peers see the end of the old one and the arrival of the new one, in any order.
 * 2. While the server starts, one row of the plan is started after the other; a member that refuses ends the
 *    whole.
 * 3. While the server stops, the rows go in reverse, each after the one behind it is down, so that whoever
 *    asks drains before whoever answers.
 */
#include "proc/parent.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proc/clock.h"
#include "proc/control.h"
#include "proc/launcher.h"
#include "proc/log.h"
#include "proc/loop.h"
#include "proc/port.h"
#include "proc/sandbox.h"
#include "proc/spawn.h"
#include "proc/status.h"

/*
 * Packets of one child that are taken before others get their turn: one that floods must not hold parent
 * up.
 */
#define CONTROL_BATCH 16

/* How often a process may end without a reason before the server has ever been up. */
#define START_TRIES 5

enum member_state { MEMBER_DOWN = 0, MEMBER_STARTING, MEMBER_UP };

struct member {
	struct parent *parent;
	struct role_id id;
	size_t row; /* of the plan */
	enum member_state state;
	int listener;
	struct spawn process;
	struct loop_event *ended, *control, *again;
	fault refused; /* what it said about its start-up */
	int64_t begun_ms, begun_s, delay_ms;
	unsigned restarts;
};

struct parent {
	struct parent_plan plan;
	struct loop *loop;
	struct loop_event *terminate, *interrupt, *deadline;
	struct launcher launcher;
	size_t row; /* being started; role_count when the server is up */
	bool stopping;
	fault why; /* of an early end */
	int64_t begun_s;
	size_t count;
	struct member members[PARENT_CHILDREN_MAX];
};

static void start_member(struct member *m);
static void stop(struct parent *p, fault why);

/* True when every role has been ready once. */
static bool is_up(const struct parent *p)
{
	return p->row == p->plan.role_count;
}

static void log_member(const char *event, const struct member *m, fault why)
{
	char text[ROLE_TEXT_SIZE];
	LOG(INFO, event, log_text("role", role_text(m->id, text)), log_int("pid", m->process.pid),
	    log_fault(why));
}

/* The file serves people; the server goes on without it. */
static void publish(const struct parent *p)
{
	struct status status = { .count = 1 };
	if (!p->plan.status_path)
		return;
	status.rows[0] = (struct status_row){ .id = { ROLE_PARENT, 0 }, .pid = getpid(),
					      .started_s = p->begun_s, .ready = is_up(p) };
	for (size_t i = 0; i < p->count; i++) {
		const struct member *m = &p->members[i];
		struct status_row *row = &status.rows[status.count];
		if (m->state == MEMBER_DOWN)
			continue;
		*row = (struct status_row){ .id = m->id, .pid = m->process.pid, .started_s = m->begun_s,
					    .restarts = m->restarts, .ready = m->state == MEMBER_UP };
		if (m->listener >= 0)
			port_text(m->listener, row->address);
		status.count++;
	}
	if (status_write(p->plan.status_path, &status))
		LOG(WARNING, "status-unwritten", log_text("path", p->plan.status_path));
}

static void kill_member(const struct member *m)
{
	if (m->state != MEMBER_DOWN)
		pidfd_send_signal(m->process.process, SIGKILL, NULL, 0);
}

/* Links */

static bool is_linked(const struct parent *p, struct role_id a, struct role_id b)
{
	for (size_t i = 0; i < p->plan.link_count; i++) {
		const struct parent_link *l = &p->plan.links[i];
		if ((is_role_same(l->a, a) && is_role_same(l->b, b)) ||
		    (is_role_same(l->a, b) && is_role_same(l->b, a)))
			return true;
	}
	return false;
}

static struct member *find_member(struct parent *p, struct role_id id)
{
	for (size_t i = 0; i < p->count; i++)
		if (is_role_same(p->members[i].id, id))
			return &p->members[i];
	return NULL;
}

/* A member that does not take its link is beyond help: its successor will get one. */
static void hand_over(const struct member *to, struct role_id other, int end)
{
	const struct peer peer = { .role = other.role, .instance = other.instance };
	if (control_send(to->process.control, FRAME_PEER, &peer, end))
		kill_member(to);
}

static void join(const struct member *a, const struct member *b)
{
	int ends[2];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0) {
		kill_member(a);
		return;
	}
	hand_over(a, b->id, ends[0]);
	hand_over(b, a->id, ends[1]);
	close(ends[0]);
	close(ends[1]);
}

static void join_all(struct member *m)
{
	const struct parent_plan *plan = &m->parent->plan;
	for (size_t i = 0; i < plan->link_count; i++) {
		const struct parent_link *l = &plan->links[i];
		bool first = is_role_same(l->a, m->id);
		if (!first && !is_role_same(l->b, m->id))
			continue;
		const struct member *other = find_member(m->parent, first ? l->b : l->a);
		if (other->state != MEMBER_DOWN && other->process.control >= 0)
			join(m, other);
	}
}

/* Start */

static void start_row(struct parent *p)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->members[i].row == p->row)
			start_member(&p->members[i]);
}

static bool is_row_up(const struct parent *p)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->members[i].row == p->row && p->members[i].state != MEMBER_UP)
			return false;
	return true;
}

static void set_up(struct member *m)
{
	struct parent *p = m->parent;
	m->state = MEMBER_UP;
	log_member("role-ready", m, NULL);
	bool next = !p->stopping && !is_up(p) && is_row_up(p);
	p->row += next ? 1 : 0;
	publish(p);
	if (next && is_up(p))
		LOG(INFO, "server-ready", log_int("processes", (int64_t)p->count + 1));
	else if (next)
		start_row(p);
}

static void take_ready(struct member *m, const struct frame *frame)
{
	(void)frame;
	if (m->state == MEMBER_STARTING)
		set_up(m);
}

static void take_refusal(struct member *m, const struct frame *frame)
{
	struct refused refused = { 0 };
	if (!frame_get(frame, &refused))
		m->refused = fault_by_number(refused.number);
}

/*
 * A member says that a peer broke the rules. Roles are numbered from the outside inwards, and only whoever is
 * further inside and linked to that peer is believed: otherwise a role that was taken over could end core, or
 * the administrators' listener, as often as it likes.
 */
static void take_report(struct member *m, const struct frame *frame)
{
	struct peer peer = { 0 };
	if (frame_get(frame, &peer) || peer.role >= m->id.role)
		return;
	const struct role_id id = { (enum role)peer.role, (unsigned)peer.instance };
	const struct member *offender = find_member(m->parent, id);
	if (!is_linked(m->parent, m->id, id) || !offender || offender->state == MEMBER_DOWN)
		return;
	log_member("role-broke-rules", offender, FAIL(SYS_FRAME));
	kill_member(offender);
}

static void (*const takers[FRAME_TYPE_COUNT])(struct member *m, const struct frame *frame) = {
	[FRAME_READY] = take_ready,
	[FRAME_REFUSED] = take_refusal,
	[FRAME_PEER] = take_report,
};

static void on_control(void *self)
{
	struct member *m = self;
	const uint64_t types = role_frames(m->id.role, ROLE_PARENT);
	struct control_packet packet = { 0 };
	fault f = NULL;
	for (int i = 0; i < CONTROL_BATCH && !packet.end; i++) {
		f = control_get(m->process.control, types, false, &packet);
		if (f)
			break;
		if (!packet.end)
			takers[packet.frame.type](m, &packet.frame);
	}
	if (packet.end)
		loop_event_stop(m->control); /* the process itself is watched */
	if (f == FAIL(SYS_FRAME)) {
		log_member("control-broken", m, f);
		kill_member(m);
	}
}

/* End */

static void close_control(struct member *m)
{
	if (m->process.control < 0)
		return;
	loop_event_free(m->control);
	close(m->process.control);
	m->process.control = -1;
}

/* Stops the last row of the plan that still runs; called again when a member has ended. */
static void stop_row(struct parent *p)
{
	bool any = false;
	size_t row = 0;
	for (size_t i = 0; i < p->count; i++) {
		if (p->members[i].state == MEMBER_DOWN)
			continue;
		row = p->members[i].row;
		any = true;
	}
	if (!any)
		loop_stop(p->loop);
	for (size_t i = 0; any && i < p->count; i++)
		if (p->members[i].row == row && p->members[i].state != MEMBER_DOWN)
			close_control(&p->members[i]);
}

/* Waits for the next try: at once after a clean end, longer each time while a process does not last. */
static void schedule(struct member *m, bool clean)
{
	const struct parent_plan *plan = &m->parent->plan;
	bool settled = clock_monotonic_ms() - m->begun_ms >= plan->settled_ms;
	int64_t next = m->delay_ms && !settled ? 2 * m->delay_ms : plan->delay_ms;
	m->delay_ms = next < plan->delay_max_ms ? next : plan->delay_max_ms;
	m->restarts++;
	loop_timer_start(m->again, clean ? 0 : m->delay_ms);
}

static bool is_start_hopeless(const struct member *m)
{
	return !is_up(m->parent) && (m->refused || m->restarts >= START_TRIES);
}

static void log_end(const struct member *m, int status)
{
	char text[ROLE_TEXT_SIZE];
	bool killed = WIFSIGNALED(status);
	const struct log_pair pairs[] = {
		log_text("role", role_text(m->id, text)),
		log_int("pid", m->process.pid),
		killed ? log_int("signal", WTERMSIG(status)) : log_int("exit", WEXITSTATUS(status)),
		log_fault(m->refused),
	};
	log_write(killed ? LOG_PRIORITY_WARNING : LOG_PRIORITY_INFO, "role-ended", pairs, COUNT_OF(pairs));
}

static void on_ended(void *self)
{
	struct member *m = self;
	struct parent *p = m->parent;
	int status = 0;
	if (waitpid(m->process.pid, &status, WNOHANG) != m->process.pid)
		return;
	if (m->process.control >= 0)
		on_control(m); /* its last words may be there still */
	log_end(m, status);
	bool clean = m->state == MEMBER_UP && WIFEXITED(status) && WEXITSTATUS(status) == 0;
	m->state = MEMBER_DOWN;
	close_control(m);
	loop_event_free(m->ended);
	close(m->process.process);
	publish(p);
	if (p->stopping)
		stop_row(p);
	else if (is_start_hopeless(m))
		stop(p, m->refused ? m->refused : FAIL(SYS_START));
	else
		schedule(m, clean);
}

static void on_again(void *self)
{
	start_member(self);
}

static void start_member(struct member *m)
{
	struct parent *p = m->parent;
	bool egress = p->plan.roles[m->row].egress;
	const struct spawn_plan plan = { p->plan.program, p->plan.arguments, m->id, m->listener,
					 egress ? p->launcher.fd : -1 };
	m->refused = NULL;
	m->begun_ms = clock_monotonic_ms();
	m->begun_s = clock_now_s();
	if (spawn_run(&plan, &m->process)) {
		log_member("role-not-started", m, FAIL(SYS_BUSY));
		schedule(m, false);
		return;
	}
	m->state = MEMBER_STARTING;
	m->ended = loop_readable_new(p->loop, m->process.process, on_ended, m);
	m->control = loop_readable_new(p->loop, m->process.control, on_control, m);
	join_all(m);
	publish(p);
}

static void stop(struct parent *p, fault why)
{
	if (p->stopping)
		return;
	p->stopping = true;
	p->why = why;
	LOG(INFO, "server-stopping", log_int("limit_ms", p->plan.stop_ms), log_fault(why));
	for (size_t i = 0; i < p->count; i++)
		loop_event_stop(p->members[i].again);
	loop_timer_start(p->deadline, p->plan.stop_ms);
	stop_row(p);
}

static void on_terminate(void *self)
{
	stop(self, NULL);
}

static void on_deadline(void *self)
{
	const struct parent *p = self;
	for (size_t i = 0; i < p->count; i++)
		kill_member(&p->members[i]);
}

/* Set-up */

static int64_t or_default(int64_t value, int64_t standard)
{
	return value ? value : standard;
}

static struct parent *parent_new(const struct parent_plan *plan)
{
	struct parent *p = calloc(1, sizeof(*p));
	if (!p)
		abort();
	p->plan = *plan;
	p->plan.delay_ms = or_default(plan->delay_ms, 50);
	p->plan.delay_max_ms = or_default(plan->delay_max_ms, 5000);
	p->plan.settled_ms = or_default(plan->settled_ms, 5000);
	p->plan.stop_ms = or_default(plan->stop_ms, 10000);
	p->begun_s = clock_now_s();
	p->launcher.fd = -1;
	p->loop = loop_new();
	p->terminate = loop_signal_new(p->loop, SIGTERM, on_terminate, p);
	p->interrupt = loop_signal_new(p->loop, SIGINT, on_terminate, p);
	p->deadline = loop_timer_new(p->loop, on_deadline, p);
	return p;
}

static fault listen_for(struct member *m, const struct parent_role *row, const struct member *first)
{
	char address[PORT_TEXT_SIZE];
	if (!row->listen)
		return NULL;
	/* The first instance finds the port when it is zero; the others share that one. */
	const char *at = m == first ? row->listen : port_text(first->listener, address);
	return port_open(at, row->instances > 1, &m->listener);
}

static fault add_row(struct parent *p, size_t row)
{
	const struct parent_role *r = &p->plan.roles[row];
	NEED(r->instances > 0 && r->instances <= ROLE_INSTANCES_MAX, CONFIG_INVALID);
	NEED(p->count + r->instances <= PARENT_CHILDREN_MAX, CONFIG_INVALID);
	struct member *first = &p->members[p->count];
	for (unsigned i = 0; i < r->instances; i++) {
		struct member *m = &p->members[p->count++];
		*m = (struct member){ .parent = p, .id = { r->role, i }, .row = row, .listener = -1 };
		m->process.control = -1;
		m->again = loop_timer_new(p->loop, on_again, m);
		fault f = listen_for(m, r, first);
		if (f)
			LOG(ERROR, "no-listener", log_text("address", r->listen), log_fault(f));
		TRY(f);
	}
	return NULL;
}

/* Before anything is opened that it should not have. */
static fault open_launcher(struct parent *p)
{
	const struct spawn_plan plan = { p->plan.program, p->plan.arguments, { ROLE_NONE, 0 }, -1, -1 };
	bool needed = false;
	for (size_t row = 0; row < p->plan.role_count; row++)
		needed = needed || p->plan.roles[row].egress;
	return needed ? launcher_open(&plan, p->plan.open, &p->launcher) : NULL;
}

static fault prepare(struct parent *p)
{
	TRY(open_launcher(p));
	for (size_t row = 0; row < p->plan.role_count; row++)
		TRY(add_row(p, row));
	for (size_t i = 0; i < p->plan.link_count; i++) {
		NEED(find_member(p, p->plan.links[i].a), BUG);
		NEED(find_member(p, p->plan.links[i].b), BUG);
	}
	signal(SIGPIPE, SIG_IGN);
	return p->plan.open ? NULL : sandbox_enter(ROLE_PARENT, &(struct sandbox_plan){ 0 });
}

static void free_member(struct member *m)
{
	kill_member(m);
	if (m->state != MEMBER_DOWN) {
		waitpid(m->process.pid, NULL, 0);
		close_control(m);
		loop_event_free(m->ended);
		close(m->process.process);
	}
	loop_event_free(m->again);
	if (m->listener >= 0)
		close(m->listener);
}

static void parent_free(struct parent *p)
{
	for (size_t i = 0; i < p->count; i++)
		free_member(&p->members[i]);
	launcher_close(&p->launcher);
	if (p->plan.status_path)
		unlink(p->plan.status_path);
	loop_event_free(p->terminate);
	loop_event_free(p->interrupt);
	loop_event_free(p->deadline);
	loop_free(p->loop);
	free(p);
}

fault parent_run(const struct parent_plan *plan)
{
	struct parent *p = parent_new(plan);
	fault f = prepare(p);
	if (!f) {
		start_row(p);
		f = loop_run(p->loop);
	}
	if (!f)
		f = p->why;
	parent_free(p);
	return f;
}
