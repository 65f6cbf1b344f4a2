#include "agent/retry.h"

enum retry_next retry_find(const struct cause *cause, fault f)
{
	static const fault anew[] = { FAIL(ACT_EXPIRED), FAIL(TICKET_INVALID), FAIL(ACT_CONSUMED),
				      FAIL(STATE_INVALID) };
	for (size_t i = 0; i < COUNT_OF(anew); i++)
		if (cause->is_server && f == anew[i])
			return RETRY_ANEW;
	if (!cause->retry)
		return RETRY_STOP;
	return f->kind == FAULT_CHECK ? RETRY_ANEW : RETRY_AGAIN;
}
