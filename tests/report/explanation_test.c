#include "report/explanation.h"

#include <ctype.h>
#include <string.h>

#include "test.h"

/* What people paste, as field reports have it, and the cause that comes first. */
static const struct {
	const char *text, *cause;
} pasted[] = {
	{ "-NoValidEkCert: No valid EK cert found", "EK_CERTIFICATE" },
	{ "Attestation statement cannot be verified, rejecting request. TPM firmware needs update.",
	  "FIRMWARE" },
	{ "{\"Code\":\"AuthorizationError\",\"SubCode\":\"MsaTicketTpmValidationFailed\"}", "TPM_REFUSED" },
	{ "{\"Message\":\"No valid TPM EK/Platform Certificate provided in the TPM identity request "
	  "message\"}",
	  "EK_REJECTED" },
	{ "{\"Message\":\"Failed to parse SCEP request.\"}", "SCEP_MALFORMED" },
	{ "GetCACaps: Not Found", "AIK_CA_UNKNOWN" },
	{ "Certificate Request Processor: A required certificate is not within its validity period when "
	  "verifying "
	  "against the current system clock or the timestamp in the signed file. 0x800b0101 (-2146762495 "
	  "CERT_E_EXPIRED)",
	  "CLOCK" },
	{ "AutopilotManager device enrollment failed during stage AADEnroll with error 0x801C0003.",
	  "JOIN_REFUSED" },
	{ "AutopilotManager reported that MSA TPM is not configured for hardware TPM attestation even though "
	  "the "
	  "profile indicates it is required.",
	  "NOT_CONFIGURED" },
	{ "MSA TPM keystate has been updated. New server state = unattested key, new client state = attested "
	  "key",
	  "STALE_KEY" },
	{ "server state = 3, client state = 6", "STALE_KEY" },
	{ "0x800705B4", "TIMEOUT" },
	{ "800705b4", "TIMEOUT" },
	{ "-2147023436", "TIMEOUT" },
	{ "Something happened, and TPM attestation timed out.", "TIMEOUT" },
	{ "0x801C03EA", "TPM_OLD" },
	{ "0x801c03f3", "NO_OBJECT" },
	{ "E_AUTOPILOT_CLIENT_TPM_MAX_ATTESTATION_RETRY_EXCEEDED", "RETRIES" },
	{ "0x81039001", "RETRIES" },
	{ "0x81039023", "WINDOWS_UPDATE" },
	{ "2164494372", "FIRMWARE" },
	{ "0x80070490", "AMD_FIRMWARE" },
	{ "Enrollment blocked for AP device by SDM One Time Limit Check", "ONE_TIME" },
	{ "80180014", "ONE_TIME" },
	{ "80180032", "BLOCKED" },
	{ "error 0x80180018", "LICENCE" },
	{ "0x80180022", "HOME_EDITION" },
	{ "0x8018000A", "ALREADY_ENROLLED" },
	{ "0x8018002B", "MDM_SCOPE" },
	{ "0x80070774", "DOMAIN_JOIN" },
	{ "ZtdDeviceIsNotRegistered", "NOT_REGISTERED" },
	{ "ZtdDeviceHasNoAssignedProfile", "NO_PROFILE" },
	{ "908 SerialNumberMismatch", "OTHER_HARDWARE" },
	{ "HTTP 400 (0x80190190)", "EK_REJECTED" },
	{ "Ready For Attestation: False", "NOT_READY" },
	{ "-INFORMATION_EK_CERTIFICATE: True", "EK_CERTIFICATE" },
	{ "NTE_DEVICE_NOT_READY 0x80090030", "TPM_NOT_READY" },
	{ "{\"Field\":\"EkCertIsAvailable\",\"Value\":\"False\",\"DesiredValue\":\"True\"}",
	  "EK_CERTIFICATE" },
	{ "AIK key was found even though EK cert is not present. Attempting to re-initialize the TPM task",
	  "STALE_KEY" },
	{ "SetupDisplayedEula is missing", "SETUP_UNFINISHED" },
	{ "Feature isn\xE2\x80\x99t supported", "VIRTUAL" },
	{ "AIK certificate wasn't provided", "NO_AIK" },
	{ "Event 156", "NOT_CONFIGURED" },
	{ "Event ID: 189", "RETRIES" },
	{ "<EventID>302</EventID>", "ENROLMENT_FAILED" },
	{ "1794", "FIRMWARE" },
};

static struct explanation explain(const char *text)
{
	struct explanation e = { 0 };
	explanation_put(&e, "pasted", bytes_text(text));
	return e;
}

static bool is_first(const struct explanation *e, const char *name)
{
	return e->n && e->v[0].symptom && strcmp(e->v[0].symptom->name, name) == 0;
}

static void what_people_paste_has_its_cause(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(pasted); i++) {
		struct explanation e = explain(pasted[i].text);
		if (!is_first(&e, pasted[i].cause))
			fail_msg("%s: %s, not %s", pasted[i].text,
				 e.n ? explanation_name(&e.v[0]) : "nothing", pasted[i].cause);
	}
	COUNTED("pasted lines", COUNT_OF(pasted));
}

static void what_shows_nothing_is_explained_by_nothing(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"",
		"\n\n",
		"TPM Present: True",
		"Ready For Attestation: True",
		"Is Locked Out: False",
		"0x00000000",
		"302 devices",
		"the event was 12345",
		"TPM Has Vulnerable Firmware: False",
		"usage: USAGE, BUG",
		"INFORMATION_EK_CERTIFICATE: False",
		"0xDEADBEEF",
		"99999999999999999999",
	};
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		CHECK(explain(texts[i]).n == 0);
}

static void of_several_causes_the_root_comes_first_and_the_timeout_last(void **state)
{
	(void)state;
	struct explanation e =
		explain("error 0x800705B4\nstage AADEnroll with error 0x801C0003\r\nEvent 156\n"
			"TPM firmware needs update\nTPM_AUTH\n");
	static const char *const names[] = { "FIRMWARE_VULNERABLE", "TPM_AUTH", "TPM_REQUIRED",
					     "JOIN_REFUSED", "ATTEST_TIMEOUT" };
	CHECK(e.n == COUNT_OF(names));
	for (size_t i = 0; i < e.n; i++)
		assert_string_equal(explanation_name(&e.v[i]), names[i]);
}

static void every_fault_is_known_by_its_code(void **state)
{
	(void)state;
	for (size_t i = 0; i < FAULT_COUNT; i++) {
		struct explanation e = explain(fault_rows[i].name);
		CHECK(e.n == 1 && e.v[0].why == &fault_rows[i]);
		CHECK(strcmp(explanation_name(&e.v[0]), fault_rows[i].name) == 0);
	}
}

static void our_code_has_our_words_and_that_of_windows_its_own(void **state)
{
	(void)state;
	struct explanation ours = explain("EK_CERT_MISSING"), theirs = explain("-NoValidEkCert");
	CHECK(ours.v[0].is_ours && explanation_remedy(&ours.v[0]) == FAIL(EK_CERT_MISSING)->remedy);
	CHECK(!theirs.v[0].is_ours && theirs.v[0].why == FAIL(EK_CERT_MISSING));
	CHECK(explanation_remedy(&theirs.v[0]) == symptoms[SYMPTOM_EK_CERTIFICATE].remedy);
}

static void the_lines_that_show_a_cause_are_kept_with_their_numbers(void **state)
{
	(void)state;
	struct explanation e = explain("first\r\n  -NoValidEkCert: No valid EK cert found\r\nNoValidEkCert");
	CHECK(e.n == 1 && e.v[0].count == 2);
	CHECK(e.v[0].lines[0].number == 2 && e.v[0].lines[1].number == 3);
	CHECK(is_bytes_text(e.v[0].lines[0].text, "-NoValidEkCert: No valid EK cert found"));
	CHECK(strcmp(e.v[0].lines[0].file, "pasted") == 0);
}

static void of_many_lines_all_count_and_the_first_are_kept(void **state)
{
	(void)state;
	struct explanation e =
		explain("0x800705B4\n0x800705B4\n0x800705B4\n0x800705B4\n0x800705B4\n0x800705B4\n");
	CHECK(e.n == 1 && e.v[0].count == 6);
	CHECK(e.v[0].lines[EXPLANATION_LINES_MAX - 1].number == EXPLANATION_LINES_MAX);
}

static void a_code_of_ours_says_more_than_the_event_it_stands_in(void **state)
{
	(void)state;
	struct explanation e =
		explain("{\"id\":155,\"fault\":\"TPM_MISSING\"}\n{\"id\":155,\"fault\":null}\n");
	CHECK(e.n == 2 && strcmp(explanation_name(&e.v[0]), "TPM_MISSING") == 0 && e.v[0].count == 1);
	CHECK(e.v[1].symptom == &symptoms[SYMPTOM_MAINTENANCE_FAILED] && e.v[1].lines[0].number == 2);
}

static void what_failed_before_a_success_is_history(void **state)
{
	(void)state;
	struct explanation e =
		explain("{\"id\":302,\"fault\":\"TPM_LOCKOUT\"}\n{\"id\":303}\n{\"id\":209}\n");
	CHECK(e.n == 1 && is_first(&e, "EK_CERTIFICATE") && e.v[0].lines[0].number == 3);
	CHECK(explain("{\"id\":302}\n{\"number\":303}\n").n == 1);
	CHECK(explain("EventID: 302\nEventID: 303\n").n == 0);
}

static void more_causes_than_there_is_room_for_are_left_out(void **state)
{
	(void)state;
	struct explanation e = { 0 };
	for (size_t i = 0; i < FAULT_COUNT; i++)
		explanation_put(&e, "codes", bytes_text(fault_rows[i].name));
	CHECK(e.n == EXPLANATION_MAX);
}

static bool is_told(const char *text)
{
	size_t n = text ? strlen(text) : 0;
	return n > 10 && isupper((unsigned char)text[0]) && text[n - 1] == '.';
}

static void every_row_of_the_table_says_what_to_do_and_who_says_so(void **state)
{
	(void)state;
	for (size_t i = 0; i < SYMPTOM_COUNT; i++) {
		CHECK(is_told(symptoms[i].what) && is_told(symptoms[i].remedy));
		CHECK(strlen(symptoms[i].source) > 3);
	}
	for (size_t i = 0; i < symptom_words_count; i++) {
		struct explanation e = explain(symptom_words[i].text);
		CHECK(isalpha((unsigned char)symptom_words[i].text[0]) && e.n > 0);
	}
}

static void no_sign_stands_for_two_causes(void **state)
{
	(void)state;
	for (size_t i = 0; i < symptom_hresults_count; i++)
		CHECK(symptom_find_hresult(symptom_hresults[i].code) == symptom_hresults[i].of);
	for (size_t i = 0; i < symptom_events_count; i++)
		CHECK(symptom_find_event(symptom_events[i].id) == symptom_events[i].of);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_people_paste_has_its_cause),
		TEST(what_shows_nothing_is_explained_by_nothing),
		TEST(of_several_causes_the_root_comes_first_and_the_timeout_last),
		TEST(every_fault_is_known_by_its_code),
		TEST(our_code_has_our_words_and_that_of_windows_its_own),
		TEST(the_lines_that_show_a_cause_are_kept_with_their_numbers),
		TEST(of_many_lines_all_count_and_the_first_are_kept),
		TEST(a_code_of_ours_says_more_than_the_event_it_stands_in),
		TEST(what_failed_before_a_success_is_history),
		TEST(more_causes_than_there_is_room_for_are_left_out),
		TEST(every_row_of_the_table_says_what_to_do_and_who_says_so),
		TEST(no_sign_stands_for_two_causes),
	};
	return RUN(tests);
}
