#include "agent/order.h"

#include "agent/contact.h"
#include "agent/diagnosis.h"
#include "agent/enroll.h"
#include "agent/event.h"
#include "agent/ledger.h"
#include "agent/recovery.h"

#define NOTE_ARENA (1 << 16)
#define BUNDLE_ARENA (2 * (TRIP_BUNDLE_MAX + 4096)) /* the CAB, and its message */

/* --- what can be done ----------------------------------------------------------------------------------- */

/* Collects first: that needs the TPM and the state for itself. */
static struct cause send_cab(const struct settings *settings, struct bytes order, struct bytes cab)
{
	struct contact c;
	struct bytes request;
	struct post_reply reply;
	struct arena arena;
	const struct collected collected = { .version = TRIP_VERSION, .order = order, .cab = cab };
	arena_init(&arena, BUNDLE_ARENA);
	fault why = contact_open(settings, &c);
	if (!why)
		why = message_build(&collected_message, &collected, cab.n + 256, &arena, &request);
	if (!why)
		why = post_send(&c.post, TRIP_PATH_BUNDLE, request, &c.arena, &reply);
	struct cause cause = why ? contact_cause(&c, why) : (struct cause){ 0 };
	contact_close(&c);
	contact_done(&c);
	arena_done(&arena);
	return cause;
}

static struct cause order_send_diagnostics(const struct settings *settings, struct bytes order)
{
	struct arena arena;
	struct bytes cab = { 0 };
	arena_init(&arena, BUNDLE_ARENA);
	fault why = diagnosis_build(settings, &arena, &cab);
	struct cause cause = why ? cause_of(why, NULL) : send_cab(settings, order, cab);
	arena_done(&arena);
	return cause;
}

/* A trip for that purpose; what it made is on the disk, so that one that was cut short is taken up again. */
static struct cause go(const struct settings *settings, enum trip_purpose purpose, unsigned options)
{
	struct cause cause = { 0 };
	const struct invocation invocation = { .set = options, .settings = *settings };
	fault why = enroll_again(&invocation, purpose, &cause);
	return why && !cause.code[0] ? cause_of(why, NULL) : why ? cause : (struct cause){ 0 };
}

static struct cause order_attest(const struct settings *settings, struct bytes order)
{
	(void)order;
	return go(settings, TRIP_ATTEST, 0);
}

static struct cause order_recover(const struct settings *settings, struct bytes order)
{
	struct cause cause = { 0 };
	(void)order;
	fault why = recovery_run(settings, &cause);
	return why ? cause : (struct cause){ 0 };
}

static struct cause order_renew(const struct settings *settings, struct bytes order)
{
	(void)order;
	return go(settings, TRIP_RENEW, 0);
}

static struct cause order_rotate(const struct settings *settings, struct bytes order)
{
	(void)order;
	return go(settings, TRIP_RENEW, INVOCATION_NEW_AK);
}

/* Nothing yet: without its certificate nobody would hear that it is done (agent/presence.c, leave). */
static struct cause order_prepare_leave(const struct settings *settings, struct bytes order)
{
	(void)settings;
	(void)order;
	return (struct cause){ 0 };
}

/* --- all of them ---------------------------------------------------------------------------------------- */

static const struct row {
	enum trip_order kind;
	const char *word;
	struct cause (*run)(const struct settings *settings, struct bytes order);
} rows[] = {
#define O(kind, word, function) { TRIP_ORDER_##kind, word, function },
#include "agent/order.def"
#undef O
};

static const struct row *find(uint64_t kind)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (rows[i].kind == kind)
			return &rows[i];
	return NULL;
}

const char *order_word(uint64_t kind)
{
	const struct row *row = find(kind);
	return row ? row->word : "unknown";
}

static fault note(const struct settings *settings, struct state *state, const struct order_done *done)
{
	struct event_book book;
	struct arena arena;
	bool is_done = !done->cause.code[0];
	const struct order order = { BYTES_OF(done->id), done->kind };
	const struct event e = { .name = is_done ? EVENT_ORDER_DONE : EVENT_ORDER_FAILED,
				 .cause = is_done ? NULL : &done->cause,
				 .values = { order_word(done->kind), done->cause.code } };
	arena_init(&arena, NOTE_ARENA);
	fault why = ledger_put(state, &order, &done->cause, &arena);
	event_init(&book, state, settings->journal);
	event_put(&book, &e);
	event_done(&book);
	arena_done(&arena);
	return why;
}

/* What cannot be written down is not said: the order comes again. */
void order_run(const struct settings *settings, struct order_done *done)
{
	const struct row *row = find(done->kind);
	struct state state = STATE_UNOPENED;
	done->cause = row ? row->run(settings, BYTES_OF(done->id)) : cause_of(FAIL(COMMAND_UNKNOWN), NULL);
	fault why = state_open(&state, settings->state);
	if (!why)
		why = note(settings, &state, done);
	if (why)
		done->cause = cause_of(why, state.detail);
	state_close(&state);
}
