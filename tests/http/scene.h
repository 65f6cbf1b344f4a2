/*
 * scene: certificates made on the spot, a listener in a process of its own, and a TLS client that says what
 * it is told, for the tests of http/.
 *
 * The served process knows a few paths: /echo answers with the body, /hold is answered by scene_release
 * alone, /large answers SCENE_LARGE octets, /words with what it was asked, /shown with the
 * certificate it was shown, /fault with a fault, /options with fields, /parts in SCENE_PARTS parts of
 * SCENE_PART octets, /cut with the first of them, /beyond with one whose next has too long a position,
 * anything else with 404.
 */
#ifndef TESTS_HTTP_SCENE_H
#define TESTS_HTTP_SCENE_H

#include <openssl/ssl.h>
#include <sys/types.h>

#include "http/client.h"
#include "http/listener.h"

#define SCENE_BODY_MAX (2 * 1048576)
#define SCENE_LARGE (16 * 1048576)
#define SCENE_PART 262144
#define SCENE_PARTS 40

#define DAY_S 86400

/* A root and a server's certificate; zero values are the good ones. */
struct scene_chain_plan {
	const char *names;       /* subjectAltName; NULL: localhost, 127.0.0.1 and ::1 */
	const char *usage;       /* extendedKeyUsage; NULL: serverAuth */
	int from_days, to_days;  /* relative to now; both zero: from yesterday to tomorrow */
	bool is_rootless;        /* the file holds the server's certificate alone */
	bool is_forged;          /* the root in the file did not sign */
	bool has_issuing;        /* an issuing CA stands between the two */
};

struct scene_chain {
	char folder[64], certificate[96], key[96];
	uint8_t root_hash[32], key_hash[32];
};

struct scene_chain scene_chain_open(const struct scene_chain_plan *plan);
void scene_chain_close(const struct scene_chain *chain);

struct scene_server {
	pid_t pid;
	int control;
	uint16_t port;
	char url[64];
};

/* A listening socket on a free port of 127.0.0.1. */
int scene_socket(uint16_t *ret_port);

/* What the plan leaves zero is filled in: limits and deadlines so wide that no test meets them by chance. */
struct scene_server scene_server_open(const struct scene_chain *chain, struct listener_plan plan);

/* Closes the listener gracefully; returns at once. */
void scene_server_stop(const struct scene_server *server);

/* Answers the oldest held exchange. */
void scene_release(const struct scene_server *server);

/* Waits until as many exchanges have been held since the start. */
void scene_wait_held(const struct scene_server *server, size_t n);

/* Stops it, waits for its end and asserts that it ended well. */
void scene_server_close(const struct scene_server *server);

/* A client of the server with the chain's root as its pin; total_ms zero: a minute. */
struct client *scene_client(const struct scene_chain *chain, const struct scene_server *server,
			    uint32_t total_ms);

/* A raw connection: TCP alone, and TLS on it without any check. NULL when the handshake fails. */
int scene_connect(uint16_t port);
SSL *scene_tls(uint16_t port);
void scene_tls_close(SSL *tls);
void scene_say(SSL *tls, const char *text);

/* All that the server sends until it closes, as a C string to be freed. */
char *scene_hear(SSL *tls);

/* One reply: its head, and its body by Content-Length; to be freed. */
char *scene_hear_reply(SSL *tls);

#endif
