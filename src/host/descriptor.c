#include "host/descriptor.h"

#include <errno.h>
#include <unistd.h>

void descriptor_close(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

bool descriptor_get(int fd, struct wr *w)
{
	for (;;) {
		uint8_t more; /* read only to learn whether there is any */
		bool is_full = w->bad || w->at == w->n;
		ssize_t n = is_full ? read(fd, &more, 1) : read(fd, w->p + w->at, w->n - w->at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0 && !w->bad;
		if (is_full) {
			errno = EFBIG;
			return false;
		}
		w->at += (size_t)n;
	}
}

struct bytes descriptor_write(int fd, struct bytes b)
{
	while (b.n) {
		ssize_t n = write(fd, b.p, b.n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return b;
		b = bytes_slice(b, (size_t)n, b.n - (size_t)n);
	}
	return b;
}
