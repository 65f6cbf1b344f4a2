#include "cli/help.h"

#include <string.h>

#include "cli/command.h"

/* Columns before the sentences. */
#define NAME_WIDTH 29
#define OPTION_WIDTH 22

/* Gives how many columns it took. */
static int write_name(const struct command *c, FILE *out)
{
	return fprintf(out, "%s%s%s%s%s", c->noun, c->verb ? " " : "", c->verb ? c->verb : "",
		       c->arguments[0] ? " " : "", c->arguments);
}

static void write_option(const struct option *o, FILE *out)
{
	int n = fprintf(out, "  --%s%s%s", o->name, o->value ? " " : "", o->value ? o->value : "");
	if (n + 2 > OPTION_WIDTH)
		n = fprintf(out, "\n") - 1;
	fprintf(out, "%*s%s\n", OPTION_WIDTH - n, "", o->sentence);
}

static void write_options(uint64_t bits, FILE *out)
{
	for (unsigned i = 0; i < OPTION_COUNT; i++)
		if (bits & OPTION_BIT_AT(i))
			write_option(&options[i], out);
}

static void write_common(FILE *out)
{
	fputs("\nOptions of every command:\n", out);
	write_options(OPTION_BITS_OF_ALL, out);
}

/* Options in the usage line: those that must be given stand bare, one of several in parentheses. */
static void write_usage_options(uint64_t bits, const char *before, const char *between, FILE *out)
{
	bool is_first = true;
	for (unsigned i = 0; i < OPTION_COUNT; i++) {
		if (!(bits & OPTION_BIT_AT(i)))
			continue;
		fprintf(out, "%s--%s%s%s", is_first ? before : between, options[i].name,
			options[i].value ? " " : "", options[i].value ? options[i].value : "");
		is_first = false;
	}
}

static void write_command(const struct command *c, FILE *out)
{
	fputs("usage: assay ", out);
	write_name(c, out);
	write_usage_options(c->must, " ", " ", out);
	write_usage_options(c->one_of, " (", " | ", out);
	fprintf(out, "%s%s\n\n%s\n", c->one_of ? ")" : "", c->may ? " [OPTION]..." : "", c->sentence);
	if (c->must | c->one_of | c->may)
		fputs("\nOptions:\n", out);
	write_options(c->must | c->one_of | c->may, out);
	write_common(out);
}

/* The rows of a noun, or all. */
static void write_rows(const char *noun, FILE *out)
{
	for (size_t i = 0; i < commands_count; i++) {
		const struct command *c = &commands[i];
		if (noun && strcmp(c->noun, noun) != 0)
			continue;
		fputs("  ", out);
		int n = write_name(c, out);
		fprintf(out, "%*s%s\n", NAME_WIDTH - n, "", c->sentence);
	}
}

void help_write(const struct line *line, FILE *out)
{
	if (line->command) {
		write_command(line->command, out);
		return;
	}
	fprintf(out, "usage: assay %s [OPTION]...\n\n", line->noun ? line->noun : "COMMAND");
	write_rows(line->noun, out);
	write_common(out);
	fputs("\nWhat is not given comes from ASSAY_SERVER, ASSAY_CA, ASSAY_TOKEN_FILE, or else\n"
	      "from ~/.config/assay/assay.conf, or else from /etc/assay/assay.conf.\n\n"
	      "Exit codes: 0 done, 1 the server refused, 2 not understood or could not run,\n"
	      "3 the server was not reached. More: assay COMMAND --help, man assay.\n",
	      out);
}
