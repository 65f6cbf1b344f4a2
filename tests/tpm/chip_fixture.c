#include "tpm/chip_fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "test.h"

#define WAIT_STEPS 2000 /* of 5 ms */

/* A socket's file is there before anybody listens; the kernel's table knows (Flags: __SO_ACCEPTCON). */
static bool is_listening(const char *path)
{
	char line[512];
	bool found = false;
	FILE *table = fopen("/proc/net/unix", "re");
	CHECK(table != NULL);
	while (!found && fgets(line, sizeof(line), table)) {
		line[strcspn(line, "\n")] = 0;
		const char *at = strrchr(line, ' ');
		found = at && strcmp(at + 1, path) == 0 && strstr(line, " 00010000 ");
	}
	fclose(table);
	return found;
}

static void wait_until_ready(const struct chip_fixture *fixture)
{
	char control[sizeof(fixture->socket) + 8];
	snprintf(control, sizeof(control), "%s.ctrl", fixture->socket);
	for (int i = 0; i < WAIT_STEPS; i++) {
		if (is_listening(fixture->socket) && is_listening(control))
			return;
		CHECK(waitpid(fixture->pid, NULL, WNOHANG) == 0);
		nanosleep(&(struct timespec){ .tv_nsec = 5000000 }, NULL);
	}
	fail_msg("swtpm does not listen");
}

void chip_fixture_start(struct chip_fixture *fixture, enum chip_fixture_kind kind)
{
	char state[128], server[160], control[160], log[128];
	*fixture = (struct chip_fixture){ 0 };
	snprintf(fixture->folder, sizeof(fixture->folder), "/tmp/assay-chip-XXXXXX");
	CHECK(mkdtemp(fixture->folder) != NULL);
	snprintf(fixture->socket, sizeof(fixture->socket), "%s/tpm", fixture->folder);
	snprintf(fixture->tcti, sizeof(fixture->tcti), "swtpm:path=%s", fixture->socket);
	snprintf(state, sizeof(state), "dir=%s", fixture->folder);
	snprintf(server, sizeof(server), "type=unixio,path=%s", fixture->socket);
	snprintf(control, sizeof(control), "type=unixio,path=%s.ctrl", fixture->socket);
	snprintf(log, sizeof(log), "file=%s/log", fixture->folder);
	fixture->pid = fork();
	CHECK(fixture->pid >= 0);
	if (fixture->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that fails does not get to chip_fixture_stop */
		execlp("swtpm", "swtpm", "socket", "--tpmstate", state, "--server", server, "--ctrl", control,
		       "--log", log, "--flags", "not-need-init,startup-clear",
		       kind == CHIP_FIXTURE_TPM2 ? "--tpm2" : NULL, NULL);
		fprintf(stderr, "swtpm cannot be started; install the package swtpm\n");
		_exit(127);
	}
	wait_until_ready(fixture);
}

char *chip_fixture_path(const struct chip_fixture *fixture, const char *name, char out[static 96])
{
	snprintf(out, 96, "%s/%s", fixture->folder, name);
	return out;
}

void chip_fixture_stop(struct chip_fixture *fixture)
{
	static const char *const left[] = { "tpm", "tpm.ctrl", "tpm2-00.permall", "tpm-00.permall",
					    "tpm2-00.volatilestate", ".lock", "log", "content", "public" };
	char path[96];
	chip_fixture_close(fixture);
	kill(fixture->pid, SIGKILL);
	waitpid(fixture->pid, NULL, 0);
	for (size_t i = 0; i < COUNT_OF(left); i++)
		unlink(chip_fixture_path(fixture, left[i], path));
	CHECK(rmdir(fixture->folder) == 0);
}

void chip_fixture_open(struct chip_fixture *fixture)
{
	fault f = chip_open(&fixture->chip, fixture->tcti, CHIP_WAIT_MS);
	if (f)
		fail_msg("chip_open gave %s, %s", f->name, chip_detail(&fixture->chip));
	arena_init(&fixture->arena, 1 << 20);
	fixture->is_open = true;
}

void chip_fixture_close(struct chip_fixture *fixture)
{
	if (!fixture->is_open)
		return;
	chip_close(&fixture->chip);
	arena_done(&fixture->arena);
	fixture->is_open = false;
}

static size_t read_all(int fd, char *out, size_t size)
{
	size_t at = 0;
	ssize_t n;
	while (at < size && (n = read(fd, out + at, size - at)) > 0)
		at += (size_t)n;
	return at;
}

static pid_t spawn_tool(const struct chip_fixture *fixture, const char *const *arguments, int output)
{
	pid_t pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		dup2(output, STDOUT_FILENO);
		setenv("TPM2TOOLS_TCTI", fixture->tcti, 1);
		execvp(arguments[0], (char *const *)(uintptr_t)arguments);
		_exit(127);
	}
	return pid;
}

int chip_fixture_run(struct chip_fixture *fixture, const char *const *arguments, char *out, size_t size)
{
	int ends[2], status;
	bool was_open = fixture->is_open;
	if (was_open)
		chip_close(&fixture->chip);
	CHECK(pipe2(ends, O_CLOEXEC) == 0);
	pid_t pid = spawn_tool(fixture, arguments, ends[1]);
	close(ends[1]);
	out[read_all(ends[0], out, size - 1)] = 0;
	close(ends[0]);
	CHECK(waitpid(pid, &status, 0) == pid);
	if (was_open)
		OK(chip_open(&fixture->chip, fixture->tcti, CHIP_WAIT_MS));
	return status;
}

bool is_chip_fixture_empty(struct chip_fixture *fixture)
{
	static const char *const lists[] = { "handles-transient", "handles-loaded-session",
					     "handles-saved-session" };
	for (size_t i = 0; i < COUNT_OF(lists); i++) {
		char text[512];
		const char *const arguments[] = { "tpm2_getcap", lists[i], NULL };
		CHECK(chip_fixture_run(fixture, arguments, text, sizeof(text)) == 0);
		if (text[0])
			return false;
	}
	return true;
}
