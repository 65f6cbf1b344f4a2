#include "flow/keeping.h"

#include <stdio.h>

enum keystate keeping_find(const struct store_device *d)
{
	if (!d)
		return KEYSTATE_NONE;
	if (d->state != STORE_DEVICE_ACTIVE)
		return KEYSTATE_REVOKED;
	if (d->attested)
		return KEYSTATE_ATTESTED;
	return d->no_tpm.p ? KEYSTATE_SOFTWARE : KEYSTATE_UNATTESTED;
}

fault keeping_note(struct flow *f, const struct keeping_visit *v)
{
	char detail[96];
	enum keystate server = keeping_find(v->before), client = (enum keystate)v->said;
	if (client == KEYSTATE_UNSAID || client == server)
		return NULL;
	snprintf(detail, sizeof(detail), "server %s, device %s", keystate_word(server),
		 keystate_word(client));
	const struct flow_deed deed = { "device", "keys.differ", v->device_id, v->request_id, detail };
	return flow_note(f, &deed);
}

fault keeping_confirm(struct flow *f, const struct store_device *d)
{
	enum keystate now = keeping_find(d);
	return d->client_key == now ? NULL : store_device_update_key(f->store, d->id, now);
}
