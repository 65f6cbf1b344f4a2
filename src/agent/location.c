#include "agent/location.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define HTTPS_PORT ":443"

static const struct {
	const char *word; /* in JSON */
	const char *text; /* for people */
} layers[LOCATION_LAYER_COUNT] = {
	[LOCATION_NAME] = { "name", "name" },
	[LOCATION_PROXY] = { "proxy", "proxy" },
	[LOCATION_CONNECTION] = { "connection", "connection" },
	[LOCATION_TLS] = { "tls", "TLS" },
	[LOCATION_HTTP] = { "http", "HTTP" },
};

static const enum location_layer layer_of[CLIENT_STEP_COUNT] = {
	[CLIENT_STEP_NONE] = LOCATION_NAME,	     [CLIENT_STEP_RESOLVE] = LOCATION_NAME,
	[CLIENT_STEP_PROXY] = LOCATION_PROXY,	     [CLIENT_STEP_CONNECT] = LOCATION_CONNECTION,
	[CLIENT_STEP_TLS] = LOCATION_TLS,	     [CLIENT_STEP_TRUST] = LOCATION_TLS,
	[CLIENT_STEP_SEND] = LOCATION_HTTP,	     [CLIENT_STEP_WAIT] = LOCATION_HTTP,
	[CLIENT_STEP_RECEIVE] = LOCATION_HTTP,	     [CLIENT_STEP_READ] = LOCATION_HTTP,
};

/* --- one way -------------------------------------------------------------------------------------------- */

static void try_way(struct client *client, const char *path, struct location_way *to)
{
	const struct client_request request = { .method = "GET", .path = path, .accept = "*/*" };
	struct client_reply reply = { 0 };
	to->why = client_send(client, &request, &reply);
	to->step = client_step(client);
	to->failed = to->why ? layer_of[to->step] : LOCATION_LAYER_COUNT;
	/* Names and connections of this computer's own then lead to the proxy alone. */
	if (to->proxy[0] && to->failed < LOCATION_TLS)
		to->failed = LOCATION_PROXY;
	to->status = reply.status;
	to->clock = client_clock(client);
	snprintf(to->detail, sizeof(to->detail), "%s", client_detail(client));
}

static void run_way(const struct client_plan *plan, const char *path, struct location_way *to)
{
	struct client *client;
	to->why = client_open(plan, &client);
	if (!to->why) {
		try_way(client, path, to);
		client_close(client);
	}
	to->is_tried = true;
}

static void begin_way(const struct client_plan *plan, const char *path, struct location_way *to)
{
	pid_t pid = fork();
	if (pid != 0) {
		to->pid = pid > 0 ? pid : 0;
		return;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	run_way(plan, path, to);
	_exit(0);
}

/* --- both ----------------------------------------------------------------------------------------------- */

/* What the variables of the environment name, as curl reads them; no_proxy is curl's affair. */
static const char *proxy_of(const char *set)
{
	static const char *const names[] = { "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY" };
	for (size_t i = 0; !set && i < COUNT_OF(names); i++)
		set = getenv(names[i]);
	return set ? set : "";
}

/* HOST:PORT of an address; a password in it is nobody's to read. */
static void write_host(const char *url, const char *port, char out[static LOCATION_HOST_SIZE])
{
	const char *begin = strstr(url, "://");
	begin = begin ? begin + 3 : url;
	size_t n = strcspn(begin, "/");
	const char *user = memchr(begin, '@', n);
	if (user) {
		n -= (size_t)(user + 1 - begin);
		begin = user + 1;
	}
	const char *last = memchr(begin, ']', n);
	bool has_port = memchr(last ? last : begin, ':', last ? n - (size_t)(last - begin) : n);
	snprintf(out, LOCATION_HOST_SIZE, "%.*s%s", (int)n, begin, has_port ? "" : port);
}

void location_begin(const struct location_plan *plan, struct location *ret)
{
	const char *proxy = proxy_of(plan->client.proxy);
	struct client_plan client = plan->client;
	*ret = (struct location){ 0 };
	write_host(plan->client.url, HTTPS_PORT, ret->host);
	if (proxy[0])
		write_host(proxy, "", ret->ways[LOCATION_AS_SET].proxy);
	begin_way(&client, plan->path, &ret->ways[LOCATION_AS_SET]);
	client.proxy = "";
	if (proxy[0])
		begin_way(&client, plan->path, &ret->ways[LOCATION_STRAIGHT]);
}

void location_wait(struct location *ret)
{
	for (size_t i = 0; i < LOCATION_WAY_COUNT; i++) {
		if (ret->ways[i].pid)
			waitpid(ret->ways[i].pid, NULL, 0);
		ret->ways[i].pid = 0;
	}
}

const char *location_layer_word(enum location_layer layer)
{
	return layers[layer].word;
}

const char *location_text(const struct location_way *way, char out[static LOCATION_TEXT_SIZE])
{
	size_t n = 0;
	out[0] = 0;
	for (enum location_layer i = 0; i < LOCATION_LAYER_COUNT && i <= way->failed; i++) {
		bool is_of_proxy = i == LOCATION_PROXY || i >= LOCATION_TLS;
		bool is_there = way->proxy[0] ? is_of_proxy : i != LOCATION_PROXY;
		if (is_there)
			n += (size_t)snprintf(out + n, LOCATION_TEXT_SIZE - n, "%s%s %s", n ? ", " : "",
					      layers[i].text, i == way->failed ? "failed" : "ok");
	}
	if (!way->why)
		snprintf(out + n, LOCATION_TEXT_SIZE - n, " (%d)", way->status);
	return out;
}
