#include "base/secret.h"

#include <string.h>

bool is_secret_equal(struct bytes a, struct bytes b)
{
	if (a.n != b.n)
		return false;
	volatile uint8_t differ = 0;
	for (size_t i = 0; i < a.n; i++)
		differ = (uint8_t)(differ | (a.p[i] ^ b.p[i]));
	return differ == 0;
}

void secret_done(void *p, size_t n)
{
	if (n)
		explicit_bzero(p, n);
}
