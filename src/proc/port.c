#include "proc/port.h"

#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"

#define HOST_SIZE 48
#define SERVICE_SIZE 8
#define PORT_BACKLOG 1024

/* Splits "host:port" or "[host]:port" at its last colon. */
static bool split(const char *address, char host[static HOST_SIZE], char service[static SERVICE_SIZE])
{
	const char *colon = strrchr(address, ':');
	uint64_t number = 0;
	if (!colon || !text_uint_parse(bytes_text(colon + 1), UINT16_MAX, &number))
		return false;
	size_t n = (size_t)(colon - address);
	bool bracketed = n >= 2 && address[0] == '[' && address[n - 1] == ']';
	const char *from = bracketed ? address + 1 : address;
	n -= bracketed ? 2 : 0;
	if (n == 0 || n >= HOST_SIZE || (!bracketed && memchr(from, ':', n)))
		return false;
	memcpy(host, from, n);
	host[n] = 0;
	memcpy(service, colon + 1, strlen(colon + 1) + 1);
	return true;
}

static fault listen_at(const struct addrinfo *at, bool shared, int *ret_fd)
{
	int on = 1;
	int fd = socket(at->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	NEED(fd >= 0, SYS_PORT);
	bool ok = setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0;
	if (shared)
		ok = ok && setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) == 0;
	ok = ok && bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, PORT_BACKLOG) == 0;
	if (!ok) {
		close(fd);
		return FAIL(SYS_PORT);
	}
	*ret_fd = fd;
	return NULL;
}

fault port_open(const char *address, bool shared, int *ret_fd)
{
	static const struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
					       .ai_socktype = SOCK_STREAM };
	char host[HOST_SIZE], service[SERVICE_SIZE];
	struct addrinfo *found = NULL;
	NEED(split(address, host, service), CONFIG_INVALID);
	NEED(getaddrinfo(host, service, &hints, &found) == 0, CONFIG_INVALID);
	fault f = listen_at(found, shared, ret_fd);
	freeaddrinfo(found);
	return f;
}

char *port_text(int fd, char out[static PORT_TEXT_SIZE])
{
	struct sockaddr_storage a = { 0 };
	socklen_t size = sizeof(a);
	char host[HOST_SIZE], service[SERVICE_SIZE];
	out[0] = 0;
	if (getsockname(fd, (struct sockaddr *)&a, &size) != 0)
		return out;
	if (getnameinfo((struct sockaddr *)&a, size, host, sizeof(host), service, sizeof(service),
			NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		return out;
	snprintf(out, PORT_TEXT_SIZE, strchr(host, ':') ? "[%s]:%s" : "%s:%s", host, service);
	return out;
}
