/*
 * peer: where a connection comes from, as text and as the network that its limits are counted for.
 */
#ifndef HTTP_PEER_H
#define HTTP_PEER_H

#include <netinet/in.h>
#include <sys/socket.h>

#include "base/bytes.h"

/* An IPv4 address, or the /64 of an IPv6 address, since whoever has one address of it has them all. */
#define PEER_NETWORK_SIZE 8

struct peer {
	char text[INET6_ADDRSTRLEN];
	uint8_t network[PEER_NETWORK_SIZE];
};

/* The address of an IPv4 or IPv6 socket; mapped IPv4 addresses are IPv4. False for any other family. */
MUST bool peer_parse(const struct sockaddr *address, struct peer *ret);

bool is_peer_near(const struct peer *a, const struct peer *b);

#endif
