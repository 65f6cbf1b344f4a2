#include "report/status.h"

static struct status status_of(const char *word, fault why)
{
	if (!why)
		return (struct status){ word, "", false };
	const struct fault_detail_row *detail = &fault_details[why->detail];
	if (!why->detail)
		return (struct status){ word, why->what, why->retry };
	return (struct status){ word, detail->text, detail->retry };
}

struct status status_of_attested(void)
{
	return status_of("Completed", NULL);
}

struct status status_of_unattested(fault why)
{
	return status_of("Not started", why);
}

struct status status_of_failed(fault why)
{
	return status_of("Failed", why);
}
