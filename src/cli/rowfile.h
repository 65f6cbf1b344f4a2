/*
 * rowfile: registrations out of a file, one after the other, whatever the file's size: the CSV of Windows
 * Autopilot and of `assay registration export`, what assay-agent hardware-hash prints, and JSON arrays of
 * Microsoft Graph's device identities. doc/registration.md says what columns and members mean.
 *
 * A row that is wrong is given with its fault, and the next one is read; a file that is none is refused.
 */
#ifndef CLI_ROWFILE_H
#define CLI_ROWFILE_H

#include <jansson.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/fault.h"

#define ROWFILE_ROW_MAX 32768 /* octets of a line, or of a JSON object */
#define ROWFILE_DETAIL_SIZE 240

/* The titles of all columns in the order in which they are written, and the members of a body they become. */
struct rowfile_column {
	const char *title, *member;
};
extern const struct rowfile_column rowfile_columns[];
extern const size_t rowfile_columns_count;

struct rowfile;

/* Reads from in, which stays the caller's. */
struct rowfile *rowfile_open(FILE *in);
void rowfile_close(struct rowfile *r);

struct rowfile_row {
	size_t line;     /* where it begins, from 1 */
	json_t *body;    /* as POST takes it, the caller's; NULL with a fault and after the last row */
	fault why;       /* ROW_MALFORMED, ROW_ENCODING, PARSE_FIELD */
	const char *detail;
	bool has_windows_hash; /* of which the body has the digest */
};

/*
 * The next row; neither body nor fault: there is none. TABLE_HEAD, ROW_ENCODING and SYS_FILE are about the
 * whole file, with ret->detail.
 */
MUST fault rowfile_next(struct rowfile *r, struct rowfile_row *ret);

#endif
