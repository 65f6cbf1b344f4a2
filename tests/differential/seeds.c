#include "seeds.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "mutant.h"
#include "test.h"

#define PATH_SIZE 1024

void seeds_put(struct seeds *s, struct bytes octets)
{
	CHECK(s->n < SEEDS_MAX);
	s->v[s->n++] = arena_copy(s->arena, octets);
	CHECK(!is_arena_full(s->arena));
}

static void put_file(struct seeds *s, const char *path)
{
	static uint8_t storage[MUTANT_SIZE_MAX];
	FILE *f = fopen(path, "rb");
	CHECK(f);
	size_t n = fread(storage, 1, sizeof(storage), f);
	fclose(f);
	seeds_put(s, bytes_of(storage, n));
}

void seeds_put_folder(struct seeds *s, const char *root, const char *folder)
{
	char path[PATH_SIZE], file[2 * PATH_SIZE];
	struct dirent **names;
	snprintf(path, sizeof(path), "%s/%s", root, folder);
	int n = scandir(path, &names, NULL, alphasort);
	CHECK(n > 2);
	for (int i = 0; i < n; i++) {
		snprintf(file, sizeof(file), "%s/%s", path, names[i]->d_name);
		if (names[i]->d_type != DT_DIR)
			put_file(s, file);
		free(names[i]);
	}
	free(names);
}

void seeds_put_corpus(struct seeds *s, const char *folder)
{
	const char *corpora = getenv("ASSAY_CORPORA");
	if (corpora && *corpora)
		seeds_put_folder(s, corpora, folder);
}
