#include "cli/difference.h"

#include <string.h>

#include "attest/alg.h"
#include "attest/anchors.h"
#include "base/text.h"
#include "cli/certtree.h"
#include "cli/offer.h"
#include "cli/pages.h"
#include "cli/record.h"
#include "cli/roots.h"
#include "cli/table.h"

static const char *const kind_words[DIFFERENCE_COUNT] = {
	[DIFFERENCE_NEW] = "new",         [DIFFERENCE_PRESENT] = "present", [DIFFERENCE_DIFFERS] = "differs",
	[DIFFERENCE_REFUSED] = "refused", [DIFFERENCE_KEPT] = "kept",
};

static const struct column columns[] = {
	{ .title = "RESULT", .member = "result", .is_painted = true },
	{ .title = "MAKER", .member = "maker" },
	{ .title = "ROLE", .member = "role" },
	{ .title = "FILE", .member = "file", .is_elastic = true },
	{ .title = "NOTE", .member = "note", .is_elastic = true },
};

struct comparing {
	struct session *s;
	struct difference *d;
	json_t *present; /* the server's records by fingerprint */
	json_t *seen;    /* fingerprints that were offered */
};

/* Counts a row and keeps it; the record, which has maker and note, is taken. */
static void put_row(struct comparing *c, enum difference_kind kind, const char *file, json_t *record)
{
	tally_put(&c->d->tally, record_text(record, "maker"), kind);
	json_object_set_new(record, "result", json_string(kind_words[kind]));
	json_object_set_new(record, "file", json_string(file));
	json_array_append_new(c->d->rows, record);
}

static void put_refused(struct comparing *c, const struct offer *o, const struct complaint *bad)
{
	const char *detail = bad->detail[0] ? bad->detail : bad->what;
	if (c->d->tally.sum[DIFFERENCE_REFUSED] == 0)
		c->d->first = *bad;
	json_t *record =
		json_pack("{ss ss ss}", "maker", o->label.maker, "code", bad->code, "detail", detail);
	json_object_set_new(record, "note", json_sprintf("%s: %s", bad->code, detail));
	put_row(c, DIFFERENCE_REFUSED, o->name, record);
}

static bool is_same(const json_t *record, const char *member, const char *value)
{
	return strcmp(record_text(record, member), value) == 0;
}

/* What the server has under that fingerprint is as it would be imported, or the row says how not. */
static enum difference_kind compare(const json_t *there, json_t *record, bool is_again)
{
	const char *maker = record_text(there, "maker"), *class = record_text(there, "class");
	const char *role = record_text(there, "role");
	bool is_alike = is_same(record, "maker", maker) && is_same(record, "class", class) &&
			is_same(record, "role", role);
	if (is_again || (there && is_alike))
		return DIFFERENCE_PRESENT;
	if (!there)
		return DIFFERENCE_NEW;
	const char *whom = maker[0] ? maker : "no maker";
	json_object_set_new(record, "note", json_sprintf("there for %s, %s, %s", whom, class, role));
	return DIFFERENCE_DIFFERS;
}

static fault take_offer(const struct offer *o, void *with)
{
	struct comparing *c = with;
	uint8_t digest[ANCHORS_HASH_SIZE];
	char id[TEXT_HEX_SIZE(ANCHORS_HASH_SIZE)];
	struct anchors_label label;
	struct complaint bad;
	fault why = o->bad ? o->bad->why : anchors_parse(o->der, &label);
	if (why) {
		if (!o->bad)
			complaint_put(&bad, why, "%s", "");
		put_refused(c, o, o->bad ? o->bad : &bad);
		return NULL;
	}
	TRY(alg_sha256(o->der, digest));
	text_hex(BYTES_OF(digest), id);
	const char *usual = anchors_role_word(label.is_self_issued ? ANCHORS_ROOT : ANCHORS_INTERMEDIATE);
	json_t *record = json_pack("{ss ss ss ss ss ss}", "id", id, "maker", o->label.maker, "class",
				   o->label.class, "role", o->label.role ? o->label.role : usual, "subject",
				   label.subject, "note", label.subject);
	bool is_again = json_object_get(c->seen, id) != NULL;
	json_object_set_new(c->seen, id, json_true());
	put_row(c, compare(json_object_get(c->present, id), record, is_again), o->name, record);
	return NULL;
}

static void put_kept(struct comparing *c)
{
	const char *id;
	json_t *there;
	json_object_foreach(c->present, id, there) {
		if (json_object_get(c->seen, id))
			continue;
		json_t *record = json_copy(there);
		json_object_set_new(record, "maker", json_string(record_text(there, "maker")));
		json_object_set_new(record, "note", json_string(record_text(there, "subject")));
		put_row(c, DIFFERENCE_KEPT, "", record);
	}
}

static fault build(struct comparing *c, const struct bundle *bundle)
{
	const struct offer_visit visit = { take_offer, c };
	TRY(offer_walk(c->s->line, bundle, &visit, &c->s->complaint));
	if (json_array_size(c->d->rows) == 0)
		return complaint_put(&c->s->complaint, FAIL(ANCHOR_INVALID), "%s: no certificate file in it.",
				     bundle->paths ? certtree_name(bundle->paths[0]) : bundle->name);
	put_kept(c);
	return NULL;
}

fault difference_build(struct session *s, const struct bundle *bundle, struct difference *ret)
{
	json_auto_t *present = json_object(), *seen = json_object();
	struct comparing c = { s, ret, present, seen };
	*ret = (struct difference){ .tally = { .words = kind_words, .words_n = DIFFERENCE_COUNT } };
	ret->rows = json_array();
	fault why = pages_list(s, roots_resource.path, present);
	if (!why)
		why = build(&c, bundle);
	if (why)
		difference_done(ret);
	return why;
}

void difference_done(struct difference *d)
{
	json_decref(d->rows);
	d->rows = NULL;
}

static bool is_shown(const json_t *row)
{
	return !is_same(row, "result", kind_words[DIFFERENCE_PRESENT]);
}

static void get_cells(struct session *s, const json_t *row, struct bytes *ret)
{
	for (size_t i = 0; i < COUNT_OF(columns); i++)
		ret[i] = column_get(&columns[i], row, &s->arena);
}

static void write_rows(struct session *s, const struct difference *d)
{
	size_t i;
	const json_t *row;
	struct table table;
	struct bytes cells[COUNT_OF(columns)];
	table_init(&table, columns, COUNT_OF(columns), &s->screen);
	json_array_foreach(d->rows, i, row) {
		arena_reset(&s->arena);
		get_cells(s, row, cells);
		if (is_shown(row))
			table_put(&table, cells);
	}
	table_write_head(&table, stdout);
	json_array_foreach(d->rows, i, row) {
		arena_reset(&s->arena);
		get_cells(s, row, cells);
		if (is_shown(row))
			table_write_row(&table, cells, stdout);
	}
}

fault difference_write(struct session *s, const struct difference *d)
{
	const size_t *n = d->tally.sum;
	if (json_array_size(d->rows) > n[DIFFERENCE_PRESENT]) {
		write_rows(s, d);
		putchar('\n');
	}
	tally_write(&d->tally, stdout);
	printf("%zu new, %zu present already, %zu differ, %zu refused, %zu kept that the files do not have\n",
	       n[DIFFERENCE_NEW], n[DIFFERENCE_PRESENT], n[DIFFERENCE_DIFFERS], n[DIFFERENCE_REFUSED],
	       n[DIFFERENCE_KEPT]);
	NEED(!is_arena_full(&s->arena), SYS_MEMORY);
	return NULL;
}

void difference_write_json(const struct difference *d, json_t *to)
{
	tally_write_json(&d->tally, to);
	json_object_set(to, "results", d->rows);
}

static fault show(struct session *s, const struct difference *d)
{
	json_auto_t *document = json_object();
	if (!is_session_json(s))
		return difference_write(s, d);
	difference_write_json(d, document);
	session_write(s, document);
	return NULL;
}

fault difference_run(struct session *s)
{
	struct difference d;
	const struct bundle bundle = { .paths = s->line->arguments };
	TRY(difference_build(s, &bundle, &d));
	fault why = show(s, &d);
	if (!why && d.tally.sum[DIFFERENCE_REFUSED]) {
		s->complaint = d.first;
		why = d.first.why;
	}
	difference_done(&d);
	return why;
}
