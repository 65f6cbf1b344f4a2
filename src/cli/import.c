#include "cli/import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/heap.h"
#include "base/text.h"
#include "cli/certtree.h"
#include "cli/offer.h"
#include "cli/record.h"
#include "cli/roots.h"
#include "cli/tally.h"
#include "wire/body.h"

#define PAGE_OCTETS 45056 /* of certificates, as wire/body.h bounds them */
#define NAME_SIZE 256

/* Certificates of which the server is told the same. */
struct page {
	size_t n, size;
	struct label label;
	char names[BODY_ANCHORS_MAX][NAME_SIZE];
	uint8_t octets[PAGE_OCTETS];
	char hex[TEXT_HEX_SIZE(PAGE_OCTETS)];
};

enum outcome { IMPORTED, PRESENT, REFUSED, OUTCOME_COUNT };
static const char *const outcome_words[OUTCOME_COUNT] = { "imported", "present", "refused" };

struct import {
	struct session *s;
	json_t *results; /* NULL: they are printed as they come */
	struct page page;
	size_t at; /* results so far */
	struct tally tally;
	struct complaint first; /* of those refused */
};

/* --- results -------------------------------------------------------------------------------------------- */

static void write_result(struct import *i, enum outcome outcome, const char *name, const char *more)
{
	if (i->s->screen.is_terminal)
		printf("%zu  ", i->at);
	printf("%-8s  %s%s%s\n", outcome_words[outcome], name, more[0] ? ": " : "", more);
	if (i->s->screen.is_terminal)
		fflush(stdout);
}

/* Counts a result and prints it or keeps it; the record is taken. */
static void put_result(struct import *i, enum outcome outcome, const char *name, const char *more,
		       json_t *record)
{
	i->at++;
	tally_put(&i->tally, json_string_value(json_object_get(record, "maker")), outcome);
	if (i->results) {
		json_object_set_new(record, "result", json_string(outcome_words[outcome]));
		json_object_set_new(record, "file", json_string(name));
		json_array_append(i->results, record);
	} else {
		write_result(i, outcome, name, more);
	}
	json_decref(record);
}

static void refuse(struct import *i, const char *maker, const char *name, const struct complaint *c)
{
	char more[sizeof(c->code) + COMPLAINT_TEXT_SIZE + 2];
	const char *detail = c->detail[0] ? c->detail : c->what;
	snprintf(more, sizeof(more), "%s: %s", c->code, detail);
	put_result(i, REFUSED, name, more,
		   json_pack("{ss ss ss}", "maker", maker, "code", c->code, "detail", detail));
	if (i->tally.sum[REFUSED] == 1)
		i->first = *c;
}

/* --- a page --------------------------------------------------------------------------------------------- */

static void take_refused(struct import *i, const char *name, const json_t *row)
{
	struct complaint c;
	fault why = fault_find(bytes_text(record_text(row, "code")));
	complaint_put(&c, why ? why : FAIL(REASON_UNKNOWN), "%s", "");
	c.is_server = true;
	refuse(i, i->page.label.maker, name, &c);
}

static void take_row(struct import *i, const char *name, const json_t *row)
{
	const char *result = record_text(row, "result"), *maker = record_text(row, "maker");
	const char *own = i->page.label.maker;
	char more[512] = "";
	json_t *record = json_pack("{ss ss ss ss}", "maker", own, "id", record_text(row, "id"), "role",
				   record_text(row, "role"), "subject", record_text(row, "subject"));
	if (strcmp(result, outcome_words[IMPORTED]) == 0) {
		snprintf(more, sizeof(more), "%s, %s", record_text(row, "role"), record_text(row, "subject"));
		put_result(i, IMPORTED, name, more, record);
	} else if (strcmp(result, outcome_words[PRESENT]) == 0) {
		if (strcmp(maker, own) != 0)
			snprintf(more, sizeof(more), "for %s, which it goes on to be for",
				 maker[0] ? maker : "no maker");
		json_object_set_new(record, "presentMaker", json_string(maker));
		put_result(i, PRESENT, name, more, record);
	} else {
		json_decref(record);
		take_refused(i, name, row);
	}
}

static void put_text(json_t *body, const char *name, const char *value)
{
	if (value && value[0])
		json_object_set_new(body, name, json_string(value));
}

static json_t *body_of(struct page *p)
{
	json_t *body = json_object();
	text_hex(bytes_of(p->octets, p->size), p->hex);
	put_text(body, "certificates", p->hex);
	put_text(body, "maker", p->label.maker);
	put_text(body, "class", p->label.class);
	put_text(body, "role", p->label.role);
	put_text(body, "source", p->label.source);
	return body;
}

static fault send_page(struct import *i)
{
	struct page *p = &i->page;
	if (p->n == 0)
		return NULL;
	json_auto_t *body = body_of(p), *reply = NULL;
	const struct remote_request request = { "POST", roots_resource.path, body };
	TRY(session_send(i->s, &request, &reply));
	const json_t *rows = json_object_get(reply, "value");
	if (json_array_size(rows) != p->n)
		return complaint_put(&i->s->complaint, FAIL(REPLY_INVALID),
				     "The answer is not about the certificates that were sent.");
	for (size_t k = 0; k < p->n; k++)
		take_row(i, p->names[k], json_array_get(rows, k));
	p->n = p->size = 0;
	return NULL;
}

static bool is_same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool is_same_label(const struct label *a, const struct label *b)
{
	return is_same(a->maker, b->maker) && is_same(a->class, b->class) && is_same(a->role, b->role) &&
	       is_same(a->source, b->source);
}

static fault take_offer(const struct offer *o, void *with)
{
	struct import *i = with;
	struct page *p = &i->page;
	if (o->bad) {
		TRY(send_page(i));
		refuse(i, o->label.maker, o->name, o->bad);
		return NULL;
	}
	if (!is_same_label(&p->label, &o->label) || p->n == BODY_ANCHORS_MAX ||
	    p->size + o->der.n > PAGE_OCTETS)
		TRY(send_page(i));
	p->label = o->label;
	snprintf(p->names[p->n++], NAME_SIZE, "%s", o->name);
	memcpy(p->octets + p->size, o->der.p, o->der.n);
	p->size += o->der.n;
	return NULL;
}

/* --- all of them ---------------------------------------------------------------------------------------- */

static void write_summary(const struct import *i)
{
	const size_t *n = i->tally.sum;
	if (i->tally.makers > 1)
		putchar('\n');
	tally_write(&i->tally, stdout);
	printf("%zu imported, %zu present already, %zu refused\n", n[IMPORTED], n[PRESENT], n[REFUSED]);
}

static fault import_all(struct import *i, const struct bundle *bundle)
{
	const struct offer_visit visit = { take_offer, i };
	TRY(offer_walk(i->s->line, bundle, &visit, &i->s->complaint));
	TRY(send_page(i));
	if (i->at == 0)
		return complaint_put(&i->s->complaint, FAIL(ANCHOR_INVALID), "%s: no certificate file in it.",
				     bundle->paths ? certtree_name(bundle->paths[0]) : bundle->name);
	if (!i->results)
		write_summary(i);
	return NULL;
}

fault import_bundle(struct session *s, const struct bundle *bundle, json_t *ret)
{
	struct import *i = heap_need(calloc(1, sizeof(*i)));
	i->s = s;
	i->results = ret ? json_array() : NULL;
	i->tally = (struct tally){ .words = outcome_words, .words_n = OUTCOME_COUNT };
	fault why = import_all(i, bundle);
	if (!why && ret) {
		tally_write_json(&i->tally, ret);
		json_object_set(ret, "results", i->results);
	}
	if (!why && i->tally.sum[REFUSED]) {
		s->complaint = i->first;
		why = i->first.why;
	}
	json_decref(i->results);
	free(i);
	return why;
}

fault import_run(struct session *s)
{
	const struct bundle bundle = { .paths = s->line->arguments };
	json_auto_t *document = is_session_json(s) ? json_object() : NULL;
	fault why = import_bundle(s, &bundle, document);
	if (json_object_size(document))
		session_write(s, document);
	return why;
}
