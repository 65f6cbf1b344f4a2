#include "sign/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "host/descriptor.h"
#include "wire/der.h"

#define TIME_SIZE 20
#define KIND_AT (TIME_SIZE + 1)
#define KIND_SIZE 6
#define SERIAL_AT (KIND_AT + KIND_SIZE + 1)
#define SERIAL_DIGITS (2 * (size_t)JOURNAL_SERIAL_SIZE)
#define HASH_AT (SERIAL_AT + SERIAL_DIGITS + 1)
#define HASH_DIGITS (2 * (size_t)JOURNAL_HASH_SIZE)
#define BATCH_SIZE ((size_t)JOURNAL_BATCH * JOURNAL_LINE_SIZE)
#define SLOTS_FIRST 4096

_Static_assert(HASH_AT + HASH_DIGITS + 1 == JOURNAL_LINE_SIZE, "a line is its fields");

/* An open-addressed table; a serial that begins with zero marks a free slot. */
struct slot {
	uint8_t serial[JOURNAL_SERIAL_SIZE];
	uint8_t tbs_hash[JOURNAL_HASH_SIZE];
};

struct journal {
	int fd;
	bool broken; /* fdatasync has failed: what the file holds is unknown until it is read again */
	struct slot *slots;
	size_t slot_count; /* a power of two */
	size_t used;
	size_t waiting; /* octets of the buffer not written yet */
	bool synced;
	uint8_t buffer[BATCH_SIZE];
};

static const char *const kinds[] = {
	[FRAME_CERTIFICATE_AK] = "ak    ",
	[FRAME_CERTIFICATE_DEVICE] = "device",
	[FRAME_CERTIFICATE_RESPONDER] = "ocsp  ",
};

/* --- lines ---------------------------------------------------------------------------------------------- */

static void write_line(const struct journal_entry *e, uint8_t out[static JOURNAL_LINE_SIZE])
{
	char time[TEXT_TIME_SIZE], line[JOURNAL_LINE_SIZE + 1];
	char serial[TEXT_HEX_SIZE(JOURNAL_SERIAL_SIZE)], hash[TEXT_HEX_SIZE(JOURNAL_HASH_SIZE)];
	text_time(e->time, time);
	text_hex(BYTES_OF(e->serial), serial);
	text_hex(BYTES_OF(e->tbs_hash), hash);
	snprintf(line, sizeof(line), "%.20s %s %s %s\n", time, kinds[e->kind], serial, hash);
	memcpy(out, line, JOURNAL_LINE_SIZE);
}

/* RFC 3339 as text_time writes it, through the calendar of wire/der.h. Minus one when it is no time. */
static int64_t time_of(struct bytes text)
{
	uint8_t octets[17] = { DER_TIME, 15 };
	struct wr w = wr_of(octets + 2, 15);
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] != '-' && text.p[i] != ':' && text.p[i] != 'T')
			wr_u8(&w, text.p[i]);
	struct rd r = rd_of(BYTES_OF(octets));
	int64_t seconds = der_time(&r);
	return !w.bad && is_rd_done(&r) ? seconds : -1;
}

static enum frame_certificate kind_of(struct bytes text)
{
	for (size_t i = FRAME_CERTIFICATE_AK; i < COUNT_OF(kinds); i++)
		if (is_bytes_text(text, kinds[i]))
			return (enum frame_certificate)i;
	return (enum frame_certificate)0;
}

static bool read_line(struct bytes line, struct journal_entry *ret)
{
	uint8_t again[JOURNAL_LINE_SIZE];
	if (line.n != JOURNAL_LINE_SIZE)
		return false;
	ret->time = time_of(bytes_slice(line, 0, TIME_SIZE));
	ret->kind = kind_of(bytes_slice(line, KIND_AT, KIND_SIZE));
	if (ret->time < 0 || !ret->kind ||
	    !text_hex_parse(bytes_slice(line, SERIAL_AT, SERIAL_DIGITS), ret->serial, JOURNAL_SERIAL_SIZE) ||
	    !text_hex_parse(bytes_slice(line, HASH_AT, HASH_DIGITS), ret->tbs_hash, JOURNAL_HASH_SIZE))
		return false;
	write_line(ret, again);
	return ret->serial[0] && is_bytes_equal(line, BYTES_OF(again));
}

/* --- index ---------------------------------------------------------------------------------------------- */

/* Serials are random where all is well; the multipliers (of splitmix64) keep other patterns apart too. */
static size_t place_of(const uint8_t *serial)
{
	uint64_t half[2];
	memcpy(half, serial, sizeof(half));
	uint64_t hash = (half[0] ^ half[1] * 0x9E3779B97F4A7C15) * 0xBF58476D1CE4E5B9;
	return (size_t)(hash ^ hash >> 32);
}

static bool is_slot_for(const struct slot *slot, struct bytes serial)
{
	return !slot->serial[0] || is_bytes_equal(BYTES_OF(slot->serial), serial);
}

static struct slot *slot_of(struct slot *slots, size_t count, const uint8_t *serial)
{
	size_t at = place_of(serial) & (count - 1);
	while (!is_slot_for(&slots[at], bytes_of(serial, JOURNAL_SERIAL_SIZE)))
		at = (at + 1) & (count - 1);
	return &slots[at];
}

static fault index_grow(struct journal *j)
{
	size_t count = j->slot_count ? 2 * j->slot_count : SLOTS_FIRST;
	struct slot *slots = calloc(count, sizeof(*slots));
	NEED(slots, SYS_STORAGE);
	for (size_t i = 0; i < j->slot_count; i++)
		if (j->slots[i].serial[0])
			*slot_of(slots, count, j->slots[i].serial) = j->slots[i];
	free(j->slots);
	j->slots = slots;
	j->slot_count = count;
	return NULL;
}

static fault index_put(struct journal *j, const struct journal_entry *e)
{
	if (j->used + 1 > j->slot_count / 4 * 3)
		TRY(index_grow(j));
	struct slot *slot = slot_of(j->slots, j->slot_count, e->serial);
	if (!slot->serial[0])
		j->used++;
	memcpy(slot->serial, e->serial, sizeof(slot->serial));
	memcpy(slot->tbs_hash, e->tbs_hash, sizeof(slot->tbs_hash));
	return NULL;
}

/* --- opening -------------------------------------------------------------------------------------------- */

struct replay {
	struct journal *j;
	struct rate *rate;
	size_t whole; /* lines before the first that is torn */
	size_t torn;  /* octets from there on */
};

static fault replay_line(struct replay *r, struct bytes line)
{
	struct journal_entry e;
	if (!read_line(line, &e)) {
		r->torn += line.n;
		return NULL;
	}
	NEED(r->torn == 0, SYS_FILE);
	NEED(!journal_find(r->j, BYTES_OF(e.serial)).p, SYS_FILE);
	TRY(index_put(r->j, &e));
	rate_put(r->rate, e.time);
	r->whole++;
	return NULL;
}

/* Fills the journal's buffer, which is free before the first put; fewer octets than it holds mean the end. */
static fault read_chunk(struct journal *j, size_t *ret_n)
{
	size_t n = 0;
	while (n < BATCH_SIZE) {
		ssize_t got = read(j->fd, j->buffer + n, BATCH_SIZE - n);
		if (got < 0 && errno == EINTR)
			continue;
		NEED(got >= 0, SYS_FILE);
		if (got == 0)
			break;
		n += (size_t)got;
	}
	*ret_n = n;
	return NULL;
}

static fault replay_chunk(struct replay *r, struct bytes chunk)
{
	for (size_t at = 0; at < chunk.n; at += JOURNAL_LINE_SIZE) {
		size_t left = chunk.n - at;
		size_t n = left < JOURNAL_LINE_SIZE ? left : JOURNAL_LINE_SIZE;
		TRY(replay_line(r, bytes_slice(chunk, at, n)));
	}
	return NULL;
}

static fault replay_file(struct journal *j, struct rate *rate)
{
	struct replay r = { .j = j, .rate = rate };
	size_t n = 0;
	do {
		TRY(read_chunk(j, &n));
		TRY(replay_chunk(&r, bytes_of(j->buffer, n)));
	} while (n == BATCH_SIZE);
	/* More than one batch was never unsynced at a time, so more than that is damage and not a crash. */
	NEED(r.torn <= BATCH_SIZE, SYS_FILE);
	NEED(r.torn == 0 || ftruncate(j->fd, (off_t)(r.whole * JOURNAL_LINE_SIZE)) == 0, SYS_FILE);
	/*
	 * Whole lines may be in the kernel's memory only, when the process before this one died at the wrong
	 * time.
	 */
	NEED(fsync(j->fd) == 0, SYS_FILE);
	return NULL;
}

/* A new file's name is durable only when its folder is. */
static fault sync_folder(const char *path)
{
	char copy[PATH_MAX];
	NEED(snprintf(copy, sizeof(copy), "%s", path) < (int)sizeof(copy), SYS_FILE);
	int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool done = fd >= 0 && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	NEED(done, SYS_FILE);
	return NULL;
}

static fault open_file(struct journal *j, const char *path, struct rate *rate)
{
	j->fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
	NEED(j->fd >= 0 && flock(j->fd, LOCK_EX | LOCK_NB) == 0, SYS_FILE);
	TRY(sync_folder(path));
	TRY(index_grow(j));
	return replay_file(j, rate);
}

fault journal_open(const char *path, struct rate *rate, struct journal **ret)
{
	struct journal *j = calloc(1, sizeof(*j));
	NEED(j, SYS_FILE);
	j->fd = -1;
	j->synced = true;
	fault f = open_file(j, path, rate);
	if (f) {
		journal_close(j);
		return f;
	}
	*ret = j;
	return NULL;
}

void journal_close(struct journal *j)
{
	if (!j)
		return;
	if (j->fd >= 0)
		close(j->fd);
	free(j->slots);
	free(j);
}

/* --- work ----------------------------------------------------------------------------------------------- */

struct bytes journal_find(const struct journal *j, struct bytes serial)
{
	if (serial.n != JOURNAL_SERIAL_SIZE || !serial.p[0])
		return (struct bytes){ 0 };
	const struct slot *slot = slot_of(j->slots, j->slot_count, serial.p);
	return slot->serial[0] ? BYTES_OF(slot->tbs_hash) : (struct bytes){ 0 };
}

fault journal_put(struct journal *j, const struct journal_entry *e)
{
	bool known = (size_t)e->kind < COUNT_OF(kinds) && kinds[e->kind];
	NEED(known && e->serial[0] && !journal_find(j, BYTES_OF(e->serial)).p, BUG);
	NEED(!j->broken, SYS_STORAGE);
	NEED(BATCH_SIZE - j->waiting >= JOURNAL_LINE_SIZE, SYS_BUSY);
	TRY(index_put(j, e));
	write_line(e, j->buffer + j->waiting);
	j->waiting += JOURNAL_LINE_SIZE;
	j->synced = false;
	return NULL;
}

fault journal_sync(struct journal *j)
{
	NEED(!j->broken, SYS_STORAGE);
	if (j->synced)
		return NULL;
	struct bytes rest = descriptor_write(j->fd, bytes_of(j->buffer, j->waiting));
	memmove(j->buffer, rest.p, rest.n);
	j->waiting = rest.n;
	NEED(rest.n == 0, SYS_STORAGE);
	/*
	 * After a failure the kernel may call lost pages clean, so that asking again would be answered
	 * wrongly.
	 */
	j->broken = fdatasync(j->fd) != 0;
	NEED(!j->broken, SYS_STORAGE);
	j->synced = true;
	return NULL;
}

bool is_journal_synced(const struct journal *j)
{
	return j->synced && !j->broken;
}
