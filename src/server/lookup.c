#include "server/lookup.h"

#include "proc/clock.h"
#include "proc/log.h"
#include "server/role_desk.h"

#define PATIENCE_MS 30000

/*
 * The desk that has least to do; of several the first, which knows totals by heart (flow/totals.h). NULL:
 * none is there.
 */
static struct link *find_desk(const struct core *c)
{
	struct link *found = NULL;
	size_t least = SIZE_MAX;
	for (unsigned i = 0; i < ROLE_DESKS; i++) {
		struct link *desk = child_find(c->child, (struct role_id){ ROLE_DESK, i });
		size_t owed = desk ? pending_count_link(c->lookups, desk) : SIZE_MAX;
		if (owed < least) {
			found = desk;
			least = owed;
		}
	}
	return found;
}

fault lookup_ask(struct core *c, const struct job *j)
{
	struct pending_item item = { .to = find_desk(c), .from = j->link,
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
