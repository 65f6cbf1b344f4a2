#include "flow/keeping.h"

#include <stdio.h>

#include "store/store_certificate.h"

/* Without certificates, as far as the record alone says. */
static enum keystate state_of(const struct store_device *d)
{
	if (!d)
		return KEYSTATE_NONE;
	if (d->state != STORE_DEVICE_ACTIVE)
		return KEYSTATE_REVOKED;
	if (d->attested)
		return KEYSTATE_ATTESTED;
	return d->no_tpm.p ? KEYSTATE_SOFTWARE : KEYSTATE_UNATTESTED;
}

fault keeping_find(struct flow *f, const struct store_device *d, enum keystate *ret)
{
	enum keystate found = state_of(d);
	uint64_t good = 1;
	if (found == KEYSTATE_ATTESTED)
		TRY(store_certificate_count_aks(f->store, d->id, f->now, &good));
	*ret = good ? found : KEYSTATE_INVALID;
	return NULL;
}

fault keeping_note(struct flow *f, const struct keeping_visit *v)
{
	char detail[96];
	enum keystate server, client = (enum keystate)v->said;
	TRY(keeping_find(f, v->before, &server));
	if (client == KEYSTATE_UNSAID || client == server)
		return NULL;
	snprintf(detail, sizeof(detail), "server %s, device %s", keystate_word(server),
		 keystate_word(client));
	const struct flow_deed deed = { "device", "keys.differ", v->device_id, v->request_id, detail };
	return flow_note(f, &deed);
}

fault keeping_confirm(struct flow *f, const struct store_device *d)
{
	enum keystate now;
	TRY(keeping_find(f, d, &now));
	return d->client_key == now ? NULL : store_device_update_key(f->store, d->id, now);
}
