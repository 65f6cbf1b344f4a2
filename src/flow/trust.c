#include "flow/trust.h"

#include "base/rd.h"
#include "wire/der.h"

#define READ_MAX 16384

/* In verify. */

static void read_one(struct bytes certificate, struct wr *w)
{
	struct anchors_label label = { 0 };
	bool is_invalid = anchors_parse(certificate, &label) != NULL;
	const struct anchor_read read = {
		.size = certificate.n,
		.subject = label.subject[0] ? bytes_text(label.subject) : (struct bytes){ 0 },
		.not_after = label.not_after > 0 ? (uint64_t)label.not_after : 0,
		.is_self_issued = label.is_self_issued,
		.is_invalid = is_invalid,
	};
	size_t place = wr_open16(w);
	message_write(&anchor_read_message, &read, w);
	wr_close16(w, place);
}

fault trust_parse(struct anchors_new *in, struct arena *a)
{
	NEED(!in->read.p && in->certificates.n, PARSE_FIELD);
	uint8_t *memory = arena_alloc(a, READ_MAX);
	NEED(memory != NULL, SYS_MEMORY);
	struct wr w = wr_of(memory, READ_MAX);
	struct rd r = rd_of(in->certificates);
	for (size_t n = 0; !r.bad && rd_left(&r); n++) {
		struct der certificate = der_any(&r);
		NEED(!r.bad, ANCHOR_INVALID);
		NEED(n < BODY_ANCHORS_MAX, PARSE_FIELD);
		read_one(certificate.whole, &w);
	}
	NEED(!w.bad, PARSE_FIELD);
	in->read = wr_done(&w);
	return NULL;
}

/* In core. */

/* A page while it is put. */
struct putting {
	struct flow *f;
	const struct inventory_actor *by;
	const struct anchors_new *in;
	struct arena *a;
	enum anchors_class class;
	bool is_trial; /* nothing is stored */
	uint64_t stored;
	struct trust_page *page;
};

static fault role_of(const struct anchors_new *in, const struct anchor_read *read, enum anchors_role *ret)
{
	*ret = read->is_self_issued ? ANCHORS_ROOT : ANCHORS_INTERMEDIATE;
	NEED(!in->role.p || anchors_role_parse(in->role, ret), PARSE_FIELD);
	return NULL;
}

static fault put_new(struct putting *p, struct store_anchor *row, struct trust_result *result)
{
	struct trust_page *page = p->page;
	result->row = row;
	p->stored++;
	if (p->is_trial)
		return NULL;
	TRY(store_anchor_put(p->f->store, row));
	page->changes[page->changes_n++] =
		(struct roll_change){ .fingerprint = row->fingerprint, .put = row };
	return flow_audit(p->f, p->by->name, "anchor.add", row->fingerprint, p->by->request_id);
}

/* A denial takes the place of whatever the certificate was; only its removal ends it. */
static fault replace_row(struct putting *p, struct store_anchor *row, struct store_anchor *known,
			 struct trust_result *result)
{
	if (row->role != ANCHORS_DENIED || known->role == ANCHORS_DENIED) {
		result->row = known;
		result->why = FAIL(CONFLICT);
		result->is_other = row->role != known->role || row->class != known->class ||
				   !is_bytes_equal(row->maker, known->maker);
		return NULL;
	}
	if (!p->is_trial)
		TRY(store_anchor_delete(p->f->store, row->fingerprint));
	p->stored--;
	return put_new(p, row, result);
}

/* One that comes twice would be there the second time. */
static struct store_anchor *find_earlier(const struct putting *p, struct bytes fingerprint)
{
	for (size_t i = 0; i + 1 < p->page->n; i++)
		if (p->page->v[i].row && is_bytes_equal(p->page->v[i].fingerprint, fingerprint))
			return p->page->v[i].row;
	return NULL;
}

static fault put_row(struct putting *p, struct store_anchor *row, struct trust_result *result)
{
	struct store_anchor *known = p->is_trial ? find_earlier(p, row->fingerprint) : NULL;
	fault why = known ? NULL : store_anchor_get(p->f->store, row->fingerprint, p->a, &known);
	if (why == FAIL(NOT_FOUND))
		return put_new(p, row, result);
	return why ? why : replace_row(p, row, known, result);
}

static fault put_one(struct putting *p, const struct anchor_read *read, struct bytes certificate)
{
	struct trust_result *result = &p->page->v[p->page->n++];
	struct store_anchor *row = arena_alloc(p->a, sizeof(*row));
	enum anchors_role role;
	NEED(row != NULL, SYS_MEMORY);
	TRY(role_of(p->in, read, &role));
	*row = (struct store_anchor){
		.certificate = certificate,
		.maker = p->in->maker,
		.role = role,
		.class = p->class,
		.subject = read->subject.p ? read->subject : BYTES_TEXT("(no name)"),
		.source = p->in->source.p ? p->in->source : BYTES_TEXT("admin"),
		.not_after = (int64_t)read->not_after,
		.created = p->f->now,
	};
	TRY(flow_hash(certificate, p->a, &row->fingerprint));
	result->fingerprint = row->fingerprint;
	if (read->is_invalid)
		result->why = FAIL(ANCHOR_INVALID);
	else if (p->stored >= ANCHORS_MAX)
		result->why = FAIL(ANCHOR_LIMIT);
	return result->why ? NULL : put_row(p, row, result);
}

static fault put_all(struct putting *p)
{
	struct rd read = rd_of(p->in->read), certificates = rd_of(p->in->certificates);
	while (rd_left(&read)) {
		struct anchor_read one;
		NEED(p->page->n < BODY_ANCHORS_MAX, SYS_FRAME);
		struct bytes message = rd_tpm2b(&read, UINT16_MAX);
		NEED(!read.bad && !message_parse(&anchor_read_message, message, &one), SYS_FRAME);
		struct bytes certificate = rd_bytes(&certificates, one.size);
		NEED(!certificates.bad, SYS_FRAME);
		TRY(put_one(p, &one, certificate));
	}
	NEED(is_rd_done(&certificates), SYS_FRAME);
	return NULL;
}

static fault put_page(struct putting *p, struct trust_page **ret)
{
	p->page = arena_alloc(p->a, sizeof(*p->page));
	NEED(p->page != NULL, SYS_MEMORY);
	NEED(anchors_class_parse(p->in->class, &p->class), PARSE_FIELD);
	TRY(store_anchor_count(p->f->store, &p->stored));
	TRY(put_all(p));
	*ret = p->page;
	return NULL;
}

fault trust_put(struct flow *f, const struct inventory_actor *by, const struct anchors_new *in,
		struct arena *a, struct trust_page **ret)
{
	struct putting p = { .f = f, .by = by, .in = in, .a = a };
	return put_page(&p, ret);
}

fault trust_list_changes(struct flow *f, const struct anchors_new *in, struct arena *a,
			 struct trust_page **ret)
{
	struct putting p = { .f = f, .in = in, .a = a, .is_trial = true };
	return put_page(&p, ret);
}

fault trust_delete(struct flow *f, const struct inventory_actor *by, struct bytes fingerprint,
		   struct arena *a, struct flow_answer *ret_answer)
{
	TRY(store_anchor_delete(f->store, fingerprint));
	TRY(roll_answer(&(struct roll_change){ .fingerprint = fingerprint }, a, ret_answer));
	return flow_audit(f, by->name, "anchor.remove", fingerprint, by->request_id);
}

fault trust_get(struct flow *f, struct bytes fingerprint, struct arena *a, struct store_anchor **ret)
{
	return store_anchor_get(f->store, fingerprint, a, ret);
}

fault trust_list(struct flow *f, struct store_page page, struct arena *a, struct store_anchor_list *ret)
{
	return store_anchor_list(f->store, page, a, ret);
}
