#include "flow/attempts.h"

#include <stdlib.h>
#include <string.h>

#include "proc/entropy.h"

#define ATTEMPTS_SLOTS 8192 /* a power of two */
#define ATTEMPTS_WAYS 8     /* places a key may stand in */
#define ATTEMPTS_KEY 16     /* octets of a key that count */

struct slot {
	uint8_t key[ATTEMPTS_KEY];
	int64_t since;
	uint32_t count; /* 0: free */
};

struct attempts {
	uint64_t salt;
	struct slot failed[ATTEMPTS_SLOTS];
	struct slot burnt[ATTEMPTS_SLOTS];
	int64_t second;
	unsigned records;
};

struct attempts *attempts_new(void)
{
	struct attempts *a = calloc(1, sizeof(*a));
	if (!a || entropy_fill(&a->salt, sizeof(a->salt)))
		abort();
	return a;
}

void attempts_free(struct attempts *a)
{
	free(a);
}

struct place {
	uint8_t key[ATTEMPTS_KEY];
	size_t first;
};

/*
 * Folds a key of any length; keys are hashes, random ids or addresses, so folding them together is fair
 * enough.
 */
static struct place place_of(const struct attempts *a, struct bytes key)
{
	struct place p = { 0 };
	uint64_t h = 0xCBF29CE484222325 ^ a->salt;
	for (size_t i = 0; i < key.n; i++) {
		h = (h ^ key.p[i]) * 0x100000001B3;
		p.key[i % ATTEMPTS_KEY] = (uint8_t)(p.key[i % ATTEMPTS_KEY] * 31 + key.p[i]);
	}
	p.first = (size_t)(h % ATTEMPTS_SLOTS) & ~(size_t)(ATTEMPTS_WAYS - 1);
	return p;
}

static const struct slot *find(const struct slot *slots, const struct place *p)
{
	for (size_t i = p->first; i < p->first + ATTEMPTS_WAYS; i++)
		if (slots[i].count && is_bytes_equal(BYTES_OF(slots[i].key), BYTES_OF(p->key)))
			return &slots[i];
	return NULL;
}

static void count(struct slot *slots, const struct place *p, int64_t now)
{
	struct slot *oldest = &slots[p->first];
	for (size_t i = p->first; i < p->first + ATTEMPTS_WAYS; i++) {
		struct slot *s = &slots[i];
		if (s->count && is_bytes_equal(BYTES_OF(s->key), BYTES_OF(p->key))) {
			bool is_new = now - s->since >= ATTEMPTS_WINDOW_S || now < s->since;
			s->since = is_new ? now : s->since;
			s->count = is_new ? 1 : s->count + 1;
			return;
		}
		if (s->count == 0 || (oldest->count && s->since < oldest->since))
			oldest = s;
	}
	*oldest = (struct slot){ .since = now, .count = 1 };
	memcpy(oldest->key, p->key, sizeof(p->key));
}

static fault check_key(const struct attempts *a, struct bytes key, unsigned limit, int64_t now,
		       uint32_t *ret_retry_s)
{
	struct place p = place_of(a, key);
	const struct slot *s = find(a->failed, &p);
	if (!s || s->count < limit || now - s->since >= ATTEMPTS_WINDOW_S || now < s->since)
		return NULL;
	*ret_retry_s = (uint32_t)(ATTEMPTS_WINDOW_S - (now - s->since));
	return FAIL(ACT_LOCKED);
}

fault attempts_check(const struct attempts *a, const struct attempts_who *who, int64_t now,
		     uint32_t *ret_retry_s)
{
	if (who->ek_hash.p)
		TRY(check_key(a, who->ek_hash, ATTEMPTS_PER_EK, now, ret_retry_s));
	return check_key(a, who->peer, ATTEMPTS_PER_PEER, now, ret_retry_s);
}

static void put_key(struct attempts *a, struct slot *slots, struct bytes key, int64_t now)
{
	struct place p = place_of(a, key);
	count(slots, &p, now);
}

void attempts_put(struct attempts *a, const struct attempts_who *who, int64_t now)
{
	if (who->ek_hash.p)
		put_key(a, a->failed, who->ek_hash, now);
	put_key(a, a->failed, who->peer, now);
}

void attempts_put_burnt(struct attempts *a, struct bytes ticket_id, int64_t now)
{
	put_key(a, a->burnt, ticket_id, now);
}

bool is_attempts_burnt(const struct attempts *a, struct bytes ticket_id)
{
	struct place p = place_of(a, ticket_id);
	return find(a->burnt, &p) != NULL;
}

bool has_attempts_room(struct attempts *a, int64_t now)
{
	if (a->second != now) {
		a->second = now;
		a->records = 0;
	}
	return a->records++ < ATTEMPTS_RECORDS_PER_S;
}
