#include "proc/entropy.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "base/secret.h"

fault entropy_fill(void *p, size_t n)
{
	uint8_t *at = p;
	size_t left = n;
	while (left > 0) {
		ssize_t got = getrandom(at, left, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			secret_done(p, n);
			return FAIL(SYS_RNG);
		}
		at += got;
		left -= (size_t)got;
	}
	return NULL;
}
