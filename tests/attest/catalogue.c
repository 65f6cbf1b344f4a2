#include "catalogue.h"

#include <stdio.h>

#define CHANGE(change, stage, way) { MODEL_##stage, mutator_##change, VOUCH_BY_##way }

const struct catalogue_row catalogue_rows[] = {
#define V(h, id, change, stage, way, here, sentence) W(h, id, id, change, stage, way, here, sentence)
#define W(h, id, with, change, stage, way, here, sentence)                                   \
	{ CATALOGUE_CHECK, h, #change, CHANGE(change, stage, way), CHECK_##id, CHECK_##with, \
	  NULL, here, sentence },
#define P(h, code, change, stage, way, here, sentence) \
	{ CATALOGUE_FAULT, h, #change, CHANGE(change, stage, way), 0, 0, FAIL(code), here, sentence },
#define T(h, change, stage, way, here, sentence) \
	{ CATALOGUE_TWIN, h, #change, CHANGE(change, stage, way), 0, 0, NULL, here, sentence },
#define E(...)
#define N(...)
#include "catalogue.def"
};

const size_t catalogue_count = COUNT_OF(catalogue_rows);

const struct catalogue_note catalogue_notes[] = {
#define V(...)
#define W(...)
#define P(...)
#define T(...)
#define E(h, code, file, test, twin, sentence) { h, FAIL(code), file, #test, #twin, sentence },
#define N(h, code, sentence) { h, NULL, NULL, NULL, NULL, sentence },
#include "catalogue.def"
};

const size_t catalogue_note_count = COUNT_OF(catalogue_notes);

bool is_catalogue_covered(unsigned h)
{
	for (size_t i = 0; i < catalogue_count; i++)
		if (catalogue_rows[i].h == h && catalogue_rows[i].kind != CATALOGUE_TWIN)
			return true;
	for (size_t i = 0; i < catalogue_note_count; i++)
		if (catalogue_notes[i].h == h)
			return true;
	return false;
}

static bool is_twin(const struct catalogue_row *twin, const struct catalogue_row *of, unsigned h)
{
	return twin->kind == CATALOGUE_TWIN && twin->h == h && twin->change.way == of->change.way;
}

const struct catalogue_row *catalogue_find_twin(const struct catalogue_row *of,
						const struct catalogue_row *after)
{
	const struct catalogue_row *end = catalogue_rows + catalogue_count;
	unsigned h = after ? after->h : of->h;
	for (const struct catalogue_row *t = after ? after + 1 : catalogue_rows; t < end; t++)
		if (is_twin(t, of, h))
			return t;
	for (const struct catalogue_row *t = catalogue_rows; !after && t < end; t++)
		if (is_twin(t, of, 0))
			return t;
	return NULL;
}

fault catalogue_why(const struct catalogue_row *row)
{
	return row->kind == CATALOGUE_CHECK ? verdict_checks[row->check].why : row->code;
}

fault catalogue_play(struct model *m, const struct catalogue_row *row)
{
	model_make(m, &row->change);
	return m->refused ? m->refused : m->place->answer(m->own, m);
}

static bool is_own(const struct catalogue_row *row, size_t check)
{
	return row->kind == CATALOGUE_CHECK && (check == row->check || check == row->with);
}

size_t catalogue_find_odd(const struct catalogue_row *row, const struct verdict *v)
{
	size_t c = 0;
	while (c < CHECK_COUNT && (v->required[c] && v->of[c] == FAILED) == is_own(row, c))
		c++;
	return c;
}

void catalogue_title(const struct catalogue_row *row, char out[static CATALOGUE_TITLE_MAX])
{
	fault why = catalogue_why(row);
	char h[16] = "";
	if (row->h)
		snprintf(h, sizeof(h), "H%03u ", row->h);
	snprintf(out, CATALOGUE_TITLE_MAX, "%s%s is %s: %s", h, row->name, why ? why->name : "granted",
		 row->sentence);
}

void catalogue_note_title(const struct catalogue_note *note, char out[static CATALOGUE_TITLE_MAX])
{
	snprintf(out, CATALOGUE_TITLE_MAX, "H%03u is %s in %s: %s", note->h, note->code->name, note->file,
		 note->test);
}
