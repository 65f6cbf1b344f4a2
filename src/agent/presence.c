#include "agent/presence.h"

#include <jansson.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "agent/contact.h"
#include "agent/ending.h"
#include "agent/enroll.h"
#include "agent/event.h"
#include "agent/grant.h"
#include "agent/keyring.h"
#include "agent/ledger.h"
#include "agent/order.h"
#include "agent/pace.h"
#include "agent/screen.h"
#include "base/text.h"
#include "host/notify.h"

#define REQUEST_MAX (TRIP_ORDERS_MAX * (TRIP_EFFECT_MAX + 8) + 256)
#define PAUSE_MAX_MS 3600000
#define ROUNDS_MAX 4 /* check-ins at once, while orders come */
#define ORDERS_MAX (ROUNDS_MAX * TRIP_ORDERS_MAX)

/* One check-in. */
struct visit {
	const struct settings *settings;
	struct contact contact;
	struct ledger ledger;
	struct checkin_reply reply;
	struct cause cause;
};

/* Check-ins one at once after the other, and what they had this device do. */
struct stay {
	struct visit visit; /* the last one */
	size_t n;
	struct order_done order[ORDERS_MAX];
};

/* The organisation has heard that this device goes: what it gave is worth nothing any more. */
static fault leave(struct visit *v)
{
	struct event_book book;
	struct state *state = &v->contact.state;
	const struct event e = { .name = EVENT_RETIRED };
	TRY(grant_delete(state));
	TRY(keyring_delete(state));
	TRY(ledger_delete(state));
	event_init(&book, state, v->settings->journal);
	event_put(&book, &e);
	event_done(&book);
	return NULL;
}

static fault work(struct visit *v)
{
	bool is_leaving;
	struct bytes request;
	struct post_reply reply;
	struct contact *c = &v->contact;
	TRY(contact_open(v->settings, c));
	TRY(ledger_find(&c->state, &c->arena, &v->ledger));
	const struct checkin said = { .version = TRIP_VERSION, .agent = BYTES_TEXT(ASSAY_VERSION),
				      .effects = v->ledger.effects };
	TRY(message_build(&checkin_message, &said, REQUEST_MAX, &c->arena, &request));
	TRY(ledger_find_leaving(&c->state, &v->ledger, &c->arena, &is_leaving));
	fault why = post_send(&c->post, TRIP_PATH_CHECKIN, request, &c->arena, &reply);
	why = c->key.why ? c->key.why : why;
	/* The answer to an earlier check-in, which was heard, may have been lost. */
	if (is_leaving && (!why || why == FAIL(DEVICE_RETIRED)))
		TRY(leave(v));
	TRY(why);
	NEED(!message_parse(&checkin_reply_message, reply.body, &v->reply), REPLY_INVALID);
	return v->ledger.effects.n ? ledger_delete(&c->state) : NULL;
}

static fault visit(const struct settings *settings, struct visit *ret)
{
	*ret = (struct visit){ .settings = settings };
	fault f = work(ret);
	if (f)
		ret->cause = contact_cause(&ret->contact, f);
	contact_close(&ret->contact);
	return f;
}

/* Carries out what a visit brought. */
static fault obey(struct stay *s)
{
	struct order o;
	const struct visit *v = &s->visit;
	for (size_t i = 0; i < v->reply.orders.n && s->n < ORDERS_MAX; i++) {
		struct order_done *done = &s->order[s->n];
		NEED(!message_parse(&order_message, v->reply.orders.v[i], &o), REPLY_INVALID);
		NEED(bytes_copy(o.id, done->id, sizeof(done->id)), REPLY_INVALID);
		done->kind = o.kind;
		order_run(v->settings, done);
		s->n++;
	}
	return NULL;
}

/* Who may be this device is for a person to settle: that counts for more than what became of its key. */
static bool is_claim(const struct cause *c)
{
	static const fault all[] = { FAIL(ID_EK_MISMATCH), FAIL(EK_DUPLICATE), FAIL(SERIAL_MISMATCH),
				     FAIL(DEVICE_QUARANTINED), FAIL(DEVICE_BLOCKED) };
	for (size_t i = 0; i < COUNT_OF(all); i++)
		if (strcmp(c->code, all[i]->name) == 0)
			return true;
	return false;
}

/*
 * The server has no certificate of this device in force, or its key is gone from the TPM: what it was once
 * enrolled by may let it in again. Whoever was sent away for good is told so there.
 */
static fault heal(struct stay *s, fault why)
{
	struct visit *v = &s->visit;
	struct cause of_enrolment = { 0 };
	const struct invocation invocation = { .settings = *v->settings };
	bool is_lost = why == FAIL(DEVICE_KEY) || (v->cause.is_server && why == FAIL(DEVICE_STALE));
	if (!is_lost)
		return why;
	fprintf(stderr, "%s: enrolling again\n", v->cause.code);
	contact_done(&v->contact);
	fault again = enroll_again(&invocation, TRIP_ENROLL, &of_enrolment);
	if (again && is_claim(&of_enrolment)) {
		v->cause = of_enrolment;
		snprintf(v->cause.detail, sizeof(v->cause.detail), "enrolling again, after %s: %.300s",
			 why->name, of_enrolment.detail[0] ? of_enrolment.detail : of_enrolment.code);
		return again;
	}
	if (again) {
		snprintf(v->cause.detail, sizeof(v->cause.detail), "enrolling again ended in %.48s: %.300s",
			 of_enrolment.code, of_enrolment.what);
		return why;
	}
	return visit(s->visit.settings, v);
}

/* After orders it checks in again at once, and says what came of them. */
static fault stay(const struct settings *settings, struct stay *ret)
{
	struct cause ignored;
	const struct invocation invocation = { .settings = *settings };
	/* What the check-in finds is what counts, also when nothing became of what was under way. */
	fault f = enroll_settle(&invocation, &ignored);
	f = visit(settings, &ret->visit);
	if (f)
		f = heal(ret, f);
	for (size_t round = 1; !f && ret->visit.reply.orders.n && round < ROUNDS_MAX; round++) {
		f = obey(ret);
		contact_done(&ret->visit.contact);
		if (f)
			ret->visit.cause = cause_of(f, NULL);
		f = f ? f : visit(settings, &ret->visit);
	}
	return f;
}

/* --- what people and programs see ----------------------------------------------------------------------- */

static json_t *orders_shown(const struct stay *s)
{
	char id[TEXT_UUID_SIZE];
	json_t *list = json_array();
	for (size_t i = 0; i < s->n; i++) {
		json_t *row = json_object();
		screen_put_text(row, "id", text_uuid(s->order[i].id, id));
		screen_put_text(row, "order", order_word(s->order[i].kind));
		screen_put_text(row, "fault", s->order[i].cause.code);
		json_array_append_new(list, row);
	}
	return list;
}

static void print_json(const struct stay *s)
{
	const struct visit *v = &s->visit;
	char expires[TEXT_TIME_SIZE] = "";
	json_auto_t *object = json_object();
	bool is_done = !v->cause.code[0];
	if (is_done)
		text_time((int64_t)v->reply.expires, expires);
	json_object_set_new(object, "checkedIn", json_boolean(is_done));
	json_object_set_new(object, "deviceId",
			    is_done ? json_stringn((const char *)v->reply.device_id.p, v->reply.device_id.n)
				    : json_null());
	json_object_set_new(object, "nextSeconds",
			    is_done ? json_integer((json_int_t)v->reply.next_s) : json_null());
	screen_put_text(object, "certificateExpires", expires);
	json_object_set_new(object, "orders", orders_shown(s));
	screen_put_cause(object, &v->cause);
	screen_put_text(object, "requestId", v->cause.request_id);
	screen_print_json(stdout, object);
}

static void print_text(const struct stay *s)
{
	char expires[TEXT_TIME_SIZE];
	const struct visit *v = &s->visit;
	for (size_t i = 0; i < s->n; i++) {
		const struct order_done *o = &s->order[i];
		printf("Order %s: %s%s%s\n", order_word(o->kind), o->cause.code[0] ? o->cause.code : "done",
		       o->cause.detail[0] ? ": " : "", o->cause.detail);
	}
	if (v->cause.code[0])
		ending_print(&v->cause);
	else
		printf("Checked in as %.*s; certificate until %s; next in %llu s.\n",
		       (int)v->reply.device_id.n, (const char *)v->reply.device_id.p,
		       text_time((int64_t)v->reply.expires, expires), (unsigned long long)v->reply.next_s);
}

static void print(const struct invocation *invocation, const struct stay *s)
{
	if (invocation->set & INVOCATION_JSON)
		print_json(s);
	else
		print_text(s);
	fflush(stdout);
}

/* --- again and again ------------------------------------------------------------------------------------ */

/* A tenth earlier or later, so that a fleet that was switched on together does not come back together. */
static int64_t spread_ms(uint64_t seconds)
{
	int64_t ms = (int64_t)seconds * 1000;
	uint32_t random = 0;
	if (getrandom(&random, sizeof(random), 0) == (ssize_t)sizeof(random))
		ms += ms * (int64_t)(random % 2048) / 10240 - ms / 10;
	return ms > 1000 ? ms : 1000;
}

static void pause_until_next(const struct visit *v, unsigned failures, uint64_t first_ms)
{
	if (failures) {
		const struct pace pace = { .what = "Check-in", .first_ms = first_ms, .attempt = failures,
					   .most_ms = PAUSE_MAX_MS };
		pace_wait(&pace, &v->cause);
		return;
	}
	int64_t ms = spread_ms(v->reply.next_s);
	nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * 1000000 }, NULL);
}

int presence_run(const struct invocation *invocation)
{
	bool is_once = invocation->set & INVOCATION_ONCE;
	unsigned failures = 0;
	if (!is_once)
		notify_ready();
	for (;;) {
		struct stay s = { .n = 0 };
		fault f = stay(&invocation->settings, &s);
		failures = f ? failures + 1 : 0;
		if (is_once || !f)
			print(invocation, &s);
		if (!is_once)
			pause_until_next(&s.visit, failures, invocation->settings.pause_ms);
		contact_done(&s.visit.contact);
		if (is_once)
			return (int)ending_code(&s.visit.cause, f);
	}
}
