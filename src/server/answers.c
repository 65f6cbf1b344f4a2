#include "server/answers.h"

#include <stdlib.h>
#include <string.h>

#include "base/heap.h"

#define PLACES 4096
#define SERIAL_MAX 20

struct place {
	struct standing of; /* its views are not looked at */
	int64_t from, until;
	size_t serial_n, n;
	uint8_t serial[SERIAL_MAX];
	uint8_t der[FRAME_ANSWER_MAX];
};

struct answers {
	struct place places[PLACES];
};

struct answers *answers_new(void)
{
	return heap_need(calloc(1, sizeof(struct answers)));
}

void answers_free(struct answers *a)
{
	free(a);
}

/* Our serials are random behind their first octets; whoever asks for others shares few places. */
static size_t place_of(const struct standing *s)
{
	size_t n = s->serial.n;
	return n < 3 ? 0 : ((size_t)s->serial.p[n - 1] << 8 | s->serial.p[n - 2]) % PLACES;
}

static bool is_same(const struct place *p, const struct standing *s)
{
	const struct standing *of = &p->of;
	return of->hash == s->hash && of->generation == s->generation && of->has_null == s->has_null &&
	       of->status == s->status && of->revoked == s->revoked && of->reason == s->reason &&
	       is_bytes_equal(bytes_of(p->serial, p->serial_n), s->serial);
}

struct bytes answers_find(const struct answers *a, const struct standing *s, int64_t now)
{
	const struct place *p = &a->places[place_of(s)];
	bool is_in_time = p->n && now >= p->from && now < p->until;
	return is_in_time && is_same(p, s) ? bytes_of(p->der, p->n) : (struct bytes){ 0 };
}

void answers_put(struct answers *a, const struct standing *s, struct bytes der)
{
	struct place *p = &a->places[place_of(s)];
	if (s->serial.n > SERIAL_MAX || der.n > sizeof(p->der))
		return;
	p->of = *s;
	p->from = (int64_t)s->this_update;
	p->until = (int64_t)(s->this_update + (s->next_update - s->this_update) / 2);
	p->serial_n = s->serial.n;
	p->n = der.n;
	memcpy(p->serial, s->serial.p, s->serial.n);
	memcpy(p->der, der.p, der.n);
}
