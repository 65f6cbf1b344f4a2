/*
 * cabinet: whatever a CAB holds, each file that comes out is within bounds and its name leads nowhere else.
 *
 * The decompressor's fence ends whoever asks the kernel for memory, as sanitizers do: with them only what is
 * outside of it is tried.
 */
#include <string.h>

#include "base/text.h"
#include "cli/cabinet.h"
#include "fuzz.h"

static void check_member(const struct cabinet_member *m)
{
	HOLDS(m->path[0] && m->path[0] != '/' && is_text_printable(bytes_text(m->path)));
	HOLDS(!strchr(m->path, '\\') && !strstr(m->path, "//"));
	HOLDS(strncmp(m->path, "../", 3) != 0 && !strstr(m->path, "/../"));
	HOLDS(m->content.n <= CABINET_MEMBER_MAX);
	fuzz_touch(m->content);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena arena;
	struct cabinet cabinet = { 0 };
	const char *detail = NULL;
	arena_init(&arena, 8 << 20);
	const struct cabinet_plan plan = { .file = bytes_of(p, n) };
	fault why = cabinet_get(&plan, &arena, &cabinet, &detail);
	HOLDS(!why || why == FAIL(ARCHIVE_INVALID) || why == FAIL(SYS_MEMORY));
	HOLDS(why ? cabinet.n == 0 && detail[0] : cabinet.n > 0);
	for (size_t i = 0; i < cabinet.n; i++)
		check_member(&cabinet.v[i]);
	arena_done(&arena);
	return 0;
}
