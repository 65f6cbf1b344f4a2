#include "server/pending.h"

#include <stdlib.h>

#include "base/heap.h"

struct pending {
	size_t slots, used, next;
	uint64_t generation;
	struct pending_item items[];
};

struct pending *pending_new(size_t slots)
{
	struct pending *p = heap_need(calloc(1, sizeof(*p) + slots * sizeof(p->items[0])));
	p->slots = slots;
	return p;
}

void pending_free(struct pending *p)
{
	free(p);
}

fault pending_put(struct pending *p, const struct pending_item *item, uint64_t *ret_id)
{
	NEED(p->used < p->slots, SYS_BUSY);
	while (p->items[p->next].id)
		p->next = (p->next + 1) % p->slots;
	struct pending_item *slot = &p->items[p->next];
	*slot = *item;
	slot->id = ++p->generation * p->slots + p->next;
	p->used++;
	p->next = (p->next + 1) % p->slots;
	*ret_id = slot->id;
	return NULL;
}

static void take(struct pending *p, struct pending_item *slot, struct pending_item *ret)
{
	*ret = *slot;
	*slot = (struct pending_item){ 0 };
	p->used--;
}

fault pending_send(struct pending *p, const struct pending_item *item, enum frame_type type,
		   const void *message)
{
	uint64_t id;
	struct pending_item sent = *item, unsent;
	sent.type = type;
	TRY(pending_put(p, &sent, &id));
	fault why = link_send(item->to, type, id, message);
	if (why)
		take(p, &p->items[id % p->slots], &unsent);
	return why;
}

bool pending_take(struct pending *p, uint64_t id, const struct link *to, struct pending_item *ret)
{
	struct pending_item *slot = &p->items[id % p->slots];
	if (id == 0 || slot->id != id || slot->to != to)
		return false;
	take(p, slot, ret);
	return true;
}

bool pending_take_link(struct pending *p, const struct link *to, struct pending_item *ret)
{
	for (size_t i = 0; i < p->slots; i++) {
		if (!p->items[i].id || p->items[i].to != to)
			continue;
		take(p, &p->items[i], ret);
		return true;
	}
	return false;
}

bool pending_take_old(struct pending *p, int64_t before_ms, struct pending_item *ret)
{
	for (size_t i = 0; p->used && i < p->slots; i++) {
		if (!p->items[i].id || p->items[i].since_ms >= before_ms)
			continue;
		take(p, &p->items[i], ret);
		return true;
	}
	return false;
}

void pending_forget(struct pending *p, const struct link *from)
{
	for (size_t i = 0; i < p->slots; i++)
		if (p->items[i].id && p->items[i].from == from)
			p->items[i].from = NULL;
}

size_t pending_count(const struct pending *p)
{
	return p->used;
}

size_t pending_count_link(const struct pending *p, const struct link *to)
{
	size_t n = 0;
	for (size_t i = 0; p->used && i < p->slots; i++)
		n += p->items[i].id && p->items[i].to == to;
	return n;
}
