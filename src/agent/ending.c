#include "agent/ending.h"

#include <string.h>

#include "agent/screen.h"

enum invocation_exit ending_code(const struct cause *cause, fault f)
{
	if (!f)
		return INVOCATION_DONE;
	if (f->kind == FAULT_DENIED || (cause->is_server && !cause->retry))
		return INVOCATION_REFUSED;
	bool is_service = strncmp(f->name, "EK_SERVICE_", 11) == 0 && f->retry;
	bool is_away = cause->is_server || is_service || f == FAIL(NET_UNREACHABLE) || f == FAIL(NET_TIMEOUT);
	return is_away ? INVOCATION_UNREACHABLE : INVOCATION_FAILED;
}

void ending_print(const struct cause *cause)
{
	screen_print_headline(stderr, SCREEN_RED, "It could not be done.");
	screen_print_cause(stderr, cause);
}
