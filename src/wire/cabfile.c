#include "wire/cabfile.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "base/wr.h"

#define HEAD_SIZE 36
#define FOLDER_SIZE 8
#define FILE_HEAD_SIZE 16
#define BLOCK_HEAD_SIZE 8
#define BLOCK_MAX 32768u
#define VERSION 0x0103
#define NOT_COMPRESSED 0
#define ARCHIVED 0x20 /* attribute: to be archived, as any new file */
#define NAME_IS_UTF 0x80
#define FIRST_YEAR 1980
#define LAST_YEAR 2107

/* A CAB's numbers have their lowest octet first. */
static void put_le(struct wr *w, uint32_t v, size_t octets)
{
	for (size_t i = 0; i < octets; i++)
		wr_u8(w, (uint8_t)(v >> 8 * i));
}

/* --- what may go in ------------------------------------------------------------------------------------- */

static bool is_name(const char *name)
{
	size_t n = strlen(name);
	bool is_above = strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
	return n > 0 && n <= CABFILE_NAME_MAX && !is_above && strcspn(name, "/\\:") == n &&
	       is_text_printable(bytes_text(name));
}

/* Whoever unpacks it may not tell upper from lower case. */
static bool has_earlier(const struct cabfile *c, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (strcasecmp(c->v[i].name, c->v[at].name) == 0)
			return true;
	return false;
}

static fault measure(const struct cabfile *c, size_t *ret_files, size_t *ret_content)
{
	size_t files = 0, content = 0;
	NEED(c->n > 0 && c->n <= CABFILE_MEMBERS_MAX, ARCHIVE_INVALID);
	for (size_t i = 0; i < c->n; i++) {
		NEED(is_name(c->v[i].name) && !has_earlier(c, i), ARCHIVE_INVALID);
		NEED(c->v[i].content.n <= CABFILE_SIZE_MAX - content, ARCHIVE_INVALID);
		files += FILE_HEAD_SIZE + strlen(c->v[i].name) + 1;
		content += c->v[i].content.n;
	}
	*ret_files = files;
	*ret_content = content;
	return NULL;
}

/* --- the parts ------------------------------------------------------------------------------------------ */

static uint32_t digits_at(const char *text, size_t at, size_t n)
{
	uint32_t v = 0;
	for (size_t i = at; i < at + n; i++)
		v = v * 10 + (uint32_t)(text[i] - '0');
	return v;
}

/* Date and time as MS-DOS had them (§2.3), from YYYY-MM-DDThh:mm:ssZ. */
static void put_time(const char *text, struct wr *w)
{
	uint32_t date = (digits_at(text, 0, 4) - FIRST_YEAR) << 9 | digits_at(text, 5, 2) << 5 |
			digits_at(text, 8, 2);
	uint32_t time =
		digits_at(text, 11, 2) << 11 | digits_at(text, 14, 2) << 5 | digits_at(text, 17, 2) / 2;
	put_le(w, date, 2);
	put_le(w, time, 2);
}

static void put_head(const struct cabfile *c, uint32_t files_size, size_t content, struct wr *w)
{
	uint32_t files_at = HEAD_SIZE + FOLDER_SIZE, data_at = files_at + files_size;
	uint32_t blocks = (uint32_t)((content + BLOCK_MAX - 1) / BLOCK_MAX);
	wr_bytes(w, BYTES_TEXT("MSCF"));
	put_le(w, 0, 4);
	put_le(w, data_at + blocks * BLOCK_HEAD_SIZE + (uint32_t)content, 4);
	put_le(w, 0, 4);
	put_le(w, files_at, 4);
	put_le(w, 0, 4);
	put_le(w, VERSION, 2);
	put_le(w, 1, 2); /* folders */
	put_le(w, (uint32_t)c->n, 2);
	put_le(w, 0, 2); /* flags */
	put_le(w, 0, 4); /* set and place in it */
	put_le(w, data_at, 4);
	put_le(w, blocks, 2);
	put_le(w, NOT_COMPRESSED, 2);
}

static void put_files(const struct cabfile *c, struct wr *w)
{
	char time[TEXT_TIME_SIZE];
	uint32_t at = 0;
	text_time(c->time, time);
	for (size_t i = 0; i < c->n; i++) {
		put_le(w, (uint32_t)c->v[i].content.n, 4);
		put_le(w, at, 4);
		put_le(w, 0, 2);
		put_time(time, w);
		put_le(w, ARCHIVED | NAME_IS_UTF, 2);
		wr_bytes(w, bytes_text(c->v[i].name));
		wr_u8(w, 0);
		at += (uint32_t)c->v[i].content.n;
	}
}

/* §3.1: words of four octets, the lowest first; what is left over, the highest first. */
static uint32_t checksum(struct bytes b, uint32_t sum)
{
	size_t i = 0, left = b.n % 4;
	uint32_t rest = 0;
	for (; i + 4 <= b.n; i += 4)
		sum ^= b.p[i] | (uint32_t)b.p[i + 1] << 8 | (uint32_t)b.p[i + 2] << 16 |
		       (uint32_t)b.p[i + 3] << 24;
	for (; left > 0; left--)
		rest = rest << 8 | b.p[i++];
	return sum ^ rest;
}

static void put_blocks(struct bytes data, struct wr *w)
{
	for (size_t at = 0; at < data.n; at += BLOCK_MAX) {
		uint8_t sizes[4];
		struct wr s = wr_of(sizes, sizeof(sizes));
		struct bytes block = bytes_slice(data, at, data.n - at < BLOCK_MAX ? data.n - at : BLOCK_MAX);
		put_le(&s, (uint32_t)block.n, 2);
		put_le(&s, (uint32_t)block.n, 2);
		put_le(w, checksum(wr_done(&s), checksum(block, 0)), 4);
		wr_bytes(w, wr_done(&s));
		wr_bytes(w, block);
	}
}

fault cabfile_build(const struct cabfile *c, struct arena *arena, struct bytes *ret)
{
	char time[TEXT_TIME_SIZE];
	size_t files, content;
	TRY(measure(c, &files, &content));
	text_time(c->time, time);
	NEED(time[4] == '-' && digits_at(time, 0, 4) >= FIRST_YEAR && digits_at(time, 0, 4) <= LAST_YEAR,
	     ARCHIVE_INVALID);
	size_t room = HEAD_SIZE + FOLDER_SIZE + files + content + (content / BLOCK_MAX + 1) * BLOCK_HEAD_SIZE;
	struct wr data = wr_of(arena_alloc(arena, content + 1), content + 1);
	struct wr w = wr_of(arena_alloc(arena, room), room);
	NEED(data.p && w.p, SYS_MEMORY);
	for (size_t i = 0; i < c->n; i++)
		wr_bytes(&data, c->v[i].content);
	put_head(c, (uint32_t)files, content, &w);
	put_files(c, &w);
	put_blocks(wr_done(&data), &w);
	NEED(!w.bad, BUG);
	*ret = wr_done(&w);
	return NULL;
}
