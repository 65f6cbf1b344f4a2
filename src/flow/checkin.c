#include "flow/checkin.h"

#include "base/text.h"
#include "flow/appraising.h"
#include "flow/commands.h"
#include "flow/contacts.h"
#include "flow/minting.h"
#include "policy/purpose.h"
#include "store/store_certificate.h"

/* The device whose certificate that is, octet by octet; whether it is in force is another question. */
struct shown {
	struct store_certificate *certificate;
	struct store_device *device;
};

static fault find(struct flow *f, const struct checkin_shown *shown, struct arena *a, struct shown *ret)
{
	struct bytes hash;
	struct store_certificate *c = NULL;
	fault why = store_certificate_get(f->store, shown->serial, a, &c);
	if (!why)
		why = store_device_get(f->store, c->device_id, a, &ret->device);
	if (why)
		return why == FAIL(NOT_FOUND) ? FAIL(DEVICE_UNKNOWN) : why;
	NEED(c->kind == FRAME_CERTIFICATE_DEVICE && c->der.p, DEVICE_UNKNOWN);
	TRY(flow_hash(c->der, a, &hash));
	NEED(is_bytes_equal(hash, shown->hash), DEVICE_UNKNOWN);
	ret->certificate = c;
	return NULL;
}

static fault check(struct flow *f, const struct shown *s)
{
	const struct store_certificate *c = s->certificate;
	/* That it was retired says more than that its certificates were revoked with it. */
	NEED(s->device->state == STORE_DEVICE_ACTIVE, DEVICE_RETIRED);
	bool is_held = c->state == STORE_CERTIFICATE_HELD && c->holds == STORE_CERTIFICATE_BY_COMPLIANCE;
	NEED(c->state == STORE_CERTIFICATE_ISSUED || is_held, DEVICE_STALE);
	NEED(f->now >= c->not_before && f->now <= c->not_after, DEVICE_STALE);
	return minting_check_device(f, s->device);
}

fault checkin_find_device(struct flow *f, const struct checkin_shown *shown, struct arena *a,
			  struct store_device **ret, int64_t *ret_expires)
{
	struct shown s;
	TRY(find(f, shown, a, &s));
	TRY(check(f, &s));
	*ret = s.device;
	*ret_expires = s.certificate->not_after;
	return NULL;
}

fault checkin_find_shown(struct flow *f, uint64_t purpose, const struct checkin_shown *shown, struct arena *a,
			 struct store_device **ret)
{
	int64_t expires;
	*ret = NULL;
	if (!purpose_find(purpose)->is_managed)
		return NULL;
	NEED(shown->serial.p && shown->hash.p, DEVICE_CERT_MISSING);
	TRY(checkin_find_device(f, shown, a, ret, &expires));
	return purpose == TRIP_RECOVER ? commands_check_open(f, (*ret)->id, TRIP_ORDER_RECOVER, a) : NULL;
}

/* One that is retired is still told to forget what it has of us, and heard when it says that it did. */
fault checkin_take(struct flow *f, const struct presence *p, struct arena *a, struct flow_answer *ret)
{
	struct shown s;
	char id[TEXT_UUID_SIZE];
	struct checkin_reply reply = { .time = (uint64_t)f->now, .next_s = f->limits->checkin_s };
	const struct checkin_shown shown = { p->shown_serial, p->shown_hash };
	*ret = (struct flow_answer){ .status = 200, .content = FRAME_CONTENT_CBOR };
	TRY(find(f, &shown, a, &s));
	fault why = check(f, &s);
	TRY(why == FAIL(DEVICE_RETIRED) ? NULL : why);
	if (!why) {
		contacts_put(f->contacts, s.device->id, p->agent, f->now);
		TRY(appraising_visit(f, s.device, a));
		TRY(commands_put_due(f, s.device, s.certificate, a));
	}
	TRY(commands_exchange(f, s.device, &p->effects, a, &reply.orders));
	NEED(!why || reply.orders.n || p->effects.n, DEVICE_RETIRED);
	reply.device_id = bytes_text(text_uuid(s.device->id.p, id));
	reply.expires = (uint64_t)s.certificate->not_after;
	return flow_encode(&checkin_reply_message, &reply, a, &ret->body);
}
