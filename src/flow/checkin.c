#include "flow/checkin.h"

#include "base/text.h"
#include "flow/contacts.h"
#include "flow/minting.h"
#include "policy/purpose.h"
#include "store/store_certificate.h"

static fault check_certificate(struct flow *f, const struct checkin_shown *shown,
			       const struct store_certificate *c, struct arena *a)
{
	struct bytes hash;
	NEED(c->kind == FRAME_CERTIFICATE_DEVICE && c->der.p, DEVICE_UNKNOWN);
	TRY(flow_hash(c->der, a, &hash));
	NEED(is_bytes_equal(hash, shown->hash), DEVICE_UNKNOWN);
	NEED(c->state == STORE_CERTIFICATE_ISSUED, DEVICE_STALE);
	NEED(f->now >= c->not_before && f->now <= c->not_after, DEVICE_STALE);
	return NULL;
}

fault checkin_find_device(struct flow *f, const struct checkin_shown *shown, struct arena *a,
			  struct store_device **ret, int64_t *ret_expires)
{
	struct store_certificate *c = NULL;
	fault why = store_certificate_get(f->store, shown->serial, a, &c);
	if (why)
		return why == FAIL(NOT_FOUND) ? FAIL(DEVICE_UNKNOWN) : why;
	why = store_device_get(f->store, c->device_id, a, ret);
	if (why)
		return why == FAIL(NOT_FOUND) ? FAIL(DEVICE_UNKNOWN) : why;
	/* That it was retired says more than that its certificates were revoked with it. */
	NEED((*ret)->state == STORE_DEVICE_ACTIVE, DEVICE_RETIRED);
	TRY(check_certificate(f, shown, c, a));
	*ret_expires = c->not_after;
	return minting_check_device(f, *ret);
}

fault checkin_find_shown(struct flow *f, uint64_t purpose, const struct checkin_shown *shown, struct arena *a,
			 struct store_device **ret)
{
	int64_t expires;
	*ret = NULL;
	if (!purpose_find(purpose)->is_managed)
		return NULL;
	NEED(shown->serial.p && shown->hash.p, DEVICE_CERT_MISSING);
	return checkin_find_device(f, shown, a, ret, &expires);
}

fault checkin_take(struct flow *f, const struct presence *p, struct arena *a, struct flow_answer *ret)
{
	struct store_device *d = NULL;
	int64_t expires;
	char id[TEXT_UUID_SIZE];
	const struct checkin_shown shown = { p->shown_serial, p->shown_hash };
	*ret = (struct flow_answer){ .status = 200, .content = FRAME_CONTENT_CBOR };
	TRY(checkin_find_device(f, &shown, a, &d, &expires));
	contacts_put(f->contacts, d->id, p->agent, f->now);
	const struct checkin_reply reply = { bytes_text(text_uuid(d->id.p, id)), (uint64_t)f->now,
					     f->limits->checkin_s, (uint64_t)expires };
	return flow_encode(&checkin_reply_message, &reply, a, &ret->body);
}
