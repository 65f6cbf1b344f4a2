/*
 * The statements' texts themselves: one text for SQLite and PostgreSQL. The tables are read as data; what the
 * engine thinks of them is asked each time a store opens.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "test.h"

static const struct text {
	const char *name, *text;
} texts[] = {
#define STMT(name, text) { #name, text },
#define STMT_ROWS(name, of, text) { #name, text },
#define MIGRATION(version, text) { "migration " #version, text },
#define MIGRATION_ENGINE(...)
#define STMT_ENGINE(...)
#include "store/migration.def"
#include "store/stmt.def"
#undef STMT
#undef STMT_ROWS
#undef MIGRATION
#undef MIGRATION_ENGINE
#undef STMT_ENGINE
};

/* Words that one of the engines has alone, or that mean different things in the two. */
static const char *const foreign_words[] = {
	"AUTOINCREMENT", "INTEGER",    "INT",       "BLOB",        "BOOLEAN",
	"TRUE",          "FALSE",      "SERIAL8",   "BIGSERIAL",   "ROWID",
	"PRAGMA",        "GLOB",       "REGEXP",    "LIKE",        "ILIKE",
	"REPLACE",       "IFNULL",     "NVL",       "IIF",         "STRFTIME",
	"DATETIME",      "JULIANDAY",  "UNIXEPOCH", "NOW",         "CURRENT_TIMESTAMP",
	"RANDOM",        "RANDOMBLOB", "HEX",       "QUOTE",       "PRINTF",
	"GROUP_CONCAT",  "STRING_AGG", "TYPEOF",    "TOTAL",       "INSTR",
	"STRICT",        "INDEXED",    "ATTACH",    "VACUUM",      "SEQUENCE",
	"NEXTVAL",       "SKIP",       "LOCKED",    "LATERAL",     "ILIKE",
	"JSONB",         "CITEXT",     "UUID",      "TIMESTAMPTZ", "IMMEDIATE",
	"EXCLUSIVE",     "WITHOUT",    "COLLATE",
};

static bool is_word(const char *p, size_t n, const char *word)
{
	return strlen(word) == n && strncasecmp(p, word, n) == 0;
}

/* The first word of the text that is foreign, or NULL. */
static const char *foreign_word(const char *text)
{
	for (const char *p = text; *p;) {
		size_t n = strspn(p, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
		for (size_t i = 0; n && i < COUNT_OF(foreign_words); i++)
			if (is_word(p, n, foreign_words[i]))
				return foreign_words[i];
		p += n ? n : 1;
	}
	return NULL;
}

static void no_statement_uses_a_word_of_one_engine(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		if (foreign_word(texts[i].text))
			fail_msg("%s uses %s", texts[i].name, foreign_word(texts[i].text));
	assert_non_null(foreign_word("INSERT OR replace INTO x"));
	assert_null(foreign_word("SELECT printed, internal FROM unit"));
}

/* The first quote of a literal, which the empty text is none of; NULL: there is none. */
static const char *literal_of(const char *text)
{
	const char *quote = strchr(text, '\'');
	while (quote && quote[1] == '\'' && quote[2] != '\'')
		quote = strchr(quote + 2, '\'');
	return quote;
}

/* No literals, so no values printed into a text; no other quoting, parameters or comments either. */
static void no_statement_has_a_literal_a_quote_or_a_question_mark(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		if (strpbrk(texts[i].text, "\"`[]?:@#\\") || strstr(texts[i].text, "--") ||
		    literal_of(texts[i].text))
			fail_msg("%s has a sign that is not portable", texts[i].name);
	assert_non_null(literal_of("coalesce(x, '') || 'a'"));
	assert_non_null(literal_of("x = ''''"));
	assert_null(literal_of("coalesce(x, '')"));
}

/* Two of one number are one that is never run. */
static void migrations_are_numbered_from_one_without_gaps(void **state)
{
	static const unsigned numbers[] = {
#define MIGRATION(version, text) version,
#define MIGRATION_ENGINE(version, text) version,
#include "store/migration.def"
#undef MIGRATION
#undef MIGRATION_ENGINE
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(numbers); i++)
		CHECK(numbers[i] == i + 1);
}

static unsigned greatest_parameter(const char *text)
{
	unsigned greatest = 0;
	for (const char *p = strchr(text, '$'); p; p = strchr(p + 1, '$')) {
		unsigned n = 0;
		for (const char *d = p + 1; isdigit((unsigned char)*d); d++)
			n = n * 10 + (unsigned)(*d - '0');
		greatest = n > greatest ? n : greatest;
	}
	return greatest;
}

static void parameters_are_numbered_without_gaps(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		for (unsigned n = 1; n <= greatest_parameter(texts[i].text); n++) {
			char name[16];
			snprintf(name, sizeof(name), "$%u", n);
			if (!strstr(texts[i].text, name))
				fail_msg("%s lacks %s", texts[i].name, name);
		}
}

/* But those of migrations, which run once, on records they know. */
static void every_insertion_says_what_happens_on_conflict(void **state)
{
	(void)state;
	size_t insertions = 0;
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		if (strstr(texts[i].text, "INSERT") && !strcasestr(texts[i].name, "migration")) {
			insertions++;
			if (!strstr(texts[i].text, "ON CONFLICT"))
				fail_msg("%s does not", texts[i].name);
		}
	CHECK(insertions >= 14);
}

/* OFFSET costs what it skips; it may only say how many of the newest to keep, inside a deletion. */
static void no_list_pages_by_offset(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		if (strstr(texts[i].text, "OFFSET") && strncmp(texts[i].text, "DELETE", 6) != 0)
			fail_msg("%s does", texts[i].name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(no_statement_uses_a_word_of_one_engine),
		TEST(no_statement_has_a_literal_a_quote_or_a_question_mark),
		TEST(migrations_are_numbered_from_one_without_gaps),
		TEST(parameters_are_numbered_without_gaps),
		TEST(every_insertion_says_what_happens_on_conflict),
		TEST(no_list_pages_by_offset),
	};
	return RUN(tests);
}
