#include "cli/inspect_roots.h"

#include "attest/ekleaf.h"
#include "cli/bundle.h"
#include "cli/layout.h"
#include "wire/certfile.h"

/* Roots being read. */
struct reading {
	struct arena *arena;
	struct complaint *complaint;
	struct inspect_roots roots;
	struct certfile certificates; /* of the file at hand */
};

static fault refuse_file(struct reading *r, const struct bundle_file *file)
{
	/* What is said of a file that cannot be read names it already. */
	if (file->bad->why != FAIL(ARCHIVE_INVALID))
		*r->complaint = *file->bad;
	else
		complaint_put(r->complaint, file->bad->why, "%s: %s", file->name, file->bad->detail);
	return file->bad->why;
}

static fault take_file(const struct bundle_file *file, void *with)
{
	struct reading *r = with;
	if (file->bad)
		return refuse_file(r, file);
	certfile_init(&r->certificates, file->content);
	for (;;) {
		struct bytes der;
		fault why = certfile_next(&r->certificates, &der);
		if (why && file->is_named)
			return complaint_put(r->complaint, why, "%s: %s", file->name, r->certificates.detail);
		if (why || !der.n)
			return NULL;
		if (r->roots.n == ANCHORS_MAX)
			return complaint_put(r->complaint, FAIL(SYS_MEMORY), "There are more than %d roots.",
					     ANCHORS_MAX);
		r->roots.der[r->roots.n++] = arena_copy(r->arena, der);
	}
}

fault inspect_roots_get(const struct line *line, struct arena *arena, struct complaint *complaint,
			struct inspect_roots *ret)
{
	struct reading r = { .arena = arena, .complaint = complaint };
	const struct bundle_visit visit = { take_file, &r };
	const char *maker = line->values[OPTION_MAKER];
	r.roots.maker = bytes_text(maker);
	if (!anchors_class_parse(bytes_text(line->values[OPTION_CLASS]), &r.roots.class))
		r.roots.class = ANCHORS_UNKNOWN;
	if (maker && !maker_find_text(r.roots.maker))
		return complaint_put(complaint, FAIL(USAGE), "--maker %s: the registry has no such maker.",
				     maker);
	r.roots.der = arena_alloc(arena, ANCHORS_MAX * sizeof(*r.roots.der));
	NEED(r.roots.der != NULL, SYS_MEMORY);
	if (line->many[0])
		TRY(bundle_walk(&(struct bundle){ .paths = line->many }, &visit, complaint));
	NEED(!is_arena_full(arena), SYS_MEMORY);
	*ret = r.roots;
	return NULL;
}

/* The maker that a certificate names, or NULL. */
static const struct maker *maker_of(struct bytes certificate)
{
	struct bytes der = { 0 };
	struct ekleaf leaf;
	uint32_t leniencies, id;
	fault why = ekleaf_unwrap(certificate, &der, &leniencies);
	if ((why && why != FAIL(CERT_TRAILING_DATA)) || ekleaf_parse(der, &leaf))
		return NULL;
	bool is_read = maker_id_parse(leaf.label[EKLEAF_MANUFACTURER].text, &id);
	return is_read ? maker_find(id) : NULL;
}

struct anchors *inspect_roots_build(const struct inspect_roots *r, struct bytes certificate)
{
	struct anchors *anchors = anchors_new();
	const struct maker *m = r->maker.p ? maker_find_text(r->maker) : maker_of(certificate);
	enum anchors_class usual = m ? layout_class(m) : ANCHORS_DISCRETE;
	enum anchors_class class = r->class != ANCHORS_UNKNOWN ? r->class : usual;
	const struct anchors_record record = { .role = ANCHORS_ROOT, .class = class,
					       .maker = bytes_text(m ? m->code : "") };
	for (size_t i = 0; i < r->n; i++) {
		fault why = anchors_put_stored(anchors, r->der[i], &record);
		(void)why; /* what is no CA's or comes twice adds nothing */
	}
	return anchors;
}
