#include "flow/contacts.h"

#include <stdlib.h>
#include <string.h>

#include "store/store_contact.h"
#include "wire/trip.h"

#define PLACES (2 * CONTACTS_MAX) /* at most half full, so that a free one is near */

struct contact {
	uint8_t device_id[TRIP_ID_SIZE];
	int64_t seen;
	size_t agent_n;
	uint8_t agent[TRIP_LABEL_MAX];
};

struct contacts {
	int64_t since; /* when the first was noted */
	size_t n;
	struct contact v[CONTACTS_MAX];
	uint16_t places[PLACES]; /* of v, one more than the index; zero: free */
};

struct contacts *contacts_new(void)
{
	struct contacts *c = calloc(1, sizeof(*c));
	if (!c)
		abort();
	return c;
}

void contacts_free(struct contacts *c)
{
	free(c);
}

/* Ids end in random octets of ours, so they are a hash already. */
static size_t place_of(const struct contacts *c, struct bytes id)
{
	uint32_t end;
	memcpy(&end, id.p + TRIP_ID_SIZE - sizeof(end), sizeof(end));
	size_t at = end % PLACES;
	while (c->places[at] && !is_bytes_equal(BYTES_OF(c->v[c->places[at] - 1].device_id), id))
		at = (at + 1) % PLACES;
	return at;
}

void contacts_put(struct contacts *c, struct bytes device_id, struct bytes agent, int64_t now)
{
	if (device_id.n != TRIP_ID_SIZE || agent.n > TRIP_LABEL_MAX)
		return;
	size_t at = place_of(c, device_id);
	if (!c->places[at] && c->n == CONTACTS_MAX)
		return;
	if (!c->places[at])
		c->places[at] = (uint16_t)++c->n;
	if (c->n == 1)
		c->since = now;
	struct contact *to = &c->v[c->places[at] - 1];
	*to = (struct contact){ .seen = now, .agent_n = agent.n };
	memcpy(to->device_id, device_id.p, TRIP_ID_SIZE);
	if (agent.n)
		memcpy(to->agent, agent.p, agent.n);
}

int64_t contacts_seen(const struct contacts *c, struct bytes device_id)
{
	size_t at = c && device_id.n == TRIP_ID_SIZE ? c->places[place_of(c, device_id)] : 0;
	return at ? c->v[at - 1].seen : 0;
}

bool is_contacts_due(const struct contacts *c, int64_t now)
{
	bool is_old = now < c->since || now >= c->since + CONTACTS_AGE_S;
	return c->n > 0 && (is_old || c->n >= CONTACTS_MAX / 2);
}

fault contacts_save(struct contacts *c, struct store *s)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct contact *from = &c->v[i];
		const struct store_contact row = { BYTES_OF(from->device_id), from->seen,
						   bytes_unless_empty(bytes_of(from->agent, from->agent_n)) };
		TRY(store_contact_put(s, &row));
	}
	c->n = 0;
	memset(c->places, 0, sizeof(c->places));
	return NULL;
}
