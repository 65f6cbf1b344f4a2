/*
 * catalogue: the rows of catalogue.def as a program reads them, and the changes they name.
 */
#ifndef TESTS_ATTEST_CATALOGUE_H
#define TESTS_ATTEST_CATALOGUE_H

#include "model.h"

enum catalogue_kind {
	CATALOGUE_CHECK, /* fails its check; with one more, both */
	CATALOGUE_FAULT, /* refused with its fault, whatever the checks say */
	CATALOGUE_TWIN,  /* granted */
};

struct catalogue_row {
	enum catalogue_kind kind;
	unsigned h; /* 0: none */
	const char *name;
	struct model_change change;
	enum check_id check, with; /* equal when it fails alone */
	fault code;                /* of a row of that kind */
	const char *here;          /* why it is played in the library alone; NULL: it is played everywhere */
	const char *sentence;
};

extern const struct catalogue_row catalogue_rows[];
extern const size_t catalogue_count;

/* What is not played: a row of kind E, or of kind N, which has a sentence alone. */
struct catalogue_note {
	unsigned h;
	fault code;
	const char *file;        /* below tests/ */
	const char *test, *twin; /* functions of that file; one name where one function is both */
	const char *sentence;
};

extern const struct catalogue_note catalogue_notes[];
extern const size_t catalogue_note_count;

/* True when a known attack has a row that refuses it, or one that says why there is none. */
bool is_catalogue_covered(unsigned h);

/*
 * The twins of a row, one after the other: those of its H when there are any, else the way's own. NULL after
 * the last one.
 */
const struct catalogue_row *catalogue_find_twin(const struct catalogue_row *of,
						const struct catalogue_row *after);

/* What the server must answer; NULL: it grants. */
fault catalogue_why(const struct catalogue_row *row);

/* Plays the conversation of a row, at the model's place: the refusal, or NULL when it was granted. */
fault catalogue_play(struct model *m, const struct catalogue_row *row);

/*
 * The first check that is not as the row says, of those that were required: failed and not its own, or its
 * own and not failed. CHECK_COUNT when there is none.
 */
size_t catalogue_find_odd(const struct catalogue_row *row, const struct verdict *v);

/* What a test is called: "H038 ak_not_fixed_tpm gives AK_EXPORTABLE: the AK may leave its TPM". */
#define CATALOGUE_TITLE_MAX 200
void catalogue_title(const struct catalogue_row *row, char out[static CATALOGUE_TITLE_MAX]);

/* "H119 is EK_DUPLICATE in flow/conflict_test.c: one_tpm_with_two_…", of a row of kind E. */
void catalogue_note_title(const struct catalogue_note *note, char out[static CATALOGUE_TITLE_MAX]);

/* The changes, one for each row. */
#define V(h, check, change, ...) void mutator_##change(struct model *m);
#define W(h, check, with, change, ...) void mutator_##change(struct model *m);
#define P(h, fault, change, ...) void mutator_##change(struct model *m);
#define T(h, change, ...) void mutator_##change(struct model *m);
#define E(...)
#define N(...)
#include "catalogue.def"

#endif
