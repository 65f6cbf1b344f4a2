#include "wire/message.h"

#include <string.h>

#include "base/text.h"
#include "wire/cbor.h"

/* The largest struct a message may have; parsing goes to a copy, so that ret stays unchanged on a fault. */
#define MESSAGE_SIZE_MAX 4096

static void *field_at(void *base, const struct field *f)
{
	return (uint8_t *)base + f->offset;
}

static const void *field_in(const void *base, const struct field *f)
{
	return (const uint8_t *)base + f->offset;
}

bool is_message_size(const struct field *f, size_t n)
{
	bool is_fixed = f->type == FIELD_FIXED || f->type == FIELD_FIXEDS;
	bool is_whole = f->type != FIELD_IDS || n % FIELD_ID_SIZE == 0;
	return is_fixed ? n == f->max : n <= f->max && is_whole;
}

static bool read_uint(struct rd *r, const struct field *f, void *ret)
{
	uint64_t v = cbor_uint(r);
	memcpy(ret, &v, sizeof(v));
	return v <= f->max && (v != 0 || f->presence == FIELD_REQ);
}

static bool read_bytes(struct rd *r, const struct field *f, void *ret)
{
	struct bytes b = cbor_bytes(r);
	memcpy(ret, &b, sizeof(b));
	return is_message_size(f, b.n);
}

static bool read_text(struct rd *r, const struct field *f, void *ret)
{
	struct bytes b = cbor_text(r);
	memcpy(ret, &b, sizeof(b));
	return is_message_size(f, b.n);
}

static bool read_list(struct rd *r, const struct field *f, void *ret)
{
	struct bytes_list *list = ret;
	size_t n = cbor_array(r);
	if (n > f->count || (n == 0 && f->presence == FIELD_OPT))
		return false;
	for (size_t i = 0; i < n; i++) {
		list->v[i] = cbor_bytes(r);
		if (!is_message_size(f, list->v[i].n))
			return false;
	}
	list->n = n;
	return true;
}

static bool (*const readers[])(struct rd *, const struct field *, void *) = {
	[FIELD_UINT] = read_uint,
	[FIELD_BYTES] = read_bytes,
	[FIELD_FIXED] = read_bytes,
	[FIELD_TEXT] = read_text,
	[FIELD_LIST] = read_list,
	[FIELD_FIXEDS] = read_list,
	[FIELD_IDS] = read_bytes,
	[FIELD_WORDS] = read_text,
};

static fault read_message(const struct message *m, struct bytes in, uint8_t copy[static MESSAGE_SIZE_MAX])
{
	NEED(m->size <= MESSAGE_SIZE_MAX, BUG);
	memset(copy, 0, m->size);
	struct rd r = rd_of(in);
	size_t left = cbor_map(&r);
	uint64_t key = left ? cbor_uint(&r) : 0;
	for (size_t i = 0; i < m->count && !r.bad; i++) {
		const struct field *f = &m->fields[i];
		if (left == 0 || key != f->key) {
			NEED(f->presence == FIELD_OPT, PARSE_ENVELOPE);
			continue;
		}
		bool inside = readers[f->type](&r, f, field_at(copy, f));
		NEED(r.bad || inside, PARSE_FIELD);
		key = --left ? cbor_uint(&r) : 0;
	}
	NEED(left == 0 && is_rd_done(&r), PARSE_ENVELOPE);
	return NULL;
}

fault message_check(const struct message *m, struct bytes in)
{
	_Alignas(16) uint8_t copy[MESSAGE_SIZE_MAX];
	return read_message(m, in, copy);
}

fault message_parse(const struct message *m, struct bytes in, void *ret)
{
	_Alignas(16) uint8_t copy[MESSAGE_SIZE_MAX];
	TRY(read_message(m, in, copy));
	memcpy(ret, copy, m->size);
	return NULL;
}

static bool is_present(const struct field *f, const void *value)
{
	if (f->type == FIELD_UINT)
		return *(const uint64_t *)value != 0;
	if (f->type == FIELD_LIST || f->type == FIELD_FIXEDS)
		return ((const struct bytes_list *)value)->n != 0;
	return ((const struct bytes *)value)->p != NULL;
}

static void write_uint(struct wr *w, const struct field *f, const void *value)
{
	uint64_t v = *(const uint64_t *)value;
	if (v > f->max)
		w->bad = true;
	cbor_put_uint(w, v);
}

static void write_bytes(struct wr *w, const struct field *f, const void *value)
{
	const struct bytes *b = value;
	if (!is_message_size(f, b->n) || !b->p)
		w->bad = true;
	cbor_put_bytes(w, *b);
}

static void write_text(struct wr *w, const struct field *f, const void *value)
{
	const struct bytes *b = value;
	if (!is_message_size(f, b->n) || !b->p || !is_text_printable(*b))
		w->bad = true;
	cbor_put_text(w, *b);
}

static void write_list(struct wr *w, const struct field *f, const void *value)
{
	const struct bytes_list *list = value;
	if (list->n > f->count)
		w->bad = true;
	cbor_put_array(w, list->n);
	for (size_t i = 0; i < list->n && !w->bad; i++) {
		if (!is_message_size(f, list->v[i].n))
			w->bad = true;
		cbor_put_bytes(w, list->v[i]);
	}
}

static void (*const writers[])(struct wr *, const struct field *, const void *) = {
	[FIELD_UINT] = write_uint,
	[FIELD_BYTES] = write_bytes,
	[FIELD_FIXED] = write_bytes,
	[FIELD_TEXT] = write_text,
	[FIELD_LIST] = write_list,
	[FIELD_FIXEDS] = write_list,
	[FIELD_IDS] = write_bytes,
	[FIELD_WORDS] = write_text,
};

void message_write(const struct message *m, const void *from, struct wr *w)
{
	size_t n = 0;
	for (size_t i = 0; i < m->count; i++) {
		const struct field *f = &m->fields[i];
		n += f->presence == FIELD_REQ || is_present(f, field_in(from, f));
	}
	cbor_put_map(w, n);
	for (size_t i = 0; i < m->count; i++) {
		const struct field *f = &m->fields[i];
		const void *value = field_in(from, f);
		if (f->presence == FIELD_OPT && !is_present(f, value))
			continue;
		cbor_put_uint(w, f->key);
		writers[f->type](w, f, value);
	}
}

fault message_build(const struct message *m, const void *from, size_t room, struct arena *arena,
		    struct bytes *ret)
{
	uint8_t *p = arena_alloc(arena, room);
	NEED(p, SYS_MEMORY);
	struct wr w = wr_of(p, room);
	message_write(m, from, &w);
	NEED(!w.bad, BUG);
	*ret = wr_done(&w);
	return NULL;
}
