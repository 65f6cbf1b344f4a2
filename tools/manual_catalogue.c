/*
 * manual_catalogue: the hostile catalogue as a document, from the table that the tests play.
 */
#include <stdio.h>
#include <string.h>

#include "attest/verdict.h"
#include "page.h"

#define TEXT \
	"What a device, or somebody on its way, may send that no genuine device sends, and\n" \
	"what it is answered. Every row is a test of its own: `tests/flow/catalogue_test.c`\n" \
	"plays it from octets to verdict, with a real database and real tickets, and sees\n" \
	"that exactly the named check failed of those that were required;\n" \
	"`tests/sim/catalogue_test.py` plays it over HTTP to a running server and compares\n" \
	"the code. Statements are changed and signed anew with a software AK, so that nothing\n" \
	"but the change is wrong. `tests/flow/mutation_test.c` lets one check after the other\n" \
	"pass whatever it finds, and sees that its own rows notice. H numbers are those of a\n" \
	"catalogue of known attacks on attestation; rows without one are ours. A number below\n" \
	"H106 or from H118 to H138 that has neither a row nor a reason fails the tests.\n" \
	"\n" \
	"A row's twins are the genuine ones with the same number, else the genuine one of the\n" \
	"same way. A check whose input another check found bad is not run, which is neither\n" \
	"failed nor passed."

enum kind { CHECKED, MALFORMED, GENUINE, ELSEWHERE, EXCUSED, KINDS };

static const struct row {
	enum kind kind;
	unsigned h;
	const char *name, *check, *code, *here, *sentence;
} rows[] = {
#define V(h, id, change, stage, way, here, sentence) { CHECKED, h, #change, #id, NULL, here, sentence },
#define W(h, id, with, change, stage, way, here, sentence) \
	{ CHECKED, h, #change, #id "`, `" #with, NULL, here, sentence },
#define P(h, code, change, stage, way, here, sentence) { MALFORMED, h, #change, "", #code, here, sentence },
#define T(h, change, stage, way, here, sentence) { GENUINE, h, #change, "", "", here, sentence },
#define E(h, code, file, test, twin, sentence) { ELSEWHERE, h, #test, file, #code, #twin, sentence },
#define N(h, code, sentence) { EXCUSED, h, "", "", code, "", sentence },
#include "attest/catalogue.def"
};

/* The code of a check that fails, by its name up to the one that fails with it. */
static const char *code_of(const struct row *row)
{
	if (row->code)
		return row->code;
	const struct bytes name = bytes_of(row->check, strcspn(row->check, "`"));
	const struct verdict_check *check = verdict_find(name);
	return check ? check->why->name : "";
}

static void print_h(const struct row *row)
{
	if (row->h)
		printf("| H%03u |", row->h);
	else
		fputs("| |", stdout);
}

static void print_played(const struct row *row)
{
	print_h(row);
	printf(" %s | `%s` |", row->sentence, row->name);
	if (row->kind == CHECKED)
		printf(" `%s` |", row->check);
	if (row->kind != GENUINE)
		printf(" `%s` |", code_of(row));
	printf(" %s%s |\n", row->here ? "no: " : "yes", row->here ? row->here : "");
}

static void print_elsewhere(const struct row *row)
{
	print_h(row);
	printf(" %s | `%s` | `%s` | `tests/%s` | `%s` |\n", row->sentence, row->code, row->name, row->check,
	       row->here);
}

static void print_excused(const struct row *row)
{
	print_h(row);
	printf(" `%s` | %s |\n", row->code, row->sentence);
}

static const struct section {
	const char *title, *head;
	void (*print)(const struct row *row);
} sections[KINDS] = {
	[CHECKED] = { "Refused by one check",
		      "| | what is sent | row | check | answer | over HTTP |\n|---|---|---|---|---|---|",
		      print_played },
	[MALFORMED] = { "Refused before or after judging",
			"| | what is sent | row | answer | over HTTP |\n|---|---|---|---|---|",
			print_played },
	[GENUINE] = { "Genuine, and granted", "| | what is sent | row | over HTTP |\n|---|---|---|---|",
		      print_played },
	[ELSEWHERE] = { "Proved by tests of their own",
			"| | what is done | answer | test | of | its twin |\n|---|---|---|---|---|---|",
			print_elsewhere },
	[EXCUSED] = { "Without a test, and why", "| | code there | here |\n|---|---|---|", print_excused },
};

static void print_catalogue(void)
{
	page_put_markdown_head("The hostile catalogue", "tests/attest/catalogue.def", TEXT);
	for (size_t kind = 0; kind < KINDS; kind++) {
		printf("\n## %s\n\n%s\n", sections[kind].title, sections[kind].head);
		for (size_t i = 0; i < COUNT_OF(rows); i++)
			if (rows[i].kind == kind)
				sections[kind].print(&rows[i]);
	}
}

static const struct page_document documents[] = { { "doc/hostile-catalogue.md", print_catalogue } };

int main(int count, char **words)
{
	return page_run(documents, COUNT_OF(documents), count == 2 ? words[1] : NULL);
}
