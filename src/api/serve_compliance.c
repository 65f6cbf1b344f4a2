#include "api/serve_compliance.h"

#include "api/member.h"
#include "flow/appraising.h"
#include "flow/complying.h"
#include "flow/filtering.h"

/* --- shapes --------------------------------------------------------------------------------------------- */

static json_t *hours(const void *at)
{
	return *(const uint64_t *)at ? member_number(at) : json_null();
}

static json_t *enforcement(const void *at)
{
	return json_string(*(const uint64_t *)at ? "report" : "hold");
}

static json_t *classes(const void *at)
{
	char out[COMPLIANCE_CLASSES_MAX];
	uint64_t bits = *(const uint64_t *)at;
	return bits ? json_string(compliance_classes_text((unsigned)bits, out)) : json_null();
}

MEMBER_WORD(assurance, enum compliance_assurance, compliance_assurance_word)

/* The record as whoever changes it would say it; the filter stands there by its name. */
static json_t *policy(const struct store_compliance *r, struct bytes filter)
{
	static const struct member members[] = {
		MEMBER("id", member_uuid, store_compliance, id),
		MEMBER("displayName", member_text, store_compliance, name),
		MEMBER("isDefault", member_truth, store_compliance, is_default),
		MEMBER("groupTags", member_text, store_compliance, group_tags),
		MEMBER("include", member_nothing, store_compliance, filter_id),
		MEMBER("exclude", member_nothing, store_compliance, filter_id),
		MEMBER("filterId", member_uuid, store_compliance, filter_id),
		MEMBER("attestedWithinHours", hours, store_compliance, attested_hours),
		MEMBER("minimumAssurance", assurance, store_compliance, assurance),
		MEMBER("tpmClasses", classes, store_compliance, classes),
		MEMBER("firmwareNotVulnerable", member_truth, store_compliance, firmware),
		MEMBER("deviceKeyInTpm", member_truth, store_compliance, device_key),
		MEMBER("silentHours", hours, store_compliance, silent_hours),
		MEMBER("gracePeriodHours", member_number, store_compliance, grace_hours),
		MEMBER("enforcement", enforcement, store_compliance, report),
		MEMBER("createdDateTime", member_moment, store_compliance, created),
		MEMBER("lastModifiedDateTime", member_moment, store_compliance, updated),
	};
	json_t *json = MEMBER_OBJECT(members, r);
	json_object_set_new(json, r->mode == SCOPE_INCLUDE ? "include" : "exclude", member_text(&filter));
	return json;
}

static fault shape_policy(struct serve *s, const struct store_compliance *r, json_t **ret)
{
	struct store_filter *filter = NULL;
	if (r->filter_id.p)
		TRY(filtering_get(s->f, r->filter_id, s->a, &filter));
	*ret = policy(r, filter ? filter->name : (struct bytes){ 0 });
	return NULL;
}

static json_t *reason(const struct compliance_reason *r)
{
	const struct bytes name = r->by ? r->by->name : (struct bytes){ 0 };
	json_t *o = json_pack("{ss ss ss ss sb}", "code", r->why->name, "condition",
			      compliance_condition_text(r->condition), "what", r->why->what, "remedy",
			      r->why->remedy, "isUnknown", r->is_unknown);
	json_object_set_new(o, "cause", r->cause ? json_string(r->cause->name) : json_null());
	json_object_set_new(o, "policy", member_text(&name));
	json_object_set_new(o, "sinceDateTime", member_moment(&r->since));
	json_object_set_new(o, "graceUntilDateTime",
			    r->until > r->since ? member_moment(&r->until) : json_null());
	return o;
}

fault serve_compliance_shape(struct serve *s, const struct store_device *d, json_t **ret)
{
	struct compliance_finding f;
	int64_t until = 0;
	TRY(appraising_judge(s->f, d, s->a, &f));
	json_t *reasons = json_array();
	for (size_t i = 0; i < f.n; i++) {
		json_array_append_new(reasons, reason(&f.v[i]));
		until = !until || f.v[i].until < until ? f.v[i].until : until;
	}
	*ret = json_pack("{ss so so sb}", "complianceState", compliance_state_word(f.state),
			 "complianceGracePeriodExpirationDateTime",
			 f.state == COMPLIANCE_IN_GRACE ? member_moment(&until) : json_null(),
			 "complianceReasons", reasons, "isDenied", f.is_denied);
	return NULL;
}

/* --- answers -------------------------------------------------------------------------------------------- */

/* They have a ceiling, so that all of them are one page. */
fault serve_compliance_list(struct serve *s)
{
	struct store_compliance_list list;
	json_auto_t *rows = json_array();
	TRY(complying_list(s->f, s->a, &list));
	for (size_t i = 0; i < list.n; i++) {
		json_t *json;
		TRY(shape_policy(s, &list.v[i], &json));
		json_array_append_new(rows, json);
	}
	return serving_answer_page(s, &(struct serving_page){ .rows = json_incref(rows) }, "");
}

static fault get(struct serve *s, struct complying_order *ret)
{
	struct bytes id;
	*ret = (struct complying_order){ .by = &s->by, .a = s->a };
	TRY(serving_read_id(s, &id));
	return complying_get(s->f, id, s->a, &ret->row);
}

/* Hands the sentence on with the fault. */
static fault answer(struct serve *s, const struct complying_order *o, fault why)
{
	json_t *json;
	if (why)
		s->answer->detail = o->detail;
	TRY(why);
	TRY(shape_policy(s, o->row, &json));
	return serving_answer_json(s, json);
}

fault serve_compliance_get(struct serve *s)
{
	struct complying_order o;
	TRY(get(s, &o));
	return answer(s, &o, NULL);
}

fault serve_compliance_put(struct serve *s)
{
	struct compliance_words in;
	struct complying_order o = { .by = &s->by, .a = s->a };
	TRY(message_parse(&compliance_words_message, s->c->body, &in));
	return answer(s, &o, complying_put(s->f, &in, &o));
}

fault serve_compliance_update(struct serve *s)
{
	struct compliance_words in;
	struct complying_order o;
	TRY(message_parse(&compliance_words_message, s->c->body, &in));
	TRY(get(s, &o));
	return answer(s, &o, complying_update(s->f, &in, &o));
}

fault serve_compliance_delete(struct serve *s)
{
	struct complying_order o;
	TRY(get(s, &o));
	return complying_delete(s->f, &o);
}

fault serve_compliance_get_device(struct serve *s)
{
	struct bytes id;
	struct store_device *d = NULL;
	json_t *json;
	TRY(serving_read_id(s, &id));
	TRY(inventory_get_device(s->f, id, s->a, &d));
	TRY(serve_compliance_shape(s, d, &json));
	json_object_set_new(json, "deviceId", member_uuid(&d->id));
	json_object_set_new(json, "deviceName", member_text(&d->name));
	return serving_answer_json(s, json);
}

fault serve_compliance_clear_device(struct serve *s)
{
	struct bytes id;
	TRY(serving_read_id(s, &id));
	return appraising_clear(s->f, &s->by, id, s->a);
}

/* Graph's deviceCompliancePolicyDeviceStateSummary. */
fault serve_compliance_count(struct serve *s)
{
	struct appraising_count n;
	TRY(appraising_count(s->f, &n));
	return serving_answer_json(
		s, json_pack("{sI sI sI sI}", "compliantDeviceCount", (json_int_t)n.of[COMPLIANCE_COMPLIANT],
			     "inGracePeriodCount", (json_int_t)n.of[COMPLIANCE_IN_GRACE],
			     "nonCompliantDeviceCount", (json_int_t)n.of[COMPLIANCE_NONCOMPLIANT],
			     "unknownDeviceCount", (json_int_t)n.of[COMPLIANCE_UNKNOWN]));
}
