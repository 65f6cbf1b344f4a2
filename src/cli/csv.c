#include "cli/csv.h"

#include <string.h>

/* True for what spreadsheets evaluate: it begins with a sign of theirs. */
static bool is_formula(struct bytes field)
{
	return field.n > 0 && field.p[0] && strchr("=+-@\t\r", field.p[0]);
}

static bool is_quoted(struct bytes field)
{
	for (size_t i = 0; i < field.n; i++)
		if (field.p[i] && strchr(",\"\r\n", field.p[i]))
			return true;
	return false;
}

static void write_field(struct bytes field, FILE *out)
{
	const char *quote = is_quoted(field) ? "\"" : "";
	fputs(quote, out);
	if (is_formula(field))
		putc('\'', out);
	for (size_t i = 0; i < field.n; i++) {
		if (field.p[i] == '"')
			putc('"', out);
		putc(field.p[i], out);
	}
	fputs(quote, out);
}

void csv_write(const struct bytes *fields, size_t n, FILE *out)
{
	for (size_t i = 0; i < n; i++) {
		if (i)
			putc(',', out);
		write_field(fields[i], out);
	}
	fputs("\r\n", out);
}
