#include "flow/attempts.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/mark.h"
#include "proc/entropy.h"

/* How often a key may fail in how long, and what it is told then. */
struct bound {
	uint64_t limit;
	int64_t window_s;
	fault why;
};

#define ATTEMPTS_SLOTS 8192 /* a power of two */
#define ATTEMPTS_WAYS 8     /* places a key may stand in */
#define ATTEMPTS_KEY 16     /* octets of a key that count */
#define ATTEMPTS_NETWORK 8  /* octets of an IPv6 address that are its network's */

static const struct bound per_ek = { ATTEMPTS_PER_EK, ATTEMPTS_WINDOW_S, FAIL(ACT_LOCKED) },
			  per_peer = { ATTEMPTS_PER_PEER, ATTEMPTS_WINDOW_S, FAIL(ACT_LOCKED) },
			  per_name = { ATTEMPTS_PER_NAME, ATTEMPTS_SIGN_IN_WINDOW_S, FAIL(SIGN_IN_LOCKED) },
			  per_sign_in_peer = { ATTEMPTS_SIGN_IN_PER_PEER, ATTEMPTS_SIGN_IN_WINDOW_S,
					       FAIL(SIGN_IN_LOCKED) };

struct slot {
	uint8_t key[ATTEMPTS_KEY];
	int64_t since;
	uint32_t count; /* of failures, or units of calls; 0: free */
};

struct attempts {
	uint64_t salt;
	struct slot failed[ATTEMPTS_SLOTS];
	struct slot burnt[ATTEMPTS_SLOTS];
	struct slot names[ATTEMPTS_SLOTS], peers[ATTEMPTS_SLOTS]; /* with wrong passwords */
	struct slot calls[ATTEMPTS_SLOTS];
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
	for (size_t i = 0; i < key.n; i++)
		p.key[i % ATTEMPTS_KEY] = (uint8_t)(p.key[i % ATTEMPTS_KEY] * 31 + key.p[i]);
	p.first = (size_t)(mark_of(MARK_NONE ^ a->salt, key) % ATTEMPTS_SLOTS) & ~(size_t)(ATTEMPTS_WAYS - 1);
	return p;
}

struct bytes attempts_network(struct bytes peer, struct in6_addr *ret)
{
	char text[INET6_ADDRSTRLEN] = "";
	for (size_t i = 0; i < peer.n && i < sizeof(text) - 1; i++)
		text[i] = (char)peer.p[i];
	if (peer.n >= sizeof(text) || inet_pton(AF_INET6, text, ret) != 1)
		return peer;
	return (struct bytes){ ret->s6_addr, ATTEMPTS_NETWORK };
}

static const struct slot *find(const struct slot *slots, const struct place *p)
{
	for (size_t i = p->first; i < p->first + ATTEMPTS_WAYS; i++)
		if (slots[i].count && is_bytes_equal(BYTES_OF(slots[i].key), BYTES_OF(p->key)))
			return &slots[i];
	return NULL;
}

/* Where a key is counted: its slot, or the oldest of its places, which is then its own and counts none. */
static struct slot *take(struct slot *slots, const struct place *p, int64_t now)
{
	struct slot *oldest = &slots[p->first];
	for (size_t i = p->first; i < p->first + ATTEMPTS_WAYS; i++) {
		struct slot *s = &slots[i];
		if (s->count && is_bytes_equal(BYTES_OF(s->key), BYTES_OF(p->key)))
			return s;
		if (s->count == 0 || (oldest->count && s->since < oldest->since))
			oldest = s;
	}
	*oldest = (struct slot){ .since = now };
	memcpy(oldest->key, p->key, sizeof(p->key));
	return oldest;
}

/* Where keys are counted, and how often one may be. */
struct tally {
	const struct slot *slots;
	const struct bound *bound;
};

static fault check_key(const struct attempts *a, struct tally of, struct bytes key, int64_t now,
		       uint32_t *ret_retry_s)
{
	struct place p = place_of(a, key);
	const struct slot *s = find(of.slots, &p);
	if (!s || s->count < of.bound->limit || now - s->since >= of.bound->window_s || now < s->since)
		return NULL;
	*ret_retry_s = (uint32_t)(of.bound->window_s - (now - s->since));
	return of.bound->why;
}

fault attempts_check(const struct attempts *a, const struct attempts_who *who, int64_t now,
		     uint32_t *ret_retry_s)
{
	struct in6_addr network;
	const struct tally eks = { a->failed, &per_ek }, peers = { a->failed, &per_peer };
	if (who->ek_hash.p)
		TRY(check_key(a, eks, who->ek_hash, now, ret_retry_s));
	return check_key(a, peers, attempts_network(who->peer, &network), now, ret_retry_s);
}

/* Counts one failure more; a window that is over begins anew. */
static void put_key(struct attempts *a, struct slot *slots, struct bytes key, int64_t window_s, int64_t now)
{
	struct place p = place_of(a, key);
	struct slot *s = take(slots, &p, now);
	bool is_new = now - s->since >= window_s || now < s->since;
	s->since = is_new ? now : s->since;
	s->count = is_new ? 1 : s->count + 1;
}

void attempts_put(struct attempts *a, const struct attempts_who *who, int64_t now)
{
	struct in6_addr network;
	if (who->ek_hash.p)
		put_key(a, a->failed, who->ek_hash, ATTEMPTS_WINDOW_S, now);
	put_key(a, a->failed, attempts_network(who->peer, &network), ATTEMPTS_WINDOW_S, now);
}

fault attempts_check_sign_in(const struct attempts *a, const struct attempts_sign_in *who, int64_t now,
			     uint32_t *ret_retry_s)
{
	struct in6_addr network;
	const struct tally names = { a->names, &per_name }, peers = { a->peers, &per_sign_in_peer };
	TRY(check_key(a, names, who->name_hash, now, ret_retry_s));
	return check_key(a, peers, attempts_network(who->peer, &network), now, ret_retry_s);
}

void attempts_put_sign_in(struct attempts *a, const struct attempts_sign_in *who, int64_t now)
{
	struct in6_addr network;
	put_key(a, a->names, who->name_hash, ATTEMPTS_SIGN_IN_WINDOW_S, now);
	put_key(a, a->peers, attempts_network(who->peer, &network), ATTEMPTS_SIGN_IN_WINDOW_S, now);
}

void attempts_delete_sign_in(struct attempts *a, struct bytes name_hash)
{
	struct place p = place_of(a, name_hash);
	const struct slot *s = find(a->names, &p);
	if (s)
		a->names[s - a->names].count = 0;
}

/* A slot of calls holds as many units of each as the window has seconds, and loses the limit each second. */
#define UNITS ATTEMPTS_CALLS_WINDOW_S

static void drain(struct slot *s, uint64_t limit, int64_t now)
{
	uint64_t passed = now > s->since ? (uint64_t)(now - s->since) * limit : 0;
	s->count = passed < s->count ? s->count - (uint32_t)passed : 0;
	s->since = now;
}

fault attempts_put_call(struct attempts *a, const struct attempts_call *call, int64_t now,
			uint32_t *ret_retry_s)
{
	if (!call->limit)
		return NULL;
	struct in6_addr network;
	struct place p = place_of(a, call->id.p ? call->id : attempts_network(call->peer, &network));
	struct slot *s = take(a->calls, &p, now);
	uint64_t room = call->limit * UNITS;
	drain(s, call->limit, now);
	if (s->count + UNITS > room) {
		*ret_retry_s = (uint32_t)((s->count + UNITS - room + call->limit - 1) / call->limit);
		return FAIL(CALL_RATE);
	}
	s->count += UNITS;
	return NULL;
}

void attempts_put_burnt(struct attempts *a, struct bytes ticket_id, int64_t now)
{
	put_key(a, a->burnt, ticket_id, ATTEMPTS_WINDOW_S, now);
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
