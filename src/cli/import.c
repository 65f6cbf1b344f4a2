#include "cli/import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/certtree.h"
#include "cli/layout.h"
#include "cli/roots.h"
#include "wire/body.h"
#include "wire/certfile.h"
#include "wire/der.h"

#define PAGE_OCTETS 45056 /* of certificates, as wire/body.h bounds them */
#define NAME_SIZE 256
#define MAKERS_MAX 64

/* Certificates of which the server is told the same. */
struct page {
	size_t n, size;
	const char *maker, *class, *role; /* words; role may be NULL */
	char source[BUNDLE_SOURCE_SIZE];
	char names[BODY_ANCHORS_MAX][NAME_SIZE];
	uint8_t octets[PAGE_OCTETS];
	char hex[TEXT_HEX_SIZE(PAGE_OCTETS)];
};

enum outcome { IMPORTED, PRESENT, REFUSED, OUTCOME_COUNT };
static const char *const outcome_words[OUTCOME_COUNT] = { "imported", "present", "refused" };

struct tally {
	const char *maker; /* a code; "" for what came without */
	size_t of[OUTCOME_COUNT];
};

struct import {
	struct session *s;
	struct page page;
	struct certfile file;
	size_t at; /* results so far */
	struct tally sum;
	size_t makers;
	struct tally by_maker[MAKERS_MAX];
	struct complaint first; /* of those refused */
};

static struct tally *tally_of(struct import *i, const char *maker)
{
	size_t k = 0;
	while (k < i->makers && strcmp(i->by_maker[k].maker, maker) != 0)
		k++;
	if (k == MAKERS_MAX)
		return &i->by_maker[MAKERS_MAX - 1];
	i->makers += k == i->makers;
	i->by_maker[k].maker = maker;
	return &i->by_maker[k];
}

static void write_result(struct import *i, enum outcome outcome, const char *name, const char *more)
{
	i->at++;
	i->sum.of[outcome]++;
	if (i->s->screen.is_terminal)
		printf("%zu  ", i->at);
	printf("%-8s  %s%s%s\n", outcome_words[outcome], name, more[0] ? ": " : "", more);
	if (i->s->screen.is_terminal)
		fflush(stdout);
}

static void refuse(struct import *i, const char *maker, const char *name, const struct complaint *c)
{
	char more[sizeof(c->code) + COMPLAINT_TEXT_SIZE + 2];
	snprintf(more, sizeof(more), "%s: %s", c->code, c->detail[0] ? c->detail : c->what);
	write_result(i, REFUSED, name, more);
	tally_of(i, maker)->of[REFUSED]++;
	if (i->sum.of[REFUSED] == 1)
		i->first = *c;
}

/*
 * --- a page ----------------------------------------------------------------------------------------------
 */

static const char *text_of(const json_t *row, const char *member)
{
	const char *text = json_string_value(json_object_get(row, member));
	return text && is_text_printable(bytes_text(text)) ? text : "";
}

static void take_refused(struct import *i, const char *name, const json_t *row)
{
	struct complaint c;
	fault why = fault_find(bytes_text(text_of(row, "code")));
	complaint_put(&c, why ? why : FAIL(REASON_UNKNOWN), "%s", "");
	c.is_server = true;
	refuse(i, i->page.maker, name, &c);
}

static void take_row(struct import *i, const char *name, const json_t *row)
{
	const char *result = text_of(row, "result"), *maker = text_of(row, "maker");
	char more[512] = "";
	if (strcmp(result, outcome_words[IMPORTED]) == 0) {
		snprintf(more, sizeof(more), "%s, %s", text_of(row, "role"), text_of(row, "subject"));
		write_result(i, IMPORTED, name, more);
		tally_of(i, i->page.maker)->of[IMPORTED]++;
	} else if (strcmp(result, outcome_words[PRESENT]) == 0) {
		if (strcmp(maker, i->page.maker) != 0)
			snprintf(more, sizeof(more), "for %s, which it goes on to be for",
				 maker[0] ? maker : "no maker");
		write_result(i, PRESENT, name, more);
		tally_of(i, i->page.maker)->of[PRESENT]++;
	} else {
		take_refused(i, name, row);
	}
}

static json_t *body_of(struct page *p)
{
	json_t *body = json_object();
	text_hex(bytes_of(p->octets, p->size), p->hex);
	json_object_set_new(body, "certificates", json_string(p->hex));
	json_object_set_new(body, "maker", json_string(p->maker));
	json_object_set_new(body, "class", json_string(p->class));
	if (p->role)
		json_object_set_new(body, "role", json_string(p->role));
	if (p->source[0])
		json_object_set_new(body, "source", json_string(p->source));
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

/* What the server is told beside the certificates. */
struct label {
	const char *maker, *class, *role, *source;
};

static fault put(struct import *i, const char *name, const struct label *l, struct bytes der)
{
	struct page *p = &i->page;
	bool is_same_page = is_same(p->maker, l->maker) && is_same(p->class, l->class) &&
			    is_same(p->role, l->role) && is_same(p->source, l->source);
	if (!is_same_page || p->n == BODY_ANCHORS_MAX || p->size + der.n > PAGE_OCTETS)
		TRY(send_page(i));
	p->maker = l->maker;
	p->class = l->class;
	p->role = l->role;
	snprintf(p->source, sizeof(p->source), "%s", l->source);
	snprintf(p->names[p->n++], NAME_SIZE, "%s", name);
	memcpy(p->octets + p->size, der.p, der.n);
	p->size += der.n;
	return NULL;
}

/*
 * --- a file ----------------------------------------------------------------------------------------------
 */

/* What the person said, then what the folders say, then what is usual. */
static fault label_of(const struct import *i, const struct bundle_file *file, struct label *ret,
		      struct complaint *bad)
{
	const char *const *said = i->s->line->values;
	const struct layout layout = layout_parse(file->layout);
	const struct maker *maker =
		said[OPTION_MAKER] ? maker_find_text(bytes_text(said[OPTION_MAKER])) : layout.maker;
	if (said[OPTION_MAKER] && !maker)
		return complaint_put(bad, FAIL(USAGE), "--maker %s: the registry has no such maker.",
				     said[OPTION_MAKER]);
	if (!maker)
		return complaint_put(bad, FAIL(USAGE),
				     "Neither --maker nor a folder says which maker it may vouch for.");
	const char *class = said[OPTION_CLASS];
	*ret = (struct label){ maker->code, class ? class : anchors_class_word(layout_class(maker)),
			       said[OPTION_ROLE] ? said[OPTION_ROLE] : layout.role, file->source };
	return NULL;
}

/* Certificates travel one after the other, so each has to be one value. */
static bool is_one_value(struct bytes der)
{
	struct rd r = rd_of(der);
	der_get(&r, DER_SEQUENCE);
	return is_rd_done(&r);
}

static fault import_file(const struct bundle_file *file, void *with)
{
	struct import *i = with;
	struct complaint bad;
	struct label label = { .maker = "" };
	struct bytes der;
	fault why = file->bad ? file->bad->why : label_of(i, file, &label, &bad);
	if (why) {
		TRY(send_page(i));
		refuse(i, label.maker, file->name, file->bad ? file->bad : &bad);
		return NULL;
	}
	certfile_init(&i->file, file->content);
	for (;;) {
		why = certfile_next(&i->file, &der);
		if (!why && !der.n)
			return NULL;
		if (!why && is_one_value(der)) {
			TRY(put(i, file->name, &label, der));
			continue;
		}
		TRY(send_page(i));
		complaint_put(&bad, why ? why : FAIL(ANCHOR_INVALID), "%s",
			      why ? i->file.detail : "The certificate is no DER, or something follows it.");
		refuse(i, label.maker, file->name, &bad);
		if (why)
			return NULL;
	}
}

static void write_summary(const struct import *i)
{
	if (i->makers > 1)
		printf("\n%-8s %9s %9s %9s\n", "MAKER", "IMPORTED", "PRESENT", "REFUSED");
	for (size_t k = 0; i->makers > 1 && k < i->makers; k++) {
		const struct tally *t = &i->by_maker[k];
		printf("%-8s %9zu %9zu %9zu\n", t->maker[0] ? t->maker : "-", t->of[IMPORTED], t->of[PRESENT],
		       t->of[REFUSED]);
	}
	printf("%s%zu imported, %zu present already, %zu refused\n", i->makers > 1 ? "\n" : "",
	       i->sum.of[IMPORTED], i->sum.of[PRESENT], i->sum.of[REFUSED]);
}

static fault import_all(struct import *i)
{
	const char *const *paths = i->s->line->arguments;
	const struct bundle_visit visit = { import_file, i };
	TRY(bundle_walk(paths, &visit, &i->s->complaint));
	TRY(send_page(i));
	if (i->at == 0)
		return complaint_put(&i->s->complaint, FAIL(ANCHOR_INVALID), "%s: no certificate file in it.",
				     certtree_name(paths[0]));
	write_summary(i);
	if (i->sum.of[REFUSED])
		i->s->complaint = i->first;
	return i->sum.of[REFUSED] ? i->first.why : NULL;
}

fault import_run(struct session *s)
{
	struct import *i = calloc(1, sizeof(*i));
	if (!i)
		abort();
	i->s = s;
	fault why = import_all(i);
	free(i);
	return why;
}
