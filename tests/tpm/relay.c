/*
 * relay: stands between a program and a chip and lets one command fail.
 *
 * relay SOCKET NTH CODE TIMES
 *
 * Reads TPM commands on standard input and gives responses on standard output, as the TCTI "cmd" wants it.
 * The NTH command that is not a flush, and TIMES - 1 after it, get the response CODE and are not executed;
 * flushes always pass, because whoever cannot flush cannot be blamed for what stays.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define HEAD_SIZE 10
#define FLUSH_CONTEXT 0x165u

struct packet {
	size_t n;
	uint8_t v[4096];
};

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static bool read_exactly(int fd, uint8_t *to, size_t n)
{
	for (size_t at = 0; at < n;) {
		ssize_t got = read(fd, to + at, n - at);
		if (got <= 0)
			return false;
		at += (size_t)got;
	}
	return true;
}

static bool read_packet(int fd, struct packet *p)
{
	if (!read_exactly(fd, p->v, HEAD_SIZE))
		return false;
	p->n = be32(p->v + 2);
	return p->n >= HEAD_SIZE && p->n <= sizeof(p->v) &&
	       read_exactly(fd, p->v + HEAD_SIZE, p->n - HEAD_SIZE);
}

static bool write_packet(int fd, const struct packet *p)
{
	return write(fd, p->v, p->n) == (ssize_t)p->n;
}

static int connect_chip(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	return fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0 ? fd : -1;
}

int main(int argc, char **argv)
{
	struct packet p;
	if (argc != 5)
		return 2;
	int chip = connect_chip(argv[1]);
	unsigned long nth = strtoul(argv[2], NULL, 10), code = strtoul(argv[3], NULL, 16);
	unsigned long times = strtoul(argv[4], NULL, 10), count = 0;
	if (chip < 0)
		return 1;
	while (read_packet(STDIN_FILENO, &p)) {
		bool flush = be32(p.v + 6) == FLUSH_CONTEXT;
		count += !flush;
		if (!flush && count >= nth && count < nth + times) {
			const uint8_t refusal[HEAD_SIZE] = {
				0x80, 0x01, 0, 0, 0, HEAD_SIZE, 0, 0, (uint8_t)(code >> 8), (uint8_t)code
			};
			memcpy(p.v, refusal, HEAD_SIZE);
			p.n = HEAD_SIZE;
		} else if (!write_packet(chip, &p) || !read_packet(chip, &p)) {
			return 1;
		}
		if (!write_packet(STDOUT_FILENO, &p))
			return 1;
	}
	return 0;
}
