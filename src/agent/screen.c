#include "agent/screen.h"

#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

#define HRESULT_SIZE 16

void screen_print_headline(FILE *out, enum screen_colour colour, const char *text)
{
	bool coloured = isatty(fileno(out)) && !getenv("NO_COLOR");
	if (coloured)
		fprintf(out, "\033[1;%dm%s\033[0m\n", (int)colour, text);
	else
		fprintf(out, "%s\n", text);
}

void screen_print_line(FILE *out, const char *name, const char *text)
{
	if (text[0])
		fprintf(out, "  %-12s %s\n", name, text);
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
