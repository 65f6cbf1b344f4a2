#include "server/work.h"

#include <string.h>

#include "attest/leniency.h"
#include "flow/admission.h"
#include "flow/appraising.h"
#include "flow/batches.h"
#include "flow/bundles.h"
#include "flow/challenge.h"
#include "flow/checkin.h"
#include "flow/contacts.h"
#include "flow/exporting.h"
#include "flow/notifying.h"
#include "flow/outbreaks.h"
#include "flow/revocation.h"
#include "proc/log.h"
#include "server/lookup.h"
#include "server/mintage.h"
#include "store/store_enrolment.h"
#include "store/store_idp.h"

#define WORK_SKEW_S 10 /* net and core read the same clock; more means that one of them lies */
#define WORK_RESUME_PAGE 100
#define WORK_RESUME_ARENA (1 << 20)
#define WORK_OPENINGS_MAX 8192 /* tickets between T1 and T2; more means that the CA does not keep up */
#define WORK_APPRAISE_MAX 100 /* devices at once */
#define WORK_REPLY_S (7 * 86400) /* how long a repeated answer gets its reply */

static void log_point(const char *point, struct bytes ticket)
{
	LOG(INFO, "ticket", log_text("point", point), log_hex("ticket", ticket));
}

/* What verify says of how it judged. */
struct origin {
	uint64_t now;
	struct bytes snapshot;
	bool admits_expired_ca, requires_crl;
	uint64_t leniencies;
};

#define ORIGIN_OF(facts) \
	(&(struct origin){ (facts)->now, (facts)->snapshot, (facts)->expired_ca, (facts)->crl_required, \
			   (facts)->leniencies })

/* verify may be out of date or taken over: what it says of time and trust must be what core knows. */
static fault check_origin(const struct core *c, const struct origin *o)
{
	int64_t skew = (int64_t)o->now - c->flow.now;
	NEED(skew >= -WORK_SKEW_S && skew <= WORK_SKEW_S, SYS_BUSY);
	NEED(!c->is_trust_changed && is_bytes_equal(o->snapshot, BYTES_OF(c->flow.snapshot)), SYS_BUSY);
	NEED(o->admits_expired_ca == c->flow.admits_expired_ca, SYS_FRAME);
	NEED(o->requires_crl != c->flow.admits_unlisted, SYS_FRAME);
	NEED((o->leniencies & ~(uint64_t)LENIENCY_ALL) == 0, SYS_FRAME);
	NEED(!c->is_rule_changed, SYS_BUSY);
	return NULL;
}

/* Somebody lacks a CA certificate, a list or a key: it is looked for at once, and nobody waits for it. */
static void tick_gather(struct core *c, bool is_unlisted, const struct job *j)
{
	fault why = j->answer.why;
	if (is_unlisted || why == FAIL(EK_CHAIN_UNTRUSTED) || why == FAIL(TOK_KEY_UNKNOWN))
		gather_tick(c->gather);
}

/*
 * --- trip 1 ----------------------------------------------------------------------------------------------
 */

struct begin_result {
	struct begin_facts facts;
	struct challenge_result challenge;
};

static fault run_begin(struct core *c, struct job *j)
{
	struct begin_result *r = arena_alloc(&j->arena, sizeof(*r));
	NEED(r != NULL, SYS_MEMORY);
	TRY(frame_get(&j->frame, &r->facts));
	j->request_id = r->facts.request_id;
	j->result = r;
	TRY(check_origin(c, ORIGIN_OF(&r->facts)));
	fault why = challenge_build(&c->flow, &r->facts, &j->arena, &r->challenge);
	j->answer = r->challenge.answer;
	return why;
}

static fault refused_begin(struct core *c, struct job *j, fault why)
{
	const struct begin_result *r = j->result;
	return r ? challenge_refuse(&c->flow, &r->facts, &r->challenge, why) : NULL;
}

static void done_begin(struct core *c, struct job *j)
{
	const struct begin_result *r = j->result;
	core_log(j);
	tick_gather(c, r && r->facts.unlisted.n, j);
	if (j->answer.why || !r->challenge.has_credential) {
		core_send(c, j);
		return;
	}
	if (j->link && link_send(j->link, FRAME_CREDENTIAL, j->frame.id, &r->challenge.credential))
		LOG(WARNING, "answer.dropped", log_hex("request", j->request_id));
}

const struct job_kind work_begin = { "begin", run_begin, refused_begin, done_begin };

/*
 * --- trip 2, up to T1 ------------------------------------------------------------------------------------
 */

struct answer_result {
	struct answer_facts facts;
	struct admission admission;
};

static fault run_answer(struct core *c, struct job *j)
{
	struct answer_result *r = arena_alloc(&j->arena, sizeof(*r));
	NEED(r != NULL, SYS_MEMORY);
	TRY(frame_get(&j->frame, &r->facts));
	j->request_id = r->facts.request_id;
	j->result = r;
	log_point("facts", r->facts.id);
	TRY(check_origin(c, ORIGIN_OF(&r->facts)));
	NEED(openings_count(c->openings) < WORK_OPENINGS_MAX, SYS_BUSY);
	fault why = admission_build(&c->flow, &r->facts, &j->arena, &r->admission);
	j->answer = r->admission.answer;
	return why;
}

static fault refused_answer(struct core *c, struct job *j, fault why)
{
	const struct answer_result *r = j->result;
	return r ? admission_refuse(&c->flow, &r->facts, &r->admission, why) : NULL;
}

/* The reply comes with T2: until then the asker waits with the ticket, in the place of an earlier one. */
static void wait_for(struct opening *t, struct job *j)
{
	t->waiter = j->link;
	t->waiter_id = j->frame.id;
}

static void done_answer(struct core *c, struct job *j)
{
	const struct answer_result *r = j->result;
	struct opening *t = r ? openings_find(c->openings, r->admission.ticket_id) : NULL;
	if (!j->answer.why && r->admission.issues) {
		log_point("t1", r->admission.ticket_id);
		struct issuance i = { .ticket_id = r->admission.ticket_id, .n = r->admission.issues };
		memcpy(i.issue, r->admission.issue, sizeof(i.issue));
		t = openings_put(c->openings, &i);
		wait_for(t, j);
		core_ask(c, t);
		return;
	}
	if (!j->answer.why && r->admission.is_open && t) {
		wait_for(t, j);
		return;
	}
	if (!j->answer.why && r->admission.is_open)
		j->answer.why = FAIL(SYS_BUSY);
	core_log(j);
	tick_gather(c, false, j);
	core_send(c, j);
}

const struct job_kind work_answer = { "answer", run_answer, refused_answer, done_answer };

/*
 * --- T2 --------------------------------------------------------------------------------------------------
 */

static struct opening *find_ticket(struct core *c, struct job *j)
{
	const struct work_ticket *w = j->result;
	return openings_find(c->openings, BYTES_OF(w->id));
}

static fault run_finish(struct core *c, struct job *j)
{
	struct opening *t = find_ticket(c, j);
	NEED(t != NULL, BUG);
	return issuance_finish(&c->flow, &t->issuance, &j->arena, &j->answer);
}

static void answer_waiter(struct core *c, struct job *j, struct opening *t)
{
	struct bytes id = t->issuance.ticket_id;
	j->link = t->waiter;
	j->frame.id = t->waiter_id;
	core_send(c, j);
	log_point("replied", id);
	openings_delete(c->openings, t);
}

static void done_finish(struct core *c, struct job *j)
{
	struct opening *t = find_ticket(c, j);
	if (!t)
		return;
	if (!j->answer.why) {
		log_point("t2", t->issuance.ticket_id);
		answer_waiter(c, j, t);
		return;
	}
	/* The intent stands; the next tick tries again, and the device repeats its request. */
	LOG(ERROR, "t2.failed", log_hex("ticket", t->issuance.ticket_id), log_fault(j->answer.why));
	t->is_finishing = false;
}

const struct job_kind work_finish = { "finish", run_finish, NULL, done_finish };

static fault run_void(struct core *c, struct job *j)
{
	const struct work_ticket *w = j->result;
	return issuance_void(&c->flow, BYTES_OF(w->id), w->why, &j->arena);
}

static void done_void(struct core *c, struct job *j)
{
	const struct work_ticket *w = j->result;
	struct opening *t = find_ticket(c, j);
	if (!t)
		return;
	LOG(ERROR, "ticket.void", log_hex("ticket", BYTES_OF(w->id)), log_fault(w->why));
	if (j->answer.why) {
		t->is_finishing = false;
		return;
	}
	j->answer = (struct flow_answer){ .why = w->why };
	answer_waiter(c, j, t);
}

const struct job_kind work_void = { "void", run_void, NULL, done_void };

/*
 * --- the rest --------------------------------------------------------------------------------------------
 */

/* A verify that devices reach asks for nothing that is an administrator's, whatever token it came by. */
static fault check_listener(const struct core *c, const struct job *j, uint64_t endpoint)
{
	NEED(j->link != NULL, SYS_BUSY);
	bool is_admin = link_peer(j->link).instance == c->admin_verifier;
	NEED(endpoint < ENDPOINT_COUNT, SYS_FRAME);
	NEED(endpoints[endpoint].listener & (is_admin ? ENDPOINT_ON_ADMIN : ENDPOINT_ON_DEVICE), SYS_FRAME);
	return NULL;
}

static fault run_call(struct core *c, struct job *j)
{
	struct call call;
	TRY(frame_get(&j->frame, &call));
	j->request_id = call.request_id;
	TRY(check_listener(c, j, call.endpoint));
	TRY(serve_call(&c->flow, &c->served, &call, &j->arena, &j->answer));
	c->is_trust_changed = c->is_trust_changed || j->answer.changes_n;
	c->is_rule_changed = c->is_rule_changed || is_serve_rule(call.endpoint);
	return NULL;
}

/* To a role that answers instead; else why not is the answer. */
static bool is_handed_on(struct core *c, struct job *j)
{
	if (j->answer.result)
		mintage_ask_result(c, j);
	else if (j->answer.reading)
		j->answer.why = lookup_ask(c, j);
	else if (j->answer.errand)
		j->answer.why = gather_put(c->gather, j->answer.errand,
					   &(struct entrance_waiter){ j->link, j->frame.id });
	else
		return false;
	return !j->answer.why;
}

static void done_call(struct core *c, struct job *j)
{
	if (!j->answer.why)
		publication_put(c->publication, &j->answer);
	if (!j->answer.why && is_handed_on(c, j))
		return;
	if (j->answer.why || !j->answer.reason.p) /* a gate asks at every request of a device */
		core_log(j);
	core_send(c, j);
	/* What is trusted from now on may have documents to be fetched. */
	if (!j->answer.why && j->answer.changes_n)
		gather_tick(c->gather);
}

const struct job_kind work_call = { "call", run_call, NULL, done_call };

/* One page of open intents after the ticket that last names, or from the start; *ret_n says how many. */
static fault resume_page(struct core *c, struct arena *a, struct bytes *last, size_t *ret_n)
{
	const struct store_page page = { .limit = WORK_RESUME_PAGE, .after = *last };
	struct issuance_list list;
	TRY(issuance_list(&c->flow, page, a, &list));
	struct opening *t = NULL;
	for (size_t i = 0; i < list.n; i++) {
		t = openings_find(c->openings, list.v[i].ticket_id);
		t = t ? t : openings_put(c->openings, &list.v[i]);
	}
	*last = t ? t->issuance.ticket_id : *last;
	*ret_n = list.n;
	return NULL;
}

/* However many there are: each page has the whole arena. */
static fault run_resume(struct core *c, struct job *j)
{
	struct arena a;
	struct bytes last = { 0 };
	size_t n = WORK_RESUME_PAGE;
	fault why = NULL;
	(void)j;
	arena_init(&a, WORK_RESUME_ARENA);
	while (!why && n == WORK_RESUME_PAGE) {
		arena_reset(&a);
		why = resume_page(c, &a, &last, &n);
	}
	arena_done(&a);
	return why;
}

static void done_resume(struct core *c, struct job *j)
{
	LOG(INFO, "resume", log_int("open", (int64_t)openings_count(c->openings)), log_fault(j->answer.why));
	core_ask_all(c);
}

const struct job_kind work_resume = { "resume", run_resume, NULL, done_resume };

static fault run_checkin(struct core *c, struct job *j)
{
	struct presence p;
	TRY(frame_get(&j->frame, &p));
	j->request_id = p.request_id;
	return checkin_take(&c->flow, &p, &j->arena, &j->answer);
}

static void done_checkin(struct core *c, struct job *j)
{
	if (j->answer.why)
		core_log(j);
	core_send(c, j);
}

const struct job_kind work_checkin = { "checkin", run_checkin, NULL, done_checkin };

static fault run_bundle(struct core *c, struct job *j)
{
	struct diagnostics d;
	TRY(frame_get(&j->frame, &d));
	j->request_id = d.request_id;
	return bundles_take(&c->flow, &d, &j->arena, &j->answer);
}

const struct job_kind work_bundle = { "bundle", run_bundle, NULL, done_checkin };

static fault run_commands(struct core *c, struct job *j)
{
	TRY(commands_expire(&c->flow));
	return batches_run(&c->flow, &j->arena);
}

static void done_commands(struct core *c, struct job *j)
{
	(void)c;
	if (j->answer.why)
		LOG(ERROR, "commands", log_fault(j->answer.why));
}

const struct job_kind work_commands = { "commands", run_commands, NULL, done_commands };

static fault run_contacts(struct core *c, struct job *j)
{
	(void)j;
	return contacts_save(c->flow.contacts, c->flow.store);
}

static void done_contacts(struct core *c, struct job *j)
{
	(void)c;
	if (j->answer.why)
		LOG(ERROR, "contacts", log_fault(j->answer.why));
}

const struct job_kind work_contacts = { "contacts", run_contacts, NULL, done_contacts };

/* Whether one fault befalls many at once; what is told outlives the transaction with the job's arena. */
static fault run_watch(struct core *c, struct job *j)
{
	struct outbreaks_news *news = arena_alloc(&j->arena, sizeof(*news));
	NEED(news != NULL, SYS_MEMORY);
	TRY(outbreaks_judge(&c->flow, &j->arena, news));
	j->result = news;
	return NULL;
}

static void log_outbreak(const struct outbreaks_change *change)
{
	const struct store_outbreak *r = change->row;
	fault why = fault_find(r->fault);
	if (change->change == OUTBREAK_ENDS)
		LOG(WARNING, "outbreak.ended", log_fault(why), log_bytes("origin", r->origin),
		    log_int("devices", (int64_t)r->devices));
	else
		LOG(ERROR, "outbreak.began", log_fault(why), log_bytes("origin", r->origin),
		    log_bytes("issuer", r->issuer), log_int("devices", (int64_t)r->devices),
		    log_text("suspected", why ? outbreak_advice_of(why).suspect : ""));
}

static void done_watch(struct core *c, struct job *j)
{
	const struct outbreaks_news *news = j->result;
	(void)c;
	if (j->answer.why)
		LOG(ERROR, "watch", log_fault(j->answer.why));
	for (size_t i = 0; !j->answer.why && i < news->n; i++)
		log_outbreak(&news->v[i]);
}

const struct job_kind work_watch = { "watch", run_watch, NULL, done_watch };

/*
 * Few at a time, so that nobody who asks has to wait for all of a fleet; the rest has its turn in a second.
 */
static fault run_appraise(struct core *c, struct job *j)
{
	struct appraising_swept *swept = arena_alloc(&j->arena, sizeof(*swept));
	NEED(swept != NULL, SYS_MEMORY);
	j->result = swept;
	return appraising_sweep(&c->flow, WORK_APPRAISE_MAX, &j->arena, swept);
}

static void done_appraise(struct core *c, struct job *j)
{
	const struct appraising_swept *swept = j->result;
	(void)c;
	if (j->answer.why)
		LOG(ERROR, "appraise", log_fault(j->answer.why));
	else if (swept->failed)
		LOG(ERROR, "appraise.failed", log_int("devices", (int64_t)swept->failed),
		    log_hex("last", swept->device_id), log_fault(swept->why));
}

const struct job_kind work_appraise = { "appraise", run_appraise, NULL, done_appraise };

static fault run_prune(struct core *c, struct job *j)
{
	uint64_t count;
	(void)j;
	TRY(notifying_prune(&c->flow));
	TRY(store_idp_prune_uses(c->flow.store, c->flow.now - WORK_REPLY_S));
	TRY(store_enrolment_prune(c->flow.store, c->flow.now - WORK_REPLY_S, &count));
	TRY(exporting_prune(&c->flow));
	return revocation_open(&c->flow);
}

static void done_prune(struct core *c, struct job *j)
{
	(void)c;
	if (j->answer.why)
		LOG(ERROR, "prune", log_fault(j->answer.why));
}

const struct job_kind work_prune = { "prune", run_prune, NULL, done_prune };
