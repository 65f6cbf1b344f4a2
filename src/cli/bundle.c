#include "cli/bundle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/heap.h"
#include "base/text.h"
#include "cli/cabinet.h"
#include "cli/certtree.h"
#include "cli/file.h"
#include "wire/cabhead.h"

#define MEMBERS_ARENA (CABINET_TOTAL_MAX + (64 << 20))
#define NAME_SIZE 4096

struct walk {
	const struct bundle_visit *visit;
	const char *const *paths; /* as the person gave them */
	uint8_t *memory;          /* of a file */
	struct arena arena;       /* of a CAB's members */
};

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

/* The part of a path that a person gave by naming a folder above it: from that folder's own name on. */
static const char *part_of(const struct walk *w, const char *path)
{
	for (size_t i = 0; w->paths[i]; i++) {
		size_t n = strlen(w->paths[i]);
		while (n > 1 && w->paths[i][n - 1] == '/')
			n--;
		if (strncmp(path, w->paths[i], n) != 0 || path[n] != '/')
			continue;
		const char *at = path + n;
		while (at > path && at[-1] != '/')
			at--;
		return at;
	}
	return last_part(path);
}

/* Everything before the last slash, or all. What cannot be shown or kept is left out. */
static const char *source_of(const char *path, char out[static BUNDLE_SOURCE_SIZE])
{
	const char *slash = strrchr(path, '/');
	size_t n = slash ? (size_t)(slash - path) : strlen(path);
	bool is_fit = n < BUNDLE_SOURCE_SIZE && is_text_printable(bytes_of(path, n));
	snprintf(out, BUNDLE_SOURCE_SIZE, "%.*s", is_fit ? (int)n : 0, path);
	return out;
}

static fault visit_one(struct walk *w, struct bundle_file *file)
{
	char source[BUNDLE_SOURCE_SIZE];
	file->source = source_of(file->layout, source);
	return w->visit->file(file, w->visit->with);
}

static fault visit_bad(struct walk *w, const char *name, const struct complaint *bad)
{
	const struct bundle_file file = { .name = name, .source = "", .layout = "", .bad = bad };
	return w->visit->file(&file, w->visit->with);
}

static fault visit_cabinet(struct walk *w, const char *name, struct bytes content)
{
	struct cabinet cabinet;
	struct complaint bad;
	char path[NAME_SIZE];
	const char *detail = "";
	const struct cabinet_plan plan = { .file = content };
	arena_reset(&w->arena);
	fault why = cabinet_get(&plan, &w->arena, &cabinet, &detail);
	if (why) {
		complaint_put(&bad, why, "%s", detail);
		return visit_bad(w, name, &bad);
	}
	for (size_t i = 0; i < cabinet.n; i++) {
		if (!is_certtree_name(cabinet.v[i].path))
			continue;
		snprintf(path, sizeof(path), "%s/%s", last_part(name), cabinet.v[i].path);
		struct bundle_file file = { .name = path, .layout = path, .content = cabinet.v[i].content };
		TRY(visit_one(w, &file));
	}
	return NULL;
}

static fault visit_file(const char *path, bool is_named, void *with)
{
	struct walk *w = with;
	struct complaint bad;
	const char *name = certtree_name(path);
	struct wr content = wr_of(w->memory, CABINET_SIZE_MAX);
	if (file_get(path, FILE_PUBLIC, &bad, &content))
		return visit_bad(w, name, &bad);
	if (is_cabhead(wr_done(&content)))
		return visit_cabinet(w, name, wr_done(&content));
	struct bundle_file file = { .name = name, .is_named = is_named, .layout = part_of(w, path),
				    .content = wr_done(&content) };
	return visit_one(w, &file);
}

fault bundle_walk(const struct bundle *bundle, const struct bundle_visit *visit, struct complaint *complaint)
{
	struct walk w = { .visit = visit, .paths = bundle->paths };
	const struct certtree_visit files = { visit_file, &w };
	w.memory = heap_need(malloc(CABINET_SIZE_MAX));
	arena_init(&w.arena, MEMBERS_ARENA);
	fault why = bundle->paths ? certtree_walk(bundle->paths, &files, complaint)
				  : visit_cabinet(&w, bundle->name, bundle->cab);
	arena_done(&w.arena);
	free(w.memory);
	return why;
}
