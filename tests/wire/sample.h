/*
 * sample: messages with random contents within the bounds of their tables, the same ones in every run.
 */
#ifndef TESTS_WIRE_SAMPLE_H
#define TESTS_WIRE_SAMPLE_H

#include "base/arena.h"
#include "wire/message.h"

/* Every message that crosses a wire. */
extern const struct message *const sample_messages[];
extern const size_t sample_message_count;

/* The largest struct of a message. */
#define SAMPLE_STRUCT_MAX 4096

enum sample_shape {
	SAMPLE_LEAST, /* required fields alone, each as small as it may be */
	SAMPLE_MIXED, /* some optional fields, views of up to SAMPLE_VIEW_MAX octets */
	SAMPLE_MOST,  /* all fields, each as large as it may be */
};

#define SAMPLE_VIEW_MAX 40

struct sample {
	uint64_t state;      /* any value; equal states give equal contents */
	struct arena *arena; /* owns the contents */
};

/* The next random number. */
uint64_t sample_number(struct sample *s);

/* A view of n random octets. */
struct bytes sample_bytes(struct sample *s, size_t n);

/* Fills ret, a struct of m->size octets. */
void sample_fill(struct sample *s, const struct message *m, enum sample_shape shape, void *ret);

/* The same message encoded, in the arena. */
struct bytes sample_encoded(struct sample *s, const struct message *m, enum sample_shape shape);

/* A hexadecimal literal as octets in the arena; spaces may part it. Ends the program when it is none. */
struct bytes sample_hex(struct arena *arena, const char *hex);

#endif
