#include "scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "test.h"

#define STALLED 1000
#define FIELDS "Host: localhost\r\n"
#define GET "GET /echo HTTP/1.1\r\n" FIELDS "\r\n"
#define HOLD "GET /hold HTTP/1.1\r\n" FIELDS "\r\n"
#define LAST "GET /echo HTTP/1.1\r\n" FIELDS "Connection: close\r\n\r\n"

struct scene {
	struct scene_chain chain;
	struct scene_server server;
};

static struct scene scene_open(const struct listener_plan *plan)
{
	struct scene s = { .chain = scene_chain_open(&(struct scene_chain_plan){ 0 }) };
	s.server = scene_server_open(&s.chain, plan ? *plan : (struct listener_plan){ 0 });
	return s;
}

static void scene_close(const struct scene *s)
{
	scene_server_close(&s->server);
	scene_chain_close(&s->chain);
}

static bool is_status(const char *heard, const char *status)
{
	return strncmp(heard, "HTTP/1.1 ", 9) == 0 && strncmp(heard + 9, status, 3) == 0;
}

/* True when the server answers with that status, once, and closes. */
static bool is_refused(const struct scene *s, const char *request, const char *status)
{
	SSL *tls = scene_tls(s->server.port);
	scene_say(tls, request);
	char *heard = scene_hear(tls);
	bool refused = is_status(heard, status) && !strstr(heard, "}HTTP/1.1 ") &&
		       strstr(heard, "Connection: close\r\n") && strstr(heard, "application/problem+json");
	free(heard);
	scene_tls_close(tls);
	return refused;
}

static bool is_served(SSL *tls, const char *request, const char *body)
{
	scene_say(tls, request);
	char *heard = scene_hear_reply(tls);
	const char *end = strstr(heard, "\r\n\r\n");
	bool served = is_status(heard, "200") && end && strcmp(end + 4, body) == 0;
	free(heard);
	return served;
}

/* True when the server ends the connection without a word. */
static bool is_cut(SSL *tls)
{
	char *heard = scene_hear(tls);
	bool cut = heard[0] == 0;
	free(heard);
	return cut;
}

static void a_handler_sees_what_was_sent(void **state)
{
	struct scene s = scene_open(NULL);
	SSL *tls = scene_tls(s.server.port);
	(void)state;
	CHECK(is_served(tls, "POST /words?a=%20 HTTP/1.1\r\nHost: a:1\r\nContent-Type: t/u\r\n"
			"Authorization: Bearer x\r\n\r\n", "POST|/words?a=%20|a:1|t/u|Bearer x|127.0.0.1|"));
	CHECK(is_served(tls, "DELETE /words?a=%20 HTTP/1.1\r\nHost: b\r\n\r\n",
			"DELETE|/words?a=%20|b|none|none|127.0.0.1|"));
	scene_tls_close(tls);
	scene_close(&s);
}

static void pipelined_requests_are_answered_in_order(void **state)
{
	struct scene s = scene_open(NULL);
	SSL *tls = scene_tls(s.server.port);
	(void)state;
	scene_say(tls, "POST /echo HTTP/1.1\r\n" FIELDS "Content-Length: 5\r\n\r\nfirst"
		       "POST /echo HTTP/1.1\r\n" FIELDS "Content-Length: 6\r\n\r\nsecond" LAST);
	char *heard = scene_hear(tls);
	const char *first = strstr(heard, "\r\n\r\nfirstHTTP/1.1 200 ");
	CHECK(first && strstr(first, "\r\n\r\nsecondHTTP/1.1 200 "));
	CHECK(strstr(first, "Connection: close\r\nContent-") || strstr(first, "Connection: close\r\n\r\n"));
	free(heard);
	scene_tls_close(tls);
	scene_close(&s);
}

static void a_request_waits_for_the_answer_to_the_one_before(void **state)
{
	struct scene s = scene_open(NULL);
	SSL *tls = scene_tls(s.server.port);
	(void)state;
	scene_say(tls, HOLD LAST);
	scene_wait_held(&s.server, 1);
	scene_release(&s.server);
	char *heard = scene_hear(tls);
	const char *held = strstr(heard, "\r\n\r\nreleasedHTTP/1.1 200 ");
	CHECK(held != NULL);
	free(heard);
	scene_tls_close(tls);
	scene_close(&s);
}

static void a_request_in_single_octets_is_served(void **state)
{
	static const char request[] = "POST /echo HTTP/1.1\r\n" FIELDS "Content-Length: 5\r\n\r\nhello";
	struct scene s = scene_open(NULL);
	SSL *tls = scene_tls(s.server.port);
	(void)state;
	for (size_t i = 0; i < strlen(request) - 1; i++)
		CHECK(SSL_write(tls, request + i, 1) == 1);
	CHECK(is_served(tls, "o", "hello"));
	scene_tls_close(tls);
	scene_close(&s);
}

static void ambiguous_requests_are_refused_with_400(void **state)
{
	static const char *const requests[] = {
		"POST /echo HTTP/1.1\r\n" FIELDS "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
		"POST /echo HTTP/1.1\r\n" FIELDS "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
		"POST /echo HTTP/1.1\r\n" FIELDS
		"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
		"POST /echo HTTP/1.1\r\n" FIELDS "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"POST /echo HTTP/1.1\r\n" FIELDS "Content-Length: +5\r\n\r\nhello",
		"POST /echo HTTP/1.1\r\n" FIELDS "Content-Length: 5, 5\r\n\r\nhello",
		"POST /echo HTTP/1.1\r\n" FIELDS "X : b\r\n\r\n",
		"POST /echo HTTP/1.1\r\n" FIELDS "X: b\r\n c\r\n\r\n",
		"GET /echo HTTP/1.1\r\n\r\n",
		"GET /echo HTTP/1.1\nHost: a\n\n",
		"GET /echo HTTP/0.9\r\n" FIELDS "\r\n",
		"GET http://localhost/echo HTTP/1.1\r\n" FIELDS "\r\n",
		"CONNECT localhost:443 HTTP/1.1\r\n" FIELDS "\r\n",
		"GET /echo HTTP/1.1\r\n" FIELDS "Content-Length: 28\r\n\r\n" GET,
		"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
	};
	struct scene s = scene_open(NULL);
	(void)state;
	for (size_t i = 0; i < COUNT_OF(requests); i++)
		if (!is_refused(&s, requests[i], "400"))
			fail_msg("not refused: %s", requests[i]);
	scene_close(&s);
}

static void what_follows_a_refused_request_is_not_read(void **state)
{
	struct scene s = scene_open(NULL);
	(void)state;
	CHECK(is_refused(&s, "GET /echo HTTP/0.9\r\n" FIELDS "\r\n" GET GET, "400"));
	scene_close(&s);
}

static void a_head_above_its_ceiling_is_refused_with_431(void **state)
{
	const size_t size = 70000;
	struct scene s = scene_open(NULL);
	char *request = malloc(size + 1);
	(void)state;
	CHECK(request != NULL);
	memset(request, 'a', size);
	memcpy(request, "GET / HTTP/1.1\r\nX: ", 19);
	request[size] = 0;
	CHECK(is_refused(&s, request, "431"));
	free(request);
	scene_close(&s);
}

static void a_body_above_the_limit_is_refused_with_413(void **state)
{
	struct scene s = scene_open(&(struct listener_plan){ .body_max = 4 });
	SSL *tls = scene_tls(s.server.port);
	(void)state;
	CHECK(is_served(tls, "POST /echo HTTP/1.1\r\n" FIELDS "Content-Length: 4\r\n\r\nfour", "four"));
	scene_tls_close(tls);
	CHECK(is_refused(&s, "POST /echo HTTP/1.1\r\n" FIELDS "Content-Length: 5\r\n\r\n", "413"));
	CHECK(is_refused(&s, "POST /echo HTTP/1.1\r\n" FIELDS "Content-Length: 99999999999\r\n\r\n", "413"));
	scene_close(&s);
}

static void the_refusal_of_a_large_body_reaches_a_client_that_is_still_sending(void **state)
{
	struct scene s = scene_open(&(struct listener_plan){ .body_max = 1000 });
	struct client *c = scene_client(&s.chain, &s.server, 0);
	uint8_t *body = calloc(1, 1200000);
	struct client_request request = { .method = "POST", .path = "/echo", .content_type = "a/b",
					  .body = bytes_of(body, 1200000) };
	struct client_reply reply;
	(void)state;
	OK(client_send(c, &request, &reply));
	assert_int_equal(reply.status, 413);
	free(body);
	client_close(c);
	scene_close(&s);
}

static void replies_carry_what_their_status_needs(void **state)
{
	struct scene s = scene_open(NULL);
	SSL *tls = scene_tls(s.server.port);
	(void)state;
	scene_say(tls, "GET /fault HTTP/1.1\r\n" FIELDS "\r\n");
	char *fault_heard = scene_hear_reply(tls);
	CHECK(is_status(fault_heard, "401") && strstr(fault_heard, "\r\nWWW-Authenticate: Bearer\r\n"));
	CHECK(strstr(fault_heard, "\"code\":\"AUTHN\"") && strstr(fault_heard, "the detail"));
	CHECK(strstr(fault_heard, "\r\nDate: ") && strstr(fault_heard, "\r\nRequest-Id: "));
	scene_say(tls, "GET /options HTTP/1.1\r\n" FIELDS "\r\n");
	char *options = scene_hear_reply(tls);
	CHECK(is_status(options, "405") && strstr(options, "\r\nAllow: GET, HEAD\r\n"));
	CHECK(strstr(options, "\r\nRetry-After: 7\r\n") && strstr(options, "\r\nContent-Length: 0\r\n"));
	free(fault_heard);
	free(options);
	scene_tls_close(tls);
	scene_close(&s);
}

static void the_answer_to_head_has_no_body(void **state)
{
	struct scene s = scene_open(NULL);
	SSL *tls = scene_tls(s.server.port);
	(void)state;
	scene_say(tls, "HEAD /fault HTTP/1.1\r\n" FIELDS "\r\n" LAST);
	char *heard = scene_hear(tls);
	const char *end = strstr(heard, "\r\n\r\n");
	CHECK(is_status(heard, "401") && end && is_status(end + 4, "200"));
	CHECK(!strstr(heard, "Content-Length: 0\r\nWWW"));
	free(heard);
	scene_tls_close(tls);
	scene_close(&s);
}

/* Each of these ends because of a deadline: the server's other deadlines are ten minutes away. */
static void a_silent_handshake_is_ended(void **state)
{
	struct scene s = scene_open(&(struct listener_plan){ .deadlines = { .head_ms = 50 } });
	int fd = scene_connect(s.server.port);
	char octet;
	(void)state;
	CHECK(read(fd, &octet, 1) == 0);
	close(fd);
	scene_close(&s);
}

/* Says single octets, slowly enough not to reach a limit instead, until the server has had enough. */
static void dribble(SSL *tls)
{
	while (SSL_write(tls, "a", 1) == 1)
		usleep(1000);
}

static void a_dribbled_head_is_ended(void **state)
{
	struct scene s = scene_open(&(struct listener_plan){ .deadlines = { .head_ms = 1000 } });
	SSL *tls = scene_tls(s.server.port);
	(void)state;
	scene_say(tls, "GET / HTTP/1.1\r\nX: ");
	dribble(tls);
	CHECK(is_cut(tls));
	scene_tls_close(tls);
	scene_close(&s);
}

static void a_dribbled_body_is_ended(void **state)
{
	struct scene s = scene_open(&(struct listener_plan){ .deadlines = { .body_ms = 50 } });
	SSL *tls = scene_tls(s.server.port);
	(void)state;
	scene_say(tls, "POST /echo HTTP/1.1\r\n" FIELDS "Content-Length: 200000\r\n\r\n");
	dribble(tls);
	CHECK(is_cut(tls));
	scene_tls_close(tls);
	scene_close(&s);
}

static void an_idle_connection_is_ended(void **state)
{
	struct scene s = scene_open(&(struct listener_plan){ .deadlines = { .idle_ms = 50 } });
	SSL *tls = scene_tls(s.server.port);
	(void)state;
	CHECK(is_served(tls, GET, ""));
	CHECK(is_cut(tls));
	scene_tls_close(tls);
	scene_close(&s);
}

static void a_reply_that_nobody_reads_is_ended(void **state)
{
	struct scene s = scene_open(&(struct listener_plan){ .peer_max = 1, .deadlines = { .body_ms = 50,
								       .rate = SCENE_LARGE } });
	SSL *unread = scene_tls(s.server.port), *next = NULL;
	(void)state;
	scene_say(unread, "GET /large HTTP/1.1\r\n" FIELDS "\r\n");
	while (!next) /* the only place is free when the first connection has been ended */
		next = scene_tls(s.server.port);
	scene_tls_close(next);
	scene_tls_close(unread);
	scene_close(&s);
}

static void a_thousand_stalled_handshakes_leave_a_healthy_client_served(void **state)
{
	struct rlimit limit;
	int stalled[STALLED];
	(void)state;
	CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_max >= 2 * STALLED);
	limit.rlim_cur = limit.rlim_max;
	CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	struct scene s = scene_open(NULL);
	for (size_t i = 0; i < STALLED; i++)
		CHECK((stalled[i] = scene_connect(s.server.port)) >= 0);
	SSL *tls = scene_tls(s.server.port);
	CHECK(tls && is_served(tls, GET, ""));
	scene_tls_close(tls);
	for (size_t i = 0; i < STALLED; i++)
		close(stalled[i]);
	scene_close(&s);
}

static void a_full_listener_ends_the_connection_that_waited_longest(void **state)
{
	struct scene s = scene_open(&(struct listener_plan){ .connections_max = 3 });
	SSL *held = scene_tls(s.server.port);
	(void)state;
	scene_say(held, HOLD);
	scene_wait_held(&s.server, 1);
	SSL *idle = scene_tls(s.server.port), *younger = scene_tls(s.server.port);
	CHECK(is_served(idle, GET, "") && is_served(younger, GET, ""));
	SSL *newcomer = scene_tls(s.server.port);
	CHECK(is_cut(idle));
	CHECK(is_served(newcomer, GET, "") && is_served(younger, GET, ""));
	scene_release(&s.server);
	char *heard = scene_hear_reply(held);
	CHECK(strstr(heard, "\r\n\r\nreleased"));
	free(heard);
	scene_tls_close(held);
	scene_tls_close(idle);
	scene_tls_close(younger);
	scene_tls_close(newcomer);
	scene_close(&s);
}

static void when_bodies_fill_their_memory_the_one_that_came_longest_is_cut(void **state)
{
	struct scene s = scene_open(&(struct listener_plan){ .body_max = 9, .bodies_max = 9 });
	SSL *oldest = scene_tls(s.server.port), *younger = scene_tls(s.server.port);
	(void)state;
	scene_say(oldest, "POST /echo HTTP/1.1\r\n" FIELDS "Content-Length: 9\r\n\r\n12345");
	CHECK(is_served(younger, GET, ""));
	scene_say(younger, "POST /echo HTTP/1.1\r\n" FIELDS "Content-Length: 9\r\n\r\n12345");
	CHECK(is_cut(oldest));
	CHECK(is_served(younger, "6789", "123456789"));
	scene_tls_close(oldest);
	scene_tls_close(younger);
	scene_close(&s);
}

static void one_network_gets_no_more_than_its_share(void **state)
{
	struct scene s = scene_open(&(struct listener_plan){ .peer_max = 2 });
	SSL *first = scene_tls(s.server.port), *second = scene_tls(s.server.port);
	(void)state;
	CHECK(first && second && !scene_tls(s.server.port));
	CHECK(is_served(first, GET, "") && is_served(second, GET, ""));
	scene_tls_close(first);
	scene_tls_close(second);
	scene_close(&s);
}

static void an_answer_to_a_client_that_has_gone_is_dropped(void **state)
{
	struct scene s = scene_open(&(struct listener_plan){ .peer_max = 1 });
	SSL *gone = scene_tls(s.server.port), *next = NULL;
	(void)state;
	scene_say(gone, HOLD);
	scene_wait_held(&s.server, 1);
	scene_tls_close(gone);
	while (!next) /* the only place is free when the server has seen it go */
		next = scene_tls(s.server.port);
	scene_release(&s.server);
	CHECK(is_served(next, GET, ""));
	scene_tls_close(next);
	scene_close(&s);
}

static void a_client_may_leave_in_the_middle_of_a_body(void **state)
{
	struct scene s = scene_open(&(struct listener_plan){ .peer_max = 1 });
	SSL *gone = scene_tls(s.server.port), *next = NULL;
	(void)state;
	scene_say(gone, "POST /echo HTTP/1.1\r\n" FIELDS "Content-Length: 200000\r\n\r\nbegun");
	scene_tls_close(gone);
	while (!next)
		next = scene_tls(s.server.port);
	CHECK(is_served(next, GET, ""));
	scene_tls_close(next);
	scene_close(&s);
}

static void a_closing_listener_answers_what_is_in_flight_and_ends(void **state)
{
	struct scene s = scene_open(NULL);
	SSL *idle = scene_tls(s.server.port), *held = scene_tls(s.server.port);
	(void)state;
	CHECK(is_served(idle, GET, ""));
	scene_say(held, HOLD);
	scene_wait_held(&s.server, 1);
	scene_server_stop(&s.server);
	CHECK(is_cut(idle));
	CHECK(scene_connect(s.server.port) < 0);
	scene_release(&s.server);
	char *heard = scene_hear(held);
	CHECK(strstr(heard, "\r\n\r\nreleased") && strstr(heard, "\r\nConnection: close\r\n"));
	free(heard);
	scene_tls_close(idle);
	scene_tls_close(held);
	scene_close(&s);
}

static void what_outlives_the_grace_is_cut_and_its_handler_may_still_answer(void **state)
{
	struct scene s = scene_open(&(struct listener_plan){ .deadlines = { .grace_ms = 50 } });
	SSL *held = scene_tls(s.server.port);
	(void)state;
	scene_say(held, HOLD);
	scene_wait_held(&s.server, 1);
	scene_server_stop(&s.server);
	CHECK(is_cut(held));
	scene_tls_close(held);
	scene_close(&s);
}

/* A handshake with one thing about the client changed. */
static SSL *handshake(const struct scene *s, void (*change)(SSL *tls))
{
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	SSL *tls = SSL_new(context);
	SSL_CTX_free(context);
	change(tls);
	SSL_set_fd(tls, scene_connect(s->server.port));
	if (SSL_connect(tls) == 1)
		return tls;
	scene_tls_close(tls);
	return NULL;
}

static void change_nothing(SSL *tls)
{
	(void)tls;
}

static void change_version(SSL *tls)
{
	SSL_set_security_level(tls, 0);
	SSL_set_max_proto_version(tls, TLS1_1_VERSION);
}

static void change_to_tls12(SSL *tls)
{
	SSL_set_max_proto_version(tls, TLS1_2_VERSION);
}

static void change_protocol(SSL *tls)
{
	SSL_set_alpn_protos(tls, (const uint8_t *)"\002h2", 3);
}

static void change_protocols(SSL *tls)
{
	SSL_set_alpn_protos(tls, (const uint8_t *)"\002h2\010http/1.1", 12);
}

static void tls_is_current_and_without_resumption(void **state)
{
	struct scene s = scene_open(NULL);
	(void)state;
	SSL *plain = handshake(&s, change_nothing), *old = handshake(&s, change_to_tls12);
	CHECK(plain && SSL_version(plain) == TLS1_3_VERSION);
	CHECK(SSL_get_negotiated_group(plain) == NID_X25519);
	CHECK(is_served(plain, GET, "") && !SSL_SESSION_has_ticket(SSL_get_session(plain)));
	CHECK(old && is_served(old, GET, "") && !SSL_SESSION_is_resumable(SSL_get_session(old)));
	CHECK(SSL_renegotiate(old) == 1 && SSL_do_handshake(old) != 1);
	CHECK(!handshake(&s, change_version));
	scene_tls_close(plain);
	scene_tls_close(old);
	scene_close(&s);
}

static void only_http11_is_agreed_on(void **state)
{
	struct scene s = scene_open(NULL);
	const uint8_t *name = NULL;
	unsigned size = 0;
	(void)state;
	CHECK(!handshake(&s, change_protocol));
	SSL *tls = handshake(&s, change_protocols);
	CHECK(tls != NULL);
	SSL_get0_alpn_selected(tls, &name, &size);
	CHECK(is_bytes_text(bytes_of(name, size), "http/1.1"));
	scene_tls_close(tls);
	scene_close(&s);
}

static void plain_http_gets_no_answer(void **state)
{
	struct scene s = scene_open(NULL);
	int fd = scene_connect(s.server.port);
	char octets[64] = "";
	(void)state;
	CHECK(write(fd, GET, strlen(GET)) == (ssize_t)strlen(GET));
	ssize_t n = read(fd, octets, sizeof(octets) - 1);
	CHECK(n <= 0 || !strstr(octets, "HTTP"));
	close(fd);
	scene_close(&s);
}

static fault open_with(const char *certificate, const char *key)
{
	struct listener *l;
	struct event_base *base = event_base_new();
	struct listener_plan plan = { .base = base, .certificate_path = certificate, .key_path = key };
	fault f = listener_open(&plan, &l);
	event_base_free(base);
	return f;
}

static void unusable_files_are_refused_by_name(void **state)
{
	struct scene_chain mine = scene_chain_open(&(struct scene_chain_plan){ 0 });
	struct scene_chain other = scene_chain_open(&(struct scene_chain_plan){ 0 });
	(void)state;
	REFUSES(SYS_FILE, open_with("/nonexistent", mine.key));
	REFUSES(SYS_FILE, open_with(mine.certificate, "/nonexistent"));
	REFUSES(KEY_FILE, open_with(mine.key, mine.key));
	REFUSES(KEY_FILE, open_with(mine.certificate, mine.certificate));
	REFUSES(KEY_FILE, open_with(mine.certificate, other.key));
	REFUSES(KEY_FILE, open_with("/dev/null", "/dev/null"));
	scene_chain_close(&mine);
	scene_chain_close(&other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_handler_sees_what_was_sent),
		TEST(pipelined_requests_are_answered_in_order),
		TEST(a_request_waits_for_the_answer_to_the_one_before),
		TEST(a_request_in_single_octets_is_served),
		TEST(ambiguous_requests_are_refused_with_400),
		TEST(what_follows_a_refused_request_is_not_read),
		TEST(a_head_above_its_ceiling_is_refused_with_431),
		TEST(a_body_above_the_limit_is_refused_with_413),
		TEST(the_refusal_of_a_large_body_reaches_a_client_that_is_still_sending),
		TEST(replies_carry_what_their_status_needs),
		TEST(the_answer_to_head_has_no_body),
		TEST(a_silent_handshake_is_ended),
		TEST(a_dribbled_head_is_ended),
		TEST(a_dribbled_body_is_ended),
		TEST(an_idle_connection_is_ended),
		TEST(a_reply_that_nobody_reads_is_ended),
		TEST(a_thousand_stalled_handshakes_leave_a_healthy_client_served),
		TEST(a_full_listener_ends_the_connection_that_waited_longest),
		TEST(when_bodies_fill_their_memory_the_one_that_came_longest_is_cut),
		TEST(one_network_gets_no_more_than_its_share),
		TEST(an_answer_to_a_client_that_has_gone_is_dropped),
		TEST(a_client_may_leave_in_the_middle_of_a_body),
		TEST(a_closing_listener_answers_what_is_in_flight_and_ends),
		TEST(what_outlives_the_grace_is_cut_and_its_handler_may_still_answer),
		TEST(tls_is_current_and_without_resumption),
		TEST(only_http11_is_agreed_on),
		TEST(plain_http_gets_no_answer),
		TEST(unusable_files_are_refused_by_name),
	};
	return RUN(tests);
}
