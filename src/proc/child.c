#include "proc/child.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "proc/control.h"
#include "proc/log.h"
#include "proc/parent.h"

/* How long a peer may take no octet of what is said last. */
#define FLUSH_MS 2000

/* Where one peer's present link is kept. */
struct seat {
	struct child *child;
	struct role_id id;
	struct link *link; /* NULL: the seat is free */
};

struct child {
	struct loop *loop;
	struct role_id own;
	struct child_plan plan;
	int listener;
	bool stopping;
	struct loop_event *control;
	struct seat seats[PARENT_CHILDREN_MAX];
};

bool child_parse(const char *argv0, struct role_id *ret)
{
	const char *colon = argv0 ? strstr(argv0, ": ") : NULL;
	struct role_id id = { ROLE_NONE, 0 };
	if (!colon || !role_parse(bytes_text(colon + 2), &id) || id.role == ROLE_PARENT)
		return false;
	*ret = id;
	return true;
}

/* The first seat that is occupied by that peer, or COUNT_OF(seats). */
static size_t seat_of(const struct child *child, struct role_id id)
{
	size_t i = 0;
	while (i < COUNT_OF(child->seats) && !(child->seats[i].link && is_role_same(child->seats[i].id, id)))
		i++;
	return i;
}

static size_t free_seat(const struct child *child)
{
	size_t i = 0;
	while (i < COUNT_OF(child->seats) && child->seats[i].link)
		i++;
	return i;
}

static void leave(struct seat *seat)
{
	struct child *child = seat->child;
	struct link *link = seat->link;
	seat->link = NULL;
	if (child->plan.left)
		child->plan.left(child->plan.self, link_peer(link), link);
	link_free(link);
}

static void on_frame(void *self, struct link *link, const struct frame *frame)
{
	const struct child *child = ((struct seat *)self)->child;
	child->plan.frame(child->plan.self, link, frame);
}

static void on_drained(void *self, struct link *link)
{
	const struct child *child = ((struct seat *)self)->child;
	if (child->plan.drained)
		child->plan.drained(child->plan.self, link);
}

/* parent ends a peer that broke the rules, so that whoever took it over has to begin again. */
static void report(struct role_id id)
{
	const struct peer peer = { .role = id.role, .instance = id.instance };
	fault f = control_send(CHILD_CONTROL, FRAME_PEER, &peer, -1);
	if (f)
		LOG(ERROR, "report-unsent", log_fault(f));
}

static void on_closed(void *self, struct link *link, fault why)
{
	if (why)
		report(link_peer(link));
	leave(self);
}

static void join(struct child *child, struct role_id id, int fd)
{
	size_t old = seat_of(child, id);
	if (old < COUNT_OF(child->seats))
		leave(&child->seats[old]);
	size_t at = free_seat(child);
	if (at == COUNT_OF(child->seats)) {
		close(fd);
		return;
	}
	struct seat *seat = &child->seats[at];
	const struct link_plan plan = { child->own.role, id, seat, on_frame, on_closed, on_drained };
	*seat = (struct seat){ child, id, link_new(child->loop, fd, &plan) };
	if (child->plan.joined)
		child->plan.joined(child->plan.self, id, seat->link);
}

static void stop(struct child *child)
{
	child->stopping = true;
	loop_event_stop(child->control);
	child->plan.stop(child->plan.self);
}

static void take_packet(struct child *child, const struct control_packet *packet)
{
	struct peer peer = { 0 };
	if (frame_get(&packet->frame, &peer) || peer.role <= ROLE_PARENT || peer.role >= ROLE_COUNT) {
		close(packet->fd);
		return;
	}
	join(child, (struct role_id){ (enum role)peer.role, (unsigned)peer.instance }, packet->fd);
}

/* Takes all packets there are; a parent that is gone or not understood means the end of work. */
static void on_control(void *self)
{
	struct child *child = self;
	const uint64_t types = role_frames(ROLE_PARENT, child->own.role);
	struct control_packet packet;
	fault f = NULL;
	while (!child->stopping && !(f = control_get(CHILD_CONTROL, types, true, &packet))) {
		if (packet.end)
			stop(child);
		else
			take_packet(child, &packet);
	}
	if (f != FAIL(SYS_FRAME))
		return;
	LOG(ERROR, "control-broken", log_fault(f));
	stop(child);
}

/*
 * parent stops its children by closing their control sockets, in an order that signals to a group would
 * break.
 */
static void ignore_signals(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE };
	for (size_t i = 0; i < COUNT_OF(signals); i++)
		signal(signals[i], SIG_IGN);
}

/*
 * The one who made the control socket must still be our parent once the death signal is armed: otherwise it
 * died before that and the signal will never come.
 */
static fault attach(void)
{
	struct ucred maker = { 0 };
	socklen_t size = sizeof(maker);
	NEED(getsockopt(CHILD_CONTROL, SOL_SOCKET, SO_PEERCRED, &maker, &size) == 0, SYS_FRAME);
	NEED(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0, SYS_FRAME);
	NEED(getppid() == maker.pid, SYS_FRAME);
	NEED(fcntl(CHILD_CONTROL, F_SETFD, FD_CLOEXEC) == 0, SYS_FRAME);
	return NULL;
}

static int find_listener(void)
{
	int listening = 0;
	socklen_t size = sizeof(listening);
	if (getsockopt(CHILD_LISTENER, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0 || !listening)
		return -1;
	fcntl(CHILD_LISTENER, F_SETFD, FD_CLOEXEC);
	return CHILD_LISTENER;
}

fault child_open(struct loop *loop, struct role_id own, const struct child_plan *plan, struct child **ret)
{
	char name[ROLE_TEXT_SIZE];
	TRY(attach());
	ignore_signals();
	prctl(PR_SET_NAME, role_text(own, name));
	struct child *child = calloc(1, sizeof(*child));
	if (!child)
		abort();
	child->loop = loop;
	child->own = own;
	child->plan = *plan;
	child->listener = find_listener();
	child->control = loop_readable_new(loop, CHILD_CONTROL, on_control, child);
	*ret = child;
	return NULL;
}

void child_close(struct child *child)
{
	if (!child)
		return;
	for (size_t i = 0; i < COUNT_OF(child->seats); i++) {
		if (child->seats[i].link)
			link_flush(child->seats[i].link, FLUSH_MS);
		link_free(child->seats[i].link);
	}
	loop_event_free(child->control);
	free(child);
}

fault child_ready(struct child *child)
{
	(void)child;
	return control_send(CHILD_CONTROL, FRAME_READY, NULL, -1);
}

void child_refuse(struct child *child, fault why)
{
	const struct refused refused = { .number = fault_number(why) };
	(void)child;
	fault unsent = control_send(CHILD_CONTROL, FRAME_REFUSED, &refused, -1);
	if (unsent)
		LOG(ERROR, "refusal-unsent", log_fault(why));
}

struct link *child_find(const struct child *child, struct role_id peer)
{
	size_t at = seat_of(child, peer);
	return at < COUNT_OF(child->seats) ? child->seats[at].link : NULL;
}

int child_listener(const struct child *child)
{
	return child->listener;
}

void child_bound(int64_t processor_ms)
{
	const struct itimerval bound = { .it_value = { processor_ms / 1000, processor_ms % 1000 * 1000 } };
	setitimer(ITIMER_PROF, &bound, NULL);
}
