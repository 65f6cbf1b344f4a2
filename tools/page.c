#include "page.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The day a page was last changed in form; rows may come and go without it. */
#define PAGE_DATE "November 22, 2026"

void page_put_prose(const char *text)
{
	for (const char *c = text; *c; c++) {
		bool first = c == text || c[-1] == '\n';
		bool ends = c > text && c[-1] == '.' && c[0] == ' ';
		if (first && (*c == '.' || *c == '\''))
			fputs("\\&", stdout);
		if (ends)
			putchar('\n');
		else
			fputs(*c == '\\' ? "\\e" : (const char[]){ *c, 0 }, stdout);
	}
	putchar('\n');
}

void page_put_head(const struct page *page)
{
	puts(".\\\" Made by tools/make-docs from the program's own table: change that, not this.");
	fputs(".Dd " PAGE_DATE "\n.Dt ", stdout);
	for (const char *c = page->name; *c; c++)
		putchar(toupper((unsigned char)*c));
	printf(" %d\n.Os Assay\n.Sh NAME\n.Nm %s\n.Nd %s\n.Sh DESCRIPTION\n", page->section, page->name,
	       page->what);
	page_put_prose(page->text);
}

void page_put_markdown_head(const char *title, const char *source, const char *text)
{
	printf("# %s\n\n<!-- Made by tools/make-docs from %s: change that, not this. -->\n\n", title, source);
	puts(text);
}

static void print_bounds(const struct config_row *row)
{
	static const struct {
		const char *what;
		bool has_range;
		const char *unit;
	} types[] = {
		[CONFIG_TEXT] = { "Text of ", true, " octets" },
		[CONFIG_PATH] = { "An absolute path", false, "" },
		[CONFIG_UINT] = { "A number from ", true, "" },
		[CONFIG_BOOL] = { "true or false", false, "" },
		[CONFIG_ADDRESS] = { "HOST:PORT, or [ADDRESS]:PORT for IPv6", false, "" },
		[CONFIG_WORD] = { "One of the words ", false, "" },
	};
	fputs(types[row->type].what, stdout);
	if (row->words)
		fputs(row->words, stdout);
	if (types[row->type].has_range)
		printf("%" PRIu64 " to %" PRIu64 "%s", row->min, row->max, types[row->type].unit);
	if (row->value[0])
		printf("; by default\n.Ql %s .\n", row->value);
	else
		puts("; empty by default.");
}

static void print_setting(const struct config_row *row, const char *key)
{
	printf(".It Ic %s\n", key);
	page_put_prose(row->sentence);
	print_bounds(row);
}

/* A section's heading, with its list begun. */
static void put_section(const char *key, size_t length, bool is_first)
{
	puts(is_first ? length ? ".Pp\nThe sections and their keys:" : ".Pp\nThe keys:" : ".El");
	if (length)
		printf(".Ss %.*s\n", (int)length - 1, key);
	puts(".Bl -tag -width Ds");
}

/* Of a key up to and with the dot; zero for one that stands before all sections. */
static size_t section_length(const char *key)
{
	return strchr(key, '.') ? strcspn(key, ".") + 1 : 0;
}

void page_put_settings(const struct page *page, const struct config_row *rows, size_t count)
{
	page_put_head(page);
	for (size_t i = 0; i < count; i++) {
		const char *key = rows[i].key, *last = i ? rows[i - 1].key : "";
		size_t length = section_length(key);
		if (i == 0 || length != section_length(last) || strncmp(key, last, length) != 0)
			put_section(key, length, i == 0);
		print_setting(&rows[i], key + length);
	}
	puts(".El");
}

int page_run(const struct page_document *documents, size_t count, const char *path)
{
	for (size_t i = 0; i < count; i++) {
		if (!path)
			puts(documents[i].path);
		else if (strcmp(path, documents[i].path) == 0)
			documents[i].print();
	}
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
