/* Who may enrol: the list in its order, the three values of filters, and what decides nothing. */
#include "policy/restriction.h"

#include <stdio.h>
#include <string.h>

#include "test.h"

#define LIST_MAX 220
#define UNATTESTED "(device.isTpmAttested -eq \"False\")"

/* That a call gave this fault, or none where that is NULL. */
#define GIVES(fault_, call)                                                                                \
	do {                                                                                               \
		fault want_ = (fault_), f_ = (call);                                                       \
		if (f_ != want_)                                                                           \
			fail_msg("%s gave %s, not %s", #call, f_ ? f_->name : "no fault",                  \
				 want_ ? want_->name : "none");                                            \
	} while (0)

/* A list under way, its default last, and a device. */
struct scene {
	struct arena arena;
	struct attribute_values values;
	struct restriction_case c;
	struct restriction v[LIST_MAX];
	size_t n;
	struct restriction_finding finding;
	char text[RESTRICTION_DETAIL_SIZE];
};

static void set(struct scene *s, enum attribute_id id, const char *value)
{
	s->values.of[id] = bytes_text(value);
}

static void read_whole(struct restriction *r)
{
	const char *detail = NULL;
	OK(restriction_parse(r, &detail));
	CHECK(detail == NULL);
}

/* A device that nobody registered and that proved nothing, before the default policy alone. */
static int setup(void **state)
{
	struct scene *s = test_calloc(1, sizeof(*s));
	arena_init(&s->arena, LIST_MAX * FILTER_ARENA_SIZE);
	s->c.values = &s->values;
	set(s, ATTRIBUTE_IS_TPM_ATTESTED, "False");
	set(s, ATTRIBUTE_DEVICE_OWNERSHIP, "Personal");
	set(s, ATTRIBUTE_OPERATING_SYSTEM, "debian");
	set(s, ATTRIBUTE_OPERATING_SYSTEM_VERSION, "12");
	s->v[s->n++] = (struct restriction){ .name = BYTES_TEXT("Default"), .state = RESTRICTION_ON,
					     .action = RESTRICTION_ALLOW, .is_default = true };
	read_whole(&s->v[0]);
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct scene *s = *state;
	arena_done(&s->arena);
	test_free(s);
	return 0;
}

static const struct filter *filter_of(struct scene *s, const char *text)
{
	const struct filter *f = NULL;
	struct filter_error error = { 0 };
	OK(filter_parse(bytes_text(text), &s->arena, &f, &error));
	return f;
}

/* One that is on and blocks whoever the filter includes; NULL: everybody. It goes before the default. */
static struct restriction *put(struct scene *s, const char *name, const char *filter)
{
	struct restriction *r = &s->v[s->n - 1];
	CHECK(s->n < LIST_MAX);
	s->v[s->n++] = *r;
	*r = (struct restriction){ .name = bytes_text(name), .state = RESTRICTION_ON,
				   .action = RESTRICTION_BLOCK };
	if (filter) {
		r->scope.mode = SCOPE_INCLUDE;
		r->scope.filter = filter_of(s, filter);
	}
	read_whole(r);
	return r;
}

static struct restriction *put_allow(struct scene *s, const char *name, const char *filter)
{
	struct restriction *r = put(s, name, filter);
	r->action = RESTRICTION_ALLOW;
	return r;
}

static fault judged(struct scene *s)
{
	const struct restrictions list = { s->n, s->v };
	restriction_judge(&list, &s->c, &s->finding);
	return s->finding.decided.why;
}

static const char *decider(const struct scene *s)
{
	const struct restriction *by = s->finding.decided.by;
	return by ? (const char *)by->name.p : "nobody";
}

#define CHECK_JUDGED(s, fault_, by)                    \
	do {                                           \
		GIVES(fault_, judged(s));              \
		assert_string_equal(decider(s), by);   \
	} while (0)

/* --- the order ------------------------------------------------------------------------------------------ */

static void without_a_restriction_the_default_lets_devices_enrol(void **state)
{
	struct scene *s = *state;
	CHECK_JUDGED(s, NULL, "Default");
	CHECK(s->finding.monitored_n == 0);
}

static void a_default_that_blocks_blocks_whom_nothing_else_allows(void **state)
{
	struct scene *s = *state;
	s->v[0].action = RESTRICTION_BLOCK;
	CHECK_JUDGED(s, FAIL(RESTRICTION_BLOCKED), "Default");
	put_allow(s, "ours", UNATTESTED);
	CHECK_JUDGED(s, NULL, "ours");
}

static void the_first_that_applies_decides(void **state)
{
	struct scene *s = *state;
	put_allow(s, "a", "(device.deviceOwnership -eq \"Corporate\")");
	put(s, "b", UNATTESTED);
	put_allow(s, "c", NULL);
	CHECK_JUDGED(s, FAIL(RESTRICTION_BLOCKED), "b");
	set(s, ATTRIBUTE_DEVICE_OWNERSHIP, "Corporate");
	CHECK_JUDGED(s, NULL, "a");
	set(s, ATTRIBUTE_DEVICE_OWNERSHIP, "Personal");
	set(s, ATTRIBUTE_IS_TPM_ATTESTED, "True");
	CHECK_JUDGED(s, NULL, "c");
}

static void an_excluding_filter_spares_whom_it_holds_of(void **state)
{
	struct scene *s = *state;
	put(s, "all but attested", "(device.isTpmAttested -eq \"True\")")->scope.mode = SCOPE_EXCLUDE;
	CHECK_JUDGED(s, FAIL(RESTRICTION_BLOCKED), "all but attested");
	set(s, ATTRIBUTE_IS_TPM_ATTESTED, "True");
	CHECK_JUDGED(s, NULL, "Default");
}

static void a_restriction_that_is_off_says_nothing(void **state)
{
	struct scene *s = *state;
	put(s, "a", NULL)->state = RESTRICTION_OFF;
	CHECK_JUDGED(s, NULL, "Default");
	CHECK(s->finding.monitored_n == 0);
}

static void what_is_only_monitored_decides_nothing_and_is_noted(void **state)
{
	struct scene *s = *state;
	put(s, "a", UNATTESTED)->state = RESTRICTION_MONITOR;
	put(s, "b", "(device.isTpmAttested -eq \"True\")")->state = RESTRICTION_MONITOR;
	put_allow(s, "c", NULL)->state = RESTRICTION_MONITOR;
	put(s, "d", NULL);
	put(s, "e", NULL)->state = RESTRICTION_MONITOR;
	CHECK_JUDGED(s, FAIL(RESTRICTION_BLOCKED), "d");
	CHECK(s->finding.monitored_n == 2);
	assert_string_equal(s->finding.monitored[0].by->name.p, "a");
	CHECK(s->finding.monitored[0].why == FAIL(RESTRICTION_BLOCKED));
	assert_string_equal(s->finding.monitored[1].by->name.p, "c");
	CHECK(s->finding.monitored[1].why == NULL);
}

static void two_hundred_filters_are_asked_in_order(void **state)
{
	struct scene *s = *state;
	char text[64];
	set(s, ATTRIBUTE_SERIAL_NUMBER, "SN-199");
	for (int i = 0; i < FILTERS_MAX; i++) {
		snprintf(text, sizeof(text), "(device.serialNumber -eq \"SN-%03d\")", i);
		put(s, i == FILTERS_MAX - 1 ? "last" : "other", text);
	}
	CHECK_JUDGED(s, FAIL(RESTRICTION_BLOCKED), "last");
	set(s, ATTRIBUTE_SERIAL_NUMBER, "SN-200");
	CHECK_JUDGED(s, NULL, "Default");
}

/* --- to whom, and on which terms ------------------------------------------------------------------------ */

static void platforms_are_known_by_the_name_of_the_system(void **state)
{
	struct scene *s = *state;
	put(s, "a", NULL)->platform = BYTES_TEXT("Debian");
	CHECK_JUDGED(s, FAIL(RESTRICTION_BLOCKED), "a");
	set(s, ATTRIBUTE_OPERATING_SYSTEM, "debian-edu");
	CHECK_JUDGED(s, NULL, "Default");
}

static void groups_are_those_of_the_registration(void **state)
{
	struct scene *s = *state;
	put(s, "a", NULL)->scope.groups = BYTES_TEXT("lab, Shop floor");
	CHECK_JUDGED(s, NULL, "Default");
	set(s, ATTRIBUTE_GROUP_TAG, "shop FLOOR");
	CHECK_JUDGED(s, FAIL(RESTRICTION_BLOCKED), "a");
	set(s, ATTRIBUTE_GROUP_TAG, "lab, Shop floor");
	CHECK_JUDGED(s, NULL, "Default");
	set(s, ATTRIBUTE_GROUP_TAG, "");
	CHECK_JUDGED(s, NULL, "Default");
}

static void devices_that_nobody_registered_are_personal(void **state)
{
	struct scene *s = *state;
	put_allow(s, "a", NULL)->blocks_personal = true;
	CHECK_JUDGED(s, FAIL(RESTRICTION_BLOCKED), "a");
	CHECK(s->finding.decided.reason == RESTRICTION_BY_OWNER);
	s->values.of[ATTRIBUTE_DEVICE_OWNERSHIP] = (struct bytes){ 0 };
	CHECK_JUDGED(s, FAIL(RESTRICTION_BLOCKED), "a");
	set(s, ATTRIBUTE_DEVICE_OWNERSHIP, "Corporate");
	CHECK_JUDGED(s, NULL, "a");
}

static void versions_are_allowed_between_both_bounds(void **state)
{
	static const struct {
		const char *version;
		bool is_allowed;
	} cases[] = {
		{ "11.9", false }, { "12", true },	{ "12.0.0.0", true }, { "13.4.1", true },
		{ "13.5", true },  { "13.5.1", false }, { "", false },	      { "sid", false },
	};
	struct scene *s = *state;
	struct restriction *r = put_allow(s, "a", NULL);
	r->os_min = BYTES_TEXT("12.0");
	r->os_max = BYTES_TEXT("13.5");
	r->trusts_labels = true;
	read_whole(r);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		set(s, ATTRIBUTE_OPERATING_SYSTEM_VERSION, cases[i].version);
		CHECK_JUDGED(s, cases[i].is_allowed ? NULL : FAIL(RESTRICTION_BLOCKED), "a");
	}
	s->values.of[ATTRIBUTE_OPERATING_SYSTEM_VERSION] = (struct bytes){ 0 };
	CHECK_JUDGED(s, FAIL(RESTRICTION_BLOCKED), "a");
	CHECK(s->finding.decided.reason == RESTRICTION_BY_VERSION);
}

static void a_user_has_no_more_devices_than_allowed(void **state)
{
	struct scene *s = *state;
	put_allow(s, "a", NULL)->devices_max = 2;
	s->c.user.devices = 9;
	CHECK_JUDGED(s, NULL, "a");
	s->c.user.name = BYTES_TEXT("ann@example.org");
	CHECK_JUDGED(s, FAIL(RESTRICTION_LIMIT), "a");
	assert_string_equal(restriction_text(&s->finding.decided, s->text),
			    "(restriction a: the number of the user's devices, 9 of at most 2)");
	s->c.user.devices = 2;
	CHECK_JUDGED(s, FAIL(RESTRICTION_LIMIT), "a");
	s->c.user.devices = 1;
	CHECK_JUDGED(s, NULL, "a");
}

static void a_restriction_for_groups_of_users_is_for_whoever_signed_in_as_one_of_them(void **state)
{
	struct scene *s = *state;
	struct bytes_list groups = { 2, { BYTES_TEXT("Berlin"), BYTES_TEXT("contractors") } };
	struct restriction *r = put(s, "a", NULL);
	r->user_groups = BYTES_TEXT("Guests, Contractors");
	read_whole(r);
	CHECK_JUDGED(s, NULL, "Default");
	s->c.user.groups = &groups;
	CHECK_JUDGED(s, FAIL(RESTRICTION_BLOCKED), "a");
	groups.n = 1;
	CHECK_JUDGED(s, NULL, "Default");
	groups = (struct bytes_list){ 1, { BYTES_TEXT("") } };
	CHECK_JUDGED(s, NULL, "Default");
}

/* --- H125 to H127 --------------------------------------------------------------------------------------- */

/* What blocks, and with whom, while isTpmAttested is unknown. */
static void check_unknown(struct scene *s, fault required, fault preferred)
{
	s->values.of[ATTRIBUTE_IS_TPM_ATTESTED] = (struct bytes){ 0 };
	s->c.needs_attestation = true;
	GIVES(required, judged(s));
	s->c.needs_attestation = false;
	GIVES(preferred, judged(s));
}

static void unknown_attestation_does_not_slip_past_a_block_when_it_is_required(void **state)
{
	struct scene *s = *state;
	put(s, "a", UNATTESTED);
	check_unknown(s, FAIL(POL_NOT_ATTESTED), NULL);
	s->v[0].scope.mode = SCOPE_EXCLUDE;
	check_unknown(s, FAIL(POL_NOT_ATTESTED), NULL);
}

static void unknown_attestation_is_let_in_by_no_restriction_that_allows(void **state)
{
	struct scene *s = *state;
	s->v[0].action = RESTRICTION_BLOCK;
	put_allow(s, "a", "(device.isTpmAttested -eq \"True\")");
	check_unknown(s, FAIL(RESTRICTION_BLOCKED), FAIL(RESTRICTION_BLOCKED));
	set(s, ATTRIBUTE_IS_TPM_ATTESTED, "True");
	CHECK_JUDGED(s, NULL, "a");
}

static void terms_that_are_not_met_block_the_unknown_as_well(void **state)
{
	struct scene *s = *state;
	put_allow(s, "a", UNATTESTED)->blocks_personal = true;
	check_unknown(s, FAIL(POL_NOT_ATTESTED), NULL);
	set(s, ATTRIBUTE_DEVICE_OWNERSHIP, "Corporate");
	check_unknown(s, NULL, NULL);
}

static void what_devices_say_of_themselves_decides_only_where_it_may(void **state)
{
	const char *detail = NULL;
	struct restriction r = { .name = BYTES_TEXT("a"), .state = RESTRICTION_ON,
				 .action = RESTRICTION_ALLOW };
	struct bytes *labels[] = { &r.platform, &r.os_min, &r.os_max };
	(void)state;
	for (size_t i = 0; i < COUNT_OF(labels); i++) {
		*labels[i] = BYTES_TEXT("12");
		r.trusts_labels = false;
		REFUSES(POL_UNVERIFIED_ATTR, restriction_parse(&r, &detail));
		CHECK(detail && !r.is_whole);
		r.trusts_labels = true;
		read_whole(&r);
		*labels[i] = (struct bytes){ 0 };
	}
	r.trusts_labels = false;
	r.scope.groups = BYTES_TEXT("lab");
	r.blocks_personal = true;
	read_whole(&r);
}

static void a_list_that_is_missing_or_lacks_its_default_refuses(void **state)
{
	struct scene *s = *state;
	s->n = 0;
	CHECK_JUDGED(s, FAIL(POL_MISSING), "nobody");
	s->n = 1;
	CHECK_JUDGED(s, NULL, "Default");
	s->v[0].is_default = false;
	CHECK_JUDGED(s, FAIL(POL_MISSING), "nobody");
	s->v[0] = (struct restriction){ 0 };
	CHECK_JUDGED(s, FAIL(POL_MISSING), "nobody");
}

static void what_cannot_be_read_refuses_where_it_would_be_asked(void **state)
{
	struct scene *s = *state;
	struct restriction *r = put_allow(s, "a", NULL);
	r->is_whole = false;
	CHECK_JUDGED(s, FAIL(POL_MISSING), "a");
	r->state = (enum restriction_state)0;
	CHECK_JUDGED(s, FAIL(POL_MISSING), "a");
	r->state = RESTRICTION_OFF;
	CHECK_JUDGED(s, NULL, "Default");
	r->state = RESTRICTION_MONITOR;
	CHECK_JUDGED(s, NULL, "Default");
	CHECK(s->finding.monitored_n == 1);
	CHECK(s->finding.monitored[0].why == FAIL(POL_MISSING));
	s->v[1].is_whole = false;
	CHECK_JUDGED(s, FAIL(POL_MISSING), "Default");
}

/* --- reading -------------------------------------------------------------------------------------------- */

static void what_does_not_fit_together_is_refused_with_a_sentence(void **state)
{
	struct scene *s = *state;
	const struct restriction good = { .name = BYTES_TEXT("a"), .state = RESTRICTION_ON,
					  .action = RESTRICTION_ALLOW, .trusts_labels = true };
	static const uint8_t octets[SCOPE_GROUPS_MAX + 1];
	struct restriction bad[16];
	const char *detail;
	size_t n = 0;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		bad[i] = good;
	bad[n++].name = (struct bytes){ 0 };
	bad[n++].state = (enum restriction_state)0;
	bad[n++].state = (enum restriction_state)(RESTRICTION_STATE_LAST + 1);
	bad[n++].action = (enum restriction_action)0;
	bad[n++].action = (enum restriction_action)(RESTRICTION_ACTION_LAST + 1);
	bad[n++].scope.mode = SCOPE_INCLUDE;
	bad[n++].scope.filter = filter_of(s, UNATTESTED);
	bad[n++].scope.groups = BYTES_TEXT("lab,");
	bad[n++].scope.groups = bytes_of(octets, sizeof(octets));
	bad[n++].message = bytes_of(octets, RESTRICTION_MESSAGE_MAX + 1);
	bad[n].is_default = true;
	bad[n++].state = RESTRICTION_MONITOR;
	bad[n].is_default = true;
	bad[n++].scope.groups = BYTES_TEXT("lab");
	bad[n].action = RESTRICTION_BLOCK;
	bad[n++].blocks_personal = true;
	bad[n++].os_min = BYTES_TEXT("twelve");
	bad[n++].os_max = BYTES_TEXT("1.2.3.4.5");
	bad[n].os_min = BYTES_TEXT("13");
	bad[n++].os_max = BYTES_TEXT("12.9");
	CHECK(n == COUNT_OF(bad));
	for (size_t i = 0; i < n; i++) {
		detail = NULL;
		REFUSES(PARSE_FIELD, restriction_parse(&bad[i], &detail));
		CHECK(detail && !bad[i].is_whole);
	}
	struct restriction r = good;
	read_whole(&r);
}

static void words_are_read_as_they_are_written(void **state)
{
	(void)state;
	for (enum restriction_state i = RESTRICTION_ON; i <= RESTRICTION_STATE_LAST; i++)
		CHECK(restriction_state_find(bytes_text(restriction_state_word(i))) == i);
	for (enum restriction_action i = RESTRICTION_BLOCK; i <= RESTRICTION_ACTION_LAST; i++)
		CHECK(restriction_action_find(bytes_text(restriction_action_word(i))) == i);
	CHECK(restriction_state_find(BYTES_TEXT("unknown")) == 0);
	CHECK(restriction_action_find(BYTES_TEXT("")) == 0);
	assert_string_equal(restriction_state_word((enum restriction_state)0), "unknown");
	assert_string_equal(restriction_action_word((enum restriction_action)9), "unknown");
}

static void whoever_is_blocked_reads_the_message_and_which_restriction_it_was(void **state)
{
	struct scene *s = *state;
	OK(judged(s));
	assert_string_equal(restriction_text(&s->finding.decided, s->text), "");
	struct restriction *r = put(s, "No TPM", UNATTESTED);
	REFUSES(RESTRICTION_BLOCKED, judged(s));
	assert_string_equal(restriction_text(&s->finding.decided, s->text),
			    "(restriction No TPM: it blocks such devices)");
	r->message = BYTES_TEXT("Ask the help desk for a laptop.");
	assert_string_equal(restriction_text(&s->finding.decided, s->text),
			    "Ask the help desk for a laptop. (restriction No TPM: it blocks such devices)");
}

#define SCENE_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCENE_TEST(without_a_restriction_the_default_lets_devices_enrol),
		SCENE_TEST(a_default_that_blocks_blocks_whom_nothing_else_allows),
		SCENE_TEST(the_first_that_applies_decides),
		SCENE_TEST(an_excluding_filter_spares_whom_it_holds_of),
		SCENE_TEST(a_restriction_that_is_off_says_nothing),
		SCENE_TEST(what_is_only_monitored_decides_nothing_and_is_noted),
		SCENE_TEST(two_hundred_filters_are_asked_in_order),
		SCENE_TEST(platforms_are_known_by_the_name_of_the_system),
		SCENE_TEST(groups_are_those_of_the_registration),
		SCENE_TEST(devices_that_nobody_registered_are_personal),
		SCENE_TEST(versions_are_allowed_between_both_bounds),
		SCENE_TEST(a_user_has_no_more_devices_than_allowed),
		SCENE_TEST(a_restriction_for_groups_of_users_is_for_whoever_signed_in_as_one_of_them),
		SCENE_TEST(unknown_attestation_does_not_slip_past_a_block_when_it_is_required),
		SCENE_TEST(unknown_attestation_is_let_in_by_no_restriction_that_allows),
		SCENE_TEST(terms_that_are_not_met_block_the_unknown_as_well),
		SCENE_TEST(what_devices_say_of_themselves_decides_only_where_it_may),
		SCENE_TEST(a_list_that_is_missing_or_lacks_its_default_refuses),
		SCENE_TEST(what_cannot_be_read_refuses_where_it_would_be_asked),
		SCENE_TEST(what_does_not_fit_together_is_refused_with_a_sentence),
		SCENE_TEST(words_are_read_as_they_are_written),
		SCENE_TEST(whoever_is_blocked_reads_the_message_and_which_restriction_it_was),
	};
	return RUN(tests);
}
