#include "api/serve_compliance.h"

#include "api/member.h"
#include "api/serve_list.h"
#include "flow/appraising.h"
#include "flow/complying.h"

/* --- shapes --------------------------------------------------------------------------------------------- */

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

static fault get(struct serve *s, struct complying_order *ret)
{
	struct bytes id;
	*ret = (struct complying_order){ .by = &s->by, .a = s->a };
	TRY(serving_read_id(s, &id));
	return complying_get(s->f, id, s->a, &ret->row);
}

/* The record as lists show it; hands the sentence on with the fault. */
static fault answer(struct serve *s, const struct complying_order *o, fault why)
{
	s->answer->detail = why ? o->detail : NULL;
	TRY(why);
	return serve_list_answer_key(s, ENDPOINT_COMPLIANCES, o->row->id);
}

fault serve_compliance_get(struct serve *s)
{
	struct bytes id;
	TRY(serving_read_id(s, &id));
	return serve_list_answer_key(s, ENDPOINT_COMPLIANCES, id);
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
