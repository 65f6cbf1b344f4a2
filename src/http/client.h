/*
 * client: HTTPS requests of agent, admin's shell and simulator to one server, one at a time, blocking.
 *
 * An Assay server is known by URL and by the SHA-256 of its root certificate, which the server sends along.
 * The root is looked for in the presented chain by that hash and is then the only trust anchor. Servers of
 * others, whose answers prove themselves, are known by URL and a set of anchors. There is no trust on first
 * use, no plain HTTP and no redirect.
 */
#ifndef HTTP_CLIENT_H
#define HTTP_CLIENT_H

#include "base/fault.h"

#define CLIENT_PIN_SIZE 32
#define CLIENT_KEY_HASH_SIZE 32

struct client;
struct ssl_ctx_st; /* OpenSSL's SSL_CTX */

struct client_plan {
	const char *url;              /* https://HOST[:PORT], nothing after it */
	const char *anchors;          /* NULL: the pin alone; "": the system's; else a file of them, PEM */
	uint8_t pin[CLIENT_PIN_SIZE]; /* SHA-256 of the root certificate's DER */
	const char *user_agent;
	const char *proxy;            /* NULL: what the environment names; "": none */
	uint32_t connect_ms;          /* resolving, connecting, TLS */
	uint32_t total_ms;            /* the whole request */
	size_t reply_max;             /* octets of a reply's body */

	/*
	 * Gives a connection that is about to begin the client's certificate and key; false ends it. NULL:
	 * the client shows none.
	 */
	bool (*identify)(void *of, struct ssl_ctx_st *tls);
	void *of;
};

struct client_request {
	const char *method;           /* GET, HEAD, POST, PATCH or DELETE */
	const char *path;             /* begins with '/'; the query with it */
	const char *content_type;     /* with a body; else NULL */
	struct bytes body;
	const char *authorization;    /* the field's value, or NULL */
	const char *accept;           /* the same */
};

/* Views live until the next call on the same client. */
struct client_reply {
	int status;
	struct bytes content_type; /* absent: not sent */
	struct bytes body;
	uint32_t retry_after_s;    /* zero: not said */
	int64_t time;              /* the server's Date, seconds since 1970; zero: not said */
	uint8_t key_hash[CLIENT_KEY_HASH_SIZE]; /* SHA-256 of the server certificate's SubjectPublicKeyInfo;
						   zero where the plan has anchors */
};

/* How far a request came that got no reply. */
enum client_step {
	CLIENT_STEP_NONE = 0, /* it got one, or was never sent */
	CLIENT_STEP_RESOLVE,
	CLIENT_STEP_PROXY, /* the proxy's name is unknown, or it refused */
	CLIENT_STEP_CONNECT,
	CLIENT_STEP_TLS,
	CLIENT_STEP_TRUST, /* the server's certificate was not accepted */
	CLIENT_STEP_SEND,
	CLIENT_STEP_WAIT,
	CLIENT_STEP_RECEIVE,
	CLIENT_STEP_READ, /* what came is not HTTP, or too long */
	CLIENT_STEP_COUNT
};

/* CONFIG_INVALID when url is not of the form above. Strings of the plan are borrowed until client_close. */
MUST fault client_open(const struct client_plan *plan, struct client **ret);
/* NULL is one that was never opened. */
void client_close(struct client *c);

/*
 * Sends a request and waits for its reply, whatever its status. The connection is kept for the next one.
 * DEVICE_KEY when identify gave no certificate, NET_UNREACHABLE, NET_TIMEOUT, SERVER_UNTRUSTED,
 * CERT_E_EXPIRED (every other check of the server passed), REPLY_INVALID (not HTTP, or more than reply_max),
 * SYS_FILE for a file of anchors that is none; client_step and client_detail say more.
 */
MUST fault client_send(struct client *c, const struct client_request *request, struct client_reply *ret);

/* The step in which the last call failed. */
enum client_step client_step(const struct client *c);

/*
 * The server's clock, seconds since 1970, by the last call's reply; after CERT_E_EXPIRED too, by an answer of
 * the server of the pinned CA that is looked at for nothing else. Zero: not said.
 */
int64_t client_clock(const struct client *c);

/*
 * The pinned root's DER, as the server sent it; absent before the first reply. Lives until client_close:
 * with it certificates can be checked that the same CA issued.
 */
struct bytes client_root(const struct client *c);

/*
 * What the last call adds to its fault's own words: the step that failed, the certificate's validity and by
 * how much the clocks differ. The empty string when there is nothing to add; lives until the next call.
 */
const char *client_detail(const struct client *c);

#endif
