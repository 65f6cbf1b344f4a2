/*
 * tsv: records of a message as tab-separated text, for files that people read, edit and compare.
 *
 * The message's own table is the schema (wire/message.h); all its fields are text. The first line names the
 * fields in their order, each later line is a record, "-" stands for an absent field, and the last line is
 * the word "end", so that a file that was cut is not taken for a shorter one. Empty lines and those that
 * begin with # are for readers. Every line ends in a line feed.
 */
#ifndef WIRE_TSV_H
#define WIRE_TSV_H

#include "base/arena.h"
#include "wire/message.h"

#define TSV_ROWS_MAX 4096

/* n structs of the message, their views borrowed from the text. */
struct tsv_rows {
	size_t n;
	void *v;
};

/*
 * Reads the whole of text as records of m, in the arena. PARSE_FIELD when it is not that; *ret_detail is then
 * a sentence that names line and field, as long as the arena; it may be NULL. SYS_MEMORY when the arena is
 * full.
 */
MUST fault tsv_parse(const struct message *m, struct bytes text, struct arena *arena, struct tsv_rows *ret,
		     const char **ret_detail);

/* Appends the line of field names, a record's line, the last line. A record must fit its table, as in
 * message.h. */
void tsv_write_head(const struct message *m, struct wr *w);
void tsv_write(const struct message *m, const void *row, struct wr *w);
void tsv_write_end(struct wr *w);

#endif
