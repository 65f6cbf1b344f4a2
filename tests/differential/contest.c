#include "contest.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "test.h"

static void complain(const struct contest *c, struct bytes in, const char *what, const char *more)
{
	static char hex[TEXT_HEX_SIZE(MUTANT_SIZE_MAX)];
	fail_msg("%s: %s%s: %s", c->name, what, more, text_hex(in, hex));
}

/* Counts the rows that octets meet; the name of the first, or NULL. */
static const char *met(const struct contest_row *rows, size_t count, struct bytes in, const void *read,
		       size_t *tally)
{
	const char *first = NULL;
	for (size_t i = 0; i < count; i++) {
		if (!rows[i].is_met(in, read))
			continue;
		tally[i]++;
		first = first ? first : rows[i].name;
	}
	return first;
}

void contest_judge(const struct contest *c, struct bytes in, struct contest_tally *tally)
{
	static uint8_t ours_out[2 * MUTANT_SIZE_MAX], theirs_out[2 * MUTANT_SIZE_MAX];
	struct wr w = wr_of(ours_out, sizeof(ours_out)), v = wr_of(theirs_out, sizeof(theirs_out));
	fault why = c->ours(in, &w);
	const void *theirs = c->theirs(in, &v);
	const char *lenient = theirs ? met(c->lenient, c->lenient_count, in, theirs, tally->lenient) : NULL;
	const char *wider = why || theirs ? NULL : met(c->wider, c->wider_count, in, NULL, tally->wider);
	tally->cases++;
	tally->taken += !why && theirs;
	tally->refused += why && !theirs;
	if (why && why->kind != FAULT_INPUT)
		complain(c, in, "we refused it as something else than malformed: ", why->name);
	if (!why && !is_bytes_equal(wr_done(&w), in))
		complain(c, in, "we took it and write it otherwise", "");
	if (why && theirs && !lenient)
		complain(c, in, "they alone took it; we said ", why->name);
	if (!why && lenient)
		complain(c, in, "we took it although ", lenient);
	if (!why && !theirs && !wider)
		complain(c, in, "we alone took it", "");
	if (!why && theirs && !is_bytes_equal(wr_done(&v), in))
		complain(c, in, "they took it and write it otherwise", "");
	if (!why && theirs && !c->is_same(in, theirs))
		complain(c, in, "both took it and understand it otherwise", "");
}

static void tell(const char *contest, const char *who, const struct contest_row *row, size_t times)
{
	print_message("# %s: %s: %s: %zu\n", contest, who, row->name, times);
	if (!times)
		fail_msg("%s: no octets were met of which %s: %s", contest, row->name, row->why);
}

void contest_run(const struct contest *c, const struct mutant_stock *stock, size_t mutants)
{
	static struct mutant mutant;
	struct contest_tally tally = { 0 };
	mutant.n = 0;
	mutant.numbers = (struct sample){ 0 };
	for (size_t i = 0; i < stock->seed_count; i++)
		contest_judge(c, stock->seeds[i], &tally);
	for (size_t i = 0; i < mutants; i++)
		contest_judge(c, mutant_make(&mutant, stock), &tally);
	print_message("# %s: %zu taken by both, %zu refused by both\n", c->name, tally.taken, tally.refused);
	for (size_t i = 0; i < c->lenient_count; i++)
		tell(c->name, "they alone", &c->lenient[i], tally.lenient[i]);
	for (size_t i = 0; i < c->wider_count; i++)
		tell(c->name, "we alone", &c->wider[i], tally.wider[i]);
	COUNTED("differential: cases", tally.cases);
	CHECK(tally.taken > 0 && tally.refused > 0);
}
