/*
 * journal: the issue log, an append-only file with one line per certificate.
 *
 *     2026-01-01T00:00:00Z device <serial, 32 digits> <SHA-256 of the TBSCertificate, 64 digits>
 *
 * All lines have one length. A line is buffered by journal_put and durable after journal_sync; an index in
 * memory knows every serial. A crash can leave the last lines torn: those were never synced, nothing was
 * signed for them, and opening cuts them off. A damaged line before a whole one is no crash and stops the
 * opening.
 */
#ifndef SIGN_JOURNAL_H
#define SIGN_JOURNAL_H

#include "base/fault.h"
#include "sign/rate.h"
#include "wire/frame.h"

#define JOURNAL_SERIAL_SIZE 16
#define JOURNAL_HASH_SIZE 32
#define JOURNAL_LINE_SIZE 126
#define JOURNAL_BATCH 1024 /* lines that may wait for one journal_sync */

struct journal_entry {
	int64_t time;
	enum frame_certificate kind;
	uint8_t serial[JOURNAL_SERIAL_SIZE]; /* the first octet is never zero */
	uint8_t tbs_hash[JOURNAL_HASH_SIZE];
};

struct journal;

/* Opens or makes the file, for this process alone, and counts each line into rate. SYS_FILE. */
MUST fault journal_open(const char *path, struct rate *rate, struct journal **ret);
void journal_close(struct journal *j);

/* The hash logged under a serial; the absent view when there is none. */
struct bytes journal_find(const struct journal *j, struct bytes serial);

/*
 * Buffers a line for a serial that is not there yet. SYS_BUSY when the batch is full, SYS_STORAGE after a
 * failure.
 */
MUST fault journal_put(struct journal *j, const struct journal_entry *e);

/*
 * Makes all lines durable. SYS_STORAGE: a write that failed is taken up again by the next call; when the
 * kernel could not tell whether data reached the disk, every call fails until the journal is opened anew.
 */
MUST fault journal_sync(struct journal *j);

/* True when no line waits for journal_sync. */
bool is_journal_synced(const struct journal *j);

#endif
