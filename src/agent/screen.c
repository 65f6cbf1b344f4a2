#include "agent/screen.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define HRESULT_SIZE 16
#define MARK_WIDTH 6
#define WORD_WIDTH 16 /* of the command line */
#define NAME_WIDTH 12
#define COLUMNS_MIN 20 /* a text in fewer columns is no easier to read */

bool is_screen_terminal(FILE *out)
{
	return isatty(fileno(out));
}

bool is_screen_coloured(FILE *out)
{
	return is_screen_terminal(out) && !getenv("NO_COLOR");
}

void screen_print_headline(FILE *out, enum screen_colour colour, const char *text)
{
	if (is_screen_coloured(out))
		fprintf(out, "\033[1;%dm%s\033[0m\n", (int)colour, text);
	else
		fprintf(out, "%s\n", text);
}

void screen_print_mark(FILE *out, enum screen_colour colour, const char *mark)
{
	int blanks = MARK_WIDTH - (int)strlen(mark);
	if (is_screen_coloured(out))
		fprintf(out, "\033[%dm%s\033[0m%*s", (int)colour, mark, blanks, "");
	else
		fprintf(out, "%s%*s", mark, blanks, "");
}

/* Columns to the right of indent; zero: as many as it takes. */
static size_t columns_after(FILE *out, size_t indent)
{
	struct winsize size;
	if (ioctl(fileno(out), TIOCGWINSZ, &size) != 0 || size.ws_col < indent + COLUMNS_MIN)
		return 0;
	return size.ws_col - indent;
}

/* The octets of text that go on this line: up to the last blank within its columns. */
static size_t cut(const char *text, size_t columns)
{
	size_t n = strlen(text);
	if (!columns || n <= columns)
		return n;
	for (n = columns; n && text[n] != ' ';)
		n--;
	return n ? n : strcspn(text, " ");
}

void screen_print_text(FILE *out, size_t indent, const char *text)
{
	size_t columns = columns_after(out, indent);
	for (;;) {
		size_t n = cut(text, columns);
		fprintf(out, "%.*s\n", (int)n, text);
		text += n + strspn(text + n, " ");
		if (!text[0])
			return;
		fprintf(out, "%*s", (int)indent, "");
	}
}

void screen_print_help(FILE *out, const char *word, const char *sentence)
{
	fprintf(out, "  %-*s ", WORD_WIDTH, word);
	screen_print_text(out, WORD_WIDTH + 3, sentence);
}

void screen_print_line(FILE *out, const char *name, const char *text)
{
	if (!text[0])
		return;
	fprintf(out, "  %-*s ", NAME_WIDTH, name);
	screen_print_text(out, NAME_WIDTH + 3, text);
}

static const char *hresult_of(const struct cause *cause, char out[static HRESULT_SIZE])
{
	out[0] = 0;
	if (cause->hresult)
		snprintf(out, HRESULT_SIZE, "0x%08X", (unsigned)cause->hresult);
	return out;
}

void screen_print_cause(FILE *out, const struct cause *cause)
{
	char hresult[HRESULT_SIZE];
	screen_print_line(out, "why", cause->what);
	screen_print_line(out, "detail", cause->detail);
	screen_print_line(out, "do", cause->remedy);
	screen_print_line(out, "code", cause->code);
	screen_print_line(out, "HRESULT", hresult_of(cause, hresult));
	screen_print_line(out, "request", cause->request_id);
}

void screen_put_text(json_t *object, const char *name, const char *text)
{
	json_object_set_new(object, name, text[0] ? json_string(text) : json_null());
}

void screen_put_cause(json_t *object, const struct cause *cause)
{
	char hresult[HRESULT_SIZE];
	screen_put_text(object, "fault", cause->code);
	screen_put_text(object, "hresult", hresult_of(cause, hresult));
	screen_put_text(object, "what", cause->what);
	screen_put_text(object, "remedy", cause->remedy);
	screen_put_text(object, "detail", cause->detail);
}

void screen_print_json(FILE *out, const json_t *object)
{
	json_dumpf(object, out, JSON_INDENT(2));
	fputc('\n', out);
}
