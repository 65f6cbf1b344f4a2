/*
 * contacts: who was there lately, in bounded memory until it is written.
 *
 * A fleet checks in all the time, and when a device was last seen is worth no disk write of its own: contacts
 * are kept here and written together, a few times a minute. What a crash loses is that many seconds of them.
 */
#ifndef FLOW_CONTACTS_H
#define FLOW_CONTACTS_H

#include "flow/flow.h"

#define CONTACTS_MAX 4096
#define CONTACTS_AGE_S 10 /* after which the oldest is written */

struct contacts;

/* Ends the process when there is no memory. */
struct contacts *contacts_new(void);
void contacts_free(struct contacts *c);

/* Notes that the device is there; agent may be absent. */
void contacts_put(struct contacts *c, struct bytes device_id, struct bytes agent, int64_t now);

/* When the device was last noted to be there; 0: not among those that are not written yet. */
int64_t contacts_seen(const struct contacts *c, struct bytes device_id);

/* True when what is noted is to be written: it is old enough, or there is no room for much more. */
bool is_contacts_due(const struct contacts *c, int64_t now);

/* Writes what is noted and forgets it. */
MUST fault contacts_save(struct contacts *c, struct store *s);

#endif
