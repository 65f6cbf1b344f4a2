#include "server/lookup.h"

#include "proc/clock.h"
#include "proc/log.h"

#define PATIENCE_MS 30000

static const struct role_id desk_id = { ROLE_DESK, 0 };

fault lookup_ask(struct core *c, const struct job *j)
{
	struct pending_item item = { .to = child_find(c->child, desk_id), .from = j->link,
				     .from_id = j->frame.id, .since_ms = clock_monotonic_ms() };
	NEED(item.to && bytes_copy(j->request_id, item.request_id, sizeof(item.request_id)), SYS_BUSY);
	return pending_send(c->lookups, &item, FRAME_CALL, j->answer.reading);
}

static void put_off(struct core *c, const struct pending_item *item)
{
	struct job j = { .link = item->from, .frame = { .id = item->from_id },
			 .request_id = BYTES_OF(item->request_id), .answer = { .why = FAIL(SYS_BUSY) } };
	core_send(c, &j);
}

void lookup_take(struct core *c, struct link *link, const struct frame *f)
{
	struct response r;
	struct pending_item item;
	if (frame_get(f, &r) || !pending_take(c->lookups, f->id, link, &item) || !item.from)
		return;
	if (link_send(item.from, FRAME_RESPONSE, item.from_id, &r))
		LOG(WARNING, "answer.dropped", log_hex("request", BYTES_OF(item.request_id)));
}

void lookup_forget(struct core *c, struct link *link)
{
	struct pending_item item;
	pending_forget(c->lookups, link);
	while (pending_take_link(c->lookups, link, &item))
		put_off(c, &item);
}

void lookup_tick(struct core *c)
{
	struct pending_item item;
	while (pending_take_old(c->lookups, clock_monotonic_ms() - PATIENCE_MS, &item))
		put_off(c, &item);
}
