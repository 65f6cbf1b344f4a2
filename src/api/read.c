#include "api/read.h"

#include <stdio.h>

#include "api/exportorder.h"
#include "api/odata.h"
#include "api/option.h"
#include "api/proving.h"
#include "api/report.h"
#include "base/text.h"
#include "flow/account.h"
#include "flow/blocking.h"
#include "flow/caller.h"
#include "flow/certificates.h"
#include "flow/commands.h"
#include "flow/filtering.h"
#include "flow/profiles.h"
#include "flow/provider.h"
#include "flow/roster.h"
#include "flow/trust.h"
#include "policy/filter.h"
#include "wire/jsn.h"

#define READ_SKIP_MAX 128

/* A detail that is so unless the condition holds; it begins with the member that it is about. */
#define SAY(condition, detail)                          \
	do {                                            \
		*ret_detail = (condition) ? NULL : (detail); \
		NEED(!*ret_detail, PARSE_FIELD);        \
	} while (0)

/* Bodies that need more reading than their table says, after it. */
static fault read_anchors(void *body, struct arena *a, const char **ret_detail)
{
	const struct anchors_new *in = body;
	enum anchors_class class;
	enum anchors_role role;
	SAY(anchors_class_parse(in->class, &class), "class: no kind of TPM is called that.");
	SAY(!in->role.p || anchors_role_parse(in->role, &role), "role: intermediate or root.");
	SAY(!in->read.p, "read: what a certificate says is read from it.");
	SAY(in->certificates.n, "certificates: some, in DER.");
	return trust_parse(body, a);
}

static fault read_account(void *body, struct arena *a, const char **ret_detail)
{
	const struct account_set *in = body;
	(void)a;
	SAY(!in->state.p || account_state_find(in->state), "state: active or disabled.");
	return NULL;
}

static fault read_blocklist(void *body, struct arena *a, const char **ret_detail)
{
	(void)a;
	return blocking_read_row(body, ret_detail);
}

static fault read_registration(void *body, struct arena *a, const char **ret_detail)
{
	const struct registration_new *in = body;
	SAY(in->ek_hash.p || in->serial_number.n, "serialNumber: this or ekHash says which device it is.");
	return roster_read(body, a, ret_detail);
}

static fault read_filter_new(void *body, struct arena *a, const char **ret_detail)
{
	const struct filter_new *in = body;
	SAY(in->display_name.n, "displayName: it has none.");
	return filtering_read(in->rule, in->trust_claims, a, ret_detail);
}

/* Whether it may decide is asked when it is known what the record says. */
static fault read_filter_set(void *body, struct arena *a, const char **ret_detail)
{
	const struct filter_set *in = body;
	SAY(in->display_name.p || in->rule.p, "displayName: this or the rule is to be another.");
	SAY(!in->display_name.p || in->display_name.n, "displayName: it would have none.");
	return in->rule.p ? filtering_read(in->rule, true, a, ret_detail) : NULL;
}

static fault read_filter_trial(void *body, struct arena *a, const char **ret_detail)
{
	return filtering_read(((const struct filter_trial *)body)->rule, true, a, ret_detail);
}

static fault read_profile(void *body, struct arena *a, const char **ret_detail)
{
	const struct profile_new *in = body;
	SAY(!in->display_name.p || in->display_name.n, "displayName: it would have none.");
	return profiles_read(body, a, ret_detail);
}

static fault read_profile_new(void *body, struct arena *a, const char **ret_detail)
{
	const struct profile_new *in = body;
	SAY(in->display_name.n, "displayName: it has none.");
	return profiles_read(body, a, ret_detail);
}

static fault read_idp_new(void *body, struct arena *a, const char **ret_detail)
{
	(void)a;
	return provider_read_new(body, ret_detail);
}

static fault read_idp_set(void *body, struct arena *a, const char **ret_detail)
{
	(void)a;
	return provider_read_set(body, ret_detail);
}

/* An action that there is, and a rule that is a filter. */
static fault read_action(void *body, struct arena *a, const char **ret_detail)
{
	(void)a;
	SAY(commands_kind_of_action(((const struct action_new *)body)->action_name),
	    "actionName: no action of devices is called that.");
	return NULL;
}

static fault read_batch(void *body, struct arena *a, const char **ret_detail)
{
	const struct batch_new *in = body;
	struct action_new action = { .action_name = in->action_name };
	TRY(read_action(&action, a, ret_detail));
	SAY(!in->device_ids.p || (in->device_ids.n && !in->rule.p && !in->rate),
	    "deviceIds: some devices, in place of a rule and of a rate.");
	return in->rule.n ? filtering_read(in->rule, true, a, ret_detail) : NULL;
}

static fault read_certificate_end(void *body, struct arena *a, const char **ret_detail)
{
	(void)a;
	return certificates_read(body, ret_detail);
}

static const struct {
	enum endpoint_id id;
	fault (*read)(void *body, struct arena *a, const char **ret_detail);
} more[] = {
	{ ENDPOINT_REGISTRATION_ADD, read_registration },
	{ ENDPOINT_ACCOUNT_SET, read_account },
	{ ENDPOINT_CERTIFICATE_REVOKE, read_certificate_end },
	{ ENDPOINT_DEVICES_ACT, read_action },
	{ ENDPOINT_BATCH_ADD, read_batch },
	{ ENDPOINT_ANCHORS_ADD, read_anchors },
	{ ENDPOINT_ANCHORS_PREVIEW, read_anchors },
	{ ENDPOINT_BLOCKLIST_ADD, read_blocklist },
	{ ENDPOINT_BLOCKLIST_PREVIEW, read_blocklist },
	{ ENDPOINT_FILTER_ADD, read_filter_new },
	{ ENDPOINT_FILTER_SET, read_filter_set },
	{ ENDPOINT_FILTER_CHECK, read_filter_trial },
	{ ENDPOINT_FILTER_PREVIEW, read_filter_trial },
	{ ENDPOINT_PROFILE_ADD, read_profile_new },
	{ ENDPOINT_PROFILE_SET, read_profile },
	{ ENDPOINT_IDP_ADD, read_idp_new },
	{ ENDPOINT_IDP_SET, read_idp_set },
};

static fault read_more(enum endpoint_id id, void *body, struct arena *a, const char **ret_detail)
{
	for (size_t i = 0; i < COUNT_OF(more); i++)
		if (more[i].id == id)
			return more[i].read(body, a, ret_detail);
	return NULL;
}

/* Bodies that are registrations by the page: the member that is their list, or the one row itself. */
static const struct {
	enum endpoint_id id;
	const char *member;
} lists[] = {
	{ ENDPOINT_REGISTRATIONS_IMPORT, "registrations" },
	{ ENDPOINT_REGISTRATIONS_REMOVE, "registrations" },
	{ ENDPOINT_IMPORTED_IMPORT, "importedWindowsAutopilotDeviceIdentities" },
	{ ENDPOINT_IMPORTED_ADD, NULL },
};

/* What Graph's clients send along and what says nothing of the device. */
static const char *const ignored[] = { "@odata.type", "id", "orderIdentifier", "state", NULL };

static fault read_list(struct bytes octets, const char *member, struct arena *a, struct call *c,
		       const char **ret_detail)
{
	struct registrations_new in;
	struct jsn_list list = { .member = member, .ignored = ignored, .max = BODY_REGISTRATIONS_MAX };
	fault why = jsn_parse_list(&registration_new_message, octets, a, &list);
	*ret_detail = list.detail;
	TRY(why);
	TRY(roster_read_list(&list, a, &in));
	return flow_encode(&registrations_new_message, &in, a, &c->body);
}

/* RFC 9110 §8.3.1 */
static bool is_json(struct bytes content_type)
{
	struct bytes rest = content_type;
	return is_bytes_text(text_trimmed(bytes_until(&rest, ';')), "application/json");
}

/*
 * A page of another site may send a form here in its visitor's name, and so sign them in as somebody else;
 * JSON it may not send without being allowed to (Fetch §4.8).
 */
static fault check_signing_in(const struct request *request, enum endpoint_id id, const char **ret_detail)
{
	*ret_detail = "Content-Type: it must be application/json.";
	NEED(endpoints[id].role != FLOW_ROLE_NOBODY || is_json(request->content_type), PARSE_ENVELOPE);
	*ret_detail = NULL;
	return NULL;
}

static fault read_body(const struct request *request, struct read_site *site, struct arena *a,
		       struct call *c, const char **ret_detail)
{
	enum endpoint_id id = (enum endpoint_id)c->endpoint;
	const struct message *m = endpoints[id].body;
	/* Clients of Graph send one of these where an action takes nothing. */
	bool is_nothing = !request->body.n || is_bytes_text(request->body, "{}") ||
			  is_bytes_text(request->body, "null");
	*ret_detail = m || is_nothing ? NULL : "This address takes no body.";
	NEED(m || is_nothing, PARSE_ENVELOPE);
	if (!m)
		return NULL;
	TRY(check_signing_in(request, id, ret_detail));
	for (size_t i = 0; i < COUNT_OF(lists); i++)
		if (lists[i].id == id)
			return read_list(request->body, lists[i].member, a, c, ret_detail);
	void *body = arena_alloc(a, m->size);
	NEED(body != NULL, SYS_MEMORY);
	TRY(jsn_parse(m, request->body, a, body, ret_detail));
	TRY(read_more(id, body, a, ret_detail));
	TRY(proving_read(site, c, body, a, ret_detail));
	return flow_encode(m, body, a, &c->body);
}

/* What is asked of a list, encoded; where it is none, at which character. */
static fault read_selection(const struct property_list *list, struct query *q, struct arena *a,
			    struct call *c, struct read_notes *notes)
{
	struct odata_error error = { 0 };
	struct selection s;
	if (!q->orderby.p)
		q->orderby = bytes_text(list->order);
	fault why = odata_parse(list, q, a, &s, &error);
	notes->target = why ? error.option : NULL;
	if (why && error.sentence)
		notes->detail = arena_format(a, "%s, character %zu: %s.", error.option,
					     filter_column(error.value, error.at), error.sentence);
	TRY(why);
	struct wr w = wr_of(arena_alloc(a, SELECTION_SIZE_MAX), SELECTION_SIZE_MAX);
	NEED(w.p != NULL, SYS_MEMORY);
	selection_write(&s, &w);
	NEED(!w.bad && q->link.n <= FRAME_LINK_MAX, QUERY_LIMIT);
	c->selection = wr_done(&w);
	c->link = q->link;
	return NULL;
}

/* What the options of a request ask of a list, or which page they want. */
static fault read_options(struct query *q, struct arena *a, struct call *c, struct read_notes *notes)
{
	const struct report *report = c->endpoint == ENDPOINT_REPORT ? report_find(c->target) : NULL;
	const struct property_list *list = report_list_of(c);
	NEED(report || c->endpoint != ENDPOINT_REPORT, REPORT_UNKNOWN);
	if (report)
		TRY(report_fill(report, (int64_t)c->now, q, a));
	if (list)
		return read_selection(list, q, a, c, notes);
	notes->detail = "$skiptoken: it is none of this list.";
	NEED(q->skip.n <= READ_SKIP_MAX, FORMAT_UNKNOWN);
	notes->detail = NULL;
	c->skip = q->skip;
	return NULL;
}

static void write_allow(const struct endpoint_match *match, char *out, size_t size)
{
	size_t at = 0;
	out[0] = 0;
	for (size_t i = 0; i < COUNT_OF(match->allow) && match->allow[i] && at < size; i++)
		at += (size_t)snprintf(out + at, size - at, "%s%s", i ? ", " : "", match->allow[i]);
}

static fault find(const struct request *request, enum endpoint_listener on, struct endpoint_match *ret,
		  struct read_notes *notes)
{
	struct bytes rest = request->target;
	fault why = endpoint_find(request->method, bytes_until(&rest, '?'), on, ret);
	if (why == FAIL(METHOD_UNKNOWN))
		write_allow(ret, notes->allow, sizeof(notes->allow));
	/* Nothing has a longer name. */
	NEED(why || ret->target.n <= FRAME_TARGET_MAX, NOT_FOUND);
	return why;
}

static bool is_of_device(enum endpoint_id id)
{
	return id == ENDPOINT_GATE || id == ENDPOINT_RESULT_OWN;
}

/* A device, or a gate for one, is known by what it shows. */
static fault read_passage(const struct request *request, const struct read_site *site, struct arena *a,
			  struct call *c, struct read_notes *notes)
{
	fault why = gating_read(request, &site->tokens, a, &c->passage, &notes->detail);
	notes->reason = why ? why->name : NULL;
	return why;
}

static fault read_asked(const struct request *request, struct read_site *site, struct arena *a,
			struct call *c, struct read_notes *notes)
{
	struct query q;
	TRY(query_parse(request->target, a, &q, &notes->detail));
	TRY(query_check(&q, option_set(c->endpoint), a, &notes->detail));
	c->top = q.top;
	c->since = q.since;
	c->if_match = request->if_match;
	c->if_none_match = request->if_none_match;
	if (endpoints[c->endpoint].role != FLOW_ROLE_NOBODY)
		TRY(caller_parse(request, a, c));
	else if (c->endpoint == ENDPOINT_SESSION_CODE)
		TRY(caller_parse_begun(request, a, c));
	TRY(read_options(&q, a, c, notes));
	if (c->endpoint == ENDPOINT_EXPORT_CONTENT)
		c->position = request->position;
	TRY(read_body(request, site, a, c, &notes->detail));
	return c->endpoint == ENDPOINT_EXPORT_ADD ? exportorder_read(c, a, notes) : NULL;
}

fault read_call(const struct request *request, struct read_site *site, struct arena *a, struct call *ret,
		struct read_notes *ret_notes)
{
	struct endpoint_match match = { 0 };
	*ret_notes = (struct read_notes){ 0 };
	TRY(find(request, site->listener, &match, ret_notes));
	struct call c = {
		.request_id = request->request_id,
		.now = request->now,
		.peer = request->peer,
		.endpoint = (uint64_t)match.id,
		.target = match.target,
		.host = request->host,
	};
	if (is_of_device(match.id))
		TRY(read_passage(request, site, a, &c, ret_notes));
	if (!is_endpoint_any(&endpoints[match.id]))
		TRY(read_asked(request, site, a, &c, ret_notes));
	NEED(!is_arena_full(a), SYS_MEMORY);
	*ret = c;
	return NULL;
}
