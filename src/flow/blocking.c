#include "flow/blocking.h"

#include <stdlib.h>
#include <string.h>

#include "base/rd.h"
#include "store/store_birth.h"
#include "store/store_meta.h"

#define PAGE 100
#define ARENA_SIZE (8 << 20) /* of a full list; pages that are not touched cost nothing */
#define VERSION_NAME BYTES_TEXT("blocklist.version")
#define VERSION_SIZE 8

struct blocking {
	struct arena arena;
	struct blocklist list;
};

/* --- loading -------------------------------------------------------------------------------------------- */

/* Records have empty texts where messages have absent ones, since a column is either always there or not. */
static struct bytes empty_if_absent(struct bytes b)
{
	return b.p ? b : BYTES_TEXT("");
}

static struct blocklist_new text_of(const struct store_blocklist *r)
{
	return (struct blocklist_new){
		.id = r->id,
		.maker = bytes_unless_empty(r->maker),
		.model = bytes_unless_empty(r->model),
		.basis = r->basis,
		.first = bytes_unless_empty(r->first),
		.last = r->last,
		.fixed = bytes_unless_empty(r->fixed),
		.effect = r->effect,
		.keys = r->keys,
		.name = r->name,
		.page = r->page,
		.source = r->source,
	};
}

static fault load(struct flow *f, struct blocking *b)
{
	struct store_page page = { .limit = PAGE };
	struct store_blocklist_list list = { .n = PAGE };
	uint64_t count;
	size_t n = 0;
	TRY(store_blocklist_count(f->store, &count));
	NEED(count <= BLOCKLIST_ROWS_MAX, BODY_LIMIT);
	struct blocklist_new *rows = arena_alloc(&b->arena, (count + 1) * sizeof(*rows));
	NEED(rows != NULL, SYS_MEMORY);
	while (list.n == PAGE) {
		TRY(store_blocklist_list(f->store, page, &b->arena, &list));
		for (size_t i = 0; i < list.n && n < count; i++)
			rows[n++] = text_of(&list.v[i]);
		page.after = list.n ? list.v[list.n - 1].id : page.after;
	}
	return blocklist_build(rows, n, &b->arena, &b->list);
}

fault blocking_build(struct flow *f)
{
	struct blocking *b = calloc(1, sizeof(*b));
	NEED(b != NULL, SYS_MEMORY);
	arena_init(&b->arena, ARENA_SIZE);
	fault why = load(f, b);
	if (why) {
		blocking_free(b);
		return why;
	}
	blocking_free(f->blocking);
	f->blocking = b;
	return NULL;
}

void blocking_free(struct blocking *b)
{
	if (!b)
		return;
	arena_done(&b->arena);
	free(b);
}

struct bytes blocking_digest(const struct flow *f)
{
	return f->blocking ? BYTES_OF(f->blocking->list.digest) : (struct bytes){ 0 };
}

const struct blocklist *blocking_find(const struct flow *f)
{
	return f->blocking ? &f->blocking->list : NULL;
}

/* --- judging -------------------------------------------------------------------------------------------- */

/* A key that was never seen is of the firmware that proves it now. */
static fault find_birth(struct flow *f, struct bytes key, uint64_t now, uint64_t *ret)
{
	struct arena a;
	struct store_birth *row = NULL;
	arena_init(&a, 1024);
	fault why = key.p ? store_birth_find(f->store, key, &a, &row) : NULL;
	*ret = row ? row->firmware : now;
	arena_done(&a);
	return why;
}

fault blocking_find_births(struct flow *f, const struct blocking_case *c, struct blocking_births *ret)
{
	struct blocking_births b;
	TRY(find_birth(f, c->facts->ak_name, c->facts->firmware, &b.ak));
	TRY(find_birth(f, c->key_hash, c->facts->firmware, &b.device));
	*ret = b;
	return NULL;
}

void blocking_judge(const struct flow *f, const struct blocking_case *c, const struct blocking_births *births,
		    struct blocklist_finding *ret)
{
	const struct answer_facts *facts = c->facts;
	const struct blocklist_tpm t = {
		.maker = facts->maker,
		.model = facts->tpm_model,
		.version = facts->tpm_version,
		.has_firmware = c->is_firmware_signed,
		.firmware = facts->firmware,
		.errata = facts->tpm_errata,
		.ak = { blocklist_kind_of(facts->ak), births->ak },
		.device = { blocklist_kind_of(facts->key), births->device },
	};
	*ret = (struct blocklist_finding){ 0 };
	if (f->blocking)
		blocklist_judge(&f->blocking->list, &t, ret);
}

fault blocking_put_births(struct flow *f, const struct blocking_case *c)
{
	const struct bytes keys[] = { c->facts->ak_name, c->key_hash };
	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		const struct store_birth row = { keys[i], c->facts->firmware, f->now };
		if (keys[i].p && c->is_firmware_signed)
			TRY(store_birth_put(f->store, &row));
	}
	return NULL;
}

/* --- changing ------------------------------------------------------------------------------------------- */

fault blocking_get_version(struct flow *f, uint64_t *ret)
{
	struct arena a;
	struct store_meta *row = NULL;
	arena_init(&a, 1024);
	fault why = store_meta_find(f->store, VERSION_NAME, &a, &row);
	struct rd r = rd_of(row ? row->value : (struct bytes){ 0 });
	*ret = row ? rd_be64(&r) : 0;
	arena_done(&a);
	return why;
}

static fault put_version(struct flow *f, uint64_t version)
{
	uint8_t octets[VERSION_SIZE];
	struct wr w = wr_of(octets, sizeof(octets));
	wr_be64(&w, version);
	return store_meta_put(f->store, &(struct store_meta){ VERSION_NAME, wr_done(&w) });
}

fault blocking_put(struct flow *f, const struct inventory_actor *by, const struct blocklist_new *in,
		   struct arena *a, struct store_blocklist **ret)
{
	struct blocklist_row ignored;
	const char *detail;
	uint64_t count, version;
	TRY(blocklist_parse_row(in, &ignored, &detail));
	TRY(store_blocklist_count(f->store, &count));
	NEED(count < BLOCKLIST_ROWS_MAX, BODY_LIMIT);
	TRY(blocking_get_version(f, &version));
	struct store_blocklist *row = arena_alloc(a, sizeof(*row));
	NEED(row != NULL, SYS_MEMORY);
	*row = (struct store_blocklist){
		.id = in->id,
		.maker = empty_if_absent(in->maker),
		.model = empty_if_absent(in->model),
		.basis = in->basis,
		.first = empty_if_absent(in->first),
		.last = in->last,
		.fixed = empty_if_absent(in->fixed),
		.effect = in->effect,
		.keys = in->keys,
		.name = in->name,
		.page = in->page,
		.source = in->source,
		.version = version + 1,
		.created = f->now,
	};
	TRY(store_blocklist_put(f->store, row));
	TRY(put_version(f, version + 1));
	*ret = row;
	return flow_audit(f, by->name, "blocklist.put", in->id, by->request_id);
}

fault blocking_get(struct flow *f, struct bytes id, struct arena *a, struct store_blocklist **ret)
{
	return store_blocklist_get(f->store, id, a, ret);
}

fault blocking_delete(struct flow *f, const struct inventory_actor *by, struct bytes id)
{
	uint64_t version;
	TRY(store_blocklist_delete(f->store, id));
	TRY(blocking_get_version(f, &version));
	TRY(put_version(f, version + 1));
	return flow_audit(f, by->name, "blocklist.remove", id, by->request_id);
}

fault blocking_list(struct flow *f, struct store_page page, struct arena *a, struct store_blocklist_list *ret)
{
	return store_blocklist_list(f->store, page, a, ret);
}

fault blocking_read_row(const struct blocklist_new *in, const char **ret_detail)
{
	struct blocklist_row ignored;
	return blocklist_parse_row(in, &ignored, ret_detail);
}
