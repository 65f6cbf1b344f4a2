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
#include "proc/launcher.h"

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

static void write_arguments(const struct spawn_plan *plan, char title[static TITLE_SIZE],
			    char *argv[static SPAWN_ARGUMENTS_MAX + 2])
{
	char role[ROLE_TEXT_SIZE];
	size_t n = 0;
	snprintf(title, TITLE_SIZE, "%s: %s", plan->program, role_text(plan->id, role));
	argv[n++] = title;
	for (size_t i = 0; plan->arguments && plan->arguments[i] && n <= SPAWN_ARGUMENTS_MAX; i++)
		argv[n++] = (char *)(uintptr_t)plan->arguments[i];
	argv[n] = NULL;
}

void spawn_execute(const struct spawn_plan *plan, int control)
{
	char title[TITLE_SIZE];
	char *argv[SPAWN_ARGUMENTS_MAX + 2];
	/* Both go aside first: either may stand where the other is to go. */
	int listener = plan->listener < 0 ? -1 : fcntl(plan->listener, F_DUPFD, DESCRIPTOR_ASIDE);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	place(control, CHILD_CONTROL);
	if (listener >= 0)
		place(listener, CHILD_LISTENER);
	close_range(listener >= 0 ? CHILD_LISTENER + 1 : CHILD_CONTROL + 1, ~0U, 0);
	write_arguments(plan, title, argv);
	execv("/proc/self/exe", argv);
	_exit(EXIT_NOT_EXECUTED);
}

static size_t count_arguments(const struct spawn_plan *plan)
{
	size_t n = 0;
	while (plan->arguments && plan->arguments[n])
		n++;
	return n;
}

static fault make(const struct spawn_plan *plan, int control, pid_t *ret)
{
	if (plan->launcher >= 0)
		return launcher_send(plan->launcher, plan->id, control, ret);
	*ret = fork();
	if (*ret == 0)
		spawn_execute(plan, control);
	return *ret > 0 ? NULL : FAIL(SYS_BUSY);
}

static fault start(const struct spawn_plan *plan, int control, struct spawn *ret)
{
	NEED(count_arguments(plan) <= SPAWN_ARGUMENTS_MAX, BUG);
	TRY(make(plan, control, &ret->pid));
	ret->process = pidfd_open(ret->pid, 0);
	if (ret->process >= 0)
		return NULL;
	kill(ret->pid, SIGKILL);
	waitpid(ret->pid, NULL, 0);
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
