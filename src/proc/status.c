#include "proc/status.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "wire/jsn.h"

#define STATUS_FILE_MAX 32768
#define STATUS_LINE_MAX 512
#define PATH_SIZE 4096
#define KERNEL_FILE_MAX 8192

#define LINE_FIELDS(F, of)                                     \
	F(of, 1, TEXT, role, REQ, 32, 0)                       \
	F(of, 2, UINT, instance, REQ, ROLE_INSTANCES_MAX, 0)   \
	F(of, 3, UINT, pid, REQ, INT32_MAX, 0)                 \
	F(of, 4, UINT, started, REQ, INT64_MAX, 0)             \
	F(of, 5, UINT, restarts, REQ, UINT32_MAX, 0)           \
	F(of, 6, UINT, ready, REQ, 1, 0)                       \
	F(of, 7, TEXT, address, OPT, STATUS_ADDRESS_SIZE - 1, 0)
MESSAGE_STRUCT(status_line, LINE_FIELDS)
MESSAGE_TABLE(status_line, LINE_FIELDS)

static void put_row(struct wr *w, const struct status_row *row)
{
	char line[STATUS_LINE_MAX], address[STATUS_ADDRESS_SIZE + 16] = "";
	if (row->address[0])
		snprintf(address, sizeof(address), ",\"address\":\"%s\"", row->address);
	snprintf(line, sizeof(line),
		 "{\"role\":\"%s\",\"instance\":%u,\"pid\":%d,"
		 "\"started\":%lld,\"restarts\":%u,\"ready\":%d%s}\n",
		 role_name(row->id.role), row->id.instance, row->pid, (long long)row->started_s,
		 row->restarts, row->ready, address);
	wr_bytes(w, bytes_text(line));
}

static fault write_file(const char *path, struct bytes content)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	NEED(fd >= 0, SYS_FILE);
	bool ok = write(fd, content.p, content.n) == (ssize_t)content.n;
	ok = close(fd) == 0 && ok;
	NEED(ok, SYS_FILE);
	return NULL;
}

fault status_write(const char *path, const struct status *status)
{
	char draft[PATH_SIZE];
	uint8_t content[STATUS_FILE_MAX];
	struct wr w = wr_of(content, sizeof(content));
	for (size_t i = 0; i < status->count; i++)
		put_row(&w, &status->rows[i]);
	int n = snprintf(draft, sizeof(draft), "%s.new", path);
	NEED(!w.bad && n > 0 && (size_t)n < sizeof(draft), SYS_FILE);
	TRY(write_file(draft, wr_done(&w)));
	NEED(rename(draft, path) == 0, SYS_FILE);
	return NULL;
}

static fault read_file(const char *path, char *out, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	NEED(fd >= 0, SYS_FILE);
	size_t n = 0;
	ssize_t got = 1;
	while (got > 0 && n < size - 1) {
		got = read(fd, out + n, size - 1 - n);
		n += got > 0 ? (size_t)got : 0;
	}
	close(fd);
	NEED(got == 0, SYS_FILE);
	out[n] = 0;
	return NULL;
}

static fault parse_line(struct bytes line, struct arena *arena, struct status_row *ret)
{
	struct status_line l = { 0 };
	const char *detail = NULL;
	arena_reset(arena);
	NEED(!jsn_parse(&status_line_message, line, arena, &l, &detail), SYS_FILE);
	enum role role = role_find(l.role);
	NEED(role != ROLE_NONE, SYS_FILE);
	*ret = (struct status_row){ .id = { role, (unsigned)l.instance },
				    .pid = (pid_t)l.pid,
				    .started_s = (int64_t)l.started,
				    .restarts = (unsigned)l.restarts,
				    .ready = l.ready == 1 };
	if (l.address.n > 0)
		memcpy(ret->address, l.address.p, l.address.n);
	return NULL;
}

static fault parse_lines(char *content, struct arena *arena, struct status *ret)
{
	char *rest = content;
	for (char *line = strsep(&rest, "\n"); rest; line = strsep(&rest, "\n")) {
		NEED(ret->count < STATUS_ROWS_MAX, SYS_FILE);
		TRY(parse_line(bytes_text(line), arena, &ret->rows[ret->count++]));
	}
	return NULL;
}

/* The first number after the label at the beginning of a line of /proc/PID/status (proc(5)), or 0. */
static uint64_t kernel_number(const char *content, const char *label)
{
	const char *at = strstr(content, label);
	return at ? strtoull(at + strlen(label), NULL, 10) : 0;
}

/* Numbers of processes are used again: one that is not parent or a child of parent is a stranger. */
static void ask_kernel(struct status_row *row, pid_t parent)
{
	char path[64], content[KERNEL_FILE_MAX];
	snprintf(path, sizeof(path), "/proc/%d/status", row->pid);
	if (row->pid <= 0 || read_file(path, content, sizeof(content)))
		return;
	if (row->pid != parent && kernel_number(content, "\nPPid:") != (uint64_t)parent)
		return;
	row->running = true;
	row->uid = (uid_t)kernel_number(content, "\nUid:");
	row->seccomp = (unsigned)kernel_number(content, "\nSeccomp:");
	row->no_new_privs = kernel_number(content, "\nNoNewPrivs:") == 1;
}

fault status_get(const char *path, struct status *ret)
{
	char content[STATUS_FILE_MAX];
	struct status status = { 0 };
	struct arena arena;
	TRY(read_file(path, content, sizeof(content)));
	arena_init(&arena, STATUS_LINE_MAX * 4);
	fault f = parse_lines(content, &arena, &status);
	arena_done(&arena);
	TRY(f);
	NEED(status.count > 0 && status.rows[0].id.role == ROLE_PARENT, SYS_FILE);
	for (size_t i = 0; i < status.count; i++)
		ask_kernel(&status.rows[i], status.rows[0].pid);
	*ret = status;
	return NULL;
}
