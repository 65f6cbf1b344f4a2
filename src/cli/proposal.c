#include "cli/proposal.h"

#include "attest/alg.h"
#include "base/text.h"
#include "cli/inspect_roots.h"
#include "cli/pages.h"
#include "cli/roots.h"
#include "wire/certfile.h"

#define FILES_ARENA_SIZE (64 << 20)

/* A proposal being made. */
struct making {
	struct session *s;
	struct arena files;        /* what --roots names */
	struct inspect_roots given;
	json_t *present;           /* the server's records by fingerprint */
	struct anchors *anchors;
};

static fault read_present(struct making *m)
{
	size_t i;
	const json_t *record;
	struct pages pages;
	pages_init(&pages, roots_resource.path);
	while (pages.path[0]) {
		json_auto_t *page = json_array();
		TRY(pages_get(m->s, &pages, page));
		json_array_foreach(page, i, record) {
			const char *id = json_string_value(json_object_get(record, "id"));
			if (id)
				json_object_set(m->present, id, (json_t *)record);
		}
	}
	return NULL;
}

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
	json_auto_t *record = NULL;
	arena_reset(&m->s->arena);
	const char *path = arena_format(&m->s->arena, "%s/%s", roots_resource.path, id);
	NEED(path != NULL, SYS_MEMORY);
	TRY(session_send(m->s, &(struct remote_request){ .method = "GET", .path = path }, &record));
	struct bytes hex = text_of(record, "certificate");
	if (hex.n / 2 > sizeof(der) || !text_hex_parse(hex, der, hex.n / 2))
		return complaint_put(&m->s->complaint, FAIL(REPLY_INVALID), "%s has no certificate.", id);
	return put_present(m, record, bytes_of(der, hex.n / 2));
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
	TRY(read_present(m));
	TRY(put_all_given(m));
	return m->s->line->values[OPTION_ADD] ? put_others(m) : NULL;
}

fault proposal_build(struct session *s, struct anchors **ret)
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
