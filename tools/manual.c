/*
 * manual: prints the parts of the manual that are made from tables, so that manual and program say the same.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/openapi.h"
#include "api/report.h"
#include "attest/leniency.h"
#include "attest/verdict.h"
#include "page.h"
#include "server/settings.h"

#define FAULTS_TEXT                                                                     \
	"Every refusal has one of these codes, in the API, the portal, the shell, the " \
	"log and on the device. A code never changes its meaning."

#define STATUS_TEXT                                                                        \
	"What Microsoft Intune's device attestation status report says of a device, and "  \
	"which faults say it here: `assay report` and reports/tpmAttestationStatus show "  \
	"status, detail and whether to try again. An attested device is Completed, one "   \
	"that was refused is Failed, one that enrolled without proof is Not started."

#define REPORTS_TEXT                                                                      \
	"`GET /graph/beta/deviceManagement/reports` lists the reports, `.../reports/NAME` " \
	"is one as a list: filtered, sorted, searched and counted as doc/graph.md says. "   \
	"Readers may. A report whose rows stand for many devices has at most 1,000 of "     \
	"them: the largest, or the latest. Columns with * can be shown, but not compared "  \
	"or sorted by; those in bold are what an export has unless others are asked.\n\n"    \
	"An export is a report as a file, CSV or JSON: POST reportName, and if wanted "      \
	"filter, select and format, to `.../reports/exportJobs`, as Microsoft Graph has it; " \
	"its url is good for a day, for everybody who may read reports. The file is read "   \
	"while it is fetched, in the order of its rows' keys, so that no row is missed and "  \
	"none comes twice; its transfer is chunked, and one that is cut off has no last "    \
	"chunk. CSV is RFC 4180; what a spreadsheet would take for a formula has an "        \
	"apostrophe before it. That an export was made, and each time it is fetched, is "    \
	"in the audit."

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
	[SUBJECT_FIRMWARE] = { "The firmware of the TPM", "Is it weak, and did its keys suffer?" },
	[SUBJECT_CSR] = { "The certificate request", "Only on the path without a TPM." },
	[SUBJECT_TOKEN] = { "The enrolment token", "Only when the device brought one." },
	[SUBJECT_USER] = { "The user's token", "Only when the device brought one." },
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
	page_put_markdown_head("Faults", "src/base/fault.def", FAULTS_TEXT);
	for (size_t kind = 0; kind < COUNT_OF(fault_kinds); kind++) {
		printf("\n## %s\n\n%s\n\n", fault_kinds[kind].title, fault_kinds[kind].sentence);
		puts("| code | HTTP | HRESULT | again | what happened | what to do |");
		puts("|---|---|---|---|---|---|");
		for (size_t i = 0; i < FAULT_COUNT; i++)
			if (fault_rows[i].kind == kind)
				print_fault_row(&fault_rows[i]);
	}
}

static void print_detail_faults(enum fault_detail detail)
{
	const char *comma = "";
	putchar(' ');
	for (size_t i = 0; i < FAULT_COUNT; i++)
		if (fault_rows[i].detail == detail) {
			bool is_unlike = fault_rows[i].retry != fault_details[detail].retry;
			printf("%s`%s`%s", comma, fault_rows[i].name, is_unlike ? "\\*" : "");
			comma = ", ";
		}
	puts(" |");
}

static void print_status_markdown(void)
{
	page_put_markdown_head("Attestation status", "src/base/detail.def", STATUS_TEXT);
	puts("\n| status detail | try again | Intune's remedy | faults |\n|---|---|---|---|");
	for (size_t i = 1; i < FAULT_DETAIL_COUNT; i++) {
		const struct fault_detail_row *row = &fault_details[i];
		printf("| %s | %s |", row->text, row->retry ? "yes" : "no");
		put_cell(row->remedy);
		if (row->absent)
			printf(" none: %s |\n", row->absent);
		else
			print_detail_faults((enum fault_detail)i);
	}
	puts("\nFaults with * differ: doc/faults.md says whether the same request may succeed later. Why:\n");
	for (size_t i = 1; i < FAULT_DETAIL_COUNT; i++)
		if (fault_details[i].unlike)
			printf("- %s: %s\n", fault_details[i].text, fault_details[i].unlike);
}

static void print_fault_item(fault f)
{
	printf(".It Sy %s\n", f->name);
	page_put_prose(f->what);
	page_put_prose(f->remedy);
	printf("HTTP status %d", f->http);
	if (f->hresult)
		printf(", HRESULT 0x%08" PRIX32, f->hresult);
	if (f->detail)
		printf(", status detail\n.Dq %s ", fault_details[f->detail].text);
	puts(f->retry ? ".\nThe same request may succeed later." : ".");
}

static void print_faults_page(void)
{
	static const struct page page = { "assay-faults", 7, "why something did not happen", FAULTS_TEXT };
	page_put_head(&page);
	for (size_t kind = 0; kind < COUNT_OF(fault_kinds); kind++) {
		printf(".Ss %s\n", fault_kinds[kind].title);
		page_put_prose(fault_kinds[kind].sentence);
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
	page_put_markdown_head("Checks", "src/attest/checks.def", CHECKS_TEXT);
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
	page_put_prose(c->sentence);
	printf("Otherwise\n.Sy %s ;\njudged by %s (%s).\n", c->why->name, judges[c->by], c->clause);
}

static void print_leniencies(void)
{
	puts(".Ss " LENIENCIES_TITLE);
	page_put_prose(LENIENCIES_TEXT);
	puts(".Bl -tag -width Ds");
	for (size_t i = 0; i < LENIENCY_COUNT; i++) {
		printf(".It Sy %s\n", leniency_rows[i].name);
		page_put_prose(leniency_rows[i].sentence);
		printf("Against %s.\n", leniency_rows[i].clause);
	}
	puts(".El");
}

static void print_checks_page(void)
{
	static const struct page page = { "assay-checks", 7, "what is tested of a device's evidence",
					  CHECKS_TEXT };
	page_put_head(&page);
	for (size_t subject = 0; subject < SUBJECT_COUNT; subject++) {
		printf(".Ss %s\n", subjects[subject].title);
		page_put_prose(subjects[subject].sentence);
		puts(".Bl -tag -width Ds");
		for (size_t i = 0; i < CHECK_COUNT; i++)
			if (verdict_checks[i].subject == subject)
				print_check_item(&verdict_checks[i]);
		puts(".El");
	}
	print_leniencies();
	puts(".Sh SEE ALSO\n.Xr assay-faults 7 ,\n.Xr assayd 8");
}

static void print_settings_page(void)
{
	static const struct page page = { "assayd.conf", 5, "configuration of assayd", SETTINGS_TEXT };
	page_put_settings(&page, settings_rows, settings_count);
	puts(".Sh FILES\n.Pa /etc/assay/assayd.conf\n.Sh SEE ALSO\n.Xr assayd 8");
}

static void print_report_words(const struct property *p)
{
	size_t i;
	const json_t *word;
	json_auto_t *words = property_words(p);
	json_array_foreach(words, i, word)
		printf("%s%s", i ? ", " : ": ", json_string_value(word));
}

static void print_report(const struct report *r)
{
	printf("\n## %s\n\n`%s`: %s", r->title, r->name, r->text);
	if (r->list.order)
		printf(" Sorted by %s unless it is said otherwise.", r->list.order);
	if (r->window)
		printf(" Without a filter: %s %u days ago.", r->window, r->days);
	puts("\n");
	for (size_t i = 0; i < r->list.n; i++) {
		const struct property *p = &r->list.v[i];
		const char *mark = is_report_column(r, i) ? "**" : "";
		printf("%s%s%s%s%s", i ? "; " : "", mark, p->name, mark,
		       p->column == PROPERTY_SHOWN ? "\\*" : "");
		if (p->kind == PROPERTY_WORD)
			print_report_words(p);
	}
	puts(".");
}

static void print_reports_markdown(void)
{
	page_put_markdown_head("Reports", "src/api/report.def", REPORTS_TEXT);
	for (size_t i = 0; i < REPORT_COUNT; i++)
		print_report(&reports[i]);
}

static void print_openapi(void)
{
	json_t *document = openapi_new();
	json_dumpf(document, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(document);
}

static const struct page_document documents[] = {
	{ "doc/faults.md", print_faults_markdown },       { "doc/man/assay-faults.7", print_faults_page },
	{ "doc/checks.md", print_checks_markdown },       { "doc/man/assay-checks.7", print_checks_page },
	{ "doc/attestation-status.md", print_status_markdown },
	{ "doc/reports.md", print_reports_markdown },     { "doc/man/assayd.conf.5", print_settings_page },
	{ "doc/openapi.json", print_openapi },
};

int main(int count, char **words)
{
	return page_run(documents, COUNT_OF(documents), count == 2 ? words[1] : NULL);
}
