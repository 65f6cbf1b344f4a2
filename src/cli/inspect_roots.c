#include "cli/inspect_roots.h"

#include "attest/ekleaf.h"
#include "cli/certfile.h"
#include "cli/certtree.h"
#include "cli/file.h"

#define FILE_SIZE_MAX (4 << 20)

/* Roots being read. */
struct reading {
	struct arena *arena;
	uint8_t *memory; /* of a file */
	struct complaint *complaint;
	struct inspect_roots roots;
};

static fault take_file(const char *path, bool is_named, void *with)
{
	struct reading *r = with;
	struct wr w = wr_of(r->memory, FILE_SIZE_MAX);
	struct certfile file;
	TRY(file_get(path, FILE_PUBLIC, r->complaint, &w));
	certfile_init(&file, wr_done(&w));
	for (;;) {
		struct bytes der;
		fault why = certfile_next(&file, &der);
		if (why && is_named)
			return complaint_put(r->complaint, why, "%s: %s", certtree_name(path), file.detail);
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
	const struct certtree_visit visit = { take_file, &r };
	const char *maker = line->values[OPTION_MAKER];
	r.roots.maker = bytes_text(maker);
	if (!anchors_class_parse(bytes_text(line->values[OPTION_CLASS]), &r.roots.class))
		r.roots.class = ANCHORS_UNKNOWN;
	if (maker && !maker_find_text(r.roots.maker))
		return complaint_put(complaint, FAIL(USAGE), "--maker %s: the registry has no such maker.",
				     maker);
	r.roots.der = arena_alloc(arena, ANCHORS_MAX * sizeof(*r.roots.der));
	r.memory = arena_alloc(arena, FILE_SIZE_MAX);
	NEED(r.roots.der && r.memory, SYS_MEMORY);
	if (line->many[0])
		TRY(certtree_walk(line->many, &visit, complaint));
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

/* The class that a maker of this kind needs to be believed. */
static enum anchors_class class_of_maker(const struct maker *m)
{
	static const enum anchors_class classes[] = {
		[MAKER_REGISTERED] = ANCHORS_DISCRETE,
		[MAKER_VIRTUAL] = ANCHORS_VIRTUAL,
		[MAKER_TEST] = ANCHORS_TEST,
	};
	return m ? classes[m->kind] : ANCHORS_DISCRETE;
}

struct anchors *inspect_roots_build(const struct inspect_roots *r, struct bytes certificate)
{
	struct anchors *anchors = anchors_new();
	const struct maker *m = r->maker.p ? maker_find_text(r->maker) : maker_of(certificate);
	enum anchors_class class = r->class != ANCHORS_UNKNOWN ? r->class : class_of_maker(m);
	const struct anchors_record record = { .role = ANCHORS_ROOT, .class = class,
					       .maker = bytes_text(m ? m->code : "") };
	for (size_t i = 0; i < r->n; i++) {
		fault why = anchors_put_stored(anchors, r->der[i], &record);
		(void)why; /* what is no CA's or comes twice adds nothing */
	}
	return anchors;
}
