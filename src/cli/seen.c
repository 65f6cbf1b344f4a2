#include "cli/seen.h"

#include <stdlib.h>
#include <string.h>

#include "attest/alg.h"
#include "base/heap.h"
#include "base/rd.h"

#define ROOM_FIRST 1024 /* a power of two */

/* line 0: free */
struct note {
	uint64_t key[2];
	size_t line;
};

struct seen {
	struct note *notes; /* open addressing, at most three quarters taken */
	size_t room, n;
};

struct seen *seen_new(void)
{
	struct seen *s = heap_need(calloc(1, sizeof(*s)));
	s->room = ROOM_FIRST;
	s->notes = heap_need(calloc(s->room, sizeof(*s->notes)));
	return s;
}

void seen_free(struct seen *s)
{
	free(s->notes);
	free(s);
}

/* The note with that key, or the free one where it belongs. */
static struct note *find(const struct seen *s, const uint64_t key[static 2])
{
	size_t at = key[0] & (s->room - 1);
	while (s->notes[at].line && (s->notes[at].key[0] != key[0] || s->notes[at].key[1] != key[1]))
		at = (at + 1) & (s->room - 1);
	return &s->notes[at];
}

static void grow(struct seen *s)
{
	const struct seen old = *s;
	s->room *= 2;
	s->notes = heap_need(calloc(s->room, sizeof(*s->notes)));
	for (size_t i = 0; i < old.room; i++)
		if (old.notes[i].line)
			*find(s, old.notes[i].key) = old.notes[i];
	free(old.notes);
}

fault seen_put(struct seen *s, const char *kind, struct bytes text, size_t line, size_t *ret_line)
{
	uint8_t digest[ALG_DIGEST_MAX];
	const struct bytes parts[] = { bytes_text(kind), BYTES_TEXT("\n"), text };
	TRY(alg_digest(alg_hash_find(ALG_SHA256), parts, COUNT_OF(parts), digest));
	struct rd r = rd_of(BYTES_OF(digest));
	uint64_t first = rd_be64(&r), key[2] = { first, rd_be64(&r) };
	if (4 * (s->n + 1) > 3 * s->room)
		grow(s);
	struct note *note = find(s, key);
	*ret_line = note->line;
	if (note->line)
		return NULL;
	*note = (struct note){ { key[0], key[1] }, line };
	s->n++;
	return NULL;
}
