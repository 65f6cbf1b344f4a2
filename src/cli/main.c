/*
 * assay: the administrator's shell, a client of the server's API like any other.
 */
#include <errno.h>
#include <jansson.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "cli/help.h"
#include "cli/session.h"

#define LINE_ARENA_SIZE (4 << 20)

/* Names of objects come from the network; the seed keeps them from being chosen to collide. */
static bool seed_json(void)
{
	size_t seed;
	if (getrandom(&seed, sizeof(seed), 0) != (ssize_t)sizeof(seed))
		return false;
	json_object_seed(seed | 1);
	return true;
}

static int end(const struct complaint *c)
{
	if (c->why)
		complaint_write(c, stderr);
	return (int)complaint_exit(c);
}

/* What was printed has arrived, or the command did not do what it was asked. */
static fault check_output(struct complaint *complaint)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return NULL;
	return complaint_put(complaint, FAIL(SYS_FILE), "standard output: %s", strerror(errno));
}

static int run(const struct line *line)
{
	struct session s;
	session_init(&s, line);
	fault why = line->command->run(&s);
	if (why && s.complaint.why != why)
		complaint_put(&s.complaint, why, "%s", "");
	if (!why && !check_output(&s.complaint))
		s.complaint.why = NULL; /* what was complained of on the way did not matter in the end */
	int code = s.complaint.why ? end(&s.complaint) : s.result;
	session_done(&s);
	return code;
}

static int answer(const struct line *line)
{
	struct complaint complaint = { 0 };
	if (line->values[OPTION_VERSION])
		printf("assay %s\n", ASSAY_VERSION);
	else
		help_write(line, stdout);
	check_output(&complaint);
	return end(&complaint);
}

int main(int argc, char **argv)
{
	struct arena arena;
	struct line line;
	struct complaint complaint;
	size_t named = argc > 0; /* a program can be started without even its name */
	int code;
	setlocale(LC_CTYPE, "C.UTF-8"); /* the server's text is UTF-8, whatever the person's language */
	arena_init(&arena, LINE_ARENA_SIZE);
	fault why = seed_json() ? NULL : complaint_put(&complaint, FAIL(SYS_RNG), "%s", "");
	if (!why)
		why = line_parse((size_t)argc - named, argv + named, &arena, &complaint, &line);
	if (why)
		code = end(&complaint);
	else if (line.values[OPTION_HELP] || line.values[OPTION_VERSION])
		code = answer(&line);
	else
		code = run(&line);
	arena_done(&arena);
	return code;
}
