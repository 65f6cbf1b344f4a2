/*
 * A fleet for three days under a clock that does what it wants: restarts, cut networks, lost replies, devices
 * that go, fall silent or fail. In the end every record says what its device deserves.
 */
#include <stdlib.h>

#include "flow/appraising.h"
#include "flow/checkin.h"
#include "flow/commands.h"
#include "flow/complying.h"
#include "flow/inventory.h"
#include "office.h"
#include "store/store_certificate.h"
#include "store/store_contact.h"
#include "store/store_proof.h"

#define FLEET 1000
#define HOURS 72
#define HOUR 3600
#define SWEEP_MAX 200

/* Who is what, by number. */
enum fate { FATE_FINE = 0, FATE_SILENT, FATE_FAILING, FATE_MENDED, FATE_RETIRED };
static const struct {
	unsigned from, upto;
	enum fate fate;
} fates[] = {
	{ 0, 50, FATE_SILENT },    /* never there again after a day */
	{ 50, 80, FATE_FAILING },  /* its TPM signs nothing that holds after that */
	{ 80, 100, FATE_MENDED },  /* the same for ten hours */
	{ 100, 110, FATE_RETIRED },
};
#define FATE_HOUR 24
#define MENDED_HOUR 34

/* What the world does, by the hour. */
#define CUT_FROM 12 /* a third of the fleet has no network */
#define CUT_UPTO 16
#define AHEAD_HOUR 30 /* the server's clock is a week ahead, for an hour, */
#define BEHIND_HOUR 50 /* or a day behind */
static const unsigned restarts[] = { 10, 25, 31, 40, 55 };

/* A device as it knows itself. */
struct machine {
	uint32_t number;
	uint8_t serial[16], hash[32], id[16];
	bool is_gone; /* it was told that it is retired */
};

struct world {
	struct office *o;
	unsigned hour;
	uint64_t random;
	size_t crashes, lost, enrolled_again;
	struct machine fleet[FLEET];
};

/* The same every time (Knuth's MMIX). */
static bool happens_once_in(struct world *w, unsigned n)
{
	w->random = w->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (w->random >> 33) % n == 0;
}

static enum fate fate_of(const struct machine *m)
{
	for (size_t i = 0; i < COUNT_OF(fates); i++)
		if (m->number >= fates[i].from && m->number < fates[i].upto)
			return fates[i].fate;
	return FATE_FINE;
}

/* n octets that are this machine's alone. */
static struct bytes own(struct world *w, const struct machine *m, uint8_t salt, size_t n)
{
	uint8_t *p = arena_alloc(&w->o->arena, n);
	CHECK(p != NULL);
	memset(p, salt, n);
	memcpy(p, &m->number, sizeof(m->number));
	return bytes_of(p, n);
}

/* --- the server ----------------------------------------------------------------------------------------- */

/* What it keeps in memory is gone; the records are not. */
static void restart(struct world *w)
{
	struct flow *f = &w->o->flow;
	attempts_free(f->attempts);
	contacts_free(f->contacts);
	f->attempts = attempts_new();
	f->contacts = contacts_new();
}

/* As core does at its start: what was decided and not released is signed now. */
static void resume(struct world *w)
{
	struct issuance_list open;
	struct flow_answer reply;
	OK(issuance_list(&w->o->flow, (struct store_page){ .limit = 100 }, &w->o->arena, &open));
	for (size_t i = 0; i < open.n; i++) {
		struct admission a = { .ticket_id = open.v[i].ticket_id, .issues = open.v[i].n };
		memcpy(a.issue, open.v[i].issue, sizeof(a.issue));
		OK(office_release(w->o, &a, &reply));
	}
}

/* What it does by itself, more often than each hour. */
static void tend(struct world *w)
{
	struct appraising_swept swept = { .n = SWEEP_MAX };
	OK(contacts_save(w->o->flow.contacts, w->o->flow.store));
	while (swept.n == SWEEP_MAX) {
		OK(store_begin(w->o->flow.store));
		OK(appraising_sweep(&w->o->flow, SWEEP_MAX, &w->o->arena, &swept));
		OK(store_commit(w->o->flow.store));
		CHECK(swept.failed == 0);
	}
	OK(commands_expire(&w->o->flow));
}

/* --- trips ---------------------------------------------------------------------------------------------- */

static struct begin_facts begin(struct world *w, const struct machine *m, uint64_t purpose)
{
	struct begin_facts b = office_begin(w->o, 1, NULL);
	b.now = (uint64_t)w->o->flow.now;
	b.peer = bytes_text(arena_format(&w->o->arena, "10.0.%u.%u", m->number / 250, m->number % 250));
	b.purpose = purpose;
	b.ek_hash = own(w, m, 0xE0, 32);
	b.ak_name = own(w, m, 0xA0, 34);
	if (purpose == TRIP_ENROLL)
		return b;
	b.shown_serial = BYTES_OF(m->serial);
	b.shown_hash = BYTES_OF(m->hash);
	return b;
}

static bool is_failing(const struct world *w, const struct machine *m)
{
	enum fate fate = fate_of(m);
	bool is_bad = fate == FATE_FAILING || (fate == FATE_MENDED && w->hour < MENDED_HOUR);
	return is_bad && w->hour >= FATE_HOUR;
}

static struct answer_facts answer(struct world *w, const struct machine *m, const struct begin_facts *b,
				  const struct challenge_result *c)
{
	struct answer_facts f = office_answer(w->o, b, c);
	OK(flow_hash(f.id, &w->o->arena, &f.request_digest));
	f.key_a = own(w, m, 0xD0, 32);
	f.ak_a = own(w, m, 0xA1, 32);
	f.clock = (uint64_t)w->hour * HOUR * 1000;
	f.shown_serial = b->shown_serial;
	f.shown_hash = b->shown_hash;
	if (is_failing(w, m)) {
		uint8_t *p = arena_alloc(&w->o->arena, CHECK_COUNT);
		CHECK(p && bytes_copy(f.outcomes, p, CHECK_COUNT));
		p[CHECK_QUOTE_SIGNATURE] = FAILED;
		f.outcomes = bytes_of(p, CHECK_COUNT);
	}
	return f;
}

static void keep(struct world *w, struct machine *m, const struct admission *a)
{
	struct store_certificate *c;
	struct bytes hash;
	const struct issue *i = &a->issue[a->issues - 1];
	OK(store_certificate_get(w->o->flow.store, i->serial, &w->o->arena, &c));
	OK(flow_hash(c->der, &w->o->arena, &hash));
	CHECK(bytes_copy(i->serial, m->serial, 16) && bytes_copy(hash, m->hash, 32));
	CHECK(bytes_copy(c->device_id, m->id, 16));
}

/* Decided, and then the server may fall over before it is released. */
static fault settle(struct world *w, struct machine *m, const struct answer_facts *facts)
{
	struct admission a, again;
	struct flow_answer reply;
	TRY(office_admit(w->o, facts, &a));
	if (!a.issues)
		return a.answer.why;
	if (happens_once_in(w, 60)) {
		restart(w);
		resume(w);
		w->crashes++;
	} else {
		OK(office_release(w->o, &a, &reply));
	}
	if (happens_once_in(w, 40)) {
		/* The reply was lost, so the same octets are sent again. */
		OK(office_admit(w->o, facts, &again));
		CHECK(again.issues == 0 && !again.is_open && again.answer.status == 200);
		w->lost++;
	}
	keep(w, m, &a);
	return NULL;
}

static fault make(struct world *w, struct machine *m, uint64_t purpose)
{
	const struct begin_facts b = begin(w, m, purpose);
	struct challenge_result c;
	fault why = challenge_build(&w->o->flow, &b, &w->o->arena, &c);
	if (!why)
		why = c.answer.why;
	else
		OK(challenge_refuse(&w->o->flow, &b, &c, why));
	TRY(why);
	const struct answer_facts f = answer(w, m, &b, &c);
	return settle(w, m, &f);
}

/* --- a device's hour ------------------------------------------------------------------------------------ */

static uint64_t purpose_of(struct bytes order)
{
	struct order o;
	OK(message_parse(&order_message, order, &o));
	const struct commands_kind *kind = commands_kind_find(o.kind);
	CHECK(kind != NULL);
	return kind->purpose;
}

static void obey(struct world *w, struct machine *m, const struct bytes_list *orders)
{
	for (size_t i = 0; i < orders->n; i++) {
		uint64_t purpose = purpose_of(orders->v[i]);
		fault why = purpose ? make(w, m, purpose) : NULL;
		CHECK(!why || is_failing(w, m) || why->retry);
	}
}

static fault check_in(struct world *w, struct machine *m, struct checkin_reply *ret)
{
	struct flow_answer reply;
	const struct presence p = { .request_id = office_octets(w->o, 0xA1, 16),
				    .peer = BYTES_TEXT("10.0.0.1"),
				    .shown_serial = BYTES_OF(m->serial),
				    .shown_hash = BYTES_OF(m->hash) };
	TRY(checkin_take(&w->o->flow, &p, &w->o->arena, &reply));
	return message_parse(&checkin_reply_message, reply.body, ret);
}

/* As the agent's service: whoever is told that its certificate is over enrols again. */
static void come(struct world *w, struct machine *m)
{
	struct checkin_reply reply;
	fault why = check_in(w, m, &reply);
	if (why == FAIL(DEVICE_STALE)) {
		w->enrolled_again++;
		why = make(w, m, TRIP_ENROLL);
		CHECK(!why || is_failing(w, m) || why->retry);
		return;
	}
	if (why == FAIL(DEVICE_RETIRED)) {
		m->is_gone = true;
		return;
	}
	OK(why);
	obey(w, m, &reply.orders);
}

static bool is_away(const struct world *w, const struct machine *m)
{
	bool is_cut = w->hour >= CUT_FROM && w->hour < CUT_UPTO && m->number % 3 == 0;
	bool is_silent = fate_of(m) == FATE_SILENT && w->hour >= FATE_HOUR;
	return is_cut || is_silent || m->is_gone;
}

/* --- three days ----------------------------------------------------------------------------------------- */

static void register_all(struct world *w)
{
	struct store_registration *r;
	for (uint32_t n = 0; n < FLEET; n++) {
		struct machine *m = &w->fleet[n];
		m->number = n;
		const struct registration_new in = { .ek_hash = own(w, m, 0xE0, 32) };
		OK(inventory_put_registration(&w->o->flow, &w->o->admin, &in, &w->o->arena, &r));
		OK(make(w, m, TRIP_ENROLL));
		arena_reset(&w->o->arena);
	}
}

/* Attested within a day, there within half of one, and no grace. */
static void put_policy(struct world *w)
{
	struct store_compliance_list all;
	const struct compliance_words words = { .attested_within_hours = BYTES_TEXT("24"),
						.silent_hours = BYTES_TEXT("12"),
						.grace_period_hours = BYTES_TEXT("0") };
	OK(complying_list(&w->o->flow, &w->o->arena, &all));
	CHECK(all.n == 1);
	struct complying_order order = { .by = &w->o->admin, .a = &w->o->arena, .row = &all.v[0] };
	OK(complying_update(&w->o->flow, &words, &order));
	OK(complying_build(&w->o->flow));
}

static int64_t jump_of(unsigned hour)
{
	return hour == AHEAD_HOUR ? INT64_C(7) * 86400 : hour == BEHIND_HOUR ? -86400 : 0;
}

static void retire_some(struct world *w)
{
	for (uint32_t n = 0; n < FLEET; n++)
		if (fate_of(&w->fleet[n]) == FATE_RETIRED)
			OK(inventory_retire_device(&w->o->flow, &w->o->admin, BYTES_OF(w->fleet[n].id),
						   &w->o->arena));
}

static void pass_hour(struct world *w)
{
	w->o->flow.now = OFFICE_NOW + (int64_t)w->hour * HOUR + jump_of(w->hour);
	for (size_t i = 0; i < COUNT_OF(restarts); i++)
		if (restarts[i] == w->hour)
			restart(w);
	if (w->hour == FATE_HOUR)
		retire_some(w);
	for (uint32_t n = 0; n < FLEET; n++) {
		struct machine *m = &w->fleet[n];
		if (!is_away(w, m))
			come(w, m);
		arena_reset(&w->o->arena);
	}
	tend(w);
	arena_reset(&w->o->arena);
}

/* --- what each deserves --------------------------------------------------------------------------------- */

static enum compliance_state state_of(struct world *w, const struct machine *m)
{
	struct store_device *d;
	struct compliance_finding found;
	OK(store_device_get(w->o->flow.store, BYTES_OF(m->id), &w->o->arena, &d));
	OK(appraising_judge(&w->o->flow, d, &w->o->arena, &found));
	return found.state;
}

static void check_machine(struct world *w, const struct machine *m)
{
	struct store_proof *p;
	struct store_device *d;
	uint64_t in_force, open;
	enum fate fate = fate_of(m);
	struct store *s = w->o->flow.store;
	OK(store_device_get(s, BYTES_OF(m->id), &w->o->arena, &d));
	OK(store_proof_find(s, d->id, &w->o->arena, &p));
	OK(store_certificate_count_in_force(s, d->id, w->o->flow.now, &in_force));
	OK(store_certificate_count_open(s, d->id, &open));
	CHECK(open == 0 && p != NULL);
	CHECK(in_force == (fate == FATE_FINE || fate == FATE_MENDED));
	CHECK((p->fault.p != NULL) == (fate == FATE_FAILING));
	CHECK(d->state == (fate == FATE_RETIRED ? STORE_DEVICE_RETIRED : STORE_DEVICE_ACTIVE));
	if (fate != FATE_RETIRED)
		CHECK(state_of(w, m) == (in_force ? COMPLIANCE_COMPLIANT : COMPLIANCE_NONCOMPLIANT));
	CHECK((fate == FATE_RETIRED) == m->is_gone);
}

static void after_three_days_every_record_says_what_its_device_deserves(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	uint64_t devices;
	assert_non_null(w);
	w->o = *state;
	w->o->limits.certificate_s = 36 * HOUR;
	w->o->limits.attest_s = 8 * HOUR;
	put_policy(w);
	register_all(w);
	for (w->hour = 1; w->hour <= HOURS; w->hour++)
		pass_hour(w);
	for (uint32_t n = 0; n < FLEET; n++) {
		check_machine(w, &w->fleet[n]);
		arena_reset(&w->o->arena);
	}
	OK(store_device_count(w->o->flow.store, &devices));
	CHECK(devices == FLEET);
	CHECK(w->crashes && w->lost && w->enrolled_again);
	COUNTED("three days: crashes before a release", w->crashes);
	COUNTED("three days: replies lost", w->lost);
	COUNTED("three days: devices that enrolled again", w->enrolled_again);
	free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(after_three_days_every_record_says_what_its_device_deserves),
	};
	return RUN(tests);
}
