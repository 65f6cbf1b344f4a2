/*
 * location: how far this computer gets on its way to a host: by name, connection, TLS and HTTP apart.
 *
 * Where a proxy leads there the way without it is tried beside it, both at once, so that whoever looks after
 * the network reads which of them to open.
 */
#ifndef AGENT_LOCATION_H
#define AGENT_LOCATION_H

#include <sys/types.h>

#include "agent/settings.h"

#define LOCATION_HOST_SIZE (SETTINGS_TEXT_MAX + 8)
#define LOCATION_DETAIL_SIZE 512
#define LOCATION_TEXT_SIZE 96

enum location_layer {
	LOCATION_NAME = 0,
	LOCATION_PROXY,
	LOCATION_CONNECTION,
	LOCATION_TLS,
	LOCATION_HTTP,
	LOCATION_LAYER_COUNT /* as a result: all of them */
};

enum location_which { LOCATION_AS_SET = 0, LOCATION_STRAIGHT, LOCATION_WAY_COUNT };

struct location_way {
	pid_t pid; /* of the process that tries it; 0: none does */
	bool is_tried;
	fault why;                 /* NULL: it answered */
	enum client_step step;     /* in which it failed */
	enum location_layer failed;
	int status;                /* of HTTP */
	int64_t clock;             /* as client_clock */
	char proxy[LOCATION_HOST_SIZE]; /* HOST:PORT; empty: straight */
	char detail[LOCATION_DETAIL_SIZE];
};

struct location_plan {
	struct client_plan client; /* its proxy is that of the settings */
	const char *path;
};

struct location {
	char host[LOCATION_HOST_SIZE]; /* HOST:PORT, as a firewall wants it; empty: nobody was asked */
	struct location_way ways[LOCATION_WAY_COUNT];
};

/*
 * Sets out, each way in a process of its own: ret must be in memory that is shared with those (mmap(2)). The
 * times of the client's plan bound them; they end with the process that began them.
 */
void location_begin(const struct location_plan *plan, struct location *ret);

/* Waits until all that was begun has ended; ret is then filled. */
void location_wait(struct location *ret);

/* The word of a layer for programs: "name", "connection", "tls", "http", "proxy". */
const char *location_layer_word(enum location_layer layer);

/* One way in a line: "name ok, connection ok, TLS failed". */
const char *location_text(const struct location_way *way, char out[static LOCATION_TEXT_SIZE]);

#endif
