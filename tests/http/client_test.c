#include "scene.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "test.h"

#define LARGE_SIZE 1200000

static const struct client_request get_echo = { .method = "GET", .path = "/echo" };

struct scene {
	struct scene_chain chain;
	struct scene_server server;
	struct client *client;
};

static struct scene scene_open(const struct scene_chain_plan *plan, uint32_t total_ms)
{
	struct scene s = { .chain = scene_chain_open(plan) };
	s.server = scene_server_open(&s.chain, (struct listener_plan){ 0 });
	s.client = scene_client(&s.chain, &s.server, total_ms);
	return s;
}

static void scene_close(const struct scene *s)
{
	client_close(s->client);
	scene_server_close(&s->server);
	scene_chain_close(&s->chain);
}

/* The fault of one request to a server with such certificates; what the client adds goes to detail. */
static fault fault_with(const struct scene_chain_plan *plan, char detail[static 512])
{
	struct scene s = scene_open(plan, 0);
	struct client_reply reply;
	fault f = client_send(s.client, &get_echo, &reply);
	snprintf(detail, 512, "%s", client_detail(s.client));
	scene_close(&s);
	return f;
}

static void a_reply_is_read_whole(void **state)
{
	struct scene s = scene_open(&(struct scene_chain_plan){ 0 }, 0);
	struct client_request request = { .method = "POST", .path = "/echo", .content_type = "a/b",
					  .body = BYTES_TEXT("hello") };
	struct client_reply reply;
	(void)state;
	OK(client_send(s.client, &request, &reply));
	assert_int_equal(reply.status, 200);
	CHECK(is_bytes_text(reply.body, "hello"));
	CHECK(is_bytes_text(reply.content_type, "application/octet-stream"));
	CHECK(reply.retry_after_s == 0 && reply.time > 0 && client_detail(s.client)[0] == 0);
	CHECK(is_bytes_equal(bytes_of(reply.key_hash, 32), bytes_of(s.chain.key_hash, 32)));
	scene_close(&s);
}

static void the_root_that_is_handed_out_is_the_pinned_one(void **state)
{
	struct scene s = scene_open(&(struct scene_chain_plan){ .has_issuing = true }, 0);
	struct client_reply reply;
	uint8_t hash[32];
	(void)state;
	CHECK(client_root(s.client).p == NULL);
	OK(client_send(s.client, &get_echo, &reply));
	struct bytes root = client_root(s.client);
	CHECK(EVP_Digest(root.p, root.n, hash, NULL, EVP_sha256(), NULL) == 1);
	CHECK(is_bytes_equal(BYTES_OF(hash), bytes_of(s.chain.root_hash, 32)));
	scene_close(&s);
}

static void what_is_asked_is_what_is_sent(void **state)
{
	static const char *const methods[] = { "GET", "POST", "PATCH", "DELETE" };
	struct scene s = scene_open(&(struct scene_chain_plan){ 0 }, 0);
	struct client_request request = { .path = "/words?a=%20", .authorization = "Bearer abc" };
	struct client_reply reply;
	char expected[128];
	(void)state;
	for (size_t i = 0; i < COUNT_OF(methods); i++) {
		request.method = methods[i];
		snprintf(expected, sizeof(expected), "%s|/words?a=%%20|%s|none|Bearer abc|127.0.0.1|",
			 methods[i], s.server.url + strlen("https://"));
		OK(client_send(s.client, &request, &reply));
		CHECK(is_bytes_text(reply.body, expected));
	}
	request.method = "HEAD";
	OK(client_send(s.client, &request, &reply));
	CHECK(reply.status == 200 && reply.body.n == 0);
	scene_close(&s);
}

static void nothing_of_one_request_is_left_in_the_next(void **state)
{
	struct scene s = scene_open(&(struct scene_chain_plan){ 0 }, 0);
	struct client_request full = { .method = "POST", .path = "/words?a=%20", .content_type = "a/b",
				       .body = BYTES_TEXT("x"), .authorization = "Bearer abc" };
	struct client_request bare = { .method = "GET", .path = "/words?a=%20" };
	struct client_reply reply;
	char expected[128];
	(void)state;
	OK(client_send(s.client, &full, &reply));
	OK(client_send(s.client, &bare, &reply));
	snprintf(expected, sizeof(expected), "GET|/words?a=%%20|%s|none|none|127.0.0.1|",
		 s.server.url + strlen("https://"));
	CHECK(is_bytes_text(reply.body, expected));
	scene_close(&s);
}

static void a_large_body_goes_and_comes_whole(void **state)
{
	struct scene s = scene_open(&(struct scene_chain_plan){ 0 }, 0);
	uint8_t *body = malloc(LARGE_SIZE);
	struct client_request request = { .method = "POST", .path = "/echo", .content_type = "a/b",
					  .body = bytes_of(body, LARGE_SIZE) };
	struct client_reply reply;
	(void)state;
	CHECK(body != NULL);
	for (size_t i = 0; i < LARGE_SIZE; i++)
		body[i] = (uint8_t)(i * 7 + i / 251);
	OK(client_send(s.client, &request, &reply));
	CHECK(is_bytes_equal(reply.body, request.body));
	free(body);
	scene_close(&s);
}

static void any_status_is_a_reply(void **state)
{
	struct scene s = scene_open(&(struct scene_chain_plan){ 0 }, 0);
	struct client_request options = { .method = "GET", .path = "/options" };
	struct client_request fault_path = { .method = "GET", .path = "/fault" };
	struct client_reply reply;
	(void)state;
	OK(client_send(s.client, &options, &reply));
	CHECK(reply.status == 405 && reply.retry_after_s == 7 && !reply.content_type.p);
	OK(client_send(s.client, &fault_path, &reply));
	CHECK(reply.status == 401 && is_bytes_text(reply.content_type, "application/problem+json"));
	scene_close(&s);
}

static void a_server_by_name_and_behind_an_issuing_authority_is_accepted(void **state)
{
	struct scene_chain_plan plan = { .has_issuing = true, .names = "DNS:localhost" };
	struct scene s = scene_open(&plan, 0);
	struct client_reply reply;
	(void)state;
	client_close(s.client);
	snprintf(s.server.url, sizeof(s.server.url), "https://localhost:%u/", s.server.port);
	s.client = scene_client(&s.chain, &s.server, 0);
	OK(client_send(s.client, &get_echo, &reply));
	assert_int_equal(reply.status, 200);
	scene_close(&s);
}

static void another_root_is_not_trusted(void **state)
{
	struct scene_chain mine = scene_chain_open(&(struct scene_chain_plan){ 0 });
	struct scene_chain other = scene_chain_open(&(struct scene_chain_plan){ 0 });
	struct scene_server server = scene_server_open(&other, (struct listener_plan){ 0 });
	struct client *c = scene_client(&mine, &server, 0);
	struct client_reply reply;
	(void)state;
	REFUSES(SERVER_UNTRUSTED, client_send(c, &get_echo, &reply));
	CHECK(strstr(client_detail(c), "fingerprint"));
	client_close(c);
	scene_server_close(&server);
	scene_chain_close(&mine);
	scene_chain_close(&other);
}

static void every_flaw_of_a_chain_is_refused(void **state)
{
	static const struct {
		struct scene_chain_plan plan;
		const char *detail;
	} rows[] = {
		{ { .is_rootless = true }, "fingerprint" },
		{ { .is_forged = true }, "" },
		{ { .usage = "clientAuth" }, "purpose" },
		{ { .names = "DNS:other.example" }, "IP address mismatch" },
		{ { .names = "DNS:*.0.0.1,DNS:127.0.0.1" }, "IP address mismatch" },
		{ { .names = "DNS:other.example", .from_days = -20, .to_days = -10 }, "IP address mismatch" },
		{ { .is_forged = true, .from_days = -20, .to_days = -10 }, "" },
	};
	char detail[512];
	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		REFUSES(SERVER_UNTRUSTED, fault_with(&rows[i].plan, detail));
		CHECK(detail[0] && strstr(detail, rows[i].detail));
	}
}

static void a_name_that_only_the_address_has_is_refused(void **state)
{
	struct scene s = scene_open(&(struct scene_chain_plan){ .names = "IP:127.0.0.1" }, 0);
	struct client_reply reply;
	(void)state;
	client_close(s.client);
	snprintf(s.server.url, sizeof(s.server.url), "https://localhost:%u", s.server.port);
	s.client = scene_client(&s.chain, &s.server, 0);
	REFUSES(SERVER_UNTRUSTED, client_send(s.client, &get_echo, &reply));
	CHECK(strstr(client_detail(s.client), "ostname mismatch"));
	scene_close(&s);
}

static void a_certificate_outside_its_time_is_named_with_both_clocks(void **state)
{
	static const struct scene_chain_plan plans[] = { { .from_days = -20, .to_days = -10 },
							 { .from_days = 10, .to_days = 20 } };
	char detail[512];
	(void)state;
	for (size_t i = 0; i < COUNT_OF(plans); i++) {
		REFUSES(CERT_E_EXPIRED, fault_with(&plans[i], detail));
		CHECK(strstr(detail, "valid from 20") && strstr(detail, "this clock says 20"));
		CHECK(strstr(detail, " s from the server's"));
	}
}

static void time_is_never_a_reason_to_accept_later(void **state)
{
	struct scene s = scene_open(&(struct scene_chain_plan){ .from_days = -20, .to_days = -10 }, 0);
	struct client_reply reply;
	(void)state;
	REFUSES(CERT_E_EXPIRED, client_send(s.client, &get_echo, &reply));
	REFUSES(CERT_E_EXPIRED, client_send(s.client, &get_echo, &reply));
	scene_close(&s);
}

static void a_closed_port_is_unreachable(void **state)
{
	struct scene_chain chain = scene_chain_open(&(struct scene_chain_plan){ 0 });
	struct scene_server nobody = { 0 };
	struct client_reply reply;
	(void)state;
	close(scene_socket(&nobody.port));
	snprintf(nobody.url, sizeof(nobody.url), "https://127.0.0.1:%u", nobody.port);
	struct client *c = scene_client(&chain, &nobody, 0);
	REFUSES(NET_UNREACHABLE, client_send(c, &get_echo, &reply));
	CHECK(strncmp(client_detail(c), "connecting", 10) == 0);
	CHECK(client_step(c) == CLIENT_STEP_CONNECT);
	client_close(c);
	scene_chain_close(&chain);
}

/* No resolver asks anybody about a label of 64 octets (RFC 1035 section 2.3.4). */
static void a_name_that_does_not_exist_is_told_from_a_server_that_is_not_there(void **state)
{
	static const char url[] =
		"https://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example";
	struct client_plan plan = { .url = url, .user_agent = "a", .proxy = "", .reply_max = 1 };
	struct client_reply reply;
	struct client *c;
	(void)state;
	OK(client_open(&plan, &c));
	REFUSES(NET_UNREACHABLE, client_send(c, &get_echo, &reply));
	CHECK(client_step(c) == CLIENT_STEP_RESOLVE);
	client_close(c);
}

static void a_time_out_names_what_was_waited_for(void **state)
{
	struct scene s = scene_open(&(struct scene_chain_plan){ 0 }, 1000);
	struct client_request hold = { .method = "GET", .path = "/hold" };
	struct scene_server silent = { 0 };
	struct client_reply reply;
	(void)state;
	for (size_t i = 0; i < 2; i++) { /* on a new connection, then on one that is kept */
		REFUSES(NET_TIMEOUT, client_send(s.client, &hold, &reply));
		assert_string_equal(client_detail(s.client), "waiting for the reply");
		OK(client_send(s.client, &get_echo, &reply));
	}
	int fd = scene_socket(&silent.port);
	snprintf(silent.url, sizeof(silent.url), "https://127.0.0.1:%u", silent.port);
	struct client *c = scene_client(&s.chain, &silent, 100);
	REFUSES(NET_TIMEOUT, client_send(c, &get_echo, &reply));
	assert_string_equal(client_detail(c), "negotiating TLS");
	client_close(c);
	close(fd);
	scene_close(&s);
}

/* The fault of one request to that server by somebody who has these anchors. */
static fault fault_by_anchors(const struct scene_server *server, const char *anchors,
			      enum client_step *ret_step)
{
	struct client_plan plan = { .url = server->url, .anchors = anchors, .user_agent = "a", .proxy = "",
				    .reply_max = 4096 };
	struct client_reply reply;
	struct client *c;
	OK(client_open(&plan, &c));
	fault f = client_send(c, &get_echo, &reply);
	*ret_step = client_step(c);
	CHECK(f || reply.status == 200);
	client_close(c);
	return f;
}

static void a_server_of_others_is_known_by_anchors(void **state)
{
	static const struct scene_chain_plan rootless = { .is_rootless = true };
	struct scene mine = scene_open(&rootless, 0);
	struct scene_chain other = scene_chain_open(&rootless);
	enum client_step step;
	(void)state;
	OK(fault_by_anchors(&mine.server, mine.chain.certificate, &step));
	CHECK(step == CLIENT_STEP_NONE);
	REFUSES(SERVER_UNTRUSTED, fault_by_anchors(&mine.server, other.certificate, &step));
	CHECK(step == CLIENT_STEP_TRUST);
	REFUSES(SERVER_UNTRUSTED, fault_by_anchors(&mine.server, "", &step));
	REFUSES(SYS_FILE, fault_by_anchors(&mine.server, mine.chain.key, &step));
	REFUSES(SYS_FILE, fault_by_anchors(&mine.server, "/nonexistent", &step));
	scene_close(&mine);
	scene_chain_close(&other);
}

static void time_has_its_own_name_by_anchors_too(void **state)
{
	struct scene s = scene_open(&(struct scene_chain_plan){ .from_days = -20, .to_days = -10 }, 0);
	enum client_step step;
	(void)state;
	REFUSES(CERT_E_EXPIRED, fault_by_anchors(&s.server, s.chain.certificate, &step));
	CHECK(step == CLIENT_STEP_TRUST);
	scene_close(&s);
}

/* Answers one CONNECT like a proxy that has a list of its own. */
static void *refuser_run(void *of)
{
	static const char refusal[] = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
	char asked[4096];
	int fd = accept(*(int *)of, NULL, NULL);
	if (read(fd, asked, sizeof(asked)) > 0 && strncmp(asked, "CONNECT a.example:443 ", 22) == 0)
		CHECK(write(fd, refusal, sizeof(refusal) - 1) == (ssize_t)sizeof(refusal) - 1);
	close(fd);
	return NULL;
}

static void a_proxy_that_refuses_is_named(void **state)
{
	char proxy[64];
	uint16_t port;
	pthread_t thread;
	struct client_plan plan = { .url = "https://a.example", .user_agent = "a", .proxy = proxy,
				    .reply_max = 1 };
	struct client_reply reply;
	struct client *c;
	int fd = scene_socket(&port);
	(void)state;
	snprintf(proxy, sizeof(proxy), "http://127.0.0.1:%u", port);
	CHECK(pthread_create(&thread, NULL, refuser_run, &fd) == 0);
	OK(client_open(&plan, &c));
	REFUSES(NET_UNREACHABLE, client_send(c, &get_echo, &reply));
	CHECK(client_step(c) == CLIENT_STEP_PROXY && strstr(client_detail(c), "403"));
	pthread_join(thread, NULL);
	client_close(c);
	close(fd);
}

static void a_longer_reply_than_expected_is_invalid(void **state)
{
	struct scene s = scene_open(&(struct scene_chain_plan){ 0 }, 0);
	struct client_request large = { .method = "GET", .path = "/large" };
	struct client_reply reply;
	(void)state;
	REFUSES(REPLY_INVALID, client_send(s.client, &large, &reply));
	OK(client_send(s.client, &get_echo, &reply));
	CHECK(reply.body.n == 0);
	scene_close(&s);
}

/* A TLS server that answers whatever it is asked with a fixed text, once. */
struct oracle {
	const struct scene_chain *chain;
	const char *answer;
	int fd;
};

static void *oracle_run(void *of)
{
	const struct oracle *o = of;
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());
	char asked[4096];
	SSL_CTX_use_certificate_chain_file(context, o->chain->certificate);
	SSL_CTX_use_PrivateKey_file(context, o->chain->key, SSL_FILETYPE_PEM);
	SSL *tls = SSL_new(context);
	SSL_set_fd(tls, accept(o->fd, NULL, NULL));
	if (SSL_accept(tls) == 1 && SSL_read(tls, asked, sizeof(asked)) > 0)
		SSL_write(tls, o->answer, (int)strlen(o->answer));
	SSL_shutdown(tls);
	scene_tls_close(tls);
	SSL_CTX_free(context);
	return NULL;
}

static fault fault_of_answer(const struct scene_chain *chain, const char *answer, struct client_reply *ret)
{
	struct oracle o = { .chain = chain, .answer = answer };
	struct scene_server server = { 0 };
	pthread_t thread;
	o.fd = scene_socket(&server.port);
	CHECK(pthread_create(&thread, NULL, oracle_run, &o) == 0);
	snprintf(server.url, sizeof(server.url), "https://127.0.0.1:%u", server.port);
	struct client *c = scene_client(chain, &server, 0);
	fault f = client_send(c, &get_echo, ret);
	pthread_join(thread, NULL);
	client_close(c);
	close(o.fd);
	return f;
}

static void an_answer_that_is_not_http_is_invalid(void **state)
{
	static const char *const answers[] = {
		"hello\r\n\r\n", "HTTP/1.1\r\n\r\n", "HTTP/3.7 200 \r\n\r\n", "HTTP/1.1 2000 x\r\n\r\n",
		"HTTP/1.1 200 \r\nContent-Length: nine\r\n\r\n",
	};
	struct scene_chain chain = scene_chain_open(&(struct scene_chain_plan){ 0 });
	struct client_reply reply;
	(void)state;
	for (size_t i = 0; i < COUNT_OF(answers); i++)
		if (fault_of_answer(&chain, answers[i], &reply) != FAIL(REPLY_INVALID))
			fail_msg("not refused: %s", answers[i]);
	scene_chain_close(&chain);
}

static void a_reply_cut_short_or_never_given_is_no_reply(void **state)
{
	struct scene_chain chain = scene_chain_open(&(struct scene_chain_plan){ 0 });
	struct client_reply reply;
	(void)state;
	static const char cut[] = "HTTP/1.1 200 \r\nContent-Length: 9\r\n\r\nhello";
	REFUSES(NET_UNREACHABLE, fault_of_answer(&chain, cut, &reply));
	REFUSES(NET_UNREACHABLE, fault_of_answer(&chain, "", &reply));
	scene_chain_close(&chain);
}

static void a_redirect_is_a_reply_and_not_followed(void **state)
{
	static const char moved[] = "HTTP/1.1 302 \r\nLocation: https://127.0.0.1:1/\r\n"
				    "Content-Length: 0\r\n\r\n";
	struct scene_chain chain = scene_chain_open(&(struct scene_chain_plan){ 0 });
	struct client_reply reply;
	(void)state;
	OK(fault_of_answer(&chain, moved, &reply));
	assert_int_equal(reply.status, 302);
	scene_chain_close(&chain);
}

static void the_time_of_the_server_is_read_from_its_date(void **state)
{
	static const char dated[] = "HTTP/1.1 204 \r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n";
	static const char undated[] = "HTTP/1.1 204 \r\nDate: yesterday\r\n\r\n";
	struct scene_chain chain = scene_chain_open(&(struct scene_chain_plan){ 0 });
	struct client_reply reply;
	(void)state;
	OK(fault_of_answer(&chain, dated, &reply));
	assert_int_equal(reply.time, 784111777);
	OK(fault_of_answer(&chain, undated, &reply));
	assert_int_equal(reply.time, 0);
	scene_chain_close(&chain);
}

static void only_https_and_a_host_make_a_url(void **state)
{
	static const char *const bad[] = {
		"",
		"localhost",
		"http://localhost",
		"ftp://localhost",
		"https://",
		"https://u@localhost",
		"https://u:p@localhost",
		"https://localhost/a",
		"https://localhost/?a",
		"https://localhost/#a",
		"https://local host",
		"https://localhost:99999",
		"//localhost",
		"https://[::1",
	};
	static const char *const good[] = {
		"https://localhost", "https://localhost/", "https://localhost:8443",
		"HTTPS://localhost", "https://[::1]:8443", "https://127.0.0.1",
	};
	struct client_plan plan = { .user_agent = "a", .reply_max = 1 };
	struct client *c;
	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		plan.url = bad[i];
		if (client_open(&plan, &c) != FAIL(CONFIG_INVALID))
			fail_msg("taken: %s", bad[i]);
	}
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		plan.url = good[i];
		OK(client_open(&plan, &c));
		client_close(c);
	}
}

static void a_value_that_would_break_its_line_is_not_sent(void **state)
{
	struct scene s = scene_open(&(struct scene_chain_plan){ 0 }, 0);
	struct client_request request = { .method = "GET", .path = "/echo", .authorization = "a\r\nX: b" };
	struct client_reply reply;
	(void)state;
	REFUSES(BUG, client_send(s.client, &request, &reply));
	scene_close(&s);
}

static void a_server_that_came_back_is_found_again(void **state)
{
	struct scene s = scene_open(&(struct scene_chain_plan){ 0 }, 0);
	struct client_reply reply;
	(void)state;
	OK(client_send(s.client, &get_echo, &reply));
	scene_server_close(&s.server);
	fault f = client_send(s.client, &get_echo, &reply);
	CHECK(f == FAIL(NET_UNREACHABLE));
	s.server = scene_server_open(&s.chain, (struct listener_plan){ 0 });
	struct client *again = scene_client(&s.chain, &s.server, 0);
	OK(client_send(again, &get_echo, &reply));
	client_close(again);
	scene_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_reply_is_read_whole),
		TEST(the_root_that_is_handed_out_is_the_pinned_one),
		TEST(what_is_asked_is_what_is_sent),
		TEST(nothing_of_one_request_is_left_in_the_next),
		TEST(a_large_body_goes_and_comes_whole),
		TEST(any_status_is_a_reply),
		TEST(a_server_by_name_and_behind_an_issuing_authority_is_accepted),
		TEST(another_root_is_not_trusted),
		TEST(every_flaw_of_a_chain_is_refused),
		TEST(a_name_that_only_the_address_has_is_refused),
		TEST(a_certificate_outside_its_time_is_named_with_both_clocks),
		TEST(time_is_never_a_reason_to_accept_later),
		TEST(a_closed_port_is_unreachable),
		TEST(a_name_that_does_not_exist_is_told_from_a_server_that_is_not_there),
		TEST(a_server_of_others_is_known_by_anchors),
		TEST(time_has_its_own_name_by_anchors_too),
		TEST(a_proxy_that_refuses_is_named),
		TEST(a_time_out_names_what_was_waited_for),
		TEST(a_longer_reply_than_expected_is_invalid),
		TEST(an_answer_that_is_not_http_is_invalid),
		TEST(a_reply_cut_short_or_never_given_is_no_reply),
		TEST(a_redirect_is_a_reply_and_not_followed),
		TEST(the_time_of_the_server_is_read_from_its_date),
		TEST(only_https_and_a_host_make_a_url),
		TEST(a_value_that_would_break_its_line_is_not_sent),
		TEST(a_server_that_came_back_is_found_again),
	};
	return RUN(tests);
}
