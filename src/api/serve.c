#include "api/serve.h"

#include <string.h>

#include "api/scope.h"
#include "api/serve_approval.h"
#include "api/serve_audit.h"
#include "api/serve_blocklist.h"
#include "api/serve_batch.h"
#include "api/openapi.h"
#include "api/report.h"
#include "api/serve_certificate.h"
#include "api/serve_command.h"
#include "api/serve_compliance.h"
#include "api/serve_device.h"
#include "api/serve_export.h"
#include "api/serve_faults.h"
#include "api/serve_file.h"
#include "api/serve_filter.h"
#include "api/serve_gate.h"
#include "api/serve_history.h"
#include "api/serve_list.h"
#include "api/serve_people.h"
#include "api/serve_provider.h"
#include "api/serve_restriction.h"
#include "api/serve_roster.h"
#include "api/serve_version.h"
#include "api/serve_view.h"
#include "api/serve_webhook.h"
#include "api/serve_signin.h"
#include "api/serving.h"
#include "api/shape.h"
#include "base/text.h"
#include "flow/attempts.h"
#include "flow/caller.h"
#include "flow/conflict.h"
#include "flow/eklisting.h"
#include "flow/inventory.h"
#include "flow/keeping.h"
#include "flow/missing.h"
#include "flow/profiles.h"
#include "flow/trust.h"

/* The list of a noun's records, each of which its shape says by itself. */
#define SERVE_LIST(noun, size, list, key) \
	static SERVING_LIST(list_##noun##s, noun, size, list, shape_##noun(row), key)

SERVE_LIST(profile, 16, profiles_list, id)
SERVE_LIST(token, 16, inventory_list_tokens, id)
SERVE_LIST(conflict, 16, inventory_list_conflicts, id)
SERVE_LIST(anchor, TRIP_HASH_SIZE, trust_list, fingerprint)
SERVE_LIST(issuer, TRIP_HASH_SIZE, missing_list, id)

/* A dossier as it was stored. */
static fault answer_dossier(struct serve *s, struct bytes dossier)
{
	NEED(dossier.p != NULL, NOT_FOUND);
	s->answer->content = FRAME_CONTENT_CBOR;
	s->answer->body = dossier;
	return NULL;
}

static fault get_device_evidence(struct serve *s)
{
	struct bytes id, dossier;
	TRY(serving_read_id(s, &id));
	TRY(inventory_get_evidence(s->f, id, s->a, &dossier));
	return answer_dossier(s, dossier);
}

static fault read_refusal(struct serve *s, struct store_refusal **ret)
{
	struct bytes key;
	TRY(serving_read_fingerprint(s, &key));
	return inventory_get_refusal(s->f, key, s->a, ret);
}

static fault get_refusal(struct serve *s)
{
	struct store_refusal *r = NULL;
	TRY(read_refusal(s, &r));
	return serve_list_answer_one(s, ENDPOINT_REFUSALS, r, NULL);
}

static fault get_refusal_evidence(struct serve *s)
{
	struct store_refusal *r = NULL;
	TRY(read_refusal(s, &r));
	return answer_dossier(s, r->evidence);
}

static fault get_conflict(struct serve *s)
{
	struct bytes id;
	struct store_conflict *c = NULL;
	TRY(serving_read_id(s, &id));
	TRY(conflict_get(s->f, id, s->a, &c));
	return serving_answer_json(s, shape_conflict(c));
}

/* What an administrator does to the record of that id, which answers with nothing but its status. */
#define SERVE_ACT(name, function)                               \
	static fault name(struct serve *s)                      \
	{                                                       \
		struct bytes id;                                \
		TRY(serving_read_id(s, &id));                   \
		return function(s->f, &s->by, id, s->a);        \
	}

SERVE_ACT(delete_device, inventory_delete_device)
SERVE_ACT(allow_registration, inventory_update_userless)
SERVE_ACT(approve_conflict, conflict_approve)
SERVE_ACT(replace_conflict, conflict_replace)
SERVE_ACT(retire_conflict, conflict_retire)

static fault get_registration(struct serve *s)
{
	struct bytes id;
	struct store_registration *r = NULL;
	TRY(serving_read_id(s, &id));
	TRY(inventory_get_registration(s->f, id, s->a, &r));
	return serve_list_answer_one(s, ENDPOINT_REGISTRATIONS, r, NULL);
}

static fault add_registration(struct serve *s)
{
	struct registration_new in;
	struct store_registration *r = NULL;
	TRY(message_parse(&registration_new_message, s->c->body, &in));
	TRY(inventory_put_registration(s->f, &s->by, &in, s->a, &r));
	return serve_list_answer_one(s, ENDPOINT_REGISTRATIONS, r, NULL);
}

static fault add_profile(struct serve *s)
{
	struct profile_new in;
	struct store_profile *p = NULL;
	TRY(message_parse(&profile_new_message, s->c->body, &in));
	TRY(profiles_put(s->f, &s->by, &in, s->a, &p));
	return serving_answer_json(s, shape_profile(p));
}

static fault get_profile(struct serve *s)
{
	struct store_profile *p = NULL;
	TRY(profiles_get(s->f, s->c->target, s->a, &p));
	return serving_answer_json(s, shape_profile(p));
}

static fault set_profile(struct serve *s)
{
	struct profiles_change change = { .which = s->c->target };
	struct store_profile *p = NULL;
	TRY(message_parse(&profile_new_message, s->c->body, &change.in));
	TRY(profiles_update(s->f, &s->by, &change, s->a, &p));
	return serving_answer_json(s, shape_profile(p));
}

static fault remove_profile(struct serve *s)
{
	return profiles_delete(s->f, &s->by, s->c->target, s->a);
}

/* A change of who gets a profile answers with the profile. */
#define SERVE_ASSIGNMENT(name, function)                                                \
	static fault name(struct serve *s)                                              \
	{                                                                               \
		struct assignment_new in;                                               \
		TRY(message_parse(&assignment_new_message, s->c->body, &in));           \
		const struct profiles_assignment of = { s->c->target, in.group_tag };   \
		TRY(function(s->f, &s->by, &of, s->a));                                 \
		return get_profile(s);                                                  \
	}

SERVE_ASSIGNMENT(assign_profile, profiles_put_assignment)
SERVE_ASSIGNMENT(unassign_profile, profiles_delete_assignment)

/* All on one page: there are as many as an organisation has group tags. */
static fault list_assignments(struct serve *s)
{
	struct store_page page = { .limit = STORE_PAGE_MAX };
	struct store_assignment_list list = { .n = 1 };
	json_auto_t *rows = json_array();
	while (list.n) {
		TRY(profiles_list_assignments(s->f, page, s->a, &list));
		for (size_t i = 0; i < list.n; i++)
			json_array_append_new(rows, shape_assignment(&list.v[i]));
		page.after = list.n ? list.v[list.n - 1].group_tag : page.after;
	}
	return serving_answer_page(s, &(struct serving_page){ .rows = json_incref(rows) }, "");
}

static fault add_token(struct serve *s)
{
	struct token_new in;
	const char *token = NULL;
	TRY(message_parse(&token_new_message, s->c->body, &in));
	TRY(inventory_put_token(s->f, &s->by, &in, s->a, &token));
	return serving_answer_json(s, json_pack("{ss}", "token", token));
}

/* The record of that id is taken away. */
#define SERVE_REMOVE(name, function)                    \
	static fault name(struct serve *s)              \
	{                                               \
		struct bytes id;                        \
		TRY(serving_read_id(s, &id));           \
		return function(s->f, &s->by, id);      \
	}

SERVE_REMOVE(remove_registration, inventory_delete_registration)
SERVE_REMOVE(remove_token, inventory_delete_token)

static fault get_anchor(struct serve *s)
{
	struct bytes fingerprint;
	struct store_anchor *row = NULL;
	TRY(serving_read_fingerprint(s, &fingerprint));
	TRY(trust_get(s->f, fingerprint, s->a, &row));
	return serving_answer_json(s, shape_anchor_whole(row));
}

static fault answer_trust(struct serve *s, const struct trust_page *page)
{
	struct serving_page p = { .rows = json_array() };
	for (size_t i = 0; i < page->n; i++)
		json_array_append_new(p.rows, shape_trust_result(&page->v[i]));
	return serving_answer_page(s, &p, "");
}

static fault add_anchors(struct serve *s)
{
	struct anchors_new in;
	struct trust_page *page = NULL;
	TRY(message_parse(&anchors_new_message, s->c->body, &in));
	TRY(trust_put(s->f, &s->by, &in, s->a, &page));
	s->answer->changes = page->changes;
	s->answer->changes_n = page->changes_n;
	return answer_trust(s, page);
}

static fault preview_anchors(struct serve *s)
{
	struct anchors_new in;
	struct trust_page *page = NULL;
	TRY(message_parse(&anchors_new_message, s->c->body, &in));
	TRY(trust_list_changes(s->f, &in, s->a, &page));
	return answer_trust(s, page);
}

static fault remove_anchor(struct serve *s)
{
	struct bytes fingerprint;
	TRY(serving_read_fingerprint(s, &fingerprint));
	return trust_delete(s->f, &s->by, fingerprint, s->a, s->answer);
}

static fault show_issuer(struct serve *s)
{
	struct bytes id;
	struct store_issuer *row = NULL;
	TRY(serving_read_fingerprint(s, &id));
	TRY(missing_get(s->f, id, s->a, &row));
	return serving_answer_json(s, shape_issuer(row));
}

static fault list_eklists(struct serve *s);
SERVING_LIST(list_eklists, eklist, TRIP_HASH_SIZE, eklisting_list, shape_eklist(row, s->f->now), id)

static fault show_eklist(struct serve *s)
{
	struct bytes id;
	struct store_eklist *row = NULL;
	TRY(serving_read_fingerprint(s, &id));
	TRY(eklisting_get(s->f, id, s->a, &row));
	return serving_answer_json(s, shape_eklist(row, s->f->now));
}

/* What an administrator does to the record of that fingerprint, whose decision changes whom verify trusts. */
#define SERVE_DECIDE(name, function)                            \
	static fault name(struct serve *s)                      \
	{                                                       \
		struct missing_order order = { .by = &s->by };  \
		TRY(serving_read_fingerprint(s, &order.id));    \
		return function(s->f, &order, s->a, s->answer); \
	}

SERVE_DECIDE(approve_issuer, missing_approve)
SERVE_DECIDE(reject_issuer, missing_reject)

/* All on one page: there are as many as the table has. */
static fault list_reports(struct serve *s)
{
	struct serving_page p = { .rows = json_array() };
	for (size_t i = 0; i < REPORT_COUNT; i++)
		json_array_append_new(p.rows, report_object(&reports[i]));
	return serving_answer_page(s, &p, "");
}

static fault get_openapi(struct serve *s)
{
	return serving_answer_json(s, openapi_new());
}

/* What only reads the records is desk's to answer. */
static fault hand_on(struct serve *s)
{
	struct call *reading;
	return serving_hand_on(s, &reading);
}

static fault approve(struct serve *s);

static const struct serve_handlers handlers = { {
	[ENDPOINT_CRL] = serve_file_crl,
	[ENDPOINT_CRL_PART] = serve_file_crl_part,
	[ENDPOINT_ISSUER] = serve_file_issuer,
	[ENDPOINT_ISSUER_LATER] = serve_file_later_issuer,
	[ENDPOINT_ROOT] = serve_file_root,
	[ENDPOINT_ROOT_CRL] = serve_file_root_crl,
	[ENDPOINT_JWKS] = serve_file_jwks,
	[ENDPOINT_HEALTH] = serve_file_health,
	[ENDPOINT_OPENAPI] = get_openapi,
	[ENDPOINT_DEVICES] = hand_on,
	[ENDPOINT_DEVICE] = serve_device_get,
	[ENDPOINT_DEVICE_EVIDENCE] = get_device_evidence,
	[ENDPOINT_DEVICE_HISTORY] = serve_history_list,
	[ENDPOINT_DEVICE_REMOVE] = delete_device,
	[ENDPOINT_DEVICE_RETIRE] = serve_command_retire,
	[ENDPOINT_DEVICE_ATTEST] = serve_command_put,
	[ENDPOINT_DEVICE_RECOVER] = serve_command_put,
	[ENDPOINT_DEVICE_COLLECT] = serve_command_put,
	[ENDPOINT_DEVICE_ROTATE] = serve_command_put,
	[ENDPOINT_DEVICE_RENEW] = serve_command_put,
	[ENDPOINT_DEVICES_ACT] = serve_command_put_many,
	[ENDPOINT_DEVICE_DIAGNOSTICS] = serve_command_get_bundle,
	[ENDPOINT_COMMANDS_OF_DEVICE] = serve_command_list_of_device,
	[ENDPOINT_COMMANDS] = serve_command_list,
	[ENDPOINT_COMMAND] = serve_command_get,
	[ENDPOINT_COMMAND_CANCEL] = serve_command_cancel,
	[ENDPOINT_BATCHES] = serve_batch_list,
	[ENDPOINT_BATCH] = serve_batch_get,
	[ENDPOINT_BATCH_ADD] = serve_batch_put,
	[ENDPOINT_BATCH_CANCEL] = serve_batch_cancel,
	[ENDPOINT_BATCH_COMMANDS] = serve_command_list_of_batch,
	[ENDPOINT_REPORTS] = list_reports,
	[ENDPOINT_REPORT] = hand_on,
	[ENDPOINT_EXPORTS] = serve_export_list,
	[ENDPOINT_EXPORT_ADD] = serve_export_put,
	[ENDPOINT_EXPORT] = serve_export_get,
	[ENDPOINT_EXPORT_CONTENT] = serve_export_read,
	[ENDPOINT_REFUSALS] = hand_on,
	[ENDPOINT_REFUSAL] = get_refusal,
	[ENDPOINT_REFUSAL_EVIDENCE] = get_refusal_evidence,
	[ENDPOINT_FAULTS] = serve_faults_list,
	[ENDPOINT_OUTBREAKS] = serve_faults_list_outbreaks,
	[ENDPOINT_REQUEST] = serve_faults_get_request,
	[ENDPOINT_REGISTRATIONS] = hand_on,
	[ENDPOINT_REGISTRATION] = get_registration,
	[ENDPOINT_REGISTRATION_ADD] = add_registration,
	[ENDPOINT_REGISTRATION_ALLOW] = allow_registration,
	[ENDPOINT_REGISTRATION_REMOVE] = remove_registration,
	[ENDPOINT_REGISTRATIONS_IMPORT] = serve_roster_import,
	[ENDPOINT_REGISTRATIONS_REMOVE] = serve_roster_remove,
	[ENDPOINT_IMPORTED] = hand_on,
	[ENDPOINT_IMPORTED_ONE] = serve_roster_get_imported,
	[ENDPOINT_IMPORTED_ADD] = serve_roster_add_imported,
	[ENDPOINT_IMPORTED_IMPORT] = serve_roster_import_imported,
	[ENDPOINT_IMPORTED_REMOVE] = serve_roster_remove_imported,
	[ENDPOINT_FILTERS] = hand_on,
	[ENDPOINT_FILTER] = serve_filter_get,
	[ENDPOINT_FILTER_ADD] = serve_filter_add,
	[ENDPOINT_FILTER_SET] = serve_filter_set,
	[ENDPOINT_FILTER_REMOVE] = serve_filter_remove,
	[ENDPOINT_FILTER_CHECK] = serve_filter_check,
	[ENDPOINT_FILTER_PREVIEW] = serve_filter_preview,
	[ENDPOINT_RESTRICTIONS] = hand_on,
	[ENDPOINT_RESTRICTION] = serve_restriction_get,
	[ENDPOINT_RESTRICTION_ADD] = serve_restriction_put,
	[ENDPOINT_RESTRICTION_SET] = serve_restriction_update,
	[ENDPOINT_RESTRICTION_MOVE] = serve_restriction_move,
	[ENDPOINT_RESTRICTION_REMOVE] = serve_restriction_delete,
	[ENDPOINT_RESTRICTION_HITS] = serve_restriction_list_hits,
	[ENDPOINT_COMPLIANCES] = hand_on,
	[ENDPOINT_COMPLIANCE] = serve_compliance_get,
	[ENDPOINT_COMPLIANCE_ADD] = serve_compliance_put,
	[ENDPOINT_COMPLIANCE_SET] = serve_compliance_update,
	[ENDPOINT_COMPLIANCE_REMOVE] = serve_compliance_delete,
	[ENDPOINT_COMPLIANCE_COUNTS] = serve_compliance_count,
	[ENDPOINT_DEVICE_COMPLIANCE] = serve_compliance_get_device,
	[ENDPOINT_DEVICE_RESULT] = serve_gate_get_result,
	[ENDPOINT_DEVICE_CLEAR] = serve_compliance_clear_device,
	[ENDPOINT_CERTIFICATES] = hand_on,
	[ENDPOINT_CERTIFICATES_REVOKED] = serve_certificate_list_revoked,
	[ENDPOINT_CERTIFICATES_OF_DEVICE] = serve_certificate_list_of_device,
	[ENDPOINT_CERTIFICATE] = serve_certificate_get,
	[ENDPOINT_CERTIFICATE_REVOKE] = serve_certificate_revoke,
	[ENDPOINT_CERTIFICATE_HOLD] = serve_certificate_hold,
	[ENDPOINT_CERTIFICATE_RELEASE] = serve_certificate_release,
	[ENDPOINT_CERTIFICATE_COUNTS] = serve_certificate_count,
	[ENDPOINT_CERTIFICATE_ISSUERS] = serve_certificate_list_issuers,
	[ENDPOINT_CERTIFICATE_LISTS] = serve_certificate_lists,
	[ENDPOINT_CONFLICTS] = list_conflicts,
	[ENDPOINT_CONFLICT] = get_conflict,
	[ENDPOINT_CONFLICT_APPROVE] = approve_conflict,
	[ENDPOINT_CONFLICT_REPLACE] = replace_conflict,
	[ENDPOINT_CONFLICT_RETIRE] = retire_conflict,
	[ENDPOINT_PROFILES] = list_profiles,
	[ENDPOINT_PROFILE_ADD] = add_profile,
	[ENDPOINT_PROFILE] = get_profile,
	[ENDPOINT_PROFILE_SET] = set_profile,
	[ENDPOINT_PROFILE_ASSIGN] = assign_profile,
	[ENDPOINT_PROFILE_UNASSIGN] = unassign_profile,
	[ENDPOINT_ASSIGNMENTS] = list_assignments,
	[ENDPOINT_PROFILE_REMOVE] = remove_profile,
	[ENDPOINT_TOKENS] = list_tokens,
	[ENDPOINT_TOKEN_ADD] = add_token,
	[ENDPOINT_TOKEN_REMOVE] = remove_token,
	[ENDPOINT_ANCHORS] = list_anchors,
	[ENDPOINT_ANCHOR] = get_anchor,
	[ENDPOINT_ANCHORS_ADD] = add_anchors,
	[ENDPOINT_ANCHORS_PREVIEW] = preview_anchors,
	[ENDPOINT_ANCHOR_REMOVE] = remove_anchor,
	[ENDPOINT_ISSUERS] = list_issuers,
	[ENDPOINT_ISSUER_SHOW] = show_issuer,
	[ENDPOINT_ISSUER_APPROVE] = approve_issuer,
	[ENDPOINT_ISSUER_REJECT] = reject_issuer,
	[ENDPOINT_CRLS] = list_eklists,
	[ENDPOINT_CRL_SHOW] = show_eklist,
	[ENDPOINT_BLOCKLIST] = serve_blocklist_list,
	[ENDPOINT_BLOCKLIST_ROW] = serve_blocklist_get,
	[ENDPOINT_BLOCKLIST_ADD] = serve_blocklist_put,
	[ENDPOINT_BLOCKLIST_PREVIEW] = serve_blocklist_preview,
	[ENDPOINT_BLOCKLIST_REMOVE] = serve_blocklist_delete,
	[ENDPOINT_IDPS] = serve_provider_list,
	[ENDPOINT_IDP] = serve_provider_get,
	[ENDPOINT_IDP_ADD] = serve_provider_put,
	[ENDPOINT_IDP_SET] = serve_provider_update,
	[ENDPOINT_IDP_REMOVE] = serve_provider_delete,
	[ENDPOINT_WEBHOOKS] = serve_webhook_list,
	[ENDPOINT_WEBHOOK] = serve_webhook_get,
	[ENDPOINT_WEBHOOK_ADD] = serve_webhook_add,
	[ENDPOINT_WEBHOOK_TEST] = serve_webhook_test,
	[ENDPOINT_WEBHOOK_REMOVE] = serve_webhook_remove,
	[ENDPOINT_AUDIT_EVENTS] = hand_on,
	[ENDPOINT_SESSION_NEW] = serve_people_begin_session,
	[ENDPOINT_VIEWS] = serve_view_list,
	[ENDPOINT_VIEW_ADD] = serve_view_put,
	[ENDPOINT_VIEW_REMOVE] = serve_view_delete,
	[ENDPOINT_SESSION_LINK] = serve_people_begin_by_link,
	[ENDPOINT_SESSION_PROVIDERS] = serve_signin_list,
	[ENDPOINT_SESSION_AT_PROVIDER] = serve_signin_begin,
	[ENDPOINT_SESSION_CODE] = serve_signin_take,
	[ENDPOINT_PASSWORD_OWN] = serve_people_set_own_password,
	[ENDPOINT_SESSION_OWN] = serve_people_get_own,
	[ENDPOINT_SESSION_END_OWN] = serve_people_end_own,
	[ENDPOINT_SESSIONS] = serve_people_list_sessions,
	[ENDPOINT_SESSION_END] = serve_people_end_session,
	[ENDPOINT_ACCOUNTS] = serve_people_list_accounts,
	[ENDPOINT_ACCOUNT] = serve_people_get_account,
	[ENDPOINT_ACCOUNT_ADD] = serve_people_add_account,
	[ENDPOINT_ACCOUNT_SET] = serve_people_set_account,
	[ENDPOINT_ACCOUNT_PASSWORD] = serve_people_set_password,
	[ENDPOINT_ACCOUNT_LINK] = serve_people_add_link,
	[ENDPOINT_ACCOUNT_REMOVE] = serve_people_remove_account,
	[ENDPOINT_APPROVALS] = serve_approval_list,
	[ENDPOINT_APPROVAL] = serve_approval_get,
	[ENDPOINT_APPROVAL_APPROVE] = approve,
	[ENDPOINT_APPROVAL_REJECT] = serve_approval_reject,
	[ENDPOINT_API_TOKENS] = serve_people_list_tokens,
	[ENDPOINT_API_TOKEN_ADD] = serve_people_add_token,
	[ENDPOINT_API_TOKEN_REVOKE] = serve_people_revoke_token,
	[ENDPOINT_AUDIT] = serve_audit_list,
	[ENDPOINT_AUDIT_HEADS] = serve_audit_list_heads,
	[ENDPOINT_AUDIT_COUNT] = serve_audit_count,
	[ENDPOINT_SIGN_IN] = serve_provider_list_for_devices,
	[ENDPOINT_RESULT_OWN] = serve_gate_get_own_result,
	[ENDPOINT_GATE] = serve_gate_judge,
} };

/* What was asked for is served as it was asked, in the name of whoever approved it. */
static fault approve(struct serve *s)
{
	struct serve_approval approved;
	TRY(serve_approval_approve(s, &handlers, &approved));
	if (s->answer->why)
		return NULL;
	struct caller by = *s->caller;
	struct serve inner = *s;
	by.asker = &approved.asker;
	inner.caller = &by;
	inner.c = &approved.call;
	s->answer->status = endpoints[approved.call.endpoint].status;
	return handlers.v[approved.call.endpoint](&inner);
}

/*
 * Who signs in is nobody yet, and known by where they come from; what anybody may read is not counted, nor is
 * a further part of an answer, which could only be cut off.
 */
static fault check_rate(struct flow *f, const struct call *c, const struct caller *by, uint32_t *ret_retry_s)
{
	const struct endpoint *e = &endpoints[c->endpoint];
	bool is_nobody = !by->id.p;
	bool is_open = e->listener != ENDPOINT_ON_ADMIN || strcmp(e->method, "GET") == 0;
	const struct attempts_call call = {
		.id = by->id,
		.peer = c->peer,
		.limit = is_nobody ? f->limits->sign_ins : f->limits->calls,
	};
	if ((is_nobody && is_open) || c->position.p)
		return NULL;
	return attempts_put_call(f->attempts, &call, f->now, ret_retry_s);
}

/* What whoever has to change the password may until then. */
static bool is_open_to_bound(enum endpoint_id id)
{
	return endpoints[id].role == FLOW_ROLE_NOBODY || id == ENDPOINT_SESSION_OWN ||
	       id == ENDPOINT_SESSION_END_OWN || id == ENDPOINT_PASSWORD_OWN;
}

fault serve_call(struct flow *f, const struct serve_files *files, const struct call *c, struct arena *a,
		 struct flow_answer *ret)
{
	bool is_due;
	struct caller by;
	NEED(c->endpoint < ENDPOINT_COUNT && handlers.v[c->endpoint], SYS_FRAME);
	const struct endpoint *e = &endpoints[c->endpoint];
	const struct caller_need need = { e->role, strcmp(e->method, "GET") != 0 };
	*ret = (struct flow_answer){ .status = e->status };
	TRY(caller_find(f, c, &need, a, &by));
	TRY(check_rate(f, c, &by, &ret->retry_after_s));
	NEED(!by.is_bound || is_open_to_bound((enum endpoint_id)c->endpoint), PASSWORD_GIVEN);
	NEED(e->role == FLOW_ROLE_NOBODY || has_scope(by.scope, (enum endpoint_id)c->endpoint), AUTHZ_SCOPE);
	struct serve s = {
		.f = f, .files = files, .c = c, .a = a, .caller = &by,
		.by = { by.name, c->request_id }, .answer = ret,
	};
	TRY(serve_version_check(&s, &handlers));
	TRY(serve_approval_check(&s, &is_due));
	TRY(is_due ? serve_approval_put(&s, &handlers) : handlers.v[c->endpoint](&s));
	return serve_version_put(&s);
}

bool is_serve_rule(uint64_t endpoint)
{
	static const enum endpoint_id changing[] = {
		ENDPOINT_BLOCKLIST_ADD, ENDPOINT_BLOCKLIST_REMOVE, ENDPOINT_FILTER_ADD,
		ENDPOINT_FILTER_SET,    ENDPOINT_FILTER_REMOVE,    ENDPOINT_RESTRICTION_ADD,
		ENDPOINT_RESTRICTION_SET, ENDPOINT_RESTRICTION_MOVE, ENDPOINT_RESTRICTION_REMOVE,
		ENDPOINT_COMPLIANCE_ADD, ENDPOINT_COMPLIANCE_SET, ENDPOINT_COMPLIANCE_REMOVE,
		ENDPOINT_APPROVAL_APPROVE,
	};
	for (size_t i = 0; i < COUNT_OF(changing); i++)
		if (endpoint == changing[i])
			return true;
	return false;
}
