#include "proc/spawn.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proc/child.h"
#include "proc/control.h"

#define TITLE_SIZE 64
#define EXIT_NOT_EXECUTED 127

/* Above every number that a child gets, so that moving one descriptor never hits another. */
#define DESCRIPTOR_ASIDE 16

static void place(int fd, int at)
{
	int aside = fcntl(fd, F_DUPFD, DESCRIPTOR_ASIDE);
	if (aside < 0 || dup2(aside, at) < 0)
		_exit(EXIT_NOT_EXECUTED);
}

/*
 * Runs in the new process. Signals are ignored from here on: a Ctrl-C reaches the whole group, but parent
 * alone decides about the order of the end.
 */
static void execute(const struct spawn_plan *plan, int control, char *const argv[])
{
	/* Both go aside first: either may stand where the other is to go. */
	int listener = plan->listener < 0 ? -1 : fcntl(plan->listener, F_DUPFD, DESCRIPTOR_ASIDE);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	place(control, CHILD_CONTROL);
	if (listener >= 0)
		place(listener, CHILD_LISTENER);
	close_range(listener >= 0 ? CHILD_LISTENER + 1 : CHILD_CONTROL + 1, ~0U, 0);
	execv("/proc/self/exe", argv);
	_exit(EXIT_NOT_EXECUTED);
}

static fault start(const struct spawn_plan *plan, int control, struct spawn *ret)
{
	char role[ROLE_TEXT_SIZE], title[TITLE_SIZE];
	char *argv[SPAWN_ARGUMENTS_MAX + 2] = { title };
	snprintf(title, sizeof(title), "%s: %s", plan->program, role_text(plan->id, role));
	for (size_t i = 0; plan->arguments && plan->arguments[i]; i++) {
		NEED(i < SPAWN_ARGUMENTS_MAX, BUG);
		argv[i + 1] = (char *)(uintptr_t)plan->arguments[i];
	}
	pid_t pid = fork();
	NEED(pid >= 0, SYS_BUSY);
	if (pid == 0)
		execute(plan, control, argv);
	ret->pid = pid;
	ret->process = pidfd_open(pid, 0);
	if (ret->process >= 0)
		return NULL;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return FAIL(SYS_BUSY);
}

fault spawn_run(const struct spawn_plan *plan, struct spawn *ret)
{
	int ends[2];
	TRY(control_pair(ends));
	fault f = start(plan, ends[1], ret);
	close(ends[1]);
	if (f)
		close(ends[0]);
	else
		ret->control = ends[0];
	return f;
}
