#include "member.h"

#include "store/store_certificate.h"

struct member member_shown_by(struct office *o, uint8_t ek, const struct admission *a)
{
	struct store_certificate *c;
	struct member m = { .ek = ek, .serial = a->issue[a->issues - 1].serial };
	OK(store_certificate_get(o->flow.store, m.serial, &o->arena, &c));
	OK(flow_hash(c->der, &o->arena, &m.hash));
	m.id = c->device_id;
	return m;
}

struct member member_settle(struct office *o, const struct answer_facts *facts)
{
	struct admission a;
	struct flow_answer reply;
	OK(office_admit(o, facts, &a));
	OK(office_release(o, &a, &reply));
	return member_shown_by(o, facts->ek_hash.p ? facts->ek_hash.p[0] : 0, &a);
}

struct member member_enrolled(struct office *o, uint8_t ek)
{
	office_register_key(o, ek);
	const struct office_trips t = office_trips(o, ek, NULL);
	return member_settle(o, &t.answer);
}

struct begin_facts member_begin(struct office *o, const struct member *m, uint64_t purpose)
{
	struct begin_facts b = office_begin(o, m->ek, NULL);
	b.purpose = purpose;
	b.anchor = office_octets(o, 0xA0, 32);
	b.shown_serial = m->serial;
	b.shown_hash = m->hash;
	return b;
}

struct answer_facts member_answer(struct office *o, const struct member *m, uint64_t purpose)
{
	const struct begin_facts b = member_begin(o, m, purpose);
	const struct challenge_result c = office_challenge(o, &b);
	struct answer_facts f = office_answer(o, &b, &c);
	OK(flow_hash(f.id, &o->arena, &f.request_digest)); /* of this answer alone */
	f.shown_serial = m->serial;
	f.shown_hash = m->hash;
	return f;
}
