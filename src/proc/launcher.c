#include "proc/launcher.h"

#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proc/control.h"
#include "proc/log.h"
#include "proc/sandbox.h"

/* Its one descriptor, after the standard ones. */
#define LAUNCHER_SOCKET 3

/* A process is made in microseconds; a launcher that takes this long is stopped or gone. */
#define LAUNCHER_PATIENCE_MS 2000

static bool is_readable(int fd, int within_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	return poll(&p, 1, within_ms) == 1;
}

/* The new process is a child of parent's, as if parent had made it. */
static pid_t make_sibling(void)
{
	return (pid_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, NULL, NULL, NULL, 0UL);
}

static void launch(const struct spawn_plan *plan, const struct control_packet *packet)
{
	struct spawn_plan own = *plan;
	struct peer peer;
	if (frame_get(&packet->frame, &peer))
		_exit(1);
	own.id = (struct role_id){ (enum role)peer.role, (unsigned)peer.instance };
	pid_t pid = make_sibling();
	if (pid == 0)
		spawn_execute(&own, packet->fd);
	close(packet->fd);
	if (write(LAUNCHER_SOCKET, &pid, sizeof(pid)) != sizeof(pid))
		_exit(1);
}

/* Ends when parent has closed its end, or said what it never says. */
static void serve(const struct spawn_plan *plan)
{
	struct control_packet packet = { 0 };
	fault f = NULL;
	while (is_readable(LAUNCHER_SOCKET, -1)) {
		f = control_get(LAUNCHER_SOCKET, ROLE_FRAME(FRAME_PEER), true, &packet);
		if (f || packet.end)
			break;
		launch(plan, &packet);
	}
	if (f)
		LOG(ERROR, "launcher-broken", log_fault(f));
}

static _Noreturn void live(const struct spawn_plan *plan, bool open, int fd)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "launcher");
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	if (dup2(fd, LAUNCHER_SOCKET) < 0)
		_exit(1);
	close_range(LAUNCHER_SOCKET + 1, ~0U, 0);
	fault f = open ? NULL : sandbox_enter(ROLE_LAUNCHER, &(struct sandbox_plan){ 0 });
	if (f)
		LOG(ERROR, "launcher-unfenced", log_fault(f));
	else
		serve(plan);
	_exit(f ? 1 : 0);
}

fault launcher_open(const struct spawn_plan *plan, bool open, struct launcher *ret)
{
	int ends[2];
	TRY(control_pair(ends));
	pid_t pid = fork();
	if (pid == 0)
		live(plan, open, ends[1]);
	close(ends[1]);
	if (pid > 0) {
		*ret = (struct launcher){ pid, ends[0] };
		return NULL;
	}
	close(ends[0]);
	return FAIL(SYS_BUSY);
}

void launcher_close(struct launcher *l)
{
	if (l->fd < 0)
		return;
	close(l->fd);
	waitpid(l->pid, NULL, 0);
	*l = (struct launcher){ 0, -1 };
}

fault launcher_send(int fd, struct role_id id, int control, pid_t *ret)
{
	const struct peer peer = { .role = id.role, .instance = id.instance };
	pid_t pid = -1;
	TRY(control_send(fd, FRAME_PEER, &peer, control));
	NEED(is_readable(fd, LAUNCHER_PATIENCE_MS), SYS_BUSY);
	NEED(read(fd, &pid, sizeof(pid)) == sizeof(pid) && pid > 0, SYS_BUSY);
	*ret = pid;
	return NULL;
}
