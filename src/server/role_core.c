#include "server/role_core.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "base/text.h"
#include "cert/lint.h"
#include "flow/approval.h"
#include "flow/blocking.h"
#include "flow/contacts.h"
#include "flow/filtering.h"
#include "flow/complying.h"
#include "flow/restricting.h"
#include "proc/clock.h"
#include "proc/entropy.h"
#include "proc/log.h"
#include "proc/sandbox.h"
#include "server/answering.h"
#include "server/disk.h"
#include "server/lookup.h"
#include "server/mintage.h"
#include "server/notary.h"
#include "server/response.h"
#include "server/standing.h"
#include "server/work.h"
#include "sign/hierarchy.h"

#define CORE_ASKED 16384
#define CORE_AUDIT (1 << 20) /* a page of rows */
#define CORE_TICK_MS 2000
#define CORE_PRUNE_S 3600
#define CORE_APPRAISE_S 2
#define CORE_WATCH_S 5
#define CORE_FILES 262144
#define CORE_FILE_MAX 65536

/*
 * --- to and from the CA ----------------------------------------------------------------------------------
 */

static void ask_one(struct core *c, struct opening *t, size_t k)
{
	struct pending_item item = {
		.to = c->ca, .of = c->openings, .from_id = k, .since_ms = clock_monotonic_ms()
	};
	bool is_named = bytes_copy(t->issuance.ticket_id, item.request_id, sizeof(item.request_id));
	t->asked[k] = is_named && !pending_send(c->asked, &item, FRAME_ISSUE, &t->issuance.issue[k]);
}

static void finish(struct core *c, struct opening *t, const struct job_kind *kind, fault why)
{
	struct job *j = t->is_finishing ? NULL : core_put(c, kind, NULL, NULL);
	if (!j)
		return;
	struct work_ticket *w = arena_alloc(&j->arena, sizeof(*w));
	t->is_finishing = bytes_copy(t->issuance.ticket_id, w->id, sizeof(w->id));
	w->why = why;
	j->result = w;
}

void core_ask(struct core *c, struct opening *t)
{
	if (is_opening_signed(t)) {
		finish(c, t, &work_finish, NULL);
		return;
	}
	for (size_t k = 0; c->ca && k < t->issuance.n; k++)
		if (!t->asked[k] && !t->issuance.der[k].p)
			ask_one(c, t, k);
}

static void ask_each(void *of, struct opening *t)
{
	core_ask(of, t);
}

void core_ask_all(struct core *c)
{
	openings_list(c->openings, ask_each, c);
}

/*
 * The ticket an answer of the CA is about; NULL when it is settled, as after the refusal of its other half.
 */
static struct opening *find_asked(const struct core *c, const struct pending_item *item)
{
	return openings_find(c->openings, BYTES_OF(item->request_id));
}

static void issued(struct core *c, struct link *link, const struct frame *f)
{
	struct issued i;
	struct pending_item item;
	if (frame_get(f, &i) || !pending_take(c->asked, f->id, link, &item))
		return;
	struct opening *t = find_asked(c, &item);
	fault why = t ? profile_check_signed(i.der, t->issuance.issue[item.from_id].tbs_hash) : NULL;
	if (why) {
		LOG(ERROR, "ca.mistaken", log_hex("ticket", t->issuance.ticket_id));
		finish(c, t, &work_void, why);
		return;
	}
	if (!t)
		return;
	opening_put_der(t, item.from_id, i.der);
	if (!is_opening_signed(t))
		return;
	LOG(INFO, "ticket", log_text("point", "signed"), log_hex("ticket", t->issuance.ticket_id));
	finish(c, t, &work_finish, NULL);
}

/* A rate passes by itself; any other refusal is for good. */
static void refused(struct core *c, struct link *link, const struct frame *f)
{
	struct refused r;
	struct pending_item item;
	if (frame_get(f, &r) || !pending_take(c->asked, f->id, link, &item))
		return;
	fault why = fault_by_number(r.number);
	LOG(ERROR, "ca.refused", log_fault(why));
	struct opening *t = find_asked(c, &item);
	if (!t)
		return;
	t->asked[item.from_id] = false;
	if (why && !why->retry)
		finish(c, t, &work_void, why);
}

void core_log(const struct job *j)
{
	LOG(INFO, j->kind->name, log_hex("request", j->request_id),
	    log_int("status", j->answer.why ? j->answer.why->http : (int)j->answer.status),
	    log_fault(j->answer.why));
}

void core_send(struct core *c, struct job *j)
{
	struct response r;
	uint8_t memory[PROBLEM_SIZE_MAX];
	(void)c;
	if (!j->link)
		return;
	response_build(&j->answer, j->request_id, memory, &r);
	if (link_send(j->link, FRAME_RESPONSE, j->frame.id, &r))
		LOG(WARNING, "answer.dropped", log_hex("request", j->request_id));
}

/*
 * --- the loop --------------------------------------------------------------------------------------------
 */

struct job *core_put(struct core *c, const struct job_kind *kind, struct link *link,
		     const struct frame *frame)
{
	struct job *j = jobs_put(c->jobs, kind, link, frame);
	if (j)
		loop_deferred_start(c->commit);
	return j;
}

/* Whatever decisions go by; restrictions and compliance policies borrow filters. */
static fault build_rules(struct flow *f)
{
	TRY(blocking_build(f));
	TRY(filtering_build(f));
	TRY(restricting_build(f));
	return complying_build(f);
}

/* Until it could be loaded, answers wait. */
static void load_rules(struct core *c)
{
	fault why = c->is_rule_changed ? build_rules(&c->flow) : NULL;
	if (why)
		LOG(ERROR, "rules.failed", log_fault(why));
	c->is_rule_changed = why != NULL;
}

static void commit(void *self)
{
	struct core *c = self;
	uint64_t notices = c->flow.notices;
	c->flow.now = clock_now_s();
	fault why = jobs_run(c->jobs, c, c->flow.store);
	if (why)
		LOG(ERROR, "commit.failed", log_fault(why), log_text("detail", store_detail(c->flow.store)));
	c->is_trust_changed = false;
	publication_commit(c->publication);
	load_rules(c);
	if (c->flow.notices != notices)
		gather_tick(c->gather);
	if (!is_jobs_empty(c->jobs))
		loop_deferred_start(c->commit);
	else if (c->stopping && openings_count(c->openings) == 0)
		loop_stop(c->loop);
}

static const struct job_kind *const kinds[FRAME_TYPE_COUNT] = {
	[FRAME_BEGIN_FACTS] = &work_begin,
	[FRAME_ANSWER_FACTS] = &work_answer,
	[FRAME_CALL] = &work_call,
	[FRAME_TOKEN_ASK] = &mintage_begin,
	[FRAME_POSSESSION] = &mintage_answer,
	[FRAME_INQUIRY] = &answering_ask,
	[FRAME_PRESENCE] = &work_checkin,
	[FRAME_DIAGNOSTICS] = &work_bundle,
};

static void answer_busy(struct core *c, struct link *link, uint64_t id)
{
	struct job j = { .link = link, .frame = { .id = id }, .answer = { .why = FAIL(SYS_BUSY) } };
	core_send(c, &j);
}

static void gathered(struct core *c, struct link *link, const struct frame *f)
{
	(void)link;
	gather_take(c->gather, f);
}

/* Every verify checks tokens by them. */
static void keys_said(struct core *c, struct link *link, const struct frame *f)
{
	mintage_put_keys(c, link, f);
	for (unsigned i = 0; i < ROLE_INSTANCES_MAX; i++)
		mintage_send_keys(c, child_find(c->child, (struct role_id){ ROLE_VERIFY, i }));
}

/* What core asked for, or is told. */
static void (*const answers[FRAME_TYPE_COUNT])(struct core *c, struct link *link, const struct frame *f) = {
	[FRAME_ISSUED] = issued,    [FRAME_REFUSED] = refused,     [FRAME_FETCHED] = gathered,
	[FRAME_EXAMINED] = gathered, [FRAME_MINTED] = mintage_take, [FRAME_MINT_KEYS] = keys_said,
	[FRAME_SIGNED] = standing_take, [FRAME_ANSWERED] = answering_take,
	[FRAME_AUDIT_SEAL] = notary_take, [FRAME_RESPONSE] = lookup_take,
};

static void frame(void *self, struct link *link, const struct frame *f)
{
	struct core *c = self;
	if (answers[f->type])
		answers[f->type](c, link, f);
	else if (!kinds[f->type] || !core_put(c, kinds[f->type], link, f))
		answer_busy(c, link, f->id);
}

static void joined(void *self, struct role_id peer, struct link *link)
{
	struct core *c = self;
	if (peer.role == ROLE_VERIFY) {
		mintage_send_keys(c, link);
		publication_put_reader(c->publication, link);
		return;
	}
	if (peer.role != ROLE_CA)
		return;
	c->ca = link;
	core_ask_all(c);
	standing_tick(c);
}

static void forget_waiter(void *of, struct opening *t)
{
	if (t->waiter == of)
		t->waiter = NULL;
}

static void left(void *self, struct role_id peer, struct link *link)
{
	struct core *c = self;
	struct pending_item item;
	jobs_forget(c->jobs, link);
	openings_list(c->openings, forget_waiter, link);
	while (pending_take_link(c->asked, link, &item)) {
		struct opening *t = find_asked(c, &item);
		if (t)
			t->asked[item.from_id] = false;
	}
	if (peer.role == ROLE_CA && c->ca == link)
		c->ca = NULL;
	mintage_forget(c, link);
	standing_forget(c, link);
	notary_forget(c, link);
	answering_forget(c, link);
	lookup_forget(c, link);
	publication_delete_reader(c->publication, link);
	gather_forget(c->gather, peer);
	gather_forget_waiter(c->gather, link);
}

static void drained(void *self, struct link *link)
{
	struct core *c = self;
	(void)link;
	publication_send(c->publication);
}

/* Its turn comes again. */
static void put_quietly(struct core *c, const struct job_kind *kind)
{
	if (!core_put(c, kind, NULL, NULL))
		LOG(WARNING, "job.skipped", log_text("job", kind->name), log_fault(FAIL(SYS_BUSY)));
}

/* Queues work that is done every so often, also when the clock was set back. */
static void put_when_due(struct core *c, const struct job_kind *kind, int64_t every_s, int64_t *last)
{
	int64_t now = clock_now_s();
	if (now < *last + every_s && now >= *last)
		return;
	*last = now;
	put_quietly(c, kind);
}

static void tick(void *self)
{
	struct core *c = self;
	publication_send(c->publication);
	core_ask_all(c);
	standing_tick(c);
	notary_tick(c);
	gather_tick(c->gather);
	mintage_tick(c);
	answering_tick(c);
	lookup_tick(c);
	if (is_contacts_due(c->flow.contacts, clock_now_s()))
		put_quietly(c, &work_contacts);
	put_quietly(c, &work_commands);
	put_when_due(c, &work_appraise, CORE_APPRAISE_S, &c->appraised);
	put_when_due(c, &work_watch, CORE_WATCH_S, &c->watched);
	put_when_due(c, &work_prune, CORE_PRUNE_S, &c->pruned);
}

static void stop(void *self)
{
	struct core *c = self;
	c->stopping = true;
	put_quietly(c, &work_contacts);
	if (is_jobs_empty(c->jobs) && openings_count(c->openings) == 0)
		loop_stop(c->loop);
}

/*
 * --- start -----------------------------------------------------------------------------------------------
 */

/* Keys outlive restarts; one that is not there is drawn. */
static fault read_key(const struct settings *s, const char *file, struct vault_key *ret)
{
	char path[SETTINGS_FILE_SIZE];
	struct arena a;
	struct bytes content = { 0 };
	uint8_t fresh[4 + VAULT_KEY_SIZE];
	settings_path(s, file, path);
	arena_init(&a, 256);
	fault why = disk_get(path, sizeof(fresh), &a, &content);
	if (why && errno == ENOENT) {
		const struct disk_owner owner = { .mode = 0600 };
		why = entropy_fill(fresh, sizeof(fresh));
		content = BYTES_OF(fresh);
		if (!why)
			why = disk_put(path, content, owner);
	}
	struct rd r = rd_of(content);
	ret->generation = rd_be32(&r);
	struct bytes key = rd_bytes(&r, VAULT_KEY_SIZE);
	if (!why && (!is_rd_done(&r) || !bytes_copy(key, ret->key, VAULT_KEY_SIZE)))
		why = FAIL(KEY_FILE);
	secret_done(fresh, sizeof(fresh));
	secret_done(a.p, a.n);
	arena_done(&a);
	return why;
}

static fault read_issuer(struct core *c, const struct settings *s, uint64_t generation, struct issuer *ret)
{
	uint8_t *octets = arena_alloc(&c->files, TBS_CERTIFICATE_MAX);
	NEED(octets != NULL, SYS_MEMORY);
	struct wr w = wr_of(octets, TBS_CERTIFICATE_MAX);
	TRY(lineage_get(s->data, generation, &w, ret));
	ret->url = bytes_text(settings_url(s, c->url));
	ret->lists = settings_lists(s);
	return NULL;
}

/* The present issuing CA first, then those before it. */
static fault read_issuers(struct core *c, const struct settings *s, const struct lineage *l)
{
	size_t n = (size_t)(l->present - l->oldest) + 1;
	for (size_t i = 0; i < n; i++)
		TRY(read_issuer(c, s, l->present - i, &c->issuers[i]));
	c->flow.issuer = c->issuers;
	c->flow.formers = n - 1;
	c->flow.chain = (struct bytes_list){ .n = 1, .v = { c->issuers[0].certificate } };
	return lint_check_all(&c->issuers[0]);
}

static fault read_files(struct core *c, const struct settings *s)
{
	char path[SETTINGS_FILE_SIZE], name[LINEAGE_PATH_SIZE];
	const struct lineage l = lineage_find(s->data);
	TRY(disk_get_pem(settings_path(s, HIERARCHY_ROOT, path), &c->files, &c->served.root));
	settings_path(s, lineage_path(l.present, LINEAGE_ROOT_CRL, name), path);
	TRY(disk_get(path, CORE_FILE_MAX, &c->files, &c->served.root_crl));
	return read_issuers(c, s, &l);
}

static fault open_audit(struct flow *f)
{
	struct arena a;
	arena_init(&a, CORE_AUDIT);
	fault why = auditing_open(f, &a);
	arena_done(&a);
	return why;
}

static fault open_lists(struct flow *f)
{
	TRY(store_begin(f->store));
	fault why = revocation_open(f);
	if (!why)
		why = approval_note_switch(f);
	if (!why)
		return store_commit(f->store);
	store_rollback(f->store);
	return why;
}

static fault open_records(struct core *c, const struct settings *s)
{
	char path[SETTINGS_FILE_SIZE];
	c->limits = (struct flow_limits){
		.ticket_s = s->challenge_s,
		.certificate_s = s->certificate_days * 86400,
		.refusals = s->refusals,
		.devices = s->devices,
		.evidence = s->evidence,
		.issuers = s->issuers,
		.fetch_retry_s = s->fetch_retry_s,
		.webhook_retry_s = s->webhook_retry_s,
		.webhook_days = s->webhook_days,
		.crl_s = s->crl_s,
		.checkin_s = s->checkin_s,
		.attest_s = s->attest_s,
		.bundles = s->bundles,
		.provisioning = { s->wait_minutes * 60, s->life_days * 86400 },
		.outbreak = { s->outbreak_devices, (int64_t)s->outbreak_s },
		.failures = s->failures,
		.failure_days = s->failure_days,
		.crl_pause_s = s->crl_pause_s,
		.answer_s = s->answer_s,
		.session_idle_s = s->session_minutes * 60,
		.session_s = s->session_hours * 3600,
		.calls = s->calls,
		.sign_ins = s->sign_ins,
		.passwords = bytes_unless_empty(bytes_text(s->passwords)),
		.two_persons = s->two_persons,
	};
	c->flow.attempts = attempts_new();
	c->flow.contacts = contacts_new();
	c->flow.limits = &c->limits;
	c->flow.ticket_key = &c->ticket_key;
	c->flow.record_key = &c->record_key;
	c->flow.admits_expired_ca = s->expired_ca;
	c->flow.admits_unlisted = !s->crl_required;
	c->flow.gates = bytes_unless_empty(bytes_text(s->gates));
	c->flow.now = clock_now_s();
	TRY(store_open(settings_path(s, ROLE_CORE_DATABASE, path), &c->flow.store));
	TRY(open_audit(&c->flow));
	TRY(restricting_put_default(&c->flow));
	TRY(complying_put_default(&c->flow));
	TRY(open_lists(&c->flow));
	TRY(build_rules(&c->flow));
	return publication_open(c->publication);
}

/* The role leaves root behind before it opens its records, so that their files are its own. */
static fault start(struct core *c, const struct settings *s)
{
	char folder[SETTINGS_FILE_SIZE];
	uint32_t uid = settings_uid(s, ROLE_CORE);
	const struct sandbox_plan plan = { .uid = uid, .gid = uid,
					   .folder = settings_path(s, ROLE_CORE_FOLDER, folder) };
	TRY(read_files(c, s));
	TRY(sandbox_leave_root(&plan));
	/* A device in the middle of its trips need not begin again. */
	TRY(read_key(s, ROLE_CORE_TICKET_KEY, &c->ticket_key));
	TRY(read_key(s, ROLE_CORE_RECORD_KEY, &c->record_key));
	TRY(open_records(c, s));
	TRY(sandbox_enter(ROLE_CORE, &plan));
	TRY(child_ready(c->child));
	return core_put(c, &work_resume, NULL, NULL) ? NULL : FAIL(SYS_BUSY);
}

static void core_done(struct core *c)
{
	loop_event_free(c->commit);
	loop_event_free(c->tick);
	child_close(c->child);
	publication_free(c->publication);
	gather_free(c->gather);
	store_close(c->flow.store);
	attempts_free(c->flow.attempts);
	contacts_free(c->flow.contacts);
	blocking_free(c->flow.blocking);
	restricting_free(c->flow.restricting);
	complying_free(c->flow.complying);
	filtering_free(c->flow.filtering);
	openings_free(c->openings);
	jobs_free(c->jobs);
	pending_free(c->asked);
	pending_free(c->minted);
	pending_free(c->standings);
	pending_free(c->heads);
	pending_free(c->answers_owed);
	pending_free(c->lookups);
	answers_free(c->answers);
	arena_done(&c->files);
	secret_done(&c->ticket_key, sizeof(c->ticket_key));
	secret_done(&c->record_key, sizeof(c->record_key));
	loop_free(c->loop);
	free(c);
}

fault role_core_serve(struct role_id own, const struct settings *settings)
{
	struct core *c = calloc(1, sizeof(*c));
	NEED(c != NULL, SYS_MEMORY);
	c->admin_verifier = (unsigned)settings->verifiers;
	c->loop = loop_new();
	c->jobs = jobs_new();
	c->openings = openings_new();
	c->asked = pending_new(CORE_ASKED);
	c->minted = pending_new(MINTAGE_ASKED);
	c->standings = pending_new(STANDING_ASKED);
	c->heads = pending_new(NOTARY_ASKED);
	c->answers_owed = pending_new(ANSWERING_ASKED);
	c->lookups = pending_new(LOOKUP_ASKED);
	c->answers = answers_new();
	c->publication = publication_new(&c->flow);
	c->gather = gather_new(c, &(struct gather_bounds){ settings->fetch_size, settings->crl_size });
	arena_init(&c->files, CORE_FILES);
	const struct child_plan plan = {
		.self = c, .joined = joined, .left = left, .frame = frame, .drained = drained, .stop = stop
	};
	TRY(child_open(c->loop, own, &plan, &c->child));
	c->commit = loop_deferred_new(c->loop, commit, c);
	c->tick = loop_timer_new(c->loop, tick, c);
	loop_timer_repeat(c->tick, CORE_TICK_MS);
	fault why = start(c, settings);
	if (why)
		child_refuse(c->child, why);
	else
		why = loop_run(c->loop);
	core_done(c);
	return why;
}
