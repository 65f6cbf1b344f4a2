/*
 * seed FOLDER: writes the corpora of the targets of base and wire below FOLDER, the same octets in every run.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "sample.h"
#include "wire/der.h"
#include "wire/frame.h"
#include "wire/problem.h"
#include "wire/spki.h"

#define ARENA_SIZE ((size_t)1 << 20)
#define PATH_SIZE 4096
#define FRAME_SEED_ID 7

struct seed {
	const char *folder;
	struct arena arena;
	struct sample sample;
};

static void put_file(const struct seed *s, const char *target, const char *name, struct bytes content)
{
	char path[PATH_SIZE];
	snprintf(path, sizeof(path), "%s/%s.corpus", s->folder, target);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/%s.corpus/%s", s->folder, target, name);
	FILE *file = fopen(path, "wb");
	if (!file || fwrite(content.p, 1, content.n, file) != content.n || fclose(file)) {
		perror(path);
		exit(1);
	}
}

static struct wr room(struct seed *s, size_t n)
{
	return wr_of(arena_alloc(&s->arena, n), n);
}

static void seed_messages(struct seed *s)
{
	for (size_t i = 0; i < sample_message_count; i++) {
		struct wr w = room(s, 8192);
		s->sample.state = i; /* so that a new field changes its own message's seed alone */
		wr_u8(&w, (uint8_t)i);
		wr_bytes(&w, sample_encoded(&s->sample, sample_messages[i], SAMPLE_MIXED));
		put_file(s, "message", sample_messages[i]->name, wr_done(&w));
		arena_reset(&s->arena);
	}
}

static void seed_frames(struct seed *s)
{
	_Alignas(16) uint8_t message[SAMPLE_STRUCT_MAX];
	static const enum frame_type types[] = { FRAME_REQUEST, FRAME_ANSWER_FACTS, FRAME_ISSUE,
						 FRAME_REFUSED };
	struct wr all = room(s, 16384);
	for (size_t i = 0; i < COUNT_OF(types); i++) {
		const struct frame_row *row = &frame_rows[types[i]];
		sample_fill(&s->sample, row->message, SAMPLE_MIXED, message);
		struct wr w = room(s, 8192);
		frame_write(types[i], FRAME_SEED_ID, message, &w);
		put_file(s, "frame", row->name, wr_done(&w));
		wr_bytes(&all, wr_done(&w));
	}
	frame_write(FRAME_READY, FRAME_SEED_ID, NULL, &all);
	put_file(s, "frame", "several", wr_done(&all));
	arena_reset(&s->arena);
}

static void seed_der(struct seed *s)
{
	static const int64_t times[] = { 0, 2524607999, 2524608000, -631152001 };
	struct wr w = room(s, 1024);
	size_t list = der_open(&w, DER_SEQUENCE);
	der_put_bool(&w, true);
	der_put_small(&w, 0);
	der_put_small(&w, 0x80);
	for (size_t i = 0; i < COUNT_OF(times); i++)
		der_put_time(&w, times[i]);
	size_t inner = der_open(&w, DER_CONTEXT_CONSTRUCTED(3));
	der_put(&w, DER_OCTET_STRING, sample_bytes(&s->sample, 300));
	der_put_bits(&w, sample_bytes(&s->sample, 20));
	der_close(&w, inner);
	der_close(&w, list);
	put_file(s, "der", "nested", wr_done(&w));
	arena_reset(&s->arena);
}

static void seed_spki(struct seed *s)
{
	static const struct {
		const char *name;
		enum spki_kind kind;
		size_t a, b;
	} keys[] = {
		{ "rsa", SPKI_RSA, 256, 3 },
		{ "p256", SPKI_P256, 32, 32 },
		{ "p384", SPKI_P384, 48, 48 },
		{ "p521", SPKI_P521, 66, 66 },
	};
	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		struct wr w = room(s, SPKI_SIZE_MAX);
		struct spki key = { .kind = keys[i].kind };
		key.a = sample_bytes(&s->sample, keys[i].a);
		key.b = sample_bytes(&s->sample, keys[i].b);
		spki_write(&key, &w);
		put_file(s, "spki", keys[i].name, wr_done(&w));
	}
	arena_reset(&s->arena);
}

static void seed_problem(struct seed *s)
{
	static const char *const codes[] = { "BUG", "DEVICE_NOT_REGISTERED", "PARSE_FIELD" };
	for (size_t i = 0; i < COUNT_OF(codes); i++) {
		struct wr w = room(s, PROBLEM_SIZE_MAX);
		struct problem p = { .why = fault_find(bytes_text(codes[i])),
				     .detail = "serialNumber \"1\" is missing." };
		p.request_id = sample_bytes(&s->sample, 16);
		problem_write(&p, &w);
		put_file(s, "problem", codes[i], wr_done(&w));
	}
	arena_reset(&s->arena);
}

static uint8_t message_index(const struct message *m)
{
	uint8_t i = 0;
	while (i < sample_message_count && sample_messages[i] != m)
		i++;
	return i;
}

static void seed_jsn(struct seed *s)
{
	static const struct {
		const char *name, *body;
		const struct message *message;
	} bodies[] = {
		{ "peer", "{\"role\": 3, \"instance\": 0}", &peer_message },
		{ "crl",
		  "{\"number\":1,\"thisUpdate\":1700000000,\"nextUpdate\":1800000000,"
		  "\"lists\":16,\"list\":3}",
		  &crl_message },
		{ "begin",
		  "{\"version\":1,\"purpose\":1,\"ekHashes\":[\"00ff\",\"\"],\"noTpm\":\"kein \\u00fcber\"}",
		  &begin_message },
		{ "twice", "{\"role\":1,\"role\":1}", &peer_message },
		{ "unknown", "{\"role\":1,\"roll\":1}", &peer_message },
	};
	for (size_t i = 0; i < COUNT_OF(bodies); i++) {
		struct wr w = room(s, 1024);
		wr_u8(&w, message_index(bodies[i].message));
		wr_bytes(&w, bytes_text(bodies[i].body));
		put_file(s, "jsn", bodies[i].name, wr_done(&w));
	}
	arena_reset(&s->arena);
}

static void seed_text(struct seed *s)
{
	put_file(s, "text", "number", BYTES_TEXT("18446744073709551615"));
	put_file(s, "text", "uuid", BYTES_TEXT("01234567-89ab-CDEF-0123-456789abcdef"));
	put_file(s, "text", "hex", BYTES_TEXT("00ffA5"));
	put_file(s, "text", "words", BYTES_TEXT("Gr\xC3\xBC\xC3\x9F\x65 \xE2\x82\xAC \xF0\x9F\x94\x91"));
	put_file(s, "text", "bidi", BYTES_TEXT("abc \xE2\x80\xAE zyx"));
}

int main(int count, char **arguments)
{
	if (count != 2) {
		fprintf(stderr, "usage: %s FOLDER\n", arguments[0]);
		return 2;
	}
	struct seed s = { .folder = arguments[1] };
	arena_init(&s.arena, ARENA_SIZE);
	s.sample = (struct sample){ .arena = &s.arena };
	seed_messages(&s);
	seed_frames(&s);
	seed_der(&s);
	seed_spki(&s);
	seed_problem(&s);
	seed_jsn(&s);
	seed_text(&s);
	arena_done(&s.arena);
	return 0;
}
