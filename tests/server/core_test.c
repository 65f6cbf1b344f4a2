/*
 * core against peers that were taken over: a verify that says whatever it likes, a ca that answers as it
 * likes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/endpoint.h"
#include "attest/leniency.h"
#include "siege.h"

/* Both questions about the set that siege_apply asked for. */
static void read_questions(struct siege *s, uint64_t ids[static 2])
{
	struct frame f;
	for (size_t i = 0; i < 2; i++) {
		CHECK(siege_read(s, SIEGE_CA, &f) && (f.type == FRAME_ISSUE || f.type == FRAME_CRL));
		i -= f.type == FRAME_CRL;
		if (f.type == FRAME_ISSUE)
			ids[i] = f.id;
	}
}

/*
 * --- ca
 * ---------------------------------------------------------------------------------------------------
 */

static void what_the_ca_says_of_a_ticket_that_is_void_is_dropped(void **state)
{
	struct siege *s = *state;
	uint64_t ids[2];
	const struct refused no = { .number = fault_number(FAIL(SIGNER_REFUSED)) };
	const struct issued late = { BYTES_TEXT("certificate") };
	siege_join(s, SIEGE_CA);
	siege_apply(s);
	read_questions(s, ids);
	siege_send(s, SIEGE_CA, FRAME_REFUSED, ids[0], &no);
	CHECK(strcmp(siege_read_code(s, SIEGE_DEVICES, 2), "SIGNER_REFUSED") == 0);
	siege_send(s, SIEGE_CA, FRAME_ISSUED, ids[1], &late);
	siege_send(s, SIEGE_CA, FRAME_ISSUED, ids[0], &late);
	siege_send(s, SIEGE_CA, FRAME_REFUSED, 12345, &no);
	siege_check_serving(s);
}

static void a_certificate_that_is_not_the_one_asked_for_is_not_released(void **state)
{
	struct siege *s = *state;
	uint64_t ids[2];
	const struct issued other = { BYTES_TEXT("\x30\x05\x30\x03\x02\x01\x01") };
	siege_join(s, SIEGE_CA);
	siege_apply(s);
	read_questions(s, ids);
	siege_send(s, SIEGE_CA, FRAME_ISSUED, ids[0], &other);
	siege_send(s, SIEGE_CA, FRAME_ISSUED, ids[1], &other);
	CHECK(strcmp(siege_read_code(s, SIEGE_DEVICES, 2), "SIGNER_REFUSED") == 0);
	siege_check_serving(s);
}

static void a_ca_that_leaves_with_half_a_void_ticket_leaves_core_alone(void **state)
{
	struct siege *s = *state;
	uint64_t ids[2];
	const struct refused no = { .number = fault_number(FAIL(SIGNER_REFUSED)) };
	siege_join(s, SIEGE_CA);
	siege_apply(s);
	read_questions(s, ids);
	siege_send(s, SIEGE_CA, FRAME_REFUSED, ids[0], &no);
	CHECK(strcmp(siege_read_code(s, SIEGE_DEVICES, 2), "SIGNER_REFUSED") == 0);
	siege_join(s, SIEGE_CA);
	siege_check_serving(s);
}

static void what_the_ca_was_not_asked_is_dropped(void **state)
{
	struct siege *s = *state;
	const struct signed_der list = { .der = BYTES_TEXT("list") }, none = { 0 };
	const struct answered answer = { .der = BYTES_TEXT("answer") }, nothing = { 0 };
	struct frame f;
	siege_join(s, SIEGE_CA);
	siege_send(s, SIEGE_CA, FRAME_SIGNED, 12345, &list);
	siege_send(s, SIEGE_CA, FRAME_ANSWERED, 12345, &answer);
	siege_send(s, SIEGE_CA, FRAME_ANSWERED, 12345, &nothing);
	CHECK(siege_read(s, SIEGE_CA, &f) && f.type == FRAME_CRL);
	siege_send(s, SIEGE_CA, FRAME_ANSWERED, f.id, &answer);
	siege_send(s, SIEGE_CA, FRAME_SIGNED, f.id, &none);
	siege_send(s, SIEGE_CA, FRAME_SIGNED, f.id, &list);
	siege_check_serving(s);
}

static void a_list_that_is_not_the_one_asked_for_is_not_served(void **state)
{
	struct siege *s = *state;
	const struct signed_der other = { .der = BYTES_TEXT("\x30\x05\x30\x03\x02\x01\x01") };
	const struct begin_facts b = siege_begin(s);
	struct crl asked;
	struct frame f;
	char name[32];
	siege_join(s, SIEGE_CA);
	CHECK(siege_read(s, SIEGE_CA, &f) && f.type == FRAME_CRL);
	OK(frame_get(&f, &asked));
	CHECK(asked.lists > 1);
	snprintf(name, sizeof(name), "%u-%u.crl", (unsigned)asked.lists, (unsigned)asked.list);
	siege_send(s, SIEGE_CA, FRAME_SIGNED, f.id, &other);
	CHECK(siege_read(s, SIEGE_CA, &f) && f.type == FRAME_CRL); /* the next one */
	const struct call c = { .request_id = b.request_id, .now = b.now, .peer = b.peer,
				.endpoint = ENDPOINT_CRL_PART, .target = bytes_text(name) };
	siege_send(s, SIEGE_DEVICES, FRAME_CALL, 5, &c);
	CHECK(strcmp(siege_read_code(s, SIEGE_DEVICES, 5), "SYS_BUSY") == 0);
}

static void without_a_ca_devices_are_challenged_and_their_tickets_asked_for_later(void **state)
{
	struct siege *s = *state;
	uint64_t ids[2];
	siege_apply(s);
	siege_check_serving(s);
	siege_join(s, SIEGE_CA);
	read_questions(s, ids);
	CHECK(ids[0] != ids[1]);
}

/*
 * --- verify
 * -----------------------------------------------------------------------------------------------
 */

static void a_frame_that_breaks_its_table_ends_its_sender_and_nobody_else(void **state)
{
	struct siege *s = *state;
	struct frame f;
	static const struct bytes wrong[] = {
		BYTES_TEXT("\0\0\0\x0A\x03\0\0\0\0\0\0\0\1\xA0"),     /* facts without anything */
		BYTES_TEXT("\0\0\0\x0B\x05\0\0\0\0\0\0\0\1\xA1\x01"), /* a call that ends too soon */
		BYTES_TEXT("\0\0\0\x09\x0D\0\0\0\0\0\0\0\1"),         /* a word for parent */
		BYTES_TEXT("\xFF\xFF\xFF\xFF\x04\0\0\0\0\0\0\0\1"),   /* longer than any frame */
	};
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		siege_send_octets(s, SIEGE_ADMINS, wrong[i]);
		siege_await_report(s, ROLE_VERIFY);
		CHECK(!siege_read(s, SIEGE_ADMINS, &f));
		siege_check_serving(s);
		siege_join(s, SIEGE_ADMINS);
	}
}

static struct call conflicts_call(struct siege *s)
{
	const struct begin_facts b = siege_begin(s);
	return (struct call){
		.request_id = b.request_id,
		.now = b.now,
		.peer = b.peer,
		.endpoint = ENDPOINT_CONFLICTS,
		.top = 10,
		.token_id = s->admin_id,
		.token_secret = s->admin_secret,
		.host = BYTES_TEXT("localhost"),
	};
}

static void the_devices_verifier_asks_for_nothing_of_administrators(void **state)
{
	struct siege *s = *state;
	struct call c = conflicts_call(s);
	siege_send(s, SIEGE_ADMINS, FRAME_CALL, 1, &c);
	CHECK(siege_read_code(s, SIEGE_ADMINS, 1) == NULL);
	for (uint64_t e = 0; e < ENDPOINT_COUNT; e++) {
		if (endpoints[e].listener & ENDPOINT_ON_DEVICE)
			continue;
		c.endpoint = e;
		siege_send(s, SIEGE_DEVICES, FRAME_CALL, 10 + e, &c);
		CHECK(strcmp(siege_read_code(s, SIEGE_DEVICES, 10 + e), "SYS_FRAME") == 0);
	}
}

static void an_endpoint_that_is_not_there_is_refused(void **state)
{
	struct siege *s = *state;
	struct call c = conflicts_call(s);
	for (uint64_t e = ENDPOINT_COUNT; e < 256; e++) {
		c.endpoint = e;
		siege_send(s, SIEGE_ADMINS, FRAME_CALL, e, &c);
		CHECK(strcmp(siege_read_code(s, SIEGE_ADMINS, e), "SYS_FRAME") == 0);
	}
}

static void every_administrators_endpoint_refuses_whoever_has_no_right_token(void **state)
{
	struct siege *s = *state;
	const struct call right = conflicts_call(s);
	uint8_t other[TRIP_SECRET_SIZE] = { 0 };
	for (uint64_t e = 0; e < ENDPOINT_COUNT; e++) {
		struct call none = right, wrong = right, half = right, stranger = right;
		if (endpoints[e].role == FLOW_ROLE_NOBODY)
			continue;
		none.token_id = none.token_secret = (struct bytes){ 0 };
		wrong.token_secret = BYTES_OF(other);
		half.token_secret = (struct bytes){ 0 };
		stranger.token_id = bytes_of(other, TRIP_ID_SIZE);
		struct call *const calls[] = { &none, &wrong, &half, &stranger };
		for (size_t i = 0; i < COUNT_OF(calls); i++) {
			calls[i]->endpoint = e;
			siege_send(s, SIEGE_ADMINS, FRAME_CALL, e, calls[i]);
			CHECK(strcmp(siege_read_code(s, SIEGE_ADMINS, e), "AUTHN") == 0);
		}
	}
}

static void a_reader_reads_and_is_refused_everything_else(void **state)
{
	struct siege *s = *state;
	struct call c = conflicts_call(s);
	c.token_id = s->reader_id;
	c.token_secret = s->reader_secret;
	for (uint64_t e = 0; e < ENDPOINT_COUNT; e++) {
		if (endpoints[e].role == FLOW_ROLE_NOBODY)
			continue;
		c.endpoint = e;
		siege_send(s, SIEGE_ADMINS, FRAME_CALL, e, &c);
		const char *code = siege_read_code(s, SIEGE_ADMINS, e);
		bool is_refused = code && strcmp(code, "AUTHZ") == 0;
		CHECK(is_refused == (endpoints[e].role > FLOW_ROLE_READER));
	}
}

static void facts_of_another_time_or_snapshot_are_not_taken(void **state)
{
	struct siege *s = *state;
	struct begin_facts b = siege_begin(s);
	uint8_t other[TRIP_HASH_SIZE] = { 9 };
	const uint64_t now = b.now, times[] = { 0, now - 100, now + 100, INT64_MAX };
	for (size_t i = 0; i < COUNT_OF(times); i++) {
		b.now = times[i];
		siege_send(s, SIEGE_DEVICES, FRAME_BEGIN_FACTS, i, &b);
		CHECK(strcmp(siege_read_code(s, SIEGE_DEVICES, i), "SYS_BUSY") == 0);
	}
	b.now = now;
	b.snapshot = BYTES_OF(other);
	siege_send(s, SIEGE_DEVICES, FRAME_BEGIN_FACTS, 7, &b);
	CHECK(strcmp(siege_read_code(s, SIEGE_DEVICES, 7), "SYS_BUSY") == 0);
}

static void facts_that_were_judged_by_other_rules_are_not_taken(void **state)
{
	struct siege *s = *state;
	struct begin_facts b = siege_begin(s);
	b.expired_ca = false;
	siege_send(s, SIEGE_DEVICES, FRAME_BEGIN_FACTS, 1, &b);
	CHECK(strcmp(siege_read_code(s, SIEGE_DEVICES, 1), "SYS_FRAME") == 0);
	b.expired_ca = true;
	b.leniencies = UINT64_C(1) << LENIENCY_COUNT;
	siege_send(s, SIEGE_DEVICES, FRAME_BEGIN_FACTS, 2, &b);
	CHECK(strcmp(siege_read_code(s, SIEGE_DEVICES, 2), "SYS_FRAME") == 0);
}

/*
 * --- views of every size where one size is right
 * -----------------------------------------------------------
 */

static const size_t sizes[] = { 0, 1, 7, 33, 64, 65, 512, 1024 };
#define SIZE_MOST 1024

static bool is_view(const struct field *f)
{
	return f->type == FIELD_BYTES || f->type == FIELD_TEXT || f->type == FIELD_WORDS;
}

/* Sets the view to n octets. False when it may not have as many. */
static bool set_size(const struct field *f, void *message, size_t n)
{
	static uint8_t text[SIZE_MOST];
	struct bytes b = bytes_of(text, n);
	memset(text, 'a', sizeof(text));
	if (n > f->max)
		return false;
	memcpy((uint8_t *)message + f->offset, &b, sizeof(b));
	return true;
}

static void read_any(struct siege *s, uint64_t id)
{
	struct frame f;
	CHECK(siege_read(s, SIEGE_DEVICES, &f) && f.id == id);
	CHECK(f.type == FRAME_RESPONSE || f.type == FRAME_CREDENTIAL);
}

/* An OCSPResponse that is only the status unauthorized. */
#define UNAUTHORIZED BYTES_TEXT("\x30\x03\x0A\x01\x06")

static void questions_about_certificates_with_views_of_any_size_are_answered(void **state)
{
	struct siege *s = *state;
	const struct message *m = &inquiry_message;
	const struct begin_facts b = siege_begin(s);
	const struct inquiry right = { .request_id = b.request_id, .hash = 1,
				       .name_hash = BYTES_TEXT("12345678901234567890"),
				       .key_hash = BYTES_TEXT("12345678901234567890"),
				       .serial = BYTES_TEXT("A234567890123456") };
	struct response r;
	struct frame f;
	for (size_t i = 0; i < m->count; i++)
		for (size_t k = 0; k < COUNT_OF(sizes); k++) {
			struct inquiry q = right;
			if (!is_view(&m->fields[i]) || !set_size(&m->fields[i], &q, sizes[k]))
				continue;
			q.hash = k % 3;
			siege_send(s, SIEGE_DEVICES, FRAME_INQUIRY, 4, &q);
			CHECK(siege_read(s, SIEGE_DEVICES, &f) && f.id == 4);
			OK(frame_get(&f, &r));
			CHECK(r.status == 200 && is_bytes_equal(r.body, UNAUTHORIZED));
		}
}

static void first_trips_with_views_of_any_size_are_answered(void **state)
{
	struct siege *s = *state;
	const struct message *m = &begin_facts_message;
	for (size_t i = 0; i < m->count; i++)
		for (size_t k = 0; k < COUNT_OF(sizes); k++) {
			struct begin_facts b = siege_begin(s);
			if (!is_view(&m->fields[i]) || !set_size(&m->fields[i], &b, sizes[k]))
				continue;
			siege_send(s, SIEGE_DEVICES, FRAME_BEGIN_FACTS, 3, &b);
			read_any(s, 3);
		}
	siege_check_serving(s);
}

/* Each in a siege of its own: what is refused burns its challenge, and soon locks its EK. */
static void second_trips_with_views_of_any_size_are_answered_and_get_nothing_unproved(void **state)
{
	const struct message *m = &answer_facts_message;
	(void)state;
	for (size_t i = 0; i < m->count; i++) {
		void *fresh = NULL;
		if (!is_view(&m->fields[i]))
			continue;
		CHECK(siege_setup(&fresh) == 0);
		struct siege *s = fresh;
		struct begin_facts b = siege_begin(s);
		struct frame f;
		struct credential c;
		for (size_t k = 0; k < COUNT_OF(sizes); k++) {
			siege_send(s, SIEGE_DEVICES, FRAME_BEGIN_FACTS, 1, &b);
			CHECK(siege_read(s, SIEGE_DEVICES, &f) && f.type == FRAME_CREDENTIAL);
			OK(frame_get(&f, &c));
			struct answer_facts a = siege_answer(s, &b, &c);
			/*
			 * Labels and the like are as good at any size; then the request would wait for the
			 * ca.
			 */
			a.secret = BYTES_TEXT("not the secret that was asked...");
			if (!set_size(&m->fields[i], &a, sizes[k]))
				continue;
			siege_send(s, SIEGE_DEVICES, FRAME_ANSWER_FACTS, 2, &a);
			CHECK(siege_read_code(s, SIEGE_DEVICES, 2) != NULL);
		}
		CHECK(siege_done(&fresh) == 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SIEGE_TEST(what_the_ca_says_of_a_ticket_that_is_void_is_dropped),
		SIEGE_TEST(a_certificate_that_is_not_the_one_asked_for_is_not_released),
		SIEGE_TEST(a_ca_that_leaves_with_half_a_void_ticket_leaves_core_alone),
		SIEGE_TEST(what_the_ca_was_not_asked_is_dropped),
		SIEGE_TEST(a_list_that_is_not_the_one_asked_for_is_not_served),
		SIEGE_TEST(without_a_ca_devices_are_challenged_and_their_tickets_asked_for_later),
		SIEGE_TEST(a_frame_that_breaks_its_table_ends_its_sender_and_nobody_else),
		SIEGE_TEST(the_devices_verifier_asks_for_nothing_of_administrators),
		SIEGE_TEST(an_endpoint_that_is_not_there_is_refused),
		SIEGE_TEST(every_administrators_endpoint_refuses_whoever_has_no_right_token),
		SIEGE_TEST(a_reader_reads_and_is_refused_everything_else),
		SIEGE_TEST(facts_of_another_time_or_snapshot_are_not_taken),
		SIEGE_TEST(facts_that_were_judged_by_other_rules_are_not_taken),
		SIEGE_TEST(questions_about_certificates_with_views_of_any_size_are_answered),
		SIEGE_TEST(first_trips_with_views_of_any_size_are_answered),
		TEST(second_trips_with_views_of_any_size_are_answered_and_get_nothing_unproved),
	};
	/* No log lines of the besieged among the test's own. */
	return freopen("/dev/null", "w", stderr) ? RUN(tests) : EXIT_FAILURE;
}
