/*
 * seeds: begins the corpora of the targets that read messages and frames anew, one file for each message and
 * each type of frame, by its name.
 *
 * usage: seeds FOLDER, where message.corpus and frame.corpus are
 *
 * tests/wire/message_test.c sees that none is missing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sample.h"
#include "wire/frame.h"

#define ARENA_SIZE ((size_t)1 << 24)

static void write_file(const char *path, struct bytes before, struct bytes rest)
{
	FILE *f = fopen(path, "wb");
	if (!f || fwrite(before.p, 1, before.n, f) != before.n || fwrite(rest.p, 1, rest.n, f) != rest.n ||
	    fclose(f))
		exit(EXIT_FAILURE);
}

/* The first octet chooses the table, as fuzz_message.c reads it. */
static void write_message(const char *folder, size_t at, struct sample *s)
{
	char path[256];
	const struct message *m = sample_messages[at];
	const uint8_t which = (uint8_t)at;
	snprintf(path, sizeof(path), "%s/message.corpus/%s", folder, m->name);
	write_file(path, bytes_of(&which, 1), sample_encoded(s, m, SAMPLE_MIXED));
}

static void write_frame(const char *folder, enum frame_type type, struct sample *s)
{
	_Alignas(16) uint8_t from[SAMPLE_STRUCT_MAX] = { 0 };
	char path[256];
	const struct message *m = frame_rows[type].message;
	struct wr w = wr_of(arena_alloc(s->arena, ARENA_SIZE / 4), ARENA_SIZE / 4);
	if (!m)
		return;
	sample_fill(s, m, SAMPLE_MIXED, from);
	frame_write(type, 7, from, &w);
	snprintf(path, sizeof(path), "%s/frame.corpus/%s", folder, m->name);
	write_file(path, wr_done(&w), (struct bytes){ 0 });
}

int main(int count, char **words)
{
	struct arena arena;
	struct sample s = { 1, &arena };
	if (count != 2)
		return EXIT_FAILURE;
	arena_init(&arena, ARENA_SIZE);
	for (size_t i = 0; i < sample_message_count; i++, arena_reset(&arena))
		write_message(words[1], i, &s);
	for (enum frame_type t = 0; t < FRAME_TYPE_COUNT; t++, arena_reset(&arena))
		write_frame(words[1], t, &s);
	arena_done(&arena);
	return EXIT_SUCCESS;
}
