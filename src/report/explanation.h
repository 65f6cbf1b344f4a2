/*
 * explanation: what went wrong, by the signs of it in texts: bundles of Windows and of assay-agent, lines
 * that somebody pasted.
 *
 * Signs are the codes of our faults, HRESULTs in any notation, ids of events and the words of
 * base/symptom.def. Texts are anybody's; nothing is believed, and nothing but lines of them comes back.
 */
#ifndef REPORT_EXPLANATION_H
#define REPORT_EXPLANATION_H

#include "base/symptom.h"

#define EXPLANATION_MAX 64
#define EXPLANATION_LINES_MAX 4

struct explanation_line {
	const char *file;
	size_t number;     /* from 1 */
	struct bytes text; /* of the document; whatever octets it has */
};

struct explanation_cause {
	const struct symptom *symptom; /* what Windows calls it; NULL: it does not */
	fault why;                     /* what it is called here; NULL: it is not */
	bool is_ours;                  /* our own code stood there: its words fit better */
	uint32_t hresult;              /* as seen; else of the fault; 0: none */
	size_t count;                  /* lines that show it, of which the first are kept */
	struct explanation_line lines[EXPLANATION_LINES_MAX];
	const uint8_t *last; /* the last one's text, so that a line counts once */
};

/* The causes, one that explains others before them. Begins as zeros. */
struct explanation {
	size_t n;
	struct explanation_cause v[EXPLANATION_MAX];
};

/*
 * Adds what a document shows; name and text are borrowed. What stands before the last success that it tells
 * of (event 303) is history and shows nothing. Causes beyond EXPLANATION_MAX are left out.
 */
void explanation_put(struct explanation *e, const char *file, struct bytes text);

/* The words for a cause. */
const char *explanation_name(const struct explanation_cause *c);
const char *explanation_what(const struct explanation_cause *c);
const char *explanation_remedy(const struct explanation_cause *c);

#endif
