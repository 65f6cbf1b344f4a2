/*
 * replay FOLDER...: gives every file of the folders to one fuzz target and prints TAP, a test per file.
 *
 * It needs no libFuzzer, so seeds and former crashes are tests of every build. A folder that is not there
 * holds nothing; a target without any input is a failure.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

#define INPUT_MAX ((size_t)4 << 20)
#define PATH_SIZE 4096

static bool replay_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	if (!file)
		return false;
	uint8_t *room = malloc(INPUT_MAX);
	size_t n = room ? fread(room, 1, INPUT_MAX, file) : 0;
	bool whole = room && feof(file) && !ferror(file);
	fclose(file);
	/* An exact copy, so that a read past the input's end is a read past an allocation. */
	uint8_t *input = whole ? malloc(n ? n : 1) : NULL;
	if (input) {
		memcpy(input, room, n);
		LLVMFuzzerTestOneInput(input, n);
	}
	free(input);
	free(room);
	return input != NULL;
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* Returns the number of the folder's files; adds those that could not be read to *failed. */
static int replay_folder(const char *folder, int first, int *failed)
{
	struct dirent **entries = NULL;
	int n = scandir(folder, &entries, is_visible, alphasort);
	for (int i = 0; i < n; i++) {
		char path[PATH_SIZE];
		snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);
		printf("# %s\n", path);
		fflush(stdout);
		bool ok = replay_file(path);
		printf("%s %d - %s\n", ok ? "ok" : "not ok", first + i, entries[i]->d_name);
		*failed += !ok;
		free(entries[i]);
	}
	free(entries);
	return n > 0 ? n : 0;
}

int main(int count, char **folders)
{
	int n = 0, failed = 0;
	for (int i = 1; i < count; i++)
		n += replay_folder(folders[i], n + 1, &failed);
	if (n == 0)
		printf("not ok 1 - this target has inputs\n");
	printf("1..%d\n", n ? n : 1);
	return n == 0 || failed ? 1 : 0;
}
