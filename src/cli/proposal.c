#include "cli/proposal.h"

#include <stdlib.h>

#include "attest/alg.h"
#include "base/heap.h"
#include "base/text.h"
#include "cli/file.h"
#include "cli/inspect_roots.h"
#include "cli/pages.h"
#include "cli/roots.h"
#include "wire/certfile.h"

#define FILES_ARENA_SIZE (64 << 20)
#define FILE_SIZE_MAX (1 << 20)
#define LIST_ARENA_SIZE (16 << 20)

/* --- roots ---------------------------------------------------------------------------------------------- */

/* Trusted CA certificates being put together. */
struct making {
	struct session *s;
	struct arena files;        /* what --roots names */
	struct inspect_roots given;
	json_t *present;           /* the server's records by fingerprint */
	struct anchors *anchors;
};

static struct bytes text_of(const json_t *record, const char *member)
{
	return bytes_text(json_string_value(json_object_get(record, member)));
}

static fault put_present(struct making *m, const json_t *record, struct bytes der)
{
	struct anchors_record r = { .maker = text_of(record, "maker") };
	bool is_known = anchors_role_parse(text_of(record, "role"), &r.role) &&
			anchors_class_parse(text_of(record, "class"), &r.class);
	if (!is_known)
		return complaint_put(&m->s->complaint, FAIL(REPLY_INVALID), "A root is of no known kind.");
	return anchors_put_stored(m->anchors, der, &r);
}

/* One that the server does not have vouches for whom the command line says. */
static fault put_new(struct making *m, struct bytes der, const char *fingerprint)
{
	if (!m->given.maker.p || m->given.class == ANCHORS_UNKNOWN)
		return complaint_put(&m->s->complaint, FAIL(USAGE),
				     "The server does not have %s: say --maker and --class.",
				     fingerprint);
	return anchors_put(m->anchors, der, m->given.maker, m->given.class);
}

static fault put_given(struct making *m, struct bytes der)
{
	uint8_t digest[ANCHORS_HASH_SIZE];
	char fingerprint[TEXT_HEX_SIZE(ANCHORS_HASH_SIZE)];
	TRY(alg_sha256(der, digest));
	text_hex(BYTES_OF(digest), fingerprint);
	const json_t *record = json_object_get(m->present, fingerprint);
	fault why = record ? put_present(m, record, der) : put_new(m, der, fingerprint);
	/* What comes twice, or is no CA's, adds nothing; the server would not take it either. */
	return why == FAIL(CONFLICT) || why == FAIL(ANCHOR_INVALID) ? NULL : why;
}

static fault put_all_given(struct making *m)
{
	for (size_t i = 0; i < m->given.n; i++)
		TRY(put_given(m, m->given.der[i]));
	if (anchors_count(m->anchors) == 0)
		return complaint_put(&m->s->complaint, FAIL(USAGE), "--roots %s: no CA certificate in it.",
				     m->s->line->many[0]);
	return NULL;
}

static fault put_other(struct making *m, const char *id)
{
	uint8_t der[CERTFILE_DER_MAX];
	struct wr w = wr_of(der, sizeof(der));
	json_auto_t *record = NULL;
	TRY(roots_get(m->s, id, &w, &record));
	return put_present(m, record, wr_done(&w));
}

/* Those of the server that were not given, fetched one by one. */
static fault put_others(struct making *m)
{
	const char *id;
	const json_t *record;
	json_object_foreach(m->present, id, record) {
		uint8_t fingerprint[ANCHORS_HASH_SIZE];
		bool is_id = text_hex_parse(bytes_text(id), fingerprint, sizeof(fingerprint));
		if (is_id && !anchors_find(m->anchors, BYTES_OF(fingerprint)))
			TRY(put_other(m, id));
	}
	return NULL;
}

static fault make(struct making *m)
{
	TRY(inspect_roots_get(m->s->line, &m->files, &m->s->complaint, &m->given));
	TRY(pages_list(m->s, roots_resource.path, m->present));
	TRY(put_all_given(m));
	return m->s->line->values[OPTION_ADD] ? put_others(m) : NULL;
}

static fault build_roots(struct session *s, struct anchors **ret)
{
	struct making m = { .s = s, .present = json_object(), .anchors = anchors_new() };
	arena_init(&m.files, FILES_ARENA_SIZE);
	fault why = make(&m);
	arena_done(&m.files);
	json_decref(m.present);
	if (why)
		anchors_free(m.anchors);
	else
		*ret = m.anchors;
	return why;
}

/* --- files ---------------------------------------------------------------------------------------------- */

/* Reads a text and gives what it says to `read`, whose complaint then names the file. */
static fault read_file(struct session *s, enum option_id option, struct proposal *p,
		       fault (*read)(struct session *s, struct bytes text, struct proposal *p))
{
	const char *path = s->line->values[option];
	uint8_t *memory = path ? heap_need(malloc(FILE_SIZE_MAX)) : NULL;
	struct wr w = wr_of(memory, FILE_SIZE_MAX);
	if (!path)
		return NULL;
	fault why = file_get(path, FILE_PUBLIC, &s->complaint, &w);
	if (!why)
		why = read(s, arena_copy(&p->arena, wr_done(&w)), p);
	free(memory);
	return why;
}

static fault read_blocklist(struct session *s, struct bytes text, struct proposal *p)
{
	const char *detail = NULL;
	fault why = blocklist_parse(text, &p->arena, &p->blocklist, &detail);
	p->has_blocklist = !why;
	return why ? complaint_put(&s->complaint, why, "%s: %s", s->line->values[OPTION_BLOCKLIST],
				   detail ? detail : "an id comes twice, or there are too many rows.")
		   : NULL;
}

static fault read_rules(struct session *s, struct bytes text, struct proposal *p)
{
	struct config_error error = { 0 };
	fault why = rules_parse(text, &p->rules, &error);
	p->has_rules = !why;
	return why ? complaint_put(&s->complaint, why, "%s: %s.", s->line->values[OPTION_POLICY],
				   error.sentence)
		   : NULL;
}

/* --- all of it ------------------------------------------------------------------------------------------ */

/* Options about roots mean nothing without any. */
static fault check_roots(struct session *s)
{
	static const enum option_id of_roots[] = { OPTION_ADD, OPTION_MAKER, OPTION_CLASS };
	for (size_t i = 0; i < COUNT_OF(of_roots); i++)
		if (s->line->values[of_roots[i]] && !s->line->many[0])
			return complaint_put(&s->complaint, FAIL(USAGE), "--%s goes with --roots.",
					     options[of_roots[i]].name);
	return NULL;
}

static fault build(struct session *s, struct proposal *p)
{
	TRY(check_roots(s));
	TRY(read_file(s, OPTION_BLOCKLIST, p, read_blocklist));
	TRY(read_file(s, OPTION_POLICY, p, read_rules));
	return s->line->many[0] ? build_roots(s, &p->anchors) : NULL;
}

fault proposal_build(struct session *s, struct proposal *ret)
{
	*ret = (struct proposal){ 0 };
	arena_init(&ret->arena, LIST_ARENA_SIZE);
	fault why = build(s, ret);
	if (why)
		proposal_done(ret);
	return why;
}

void proposal_done(struct proposal *p)
{
	if (p->anchors)
		anchors_free(p->anchors);
	arena_done(&p->arena);
	*p = (struct proposal){ 0 };
}
