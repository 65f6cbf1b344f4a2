#include "wire/selection.h"

#include <string.h>

#include "base/base64.h"
#include "base/mark.h"
#include "base/text.h"

#define EDITION 1
#define TOKEN_MAX 1536 /* octets of a token */

size_t selection_arity(uint8_t op)
{
	if (op == SELECTION_AND || op == SELECTION_OR)
		return 2;
	return op == SELECTION_NOT ? 1 : 0;
}

/* --- values --------------------------------------------------------------------------------------------- */

static void write_value(const struct selection_value *v, struct wr *w)
{
	wr_u8(w, v->kind);
	if (v->kind == SELECTION_NUMBER)
		wr_be64(w, (uint64_t)v->number);
	if (v->kind == SELECTION_TEXT || v->kind == SELECTION_BYTES)
		wr_tpm2b(w, v->view);
}

static void read_value(struct rd *r, struct selection_value *ret)
{
	*ret = (struct selection_value){ .kind = rd_u8(r) };
	rd_need(r, ret->kind > 0 && ret->kind < SELECTION_KIND_COUNT);
	if (ret->kind == SELECTION_NUMBER)
		ret->number = (int64_t)rd_be64(r);
	if (ret->kind == SELECTION_TEXT || ret->kind == SELECTION_BYTES)
		ret->view = rd_tpm2b(r, SELECTION_TEXT_MAX);
	rd_need(r, ret->kind != SELECTION_TEXT || is_text_printable(ret->view));
}

static void write_values(const struct selection_value *v, size_t n, struct wr *w)
{
	wr_u8(w, (uint8_t)n);
	for (size_t i = 0; i < n; i++)
		write_value(&v[i], w);
}

static size_t read_values(struct rd *r, struct selection_value *ret)
{
	size_t n = rd_u8(r);
	rd_need(r, n <= SELECTION_AFTER_MAX);
	for (size_t i = 0; i < n && !r->bad; i++)
		read_value(r, &ret[i]);
	return n;
}

/* --- what is asked -------------------------------------------------------------------------------------- */

/* All but how much of it is wanted now. */
static void write_question(const struct selection *s, struct wr *w)
{
	wr_u8(w, EDITION);
	wr_u8(w, s->view);
	wr_u8(w, (uint8_t)s->nodes_n);
	for (size_t i = 0; i < s->nodes_n; i++) {
		wr_u8(w, s->nodes[i].op);
		if (selection_arity(s->nodes[i].op))
			continue;
		wr_u8(w, s->nodes[i].column);
		write_value(&s->nodes[i].value, w);
	}
	wr_u8(w, (uint8_t)s->sorts_n);
	for (size_t i = 0; i < s->sorts_n; i++) {
		wr_u8(w, s->sorts[i].column);
		wr_u8(w, s->sorts[i].is_descending);
	}
	wr_tpm2b(w, s->search);
}

void selection_write(const struct selection *s, struct wr *w)
{
	write_question(s, w);
	write_values(s->after, s->after_n, w);
	wr_be16(w, (uint16_t)s->top);
	wr_u8(w, s->is_counted);
	wr_be64(w, s->members);
}

/* Every operator is followed by what it combines, and nothing is left over. */
static void read_nodes(struct rd *r, struct selection *s)
{
	s->nodes_n = rd_u8(r);
	rd_need(r, s->nodes_n <= SELECTION_NODES_MAX);
	size_t wanted = s->nodes_n > 0;
	for (size_t i = 0; i < s->nodes_n && !r->bad; i++) {
		struct selection_node *n = &s->nodes[i];
		*n = (struct selection_node){ .op = rd_u8(r) };
		rd_need(r, wanted > 0 && n->op > 0 && n->op < SELECTION_OP_COUNT);
		wanted += selection_arity(n->op) - 1;
		if (selection_arity(n->op))
			continue;
		n->column = rd_u8(r);
		read_value(r, &n->value);
	}
	rd_need(r, wanted == 0);
}

static bool read_truth(struct rd *r)
{
	uint8_t v = rd_u8(r);
	rd_need(r, v <= 1);
	return v == 1;
}

static void read_sorts(struct rd *r, struct selection *s)
{
	s->sorts_n = rd_u8(r);
	rd_need(r, s->sorts_n <= SELECTION_SORTS_MAX);
	for (size_t i = 0; i < s->sorts_n && !r->bad; i++) {
		s->sorts[i].column = rd_u8(r);
		s->sorts[i].is_descending = read_truth(r);
	}
}

fault selection_parse(struct bytes in, struct selection *ret)
{
	struct rd r = rd_of(in);
	struct selection s = { 0 };
	uint8_t edition = rd_u8(&r);
	rd_need(&r, edition == EDITION);
	s.view = rd_u8(&r);
	read_nodes(&r, &s);
	read_sorts(&r, &s);
	s.search = bytes_unless_empty(rd_tpm2b(&r, SELECTION_TEXT_MAX));
	rd_need(&r, is_text_printable(s.search));
	s.after_n = read_values(&r, s.after);
	s.top = rd_be16(&r);
	rd_need(&r, s.top > 0 && s.top <= SELECTION_TOP_MAX);
	s.is_counted = read_truth(&r);
	s.members = rd_be64(&r);
	NEED(is_rd_done(&r), PARSE_FIELD);
	*ret = s;
	return NULL;
}

/* --- tokens --------------------------------------------------------------------------------------------- */

/* What was asked, against mistakes and not against anybody. */
static fault mark_question(const struct selection *s, struct arena *a, uint64_t *ret)
{
	struct wr w = wr_of(arena_alloc(a, SELECTION_SIZE_MAX), SELECTION_SIZE_MAX);
	NEED(w.p != NULL, SYS_MEMORY);
	write_question(s, &w);
	*ret = mark_of(MARK_NONE, wr_done(&w));
	return NULL;
}

fault selection_write_token(const struct selection *s, const struct selection_value *after, size_t n,
			    struct arena *a, const char **ret)
{
	uint64_t mark;
	uint8_t octets[TOKEN_MAX];
	struct wr w = wr_of(octets, sizeof(octets));
	size_t room = 2 * TOKEN_MAX;
	TRY(mark_question(s, a, &mark));
	wr_be64(&w, mark);
	write_values(after, n, &w);
	struct wr out = wr_of(arena_alloc(a, room), room);
	NEED(out.p != NULL && !w.bad, SYS_MEMORY);
	base64_write_bare(wr_done(&w), &out);
	*ret = arena_text(a, wr_done(&out));
	NEED(*ret != NULL, SYS_MEMORY);
	return NULL;
}

fault selection_read_token(struct bytes token, struct arena *a, struct selection *s)
{
	uint64_t mark;
	struct selection_value after[SELECTION_AFTER_MAX];
	struct wr w = wr_of(arena_alloc(a, TOKEN_MAX), TOKEN_MAX);
	NEED(w.p != NULL, SYS_MEMORY);
	NEED(base64_parse_url(token, &w), QUERY_TOKEN);
	TRY(mark_question(s, a, &mark));
	struct rd r = rd_of(wr_done(&w));
	uint64_t said = rd_be64(&r);
	size_t n = read_values(&r, after);
	rd_need(&r, said == mark && n > 0);
	NEED(is_rd_done(&r), QUERY_TOKEN);
	memcpy(s->after, after, sizeof(after));
	s->after_n = n;
	return NULL;
}
