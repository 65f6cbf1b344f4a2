#include "cert/trail.h"

#include <stdio.h>
#include <string.h>

#include "attest/alg.h"
#include "attest/jws.h"
#include "base/text.h"
#include "cert/jwt.h"
#include "wire/jsn.h"

#define GENESIS "assay audit genesis 1:"
#define ROW "assay audit row 1:"
#define HEAD_BEGINS "{\"token\":"

fault trail_genesis(struct bytes writer, uint8_t ret[static AUDIT_HASH_SIZE])
{
	uint8_t octets[sizeof(GENESIS) + AUDIT_WRITER_MAX];
	struct wr w = wr_of(octets, sizeof(octets));
	wr_bytes(&w, BYTES_TEXT(GENESIS));
	wr_bytes(&w, writer);
	NEED(!w.bad, BUG);
	return alg_sha256(wr_done(&w), ret);
}

fault trail_hash(const struct audit_row *row, uint8_t ret[static AUDIT_HASH_SIZE])
{
	uint8_t octets[AUDIT_ROW_MAX];
	struct audit_row bare = *row;
	struct wr w = wr_of(octets, sizeof(octets));
	bare.hash = (struct bytes){ 0 };
	wr_bytes(&w, BYTES_TEXT(ROW));
	message_write(&audit_row_message, &bare, &w);
	NEED(!w.bad, BUG);
	return alg_sha256(wr_done(&w), ret);
}

/* --- following a chain ---------------------------------------------------------------------------------- */

/* What is wrong with a row or head, of which the sentence is about. */
static fault broken(struct trail *t, const char *of, uint64_t number, const char *what)
{
	snprintf(t->said, sizeof(t->said), "line %llu, %s %llu: %s", (unsigned long long)t->lines, of,
		 (unsigned long long)number, what);
	return FAIL(AUDIT_BROKEN);
}

static fault broken_line(struct trail *t)
{
	const struct trail_writer *w = t->n ? &t->writers[t->n - 1] : NULL;
	snprintf(t->said, sizeof(t->said), "line %llu, behind row %llu: it is not as the server wrote it",
		 (unsigned long long)t->lines, (unsigned long long)(w ? w->rows : 0));
	return FAIL(AUDIT_BROKEN);
}

/* Reads a line whose message has no other text than this one. */
static fault read_line(struct trail *t, const struct message *m, struct bytes line, struct arena *a,
		       void *ret)
{
	const char *detail;
	uint8_t *again = arena_alloc(a, AUDIT_LINE_MAX);
	NEED(again != NULL, SYS_MEMORY);
	fault why = jsn_parse(m, line, a, ret, &detail);
	NEED(why != FAIL(SYS_MEMORY), SYS_MEMORY);
	struct wr w = wr_of(again, AUDIT_LINE_MAX);
	if (!why)
		jsn_write(m, ret, &w);
	return !why && is_bytes_equal(wr_done(&w), line) ? NULL : broken_line(t);
}

static struct trail_writer *find_writer(struct trail *t, struct bytes name)
{
	for (size_t i = 0; i < t->n; i++)
		if (is_bytes_text(name, t->writers[i].name))
			return &t->writers[i];
	return NULL;
}

static fault begin_writer(struct trail *t, struct bytes name, struct trail_writer **ret)
{
	*ret = find_writer(t, name);
	if (*ret)
		return NULL;
	if (t->n == COUNT_OF(t->writers) || name.n == 0)
		return broken_line(t);
	struct trail_writer *w = &t->writers[t->n++];
	*w = (struct trail_writer){ 0 };
	memcpy(w->name, name.p, name.n);
	*ret = w;
	return trail_genesis(name, w->hash);
}

static fault check_row(struct trail *t, struct bytes line, struct arena *a)
{
	struct audit_row row;
	struct trail_writer *w;
	uint8_t hash[AUDIT_HASH_SIZE];
	TRY(read_line(t, &audit_row_message, line, a, &row));
	TRY(begin_writer(t, row.writer, &w));
	if (row.number <= w->rows)
		return broken(t, "row", row.number, "it comes again, or too late");
	if (row.number != w->rows + 1)
		return broken(t, "row", w->rows + 1, "it is missing");
	TRY(trail_hash(&row, hash));
	if (!is_bytes_equal(BYTES_OF(hash), row.hash))
		return broken(t, "row", row.number, "it says something else than when it was written");
	if (!is_bytes_equal(BYTES_OF(w->hash), row.previous))
		return broken(t, "row", row.number,
			      "it was written behind another row than the one before it");
	memcpy(w->hash, hash, sizeof(hash));
	w->rows++;
	return NULL;
}

/* The token says what the line does, in a good signature by a key that was given. */
static fault check_token(struct trail *t, const struct audit_signed *s, struct arena *a)
{
	struct jose_signed jws;
	struct idp_key key;
	uint8_t octets[JWT_INPUT_MAX];
	struct wr built = wr_of(octets, sizeof(octets));
	struct jwt_issuer by = { .url = s->issuer };
	const struct audit_head head = { s->writer, s->number, s->hash, s->time };
	fault why = jose_parse(s->token, a, &jws);
	NEED(why != FAIL(SYS_MEMORY), SYS_MEMORY);
	bool is_whole = !why && jws.key_id.n < sizeof(by.key_id) && jws.algorithm == IDP_ES256;
	if (is_whole)
		memcpy(by.key_id, jws.key_id.p, jws.key_id.n);
	is_whole = is_whole && !jwt_build_head(&head, &by, &built);
	if (!is_whole || !is_bytes_equal(wr_done(&built), jws.input))
		return broken(t, "head over row", s->number, "it is not what was signed");
	if (!has_jws_key(t->keys, jws.key_id, &key) || key.kind != IDP_P256) {
		broken(t, "head over row", s->number, "it is signed by a key that was not given");
		return FAIL(AUDIT_UNPROVED);
	}
	if (!is_jws_signed(&jws, &key))
		return broken(t, "head over row", s->number, "its signature is not the server's");
	return NULL;
}

static fault check_head(struct trail *t, struct bytes line, struct arena *a)
{
	struct audit_signed s;
	TRY(read_line(t, &audit_signed_message, line, a, &s));
	struct trail_writer *w = find_writer(t, s.writer);
	if (!w || s.number > w->rows)
		return broken(t, "row", w ? w->rows + 1 : 1, "it is missing, for a later one was signed");
	if (s.number != w->rows || s.number <= w->head)
		return broken(t, "head over row", s.number, "it is not at its place");
	TRY(check_token(t, &s, a));
	if (!is_bytes_equal(BYTES_OF(w->hash), s.hash))
		return broken(t, "row", s.number, "it, or one before it, is not what was signed");
	w->head = s.number;
	w->head_time = (int64_t)s.time;
	t->heads++;
	return NULL;
}

fault trail_check_line(struct trail *t, struct bytes line, struct arena *a)
{
	t->lines++;
	NEED(line.n <= AUDIT_LINE_MAX || !broken_line(t), AUDIT_BROKEN);
	bool is_head = is_bytes_text(bytes_slice(line, 0, sizeof(HEAD_BEGINS) - 1), HEAD_BEGINS);
	return is_head ? check_head(t, line, a) : check_row(t, line, a);
}

fault trail_check_end(struct trail *t)
{
	NEED(t->n > 0, AUDIT_UNPROVED);
	for (size_t i = 0; i < t->n; i++)
		NEED(t->writers[i].head > 0, AUDIT_UNPROVED);
	return NULL;
}
