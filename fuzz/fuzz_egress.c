/*
 * egress: a list of hosts, a newline, a URL. Whatever passes leads to a row of the list and, by name, into no
 * network that is not public.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "http/egress.h"

static bool is_listed(const struct egress *e, const struct egress_target *t)
{
	for (size_t i = 0; i < e->n; i++)
		if (strcmp(e->v[i].name, t->host) == 0 && (!e->v[i].port || e->v[i].port == t->port))
			return true;
	return false;
}

static void check(const struct egress *e, const char *url)
{
	struct egress_target t;
	struct sockaddr_in inside = { .sin_family = AF_INET };
	if (egress_check_url(e, url, &t))
		return;
	HOLDS(is_listed(e, &t) && strlen(t.host) < EGRESS_HOST_SIZE);
	inside.sin_port = htons(t.port);
	inside.sin_addr.s_addr = htonl(0x0A000001);
	HOLDS(strcmp(t.host, "10.0.0.1") == 0 || egress_check_address(&t, (const void *)&inside));
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct egress e;
	char *text = malloc(n + 1);
	if (!text)
		abort();
	if (n)
		memcpy(text, p, n);
	text[n] = 0;
	char *newline = strchr(text, '\n');
	if (newline) {
		*newline = 0;
		if (!egress_parse(text, &e))
			check(&e, newline + 1);
	}
	free(text);
	return 0;
}
