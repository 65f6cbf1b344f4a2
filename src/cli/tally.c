#include "cli/tally.h"

#include <ctype.h>
#include <string.h>

#define WIDTH 9

void tally_put(struct tally *t, const char *maker, size_t word)
{
	size_t k = 0;
	while (k < t->makers && strcmp(t->by_maker[k].maker, maker) != 0)
		k++;
	k = k < TALLY_MAKERS_MAX ? k : TALLY_MAKERS_MAX - 1;
	if (k == t->makers)
		snprintf(t->by_maker[t->makers++].maker, sizeof(t->by_maker->maker), "%s", maker);
	t->by_maker[k].of[word]++;
	t->sum[word]++;
}

static void write_title(const char *word, FILE *out)
{
	fprintf(out, " %*s", WIDTH - (int)strlen(word), "");
	for (const char *c = word; *c; c++)
		putc(toupper((unsigned char)*c), out);
}

void tally_write(const struct tally *t, FILE *out)
{
	if (t->makers < 2)
		return;
	fprintf(out, "%-8s", "MAKER");
	for (size_t i = 0; i < t->words_n; i++)
		write_title(t->words[i], out);
	putc('\n', out);
	for (size_t k = 0; k < t->makers; k++) {
		const struct tally_row *row = &t->by_maker[k];
		fprintf(out, "%-8s", row->maker[0] ? row->maker : "-");
		for (size_t i = 0; i < t->words_n; i++)
			fprintf(out, " %*zu", WIDTH, row->of[i]);
		putc('\n', out);
	}
	putc('\n', out);
}

static void write_counts(const struct tally *t, const size_t *counts, json_t *to)
{
	for (size_t i = 0; i < t->words_n; i++)
		json_object_set_new(to, t->words[i], json_integer((json_int_t)counts[i]));
}

void tally_write_json(const struct tally *t, json_t *to)
{
	json_t *makers = json_array();
	for (size_t k = 0; k < t->makers; k++) {
		json_t *row = json_pack("{ss}", "maker", t->by_maker[k].maker);
		write_counts(t, t->by_maker[k].of, row);
		json_array_append_new(makers, row);
	}
	write_counts(t, t->sum, to);
	json_object_set_new(to, "makers", makers);
}
