/*
 * csvline: a line of comma-separated values (RFC 4180), safe to open with a spreadsheet.
 *
 * A field that a spreadsheet would take for a formula is written with an apostrophe before it, since names
 * come from devices that nobody vouched for, and read without it: what csvline_write wrote, csvline_parse
 * gives back. Line breaks inside of fields are written, and not read.
 */
#ifndef WIRE_CSVLINE_H
#define WIRE_CSVLINE_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/wr.h"

/* Appends n fields and CR LF. */
void csvline_write(const struct bytes *fields, size_t n, struct wr *w);

/* Octets that n fields take at most. */
size_t csvline_size(const struct bytes *fields, size_t n);

/*
 * Reads a line without its line feed; a CR before that is not of the last field. Views borrow from line, or
 * live in the arena where quotation marks had to be taken out. ROW_MALFORMED for quotation marks that are not
 * in pairs around a field, control characters, and more fields than BYTES_LIST_MAX, with a sentence in
 * *ret_detail; SYS_MEMORY.
 */
MUST fault csvline_parse(struct bytes line, struct arena *a, struct bytes_list *ret, const char **ret_detail);

#endif
