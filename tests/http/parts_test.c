/*
 * Answers in parts: each is made when the client has taken the one before.
 */
#include "scene.h"

#include <stdlib.h>
#include <string.h>

#include "test.h"

struct scene {
	struct scene_chain chain;
	struct scene_server server;
};

static struct scene scene_open(void)
{
	struct scene s = { .chain = scene_chain_open(&(struct scene_chain_plan){ 0 }) };
	s.server = scene_server_open(&s.chain, (struct listener_plan){ 0 });
	return s;
}

static void scene_close(const struct scene *s)
{
	scene_server_close(&s->server);
	scene_chain_close(&s->chain);
}

/* The octets between chunk sizes; ret_whole is whether the last chunk, of none, is there. */
static size_t count_chunks(const char *heard, bool *ret_whole)
{
	size_t octets = 0;
	char *at = strstr(heard, "\r\n\r\n");
	CHECK(at);
	at += 4;
	for (;;) {
		size_t n = strtoul(at, &at, 16);
		*ret_whole = n == 0 && strcmp(at, "\r\n\r\n") == 0;
		if (n == 0 || strlen(at) < n + 4)
			return octets;
		octets += n;
		at += n + 4;
	}
}

static void an_answer_in_parts_comes_whole_or_is_seen_to_be_cut(void **state)
{
	struct scene s = scene_open();
	SSL *tls = scene_tls(s.server.port);
	bool is_whole = false;
	(void)state;
	scene_say(tls, "GET /parts HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
	char *heard = scene_hear(tls);
	CHECK(strncmp(heard, "HTTP/1.1 200", 12) == 0 && strstr(heard, "Transfer-Encoding: chunked\r\n"));
	CHECK(strstr(heard, "Content-Disposition: attachment; filename=\"all.csv\"\r\n"));
	CHECK(count_chunks(heard, &is_whole) == (size_t)SCENE_PARTS * SCENE_PART && is_whole);
	free(heard);
	scene_tls_close(tls);
	tls = scene_tls(s.server.port);
	scene_say(tls, "GET /cut HTTP/1.1\r\nHost: a\r\n\r\n");
	heard = scene_hear(tls);
	CHECK(count_chunks(heard, &is_whole) == SCENE_PART && !is_whole);
	free(heard);
	scene_tls_close(tls);
	tls = scene_tls(s.server.port);
	scene_say(tls, "GET /beyond HTTP/1.1\r\nHost: a\r\n\r\n");
	heard = scene_hear(tls);
	CHECK(!*heard);
	free(heard);
	scene_tls_close(tls);
	scene_close(&s);
}

/* It reads nothing: what is not sent yet is neither made nor kept. */
static void who_leaves_in_the_middle_of_parts_leaves_nothing_behind(void **state)
{
	struct scene s = scene_open();
	(void)state;
	for (size_t i = 0; i < 20; i++) {
		SSL *tls = scene_tls(s.server.port);
		scene_say(tls, "GET /parts HTTP/1.1\r\nHost: a\r\n\r\n");
		scene_tls_close(tls);
	}
	SSL *tls = scene_tls(s.server.port);
	scene_say(tls, "GET /echo HTTP/1.1\r\nHost: a\r\n\r\n");
	char *heard = scene_hear_reply(tls);
	CHECK(strncmp(heard, "HTTP/1.1 200", 12) == 0);
	free(heard);
	scene_tls_close(tls);
	scene_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_answer_in_parts_comes_whole_or_is_seen_to_be_cut),
		TEST(who_leaves_in_the_middle_of_parts_leaves_nothing_behind),
	};
	return RUN(tests);
}
