#include "report/status.h"

static const char *detail_of(fault why)
{
	if (!why)
		return "";
	return why->detail ? why->detail : why->what;
}

struct status status_of_attested(void)
{
	return (struct status){ "Completed", "" };
}

struct status status_of_unattested(fault why)
{
	return (struct status){ "Not started", detail_of(why) };
}

struct status status_of_refused(fault why)
{
	return (struct status){ "Failed", detail_of(why) };
}
