#include "server/subscription.h"

#include <stdlib.h>
#include <string.h>

#include "base/heap.h"
#include "proc/log.h"

#define FIRST_ROOM 16

struct fingerprint {
	uint8_t octets[ANCHORS_HASH_SIZE];
};

struct subscription {
	struct anchors *anchors; /* in force, or NULL */
	uint8_t digest[ANCHORS_HASH_SIZE];
	bool has_begun;
	bool is_difference;   /* of what is in force; otherwise in place of it */
	struct anchors *more; /* said since the change began */
	size_t gone_n, gone_room;
	struct fingerprint *gone;
};

struct subscription *subscription_new(void)
{
	return heap_need(calloc(1, sizeof(struct subscription)));
}

void subscription_free(struct subscription *s)
{
	subscription_rollback(s);
	anchors_free(s->anchors);
	free(s->gone);
	free(s);
}

const struct anchors *subscription_anchors(const struct subscription *s)
{
	return s->anchors;
}

struct bytes subscription_digest(const struct subscription *s)
{
	return BYTES_OF(s->digest);
}

void subscription_rollback(struct subscription *s)
{
	anchors_free(s->more);
	s->more = NULL;
	s->gone_n = 0;
	s->has_begun = false;
}

fault subscription_begin(struct subscription *s, const struct change *change)
{
	bool is_ours = s->anchors && is_bytes_equal(change->base, BYTES_OF(s->digest));
	NEED(!change->base.p || is_ours, SYS_FRAME);
	subscription_rollback(s);
	s->more = anchors_new();
	s->has_begun = true;
	s->is_difference = change->base.p != NULL;
	return NULL;
}

void subscription_put(struct subscription *s, const struct anchor *anchor)
{
	const struct anchors_record record = { .role = (enum anchors_role)anchor->role,
					       .class = (enum anchors_class)anchor->class,
					       .maker = anchor->maker };
	fault why = FAIL(SYS_FRAME);
	if (s->has_begun)
		why = anchors_put_stored(s->more, anchor->certificate, &record);
	/* The digest will be another then, which says the rest. */
	if (why)
		LOG(ERROR, "anchor.unusable", log_fault(why));
}

void subscription_put_eklist(struct subscription *s, const struct eklist *list)
{
	fault why = FAIL(SYS_FRAME);
	if (s->has_begun)
		why = eklists_put(anchors_eklists(s->more), list);
	if (why)
		LOG(ERROR, "eklist.unusable", log_fault(why));
}

void subscription_put_idps(struct subscription *s, struct bytes message)
{
	fault why = FAIL(SYS_FRAME);
	if (s->has_begun)
		why = idplist_put(anchors_idps(s->more), message);
	if (why)
		LOG(ERROR, "idp.unusable", log_fault(why));
}

void subscription_delete(struct subscription *s, const struct anchor_gone *gone)
{
	if (!s->has_begun)
		return;
	anchors_delete(s->more, gone->fingerprint);
	if (s->gone_n == s->gone_room) {
		s->gone_room = s->gone_room ? 2 * s->gone_room : FIRST_ROOM;
		s->gone = heap_need(reallocarray(s->gone, s->gone_room, sizeof(*s->gone)));
	}
	if (bytes_copy(gone->fingerprint, s->gone[s->gone_n].octets, ANCHORS_HASH_SIZE))
		s->gone_n++;
}

static void apply(struct subscription *s)
{
	for (size_t i = 0; s->is_difference && i < s->gone_n; i++)
		anchors_delete(s->anchors, BYTES_OF(s->gone[i].octets));
	if (s->is_difference) {
		anchors_merge(s->anchors, s->more);
	} else {
		anchors_free(s->anchors);
		s->anchors = s->more;
	}
	s->more = NULL;
	subscription_rollback(s);
	anchors_digest(s->anchors, s->digest);
}

fault subscription_commit(struct subscription *s, const struct snapshot *announced)
{
	NEED(s->has_begun, SYS_FRAME);
	apply(s);
	NEED(announced->count == anchors_count(s->anchors), SYS_FRAME);
	NEED(is_bytes_equal(announced->digest, BYTES_OF(s->digest)), SYS_FRAME);
	return NULL;
}
