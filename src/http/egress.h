/*
 * egress: which addresses of the internet may be asked.
 *
 * Addresses come out of certificates that strangers send, so they are believed in nothing: a host is asked
 * only when the organisation's list names it, and only at an address of the public internet, whatever its
 * name resolves to. An address of another network (RFC 6890: private, loopback, link-local and the like) is
 * asked only where the list names that very address and port.
 */
#ifndef HTTP_EGRESS_H
#define HTTP_EGRESS_H

#include <netinet/in.h>

#include "base/fault.h"

#define EGRESS_HOSTS_MAX 64
#define EGRESS_HOST_SIZE 254 /* RFC 1035 §2.3.4 */
#define EGRESS_URL_MAX 1024

/* One row of the list. */
struct egress_host {
	char name[EGRESS_HOST_SIZE]; /* lower case; an IPv6 address without brackets */
	uint16_t port;               /* 0: the scheme's own */
	bool is_address;             /* name is an IP address, and there is a port */
};

struct egress {
	size_t n;
	struct egress_host v[EGRESS_HOSTS_MAX];
};

/* Where a URL that may be asked leads. */
struct egress_target {
	char host[EGRESS_HOST_SIZE];
	uint16_t port;
	bool is_address;
};

/*
 * Reads a list of "name", "name:port", "192.0.2.1:port" and "[2001:db8::1]:port", separated by commas; the
 * empty text is the empty list. CONFIG_INVALID for anything else and for an address without port.
 */
MUST fault egress_parse(const char *text, struct egress *ret);

/* URL_FORBIDDEN unless url is one of http or https, without user, to a host and port of the list. */
MUST fault egress_check_url(const struct egress *e, const char *url, struct egress_target *ret);

/* URL_FORBIDDEN unless a connection for the target may go to that address (AF_INET or AF_INET6). */
MUST fault egress_check_address(const struct egress_target *t, const struct sockaddr *address);

#endif
