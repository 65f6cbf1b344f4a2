/*
 * manual: prints the parts of the manual that are made from tables, so that manual and program say the same.
 *
 * usage: manual DOCUMENT, or manual alone for the list of documents. tools/make-docs puts them in their
 * places.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/leniency.h"
#include "attest/verdict.h"
#include "server/settings.h"

/* The day a page was last changed in form; rows may come and go without it. */
#define PAGE_DATE "November 22, 2026"

#define FAULTS_TEXT                                                                     \
	"Every refusal has one of these codes, in the API, the portal, the shell, the " \
	"log and on the device. A code never changes its meaning."

#define CHECKS_TEXT                                                                        \
	"A device is trusted only when every check that its case requires passed. The "    \
	"fault of a verdict is that of the first required check, in this order, that did " \
	"not."

#define LENIENCIES_TITLE "What is let pass"

#define LENIENCIES_TEXT                                                                 \
	"Certificates of real chips break these rules, and no others are let pass. The " \
	"verdict names each that was."

#define SETTINGS_TEXT                                                                       \
	"A line is a section in brackets, a comment that begins with # or ;, or a key and " \
	"its value with = between them. A value is the rest of its line; nothing is "       \
	"quoted or continued. An unknown or repeated key, or a value outside its bounds, "  \
	"refuses the whole file. Each setting is also an option of the command line: "      \
	"--set section.key=value."

struct heading {
	const char *title, *sentence;
};

static const struct heading fault_kinds[] = {
	[FAULT_BUG] = { "Our own mistakes", "The program met a state that it should not know." },
	[FAULT_INPUT] = { "Malformed input", "Nothing of it was stored." },
	[FAULT_CHECK] = { "Evidence that does not prove what it should", "It was read and judged." },
	[FAULT_DENIED] = { "Not allowed", "Who asks was proved, and may not." },
	[FAULT_LIMIT] = { "Limits", "Too large, too many or too fast." },
	[FAULT_SYSTEM] = { "The system", "Disk, database, TPM, network or another process failed." },
};

static const struct heading subjects[SUBJECT_COUNT] = {
	[SUBJECT_FRESH] = { "The conversation", "Does this answer the challenge that the server made?" },
	[SUBJECT_EK_CERT] = { "The certificate of the endorsement key", "Who vouches for the TPM?" },
	[SUBJECT_EK] = { "The endorsement key", "Is it the TPM that somebody vouches for?" },
	[SUBJECT_AK] = { "The attestation key", "Is it a key that signs nothing but what its TPM saw?" },
	[SUBJECT_CERTIFY] = { "The statement about the device key", "Does the TPM say where the key lives?" },
	[SUBJECT_KEY] = { "The device key", "Can it leave the TPM?" },
	[SUBJECT_QUOTE] = { "The quote", "Does the TPM say what was started?" },
	[SUBJECT_CSR] = { "The certificate request", "Only on the path without a TPM." },
	[SUBJECT_TOKEN] = { "The enrolment token", "Only when the device brought one." },
};

static const char *const judges[] = { [BY_VERIFY] = "verify", [BY_CORE] = "core" };

/* A cell of a Markdown table. */
static void put_cell(const char *text)
{
	fputs(" ", stdout);
	for (const char *c = text; *c; c++)
		printf(*c == '|' ? "\\%c" : "%c", *c);
	fputs(" |", stdout);
}

/* Lines of mdoc text: each sentence begins a line, and nothing in it is taken for a macro. */
static void put_prose(const char *text)
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

static void put_page_head(const char *name, int section, const char *what)
{
	puts(".\\\" Made by tools/make-docs from the program's own table: change that, not this.");
	fputs(".Dd " PAGE_DATE "\n.Dt ", stdout);
	for (const char *c = name; *c; c++)
		putchar(toupper((unsigned char)*c));
	printf(" %d\n.Os Assay\n.Sh NAME\n.Nm %s\n.Nd %s\n.Sh DESCRIPTION\n", section, name, what);
}

static void put_markdown_head(const char *title, const char *source, const char *text)
{
	printf("# %s\n\n<!-- Made by tools/make-docs from %s: change that, not this. -->\n\n", title, source);
	puts(text);
}

static void print_fault_row(fault f)
{
	char hresult[16] = "";
	if (f->hresult)
		snprintf(hresult, sizeof(hresult), "0x%08" PRIX32, f->hresult);
	printf("| `%s` | %d | %s | %s |", f->name, f->http, hresult, f->retry ? "yes" : "");
	put_cell(f->what);
	put_cell(f->remedy);
	puts("");
}

static void print_faults_markdown(void)
{
	put_markdown_head("Faults", "src/base/fault.def", FAULTS_TEXT);
	for (size_t kind = 0; kind < COUNT_OF(fault_kinds); kind++) {
		printf("\n## %s\n\n%s\n\n", fault_kinds[kind].title, fault_kinds[kind].sentence);
		puts("| code | HTTP | HRESULT | again | what happened | what to do |");
		puts("|---|---|---|---|---|---|");
		for (size_t i = 0; i < FAULT_COUNT; i++)
			if (fault_rows[i].kind == kind)
				print_fault_row(&fault_rows[i]);
	}
}

static void print_fault_item(fault f)
{
	printf(".It Sy %s\n", f->name);
	put_prose(f->what);
	put_prose(f->remedy);
	printf("HTTP status %d", f->http);
	if (f->hresult)
		printf(", HRESULT 0x%08" PRIX32, f->hresult);
	if (f->detail)
		printf(", status detail\n.Dq %s ", f->detail);
	puts(f->retry ? ".\nThe same request may succeed later." : ".");
}

static void print_faults_page(void)
{
	put_page_head("assay-faults", 7, "why something did not happen");
	put_prose(FAULTS_TEXT);
	for (size_t kind = 0; kind < COUNT_OF(fault_kinds); kind++) {
		printf(".Ss %s\n", fault_kinds[kind].title);
		put_prose(fault_kinds[kind].sentence);
		puts(".Bl -tag -width Ds");
		for (size_t i = 0; i < FAULT_COUNT; i++)
			if (fault_rows[i].kind == kind)
				print_fault_item(&fault_rows[i]);
		puts(".El");
	}
	puts(".Sh SEE ALSO\n.Xr assay-checks 7 ,\n.Xr assayd 8");
}

static void print_check_row(const struct verdict_check *c)
{
	printf("| `%s` |", c->name);
	put_cell(c->sentence);
	printf(" `%s` | %s |", c->why->name, judges[c->by]);
	put_cell(c->clause);
	puts("");
}

static void print_leniencies_markdown(void)
{
	printf("\n## %s\n\n%s\n\n| name | what is let pass | against |\n|---|---|---|\n", LENIENCIES_TITLE,
	       LENIENCIES_TEXT);
	for (size_t i = 0; i < LENIENCY_COUNT; i++) {
		printf("| `%s` |", leniency_rows[i].name);
		put_cell(leniency_rows[i].sentence);
		put_cell(leniency_rows[i].clause);
		puts("");
	}
}

static void print_checks_markdown(void)
{
	put_markdown_head("Checks", "src/attest/checks.def", CHECKS_TEXT);
	for (size_t subject = 0; subject < SUBJECT_COUNT; subject++) {
		printf("\n## %s\n\n%s\n\n", subjects[subject].title, subjects[subject].sentence);
		puts("| check | true when it passed | otherwise | judged by | clause |");
		puts("|---|---|---|---|---|");
		for (size_t i = 0; i < CHECK_COUNT; i++)
			if (verdict_checks[i].subject == subject)
				print_check_row(&verdict_checks[i]);
	}
	print_leniencies_markdown();
}

static void print_check_item(const struct verdict_check *c)
{
	printf(".It Sy %s\n", c->name);
	put_prose(c->sentence);
	printf("Otherwise\n.Sy %s ;\njudged by %s (%s).\n", c->why->name, judges[c->by], c->clause);
}

static void print_leniencies(void)
{
	puts(".Ss " LENIENCIES_TITLE);
	put_prose(LENIENCIES_TEXT);
	puts(".Bl -tag -width Ds");
	for (size_t i = 0; i < LENIENCY_COUNT; i++) {
		printf(".It Sy %s\n", leniency_rows[i].name);
		put_prose(leniency_rows[i].sentence);
		printf("Against %s.\n", leniency_rows[i].clause);
	}
	puts(".El");
}

static void print_checks_page(void)
{
	put_page_head("assay-checks", 7, "what is tested of a device's evidence");
	put_prose(CHECKS_TEXT);
	for (size_t subject = 0; subject < SUBJECT_COUNT; subject++) {
		printf(".Ss %s\n", subjects[subject].title);
		put_prose(subjects[subject].sentence);
		puts(".Bl -tag -width Ds");
		for (size_t i = 0; i < CHECK_COUNT; i++)
			if (verdict_checks[i].subject == subject)
				print_check_item(&verdict_checks[i]);
		puts(".El");
	}
	print_leniencies();
	puts(".Sh SEE ALSO\n.Xr assay-faults 7 ,\n.Xr assayd 8");
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
	};
	fputs(types[row->type].what, stdout);
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
	put_prose(row->sentence);
	print_bounds(row);
}

/* Rows are in the order of their sections. */
static void print_settings_page(void)
{
	const char *section = "";
	size_t length = 0;
	put_page_head("assayd.conf", 5, "configuration of assayd");
	put_prose(SETTINGS_TEXT);
	for (size_t i = 0; i < settings_count; i++) {
		const char *name = settings_rows[i].key;
		if (length == 0 || strncmp(section, name, length) != 0) {
			puts(length ? ".El" : ".Pp\nThe sections and their keys:");
			section = name;
			length = strcspn(name, ".") + 1;
			printf(".Ss %.*s\n.Bl -tag -width Ds\n", (int)length - 1, section);
		}
		print_setting(&settings_rows[i], name + length);
	}
	puts(".El\n.Sh FILES\n.Pa /etc/assay/assayd.conf\n.Sh SEE ALSO\n.Xr assayd 8");
}

static const struct document {
	const char *path;
	void (*print)(void);
} documents[] = {
	{ "doc/faults.md", print_faults_markdown },       { "doc/man/assay-faults.7", print_faults_page },
	{ "doc/checks.md", print_checks_markdown },       { "doc/man/assay-checks.7", print_checks_page },
	{ "doc/man/assayd.conf.5", print_settings_page },
};

int main(int count, char **words)
{
	for (size_t i = 0; i < COUNT_OF(documents); i++) {
		if (count == 1)
			puts(documents[i].path);
		else if (strcmp(words[1], documents[i].path) == 0)
			documents[i].print();
	}
	return fflush(stdout) == 0 && count <= 2 ? EXIT_SUCCESS : EXIT_FAILURE;
}
