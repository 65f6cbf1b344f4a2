/*
 * Reports as administrators ask for them: read as verify reads them, answered as they are served.
 */
#include "api/report.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "api/desk.h"
#include "flow/proofs.h"
#include "store/store_device.h"

#define PATH "/graph/beta/deviceManagement/reports"

static json_int_t count(const struct desk *d, size_t i, const char *member)
{
	return json_integer_value(json_object_get(json_array_get(desk_rows(d), i), member));
}

static void enrol(struct office *o, uint8_t ek, const char *serial)
{
	struct admission a;
	struct flow_answer answer;
	office_register_key(o, ek);
	struct office_trips s = office_trips(o, ek, serial);
	OK(office_admit(o, &s.answer, &a));
	OK(office_release(o, &a, &answer));
}

static void refuse(struct office *o, uint8_t ek, const char *serial)
{
	const struct begin_facts facts = office_begin(o, ek, serial);
	CHECK(office_begin_refused(o, &facts));
}

static void every_report_is_listed_with_its_columns_and_can_be_asked(void **state)
{
	struct desk d = desk_open(*state, "reader");
	OK(desk_ask(&d, PATH));
	json_auto_t *all = json_incref(d.json);
	CHECK(json_array_size(desk_rows(&d)) == REPORT_COUNT);
	for (size_t i = 0; i < REPORT_COUNT; i++) {
		char target[256];
		snprintf(target, sizeof(target), PATH "/%s?$count=true", reports[i].name);
		OK(desk_ask(&d, target));
		CHECK(json_array_size(desk_rows(&d)) == 0);
		CHECK(json_integer_value(json_object_get(d.json, "@odata.count")) == 0);
		const json_t *row = json_array_get(json_object_get(all, "value"), i);
		CHECK(json_array_size(json_object_get(row, "columns")) == reports[i].list.n);
	}
	desk_done(&d);
}

static void the_status_of_devices_and_of_who_was_refused_is_one_report(void **state)
{
	struct office *o = *state;
	struct desk d = desk_open(o, "reader");
	enrol(o, 1, "S-1");
	enrol(o, 2, "S-2");
	refuse(o, 3, "S-3");
	OK(desk_ask(&d, PATH "/tpmAttestationStatus"));
	CHECK(json_array_size(desk_rows(&d)) == 3);
	CHECK(strcmp(desk_cell(&d, 0, "AttestationStatus"), "Completed") == 0);
	CHECK(strcmp(desk_cell(&d, 2, "AttestationStatus"), "Failed") == 0 && *desk_cell(&d, 2, "Fault"));
	CHECK(*desk_cell(&d, 2, "AttestationStatusDetail"));
	CHECK(!*desk_cell(&d, 2, "DeviceId") && *desk_cell(&d, 0, "DeviceId"));
	CHECK(strcmp(desk_cell(&d, 2, "SerialNumber"), "S-3") == 0);
	CHECK(strcmp(desk_cell(&d, 2, "Ownership"), "unknown") == 0);
	OK(desk_ask(&d, PATH "('TpmAttestationStatus')?$count=true"
			     "&$filter=AttestationStatus%20eq%20'Failed'"));
	CHECK(json_array_size(desk_rows(&d)) == 1 && strcmp(desk_cell(&d, 0, "SerialNumber"), "S-3") == 0);
	CHECK(json_integer_value(json_object_get(d.json, "@odata.count")) == 1);
	OK(desk_ask(&d, PATH "/TpmAttestationStatus?$filter=Ownership%20eq%20'company'"
			"&$orderby=SerialNumber%20desc"));
	CHECK(json_array_size(desk_rows(&d)) == 2 && strcmp(desk_cell(&d, 0, "SerialNumber"), "S-2") == 0);
	desk_done(&d);
}

/* What it was when it enrolled is not what it is now. */
static void a_device_whose_last_attestation_failed_is_told_as_failed(void **state)
{
	struct office *o = *state;
	struct desk d = desk_open(o, "reader");
	struct store_device *device;
	enrol(o, 1, "S-1");
	enrol(o, 2, "S-2");
	OK(store_device_find_by_ek(o->flow.store, office_octets(o, 2, 32), &o->arena, &device));
	OK(proofs_refuse(&o->flow, device, TRIP_ATTEST, FAIL(TPM_ROLLED_BACK), &o->arena));
	OK(desk_ask(&d, PATH "/TpmAttestationStatus?$filter=AttestationStatus%20eq%20'Failed'"));
	CHECK(json_array_size(desk_rows(&d)) == 1 && strcmp(desk_cell(&d, 0, "SerialNumber"), "S-2") == 0);
	CHECK(strcmp(desk_cell(&d, 0, "Fault"), "TPM_ROLLED_BACK") == 0);
	CHECK(*desk_cell(&d, 0, "AttestationStatusDetail"));
	CHECK(strcmp(desk_cell(&d, 0, "Outcome"), "enrolled") == 0);
	CHECK(strcmp(desk_cell(&d, 0, "State"), "failed") == 0);
	OK(desk_ask(&d, PATH "/TpmAttestationStatus?$filter=Fault%20eq%20'TPM_ROLLED_BACK'"));
	CHECK(json_array_size(desk_rows(&d)) == 1);
	desk_done(&d);
}

/* Pages of one row each, as their links say: every row once. */
static void pages_of_a_report_have_every_row_once(void **state)
{
	struct office *o = *state;
	struct desk d = desk_open(o, "reader");
	char target[8192] = PATH "/TpmAttestationStatus?$top=1", seen[8] = { 0 };
	size_t pages = 0;
	for (uint8_t i = 1; i <= 5; i++)
		(i % 2 ? enrol : refuse)(o, i, (const char[]){ (char)('0' + i), 0 });
	while (*target && pages++ < 9) {
		OK(desk_ask(&d, target));
		CHECK(json_array_size(desk_rows(&d)) == 1);
		seen[*desk_cell(&d, 0, "SerialNumber") - '0']++;
		const char *link = json_string_value(json_object_get(d.json, "@odata.nextLink"));
		snprintf(target, sizeof(target), "%s", link ? strstr(link, "/graph") : "");
	}
	CHECK(pages == 5 && memcmp(seen, "\0\1\1\1\1\1", 6) == 0);
	desk_done(&d);
}

static void what_is_grouped_counts_devices(void **state)
{
	struct office *o = *state;
	struct desk d = desk_open(o, "reader");
	enrol(o, 1, "S-1");
	enrol(o, 2, "S-2");
	refuse(o, 3, "S-3");
	OK(desk_ask(&d, PATH "/TpmFirmware"));
	CHECK(json_array_size(desk_rows(&d)) == 1 && count(&d, 0, "Devices") == 2);
	CHECK(count(&d, 0, "Attested") == 2);
	OK(desk_ask(&d, PATH "/DeviceAssurance"));
	CHECK(json_array_size(desk_rows(&d)) == 1 && count(&d, 0, "Devices") == 2);
	CHECK(strcmp(desk_cell(&d, 0, "Level"), "high") == 0);
	OK(desk_ask(&d, PATH "/EnrollmentsOverTime"));
	CHECK(json_array_size(desk_rows(&d)) == 1 && count(&d, 0, "Devices") == 2);
	CHECK(strcmp(desk_cell(&d, 0, "Day"), "2026-01-01T00:00:00Z") == 0);
	desk_done(&d);
}

/* Without a filter a report looks back as far as its table says. */
static void stale_devices_are_those_not_there_for_thirty_days(void **state)
{
	struct office *o = *state;
	struct desk d = desk_open(o, "reader");
	enrol(o, 1, "S-1");
	OK(desk_ask(&d, PATH "/StaleDevices"));
	CHECK(json_array_size(desk_rows(&d)) == 0);
	OK(desk_ask(&d, PATH "/StaleDevices?$filter=LastCheckin%20gt%202025-12-01T00:00:00Z"));
	CHECK(json_array_size(desk_rows(&d)) == 1 && strcmp(desk_cell(&d, 0, "SerialNumber"), "S-1") == 0);
	desk_done(&d);
}

static void what_no_report_has_is_refused_by_name(void **state)
{
	struct desk d = desk_open(*state, "reader");
	REFUSES(REPORT_UNKNOWN, desk_ask(&d, PATH "/Nothing"));
	REFUSES(QUERY_PROPERTY, desk_ask(&d, PATH "/TpmFirmware?$filter=Nothing%20eq%201"));
	CHECK(strcmp(d.notes.target, "$filter") == 0 && strstr(d.notes.detail, "character 1"));
	REFUSES(QUERY_PROPERTY, desk_ask(&d, PATH "/TpmFirmware?$select=Nothing"));
	REFUSES(QUERY_VALUE, desk_ask(&d, PATH "/DeviceAssurance?$filter=Level%20eq%20'Maybe'"));
}

/* --- exports -------------------------------------------------------------------------------------------- */

static fault make(struct desk *d, const char *body)
{
	return desk_send_json(d, &(struct question){ .method = "POST", .target = PATH "/exportJobs",
						.body = body });
}

/* All parts of the export that was made last, as a text; *ret_parts is how many they were. */
static const char *fetch(struct desk *d, size_t *ret_parts)
{
	static char text[1 << 21];
	size_t n = 0;
	const char *url = json_string_value(json_object_get(d->json, "url"));
	struct question q = { .method = "GET" };
	CHECK(url && strncmp(url, "https://assay.test/", 19) == 0);
	q.target = strstr(url, "/graph");
	*ret_parts = 0;
	do {
		OK(desk_send(d, &q));
		CHECK(n + d->answer.body.n < sizeof(text));
		memcpy(text + n, d->answer.body.p, d->answer.body.n);
		n += d->answer.body.n;
		q.position = d->answer.more;
		++*ret_parts;
	} while (q.position.p);
	text[n] = 0;
	return text;
}

static void an_export_of_the_status_has_exactly_intunes_columns(void **state)
{
	struct office *o = *state;
	struct desk d = desk_open(o, "reader");
	size_t parts;
	enrol(o, 1, "S-1");
	refuse(o, 2, "S-2");
	OK(make(&d, "{\"reportName\":\"TpmAttestationStatus\",\"format\":\"csv\"}"));
	CHECK(strcmp(json_string_value(json_object_get(d.json, "status")), "completed") == 0);
	const char *text = fetch(&d, &parts);
	static const char head[] = "AttestationStatus,AttestationStatusDetail,DeviceId,DeviceName,"
				   "EnrolledByUser,EnrollmentDate,LastCheckin,Model,OS,OSVersion,Ownership,"
				   "TpmManufacturer,TpmVersion,UPN\r\nCompleted,,";
	CHECK(parts == 1 && strncmp(text, head, strlen(head)) == 0);
	CHECK(strstr(text, "\r\nFailed,") && strcmp(d.answer.file, "TpmAttestationStatus.csv") == 0);
	desk_done(&d);
}

static void an_export_takes_a_filter_columns_and_a_format(void **state)
{
	struct office *o = *state;
	struct desk d = desk_open(o, "reader");
	size_t parts;
	enrol(o, 1, "S-1");
	refuse(o, 2, "S-2");
	OK(make(&d, "{\"reportName\":\"tpmattestationstatus\",\"format\":\"json\",\"filter\":\""
		    "AttestationStatus eq 'Failed'\",\"select\":[\"SerialNumber\",\"AttestationStatus\"],"
		    "\"localizationType\":\"LocalizedValuesAsAdditionalColumn\"}"));
	const char *text = fetch(&d, &parts);
	CHECK(strcmp(text, "[\n{\"AttestationStatus\":\"Failed\",\"SerialNumber\":\"S-2\"}\n]\n") == 0);
	desk_done(&d);
}

/* That many refusals. */
static void fill(struct office *o, size_t n, struct bytes detail)
{
	struct store_refusal row = { .peer = BYTES_TEXT("192.0.2.1"),
				     .fault = BYTES_TEXT("EK_CHAIN_UNTRUSTED"),
				     .detail = detail,
				     .name = BYTES_TEXT("=cmd|' /C calc'!A0"),
				     .request_id = o->admin.request_id, .count = 1, .first = 1, .last = 1 };
	OK(store_begin(o->flow.store));
	for (size_t i = 0; i < n; i++) {
		uint8_t key[32] = { (uint8_t)i, (uint8_t)(i >> 8) };
		row.key = BYTES_OF(key);
		OK(store_refusal_put(o->flow.store, &row, 10000));
	}
	OK(store_commit(o->flow.store));
}

/* More than one part has; some go and others come meanwhile. */
static void an_export_in_parts_has_every_row_once(void **state)
{
	struct office *o = *state;
	struct desk d = desk_open(o, "reader");
	const size_t n = 2345;
	size_t parts, lines = 0;
	fill(o, n, (struct bytes){ 0 });
	OK(make(&d, "{\"reportName\":\"TpmAttestationStatus\",\"select\":\"RefusalId,DeviceName\"}"));
	const char *text = fetch(&d, &parts);
	for (const char *at = text; *at; at = strchr(at, '\n') + 1)
		lines++;
	CHECK(parts == 3 && lines == n + 1);
	for (size_t i = 0; i < n; i++) {
		char id[8];
		snprintf(id, sizeof(id), ",%02zx%02zx00", i & 0xFF, i >> 8);
		const char *at = strstr(text, id);
		CHECK(at && !strstr(at + 1, id));
	}
	CHECK(strstr(text, "\n'=cmd|") && !strstr(text, "\n=cmd"));
	desk_done(&d);
}

/* An export with every column of the status, of that many rows that are as long as they come. */
static void make_wide(struct desk *d, size_t rows)
{
	const struct property_list *list = &reports[REPORT_STATUS].list;
	char body[2048], detail[600];
	size_t n = (size_t)snprintf(body, sizeof(body), "{\"reportName\":\"TpmAttestationStatus\","
							"\"format\":\"json\",\"select\":[");
	for (size_t i = 0; i < list->n; i++)
		n += (size_t)snprintf(body + n, sizeof(body) - n, "%s\"%s\"", i ? "," : "", list->v[i].name);
	snprintf(body + n, sizeof(body) - n, "]}");
	memset(detail, 'a', sizeof(detail));
	fill(d->o, rows, BYTES_OF(detail));
	OK(make(d, body));
}

static void an_export_whose_rows_are_read_at_once_may_be_longer_than_a_part(void **state)
{
	struct desk d = desk_open(*state, "reader");
	size_t parts;
	make_wide(&d, 900);
	const char *text = fetch(&d, &parts);
	json_auto_t *all = json_loads(text, 0, NULL);
	CHECK(parts > 1 && json_array_size(all) == 900);
	desk_done(&d);
}

/* The rate is of requests; its window is longer than this takes, since time stands still. */
static void parts_of_an_export_are_one_call(void **state)
{
	struct office *o = *state;
	struct desk d = desk_open(o, "reader");
	size_t parts;
	make_wide(&d, 900);
	o->limits.calls = 2;
	fetch(&d, &parts);
	CHECK(parts > 2);
	OK(desk_ask(&d, PATH));
	REFUSES(CALL_RATE, desk_ask(&d, PATH));
	desk_done(&d);
}

static void an_export_has_no_version(void **state)
{
	struct desk d = desk_open(*state, "reader");
	OK(make(&d, "{\"reportName\":\"TpmFirmware\"}"));
	const char *url = json_string_value(json_object_get(d.json, "url"));
	const struct question q = { .method = "GET", .target = strstr(url, "/graph"), .if_match = "*" };
	REFUSES(FORMAT_UNKNOWN, desk_send(&d, &q));
	CHECK(strstr(d.answer.detail, "If-Match"));
	desk_done(&d);
}

static void what_no_export_can_be_is_refused_with_its_member(void **state)
{
	static const struct {
		const char *body, *target;
		enum fault_code code;
	} bad[] = {
		{ "{\"reportName\":\"Nothing\"}", "reportName", FAULT_CODE_REPORT_UNKNOWN },
		{ "{\"reportName\":\"TpmFirmware\",\"format\":\"xls\"}", "format", FAULT_CODE_PARSE_FIELD },
		{ "{\"reportName\":\"TpmFirmware\",\"select\":[\"Nothing\"]}", "select",
		  FAULT_CODE_QUERY_PROPERTY },
		{ "{\"reportName\":\"TpmFirmware\",\"filter\":\"Model eq\"}", "filter",
		  FAULT_CODE_QUERY_SYNTAX },
		{ "{\"reportName\":\"TpmFirmware\",\"filter\":\"Model eq 1\"}", "filter",
		  FAULT_CODE_QUERY_VALUE },
	};
	struct desk d = desk_open(*state, "reader");
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		if (make(&d, bad[i].body) != &fault_rows[bad[i].code])
			fail_msg("%s", bad[i].body);
		CHECK(d.notes.target && strcmp(d.notes.target, bad[i].target) == 0);
	}
	REFUSES(PARSE_FIELD, make(&d, "{\"reportName\":\"TpmFirmware\",\"select\":[\"a,b\"]}"));
	REFUSES(PARSE_FIELD, make(&d, "{}"));
	OK(desk_ask(&d, PATH "/exportJobs"));
	CHECK(json_array_size(desk_rows(&d)) == 0);
	desk_done(&d);
}

static void an_export_is_there_for_a_day(void **state)
{
	struct office *o = *state;
	struct desk d = desk_open(o, "reader");
	char target[256];
	OK(make(&d, "{\"reportName\":\"TpmFirmware\"}"));
	const char *id = json_string_value(json_object_get(d.json, "id"));
	snprintf(target, sizeof(target), PATH "/exportJobs('%s')", id);
	OK(desk_ask(&d, target));
	OK(desk_ask(&d, PATH "/exportJobs"));
	CHECK(json_array_size(desk_rows(&d)) == 1);
	o->flow.now += 86400;
	REFUSES(NOT_FOUND, desk_ask(&d, target));
	desk_done(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(every_report_is_listed_with_its_columns_and_can_be_asked),
		OFFICE_TEST(the_status_of_devices_and_of_who_was_refused_is_one_report),
		OFFICE_TEST(a_device_whose_last_attestation_failed_is_told_as_failed),
		OFFICE_TEST(pages_of_a_report_have_every_row_once),
		OFFICE_TEST(what_is_grouped_counts_devices),
		OFFICE_TEST(stale_devices_are_those_not_there_for_thirty_days),
		OFFICE_TEST(what_no_report_has_is_refused_by_name),
		OFFICE_TEST(an_export_of_the_status_has_exactly_intunes_columns),
		OFFICE_TEST(an_export_takes_a_filter_columns_and_a_format),
		OFFICE_TEST(an_export_in_parts_has_every_row_once),
		OFFICE_TEST(an_export_whose_rows_are_read_at_once_may_be_longer_than_a_part),
		OFFICE_TEST(parts_of_an_export_are_one_call),
		OFFICE_TEST(an_export_has_no_version),
		OFFICE_TEST(what_no_export_can_be_is_refused_with_its_member),
		OFFICE_TEST(an_export_is_there_for_a_day),
	};
	json_object_seed(1);
	return RUN(tests);
}
