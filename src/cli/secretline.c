#include "cli/secretline.h"

#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/secret.h"

/* False at the end of the input, and for a longer line. */
static bool read_line(char ret[static SECRETLINE_MAX + 1])
{
	size_t n = 0;
	int c = getchar();
	bool is_there = c != EOF;
	for (; c != EOF && c != '\n' && n < SECRETLINE_MAX; c = getchar())
		ret[n++] = (char)c;
	ret[n] = 0;
	return is_there && (c == '\n' || c == EOF) && strlen(ret) == n;
}

static bool ask(const char *what, const char *again, char ret[static SECRETLINE_MAX + 1])
{
	struct termios shown, hidden;
	if (tcgetattr(STDIN_FILENO, &shown) != 0)
		return false;
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	fprintf(stderr, "%s%s: ", what, again);
	bool is_hidden = tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0;
	bool is_read = is_hidden && read_line(ret);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
	fputc('\n', stderr);
	return is_read;
}

static fault ask_twice(const char *what, struct complaint *complaint, char ret[static SECRETLINE_MAX + 1])
{
	char again[SECRETLINE_MAX + 1] = "";
	bool is_read = ask(what, "", ret) && ask(what, " again", again);
	bool is_same = is_read && is_secret_equal(bytes_text(ret), bytes_text(again));
	secret_done(again, sizeof(again));
	return is_same ? NULL : complaint_put(complaint, FAIL(USAGE), "That was not twice the same.");
}

fault secretline_get(const char *what, struct complaint *complaint, char ret[static SECRETLINE_MAX + 1])
{
	if (isatty(STDIN_FILENO))
		return ask_twice(what, complaint, ret);
	if (read_line(ret) && ret[0])
		return NULL;
	return complaint_put(complaint, FAIL(USAGE), "Standard input has no line of at most %d octets.",
			     SECRETLINE_MAX);
}
