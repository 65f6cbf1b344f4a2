#include "api/serve_faults.h"

#include "api/member.h"
#include "base/text.h"
#include "flow/failures.h"
#include "flow/outbreaks.h"
#include "flow/requests.h"

static void put(json_t *o, const char *member, json_t *value)
{
	json_object_set_new(o, member, value);
}

static json_t *moment(int64_t at)
{
	return member_moment(&at);
}

/* --- what fails ----------------------------------------------------------------------------------------- */

static json_t *shape_group(const struct failures_group *g, size_t n)
{
	static const struct member members[] = {
		MEMBER("name", member_text, store_failure_sum, name),
		MEMBER("fault", member_text, store_failure_sum, fault),
		MEMBER("hresult", member_hresult, store_failure_sum, fault),
		MEMBER("what", member_what, store_failure_sum, fault),
		MEMBER("remedy", member_remedy, store_failure_sum, fault),
		MEMBER("statusDetail", member_status, store_failure_sum, fault),
		MEMBER("devices", member_number, store_failure_sum, devices),
		MEMBER("attempts", member_number, store_failure_sum, count),
		MEMBER("firstDateTime", member_moment, store_failure_sum, first),
		MEMBER("lastDateTime", member_moment, store_failure_sum, last),
	};
	json_t *o = MEMBER_OBJECT(members, g->sum), *slots = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(slots, json_integer((json_int_t)g->slots[i]));
	put(o, "slots", slots);
	return o;
}

fault serve_faults_list(struct serve *s)
{
	struct failures_list list;
	enum store_failure_by by = failures_by(s->c->target);
	NEED(by, NOT_FOUND);
	TRY(failures_list(s->f, (int64_t)s->c->since, by, s->a, &list));
	json_t *rows = json_array();
	for (size_t i = 0; i < list.n; i++)
		json_array_append_new(rows, shape_group(&list.v[i], list.slots));
	return serving_answer_json(s, json_pack("{so so sI so}", "since", moment(list.since), "now",
						moment(s->f->now), "slotSeconds", (json_int_t)list.slot_s,
						"value", rows));
}

static json_t *shape_outbreak(const struct store_outbreak *r)
{
	static const struct member members[] = {
		MEMBER("id", member_uuid, store_outbreak, id),
		MEMBER("fault", member_text, store_outbreak, fault),
		MEMBER("what", member_what, store_outbreak, fault),
		MEMBER("origin", member_text, store_outbreak, origin),
		MEMBER("issuer", member_text, store_outbreak, issuer),
		MEMBER("issuerDevices", member_number, store_outbreak, issuer_devices),
		MEMBER("devices", member_number, store_outbreak, devices),
		MEMBER("attempts", member_number, store_outbreak, count),
		MEMBER("firstDateTime", member_moment, store_outbreak, first),
		MEMBER("lastDateTime", member_moment, store_outbreak, last),
		MEMBER("endedDateTime", member_moment, store_outbreak, ended),
	};
	fault why = member_fault(&r->fault);
	const struct outbreak_advice advice = outbreak_advice_of(why ? why : FAIL(BUG));
	json_t *o = MEMBER_OBJECT(members, r);
	put(o, "suspect", json_string(advice.suspect));
	put(o, "remedy", json_string(advice.remedy));
	return o;
}

SERVING_LIST(serve_faults_list_outbreaks, outbreak, 16, outbreaks_list, shape_outbreak(row), id)

/* --- one request ---------------------------------------------------------------------------------------- */

static json_t *shape_failure(const struct store_failure *r)
{
	static const struct member members[] = {
		MEMBER("id", member_uuid, store_failure, request_id),
		MEMBER("dateTime", member_moment, store_failure, time),
		MEMBER("fault", member_text, store_failure, fault),
		MEMBER("hresult", member_hresult, store_failure, fault),
		MEMBER("what", member_what, store_failure, fault),
		MEMBER("remedy", member_remedy, store_failure, fault),
		MEMBER("detail", member_text, store_failure, detail),
		MEMBER("statusDetail", member_status, store_failure, fault),
		MEMBER("deviceName", member_text, store_failure, name),
		MEMBER("serialNumber", member_text, store_failure, serial),
		MEMBER("model", member_text, store_failure, model),
		MEMBER("address", member_text, store_failure, peer),
		MEMBER("tpmManufacturer", member_text, store_failure, maker),
		MEMBER("issuer", member_text, store_failure, issuer),
		MEMBER("profile", member_text, store_failure, profile),
		MEMBER("refusalId", member_hex, store_failure, device),
	};
	json_t *o = MEMBER_OBJECT(members, r);
	put(o, "outcome", json_string("refused"));
	return o;
}

static const char *const enrolments[] = {
	[STORE_ENROLMENT_INTENT] = "being signed",
	[STORE_ENROLMENT_ISSUED] = "enrolled",
	[STORE_ENROLMENT_VOID] = "not signed",
};

static json_t *shape_enrolment(const struct requests_found *r)
{
	static const struct member members[] = {
		MEMBER("id", member_uuid, store_enrolment, request_id),
		MEMBER("dateTime", member_moment, store_enrolment, created),
		MEMBER("fault", member_text, store_enrolment, fault),
		MEMBER("hresult", member_hresult, store_enrolment, fault),
		MEMBER("what", member_what, store_enrolment, fault),
		MEMBER("remedy", member_remedy, store_enrolment, fault),
		MEMBER("managedDeviceId", member_uuid, store_enrolment, device_id),
	};
	const struct store_device *d = r->device;
	json_t *o = MEMBER_OBJECT(members, r->enrolment);
	put(o, "outcome", json_string(text_word(enrolments, COUNT_OF(enrolments), r->enrolment->state)));
	put(o, "deviceName", d ? member_text(&d->name) : json_null());
	put(o, "serialNumber", d ? member_text(&d->serial) : json_null());
	put(o, "model", d ? member_text(&d->model) : json_null());
	put(o, "tpmManufacturer", d ? member_text(&d->tpm_maker) : json_null());
	return o;
}

static void put_event(json_t *list, int64_t at, const char *event)
{
	if (at)
		json_array_append_new(list, json_pack("{so ss}", "dateTime", moment(at), "event", event));
}

static json_t *list_events(const struct requests_found *r)
{
	json_t *list = json_array();
	const struct store_failure *failure = r->failure;
	put_event(list, r->begun, "first trip: challenged");
	if (failure) {
		put_event(list, failure->time,
			  failure->trip == 1 ? "first trip: refused" : "second trip: refused");
		return list;
	}
	put_event(list, r->enrolment->created, "second trip: admitted");
	for (size_t i = 0; i < r->decisions.n; i++) {
		const struct store_decision *d = &r->decisions.v[i];
		bool is_allowed = d->outcome == STORE_DECISION_ALLOW;
		static const char *const words[2][2] = { { "enrolment denied", "enrolment allowed" },
							 { "join denied", "join allowed" } };
		put_event(list, d->created, words[d->kind == STORE_DECISION_JOIN][is_allowed]);
	}
	put_event(list, r->enrolment->finished,
		  text_word(enrolments, COUNT_OF(enrolments), r->enrolment->state));
	return list;
}

/* Those that were required, and those that failed. */
static json_t *list_checks(const struct requests_found *r)
{
	json_t *list = json_array();
	for (size_t i = 0; i < CHECK_COUNT; i++) {
		bool is_required = r->outcomes.required[i], is_failed = r->outcomes.of[i] == FAILED;
		if (!is_required && !is_failed)
			continue;
		json_array_append_new(list,
				      json_pack("{ss ss sb ss}", "check", verdict_checks[i].name, "outcome",
						verdict_word(r->outcomes.of[i]), "required", is_required,
						"sentence", verdict_checks[i].sentence));
	}
	return list;
}

/* As an id of 32 digits, as a device's screen has it, or of 36 characters. */
static fault read_request(const struct serve *s, struct bytes *ret)
{
	uint8_t *id = arena_alloc(s->a, RECORD_ID_SIZE);
	NEED(id != NULL, SYS_MEMORY);
	if (!text_hex_parse(s->c->target, id, RECORD_ID_SIZE))
		return serving_read_id(s, ret);
	*ret = bytes_of(id, RECORD_ID_SIZE);
	return NULL;
}

fault serve_faults_get_request(struct serve *s)
{
	struct bytes id;
	struct requests_found r;
	TRY(read_request(s, &id));
	TRY(requests_get(s->f, id, s->a, &r));
	json_t *o = r.failure ? shape_failure(r.failure) : shape_enrolment(&r);
	put(o, "events", list_events(&r));
	put(o, "checks", r.has_outcomes ? list_checks(&r) : json_null());
	put(o, "evidence", member_hex(&r.evidence));
	return serving_answer_json(s, o);
}
