#include "http/peer.h"

#include <arpa/inet.h>
#include <string.h>

static void peer_take4(const void *address, struct peer *ret)
{
	*ret = (struct peer){ 0 };
	memcpy(ret->network + PEER_NETWORK_SIZE - sizeof(struct in_addr), address, sizeof(struct in_addr));
	inet_ntop(AF_INET, address, ret->text, sizeof(ret->text));
}

static void peer_take6(const struct in6_addr *address, struct peer *ret)
{
	*ret = (struct peer){ 0 };
	memcpy(ret->network, address, PEER_NETWORK_SIZE);
	inet_ntop(AF_INET6, address, ret->text, sizeof(ret->text));
}

bool peer_parse(const struct sockaddr *address, struct peer *ret)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	if (address->sa_family == AF_INET) {
		memcpy(&v4, address, sizeof(v4));
		peer_take4(&v4.sin_addr, ret);
		return true;
	}
	if (address->sa_family != AF_INET6)
		return false;
	memcpy(&v6, address, sizeof(v6));
	if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr))
		peer_take4(v6.sin6_addr.s6_addr + 12, ret);
	else
		peer_take6(&v6.sin6_addr, ret);
	return true;
}

bool is_peer_near(const struct peer *a, const struct peer *b)
{
	return is_bytes_equal(BYTES_OF(a->network), BYTES_OF(b->network));
}
