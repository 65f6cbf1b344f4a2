/*
 * manual_filter: the language of filters as a document and a page, from the tables and the functions that
 * filters are judged by.
 */
#include <stdio.h>
#include <string.h>

#include "page.h"
#include "policy/filter.h"

#define TEXT                                                                             \
	"A filter is an expression about a device, such as "                             \
	"(device.isTpmAttested -eq \"False\"). Restrictions include or exclude devices " \
	"by filters. The language is that of Intune's assignment filters, with its "     \
	"property names and ours."

#define UNKNOWN "An Unknown filter allows nothing and lets nothing pass a block."

#define GRAMMAR                                                                               \
	"filter     = all { \"or\" all }\n"                                                   \
	"all        = one { \"and\" one }\n"                                                  \
	"one        = \"(\" filter \")\" | comparison\n"                                      \
	"comparison = \"device.\" property operator value\n"                                  \
	"operator   = [\"-\"] ( \"eq\" | \"ne\" | \"in\" | \"notIn\" | \"startsWith\"\n"      \
	"           | \"contains\" | \"notContains\" | \"gt\" | \"ge\" | \"lt\" | \"le\" )\n" \
	"value      = string | \"[\" string { \",\" string } [\",\"] \"]\" | [\"$\"] \"null\"\n"

static const char *const rules[] = {
	"Letters of either case are the same everywhere, in values A to Z alone.",
	"and binds tighter than or. There is no not. Whitespace stands between words; around "
	"parentheses, brackets and commas it may be left out.",
	"A string is in straight double quotes; nothing inside is special, so it holds no double "
	"quote. Whitespace around a value is not part of it, neither in the filter nor in what a "
	"device has.",
	"An empty string is allowed in a list alone; null (or $null) says the same, with -eq and "
	"-ne. A list has at least one value and may end in a comma; -in and -notIn take a bare "
	"string too.",
	"A version is two to four numbers with dots between; those left out are 0. -gt, -ge, -lt and "
	"-le compare versions as numbers, and so do -eq and -ne where the property is a version. A "
	"device's version may be one number.",
	"A label or record that is missing counts as empty: -eq null, -ne, -notIn and -notContains "
	"are True of it, -eq, -in, -startsWith and -contains False. No order follows from what is no "
	"version: Unknown.",
	"A claim that could not be established is Unknown to every operator, null included. An "
	"unattested device has no claims about its TPM, except that isTpmAttested is False and "
	"assurance none or low.",
	"Values of Intune's enumerations are not looked at; for a property with words, another value "
	"is refused, since it would never be met.",
	"A filter has at most 3,072 characters and 32 open parentheses, a server at most 200 "
	"filters.",
	"A filter that reads a label decides nothing unless it was added with --trust-claims: what a "
	"device says of itself proves nothing.",
};

static const enum filter_truth truths[] = { FILTER_TRUE, FILTER_UNKNOWN, FILTER_FALSE };

static const char *const sources[] = {
	[ATTRIBUTE_CLAIM] = "Claims: proved by the verdict.",
	[ATTRIBUTE_RECORD] = "Records: the server's own.",
	[ATTRIBUTE_LABEL] = "Labels: what the device says of itself.",
};

static void print_operators(const struct attribute *a, const char *before)
{
	for (size_t op = 0; op < ATTRIBUTE_OPERATOR_COUNT; op++)
		if (is_attribute_operator(a, (enum attribute_operator)op))
			printf("%s%s", before, attribute_operator_word((enum attribute_operator)op));
}

/* --- Markdown ------------------------------------------------------------------------------------------- */

static void print_truths_markdown(const char *title,
				  enum filter_truth (*of)(enum filter_truth, enum filter_truth))
{
	printf("\n| %s |", title);
	for (size_t i = 0; i < COUNT_OF(truths); i++)
		printf(" %s |", filter_truth_word(truths[i]));
	puts("\n|---|---|---|---|");
	for (size_t i = 0; i < COUNT_OF(truths); i++) {
		printf("| **%s** |", filter_truth_word(truths[i]));
		for (size_t j = 0; j < COUNT_OF(truths); j++)
			printf(" %s |", filter_truth_word(of(truths[i], truths[j])));
		puts("");
	}
}

static void print_properties_markdown(enum attribute_source source)
{
	printf("\n%s\n\n| property | type | operators | |\n|---|---|---|---|\n", sources[source]);
	for (size_t i = 0; i < ATTRIBUTE_COUNT; i++) {
		const struct attribute *a = &attributes[i];
		if (a->source != source)
			continue;
		printf("| `%s` | %s |", a->name, attribute_type_word(a->type));
		print_operators(a, " ");
		printf(" | %s%s%s |\n", a->sentence, a->words ? "; words: " : "", a->words ? a->words : "");
	}
}

static void print_markdown(void)
{
	page_put_markdown_head("Filters", "src/policy/attribute.def", TEXT);
	puts("\n```\n" GRAMMAR "```\n");
	for (size_t i = 0; i < COUNT_OF(rules); i++)
		printf("* %s\n", rules[i]);
	puts("\n## Truth\n\nA filter is True, False or Unknown (strong Kleene logic). " UNKNOWN);
	print_truths_markdown("and", filter_and);
	print_truths_markdown("or", filter_or);
	puts("\n## Properties");
	for (size_t source = COUNT_OF(sources); source-- > 0;)
		print_properties_markdown((enum attribute_source)source);
}

/* --- mdoc ----------------------------------------------------------------------------------------------- */

static void print_truths_page(const char *word, enum filter_truth (*of)(enum filter_truth, enum filter_truth))
{
	for (size_t i = 0; i < COUNT_OF(truths); i++)
		for (size_t j = i; j < COUNT_OF(truths); j++)
			printf("%-7s %-3s %-7s  is  %s\n", filter_truth_word(truths[i]), word,
			       filter_truth_word(truths[j]), filter_truth_word(of(truths[i], truths[j])));
}

static void print_properties_page(enum attribute_source source)
{
	printf(".Ss %.*s\n", (int)strcspn(sources[source], ":"), sources[source]);
	page_put_prose(sources[source] + strcspn(sources[source], ":") + 2);
	puts(".Bl -tag -width Ds");
	for (size_t i = 0; i < ATTRIBUTE_COUNT; i++) {
		const struct attribute *a = &attributes[i];
		if (a->source != source)
			continue;
		printf(".It Sy %s\n", a->name);
		page_put_prose(a->sentence);
		printf("(%s;", attribute_type_word(a->type));
		print_operators(a, " \\-");
		printf("%s%s)\n", a->words ? "; words: " : "", a->words ? a->words : "");
	}
	puts(".El");
}

static void print_page(void)
{
	static const struct page page = { "assay-filters", 7, "expressions about devices", TEXT };
	page_put_head(&page);
	puts(".Ss Grammar\n.Bd -literal\n" GRAMMAR ".Ed\n.Bl -bullet");
	for (size_t i = 0; i < COUNT_OF(rules); i++) {
		puts(".It");
		page_put_prose(rules[i]);
	}
	puts(".El\n.Ss Truth\nA filter is True, False or Unknown.\n" UNKNOWN "\n.Bd -literal");
	print_truths_page("and", filter_and);
	print_truths_page("or", filter_or);
	puts(".Ed");
	for (size_t source = COUNT_OF(sources); source-- > 0;)
		print_properties_page((enum attribute_source)source);
	puts(".Sh SEE ALSO\n.Xr assay 1 ,\n.Xr assay-faults 7");
}

static const struct page_document documents[] = {
	{ "doc/filters.md", print_markdown },
	{ "doc/man/assay-filters.7", print_page },
};

int main(int count, char **words)
{
	return page_run(documents, COUNT_OF(documents), count == 2 ? words[1] : NULL);
}
