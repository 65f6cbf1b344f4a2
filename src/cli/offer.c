#include "cli/offer.h"

#include <stdlib.h>

#include "base/heap.h"
#include "wire/certfile.h"
#include "wire/der.h"

struct walk {
	const struct line *line;
	const struct offer_visit *visit;
	struct certfile file;
};

static fault visit_bad(struct walk *w, struct offer *o, const struct complaint *bad)
{
	o->bad = bad;
	o->der = (struct bytes){ 0 };
	return w->visit->each(o, w->visit->with);
}

/* Certificates travel one after the other, so each has to be one value. */
static bool is_one_value(struct bytes der)
{
	struct rd r = rd_of(der);
	der_get(&r, DER_SEQUENCE);
	return is_rd_done(&r);
}

static fault visit_one(struct walk *w, const struct bundle_file *file, struct bytes before, struct offer *o)
{
	struct complaint bad;
	bool is_of_text = o->der.p == w->file.der;
	fault why = label_get(w->line, file, is_of_text ? before : (struct bytes){ 0 }, &bad, &o->label);
	if (why)
		return visit_bad(w, o, &bad);
	if (is_one_value(o->der))
		return w->visit->each(o, w->visit->with);
	complaint_put(&bad, FAIL(ANCHOR_INVALID), "The certificate is no DER, or something follows it.");
	return visit_bad(w, o, &bad);
}

static fault visit_file(const struct bundle_file *file, void *with)
{
	struct walk *w = with;
	struct offer o = { .name = file->name, .label = { .maker = "" } };
	struct complaint bad;
	fault why = NULL;
	if (file->bad)
		return visit_bad(w, &o, file->bad);
	certfile_init(&w->file, file->content);
	for (;;) {
		struct bytes before = w->file.rest;
		why = certfile_next(&w->file, &o.der);
		if (why)
			break;
		if (!o.der.n)
			return NULL;
		before = bytes_slice(before, 0, before.n - w->file.rest.n);
		TRY(visit_one(w, file, before, &o));
		o = (struct offer){ .name = file->name, .label = { .maker = "" } };
	}
	/* The folders may still say whose it would be. */
	fault unlabelled = label_get(w->line, file, (struct bytes){ 0 }, &bad, &o.label);
	(void)unlabelled;
	complaint_put(&bad, why, "%s", w->file.detail);
	return visit_bad(w, &o, &bad);
}

fault offer_walk(const struct line *line, const struct bundle *bundle, const struct offer_visit *visit,
		 struct complaint *complaint)
{
	struct walk *w = heap_need(calloc(1, sizeof(*w)));
	const struct bundle_visit files = { visit_file, w };
	w->line = line;
	w->visit = visit;
	fault why = bundle_walk(bundle, &files, complaint);
	free(w);
	return why;
}
