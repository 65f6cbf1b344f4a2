/*
 * post: one device message to the server and its answer.
 */
#ifndef AGENT_POST_H
#define AGENT_POST_H

#include "agent/cause.h"
#include "agent/settings.h"
#include "base/arena.h"

struct post {
	struct client *client; /* NULL: not open */
	struct cause cause;    /* of the last fault */
	int status;            /* HTTP status of the last reply; 0: none came */
};

struct post_reply {
	struct bytes body; /* in the arena */
	uint8_t server_key_hash[CLIENT_KEY_HASH_SIZE];
	int64_t time; /* the server's clock; zero: it did not say */
};

/*
 * CONFIG_INVALID, with the cause, when server or ca are not what they must be. post_close may always follow.
 */
MUST fault post_open(struct post *post, const struct settings *settings);

/* The same over connections that show the device certificate; the key outlives the post. */
struct tlskey;
MUST fault post_open_shown(struct post *post, const struct settings *settings, struct tlskey *key);
void post_close(struct post *post);

/*
 * Sends a device message and waits for its reply. A refusal is given as the fault of its code, or as
 * REPLY_INVALID when this program does not know the code; the cause has the server's own words in either
 * case. Otherwise as client_send.
 */
MUST fault post_send(struct post *post, const char *path, struct bytes body, struct arena *arena,
		     struct post_reply *ret);

/* A JSON document of the server, for everybody; in the arena. The faults of post_send. */
MUST fault post_get(struct post *post, const char *path, struct arena *arena, struct bytes *ret);

/* The root certificate's DER, once a reply came; lives until post_close. */
struct bytes post_root(const struct post *post);

#endif
