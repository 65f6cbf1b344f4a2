#include "agent/cause.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define REQUEST_ID_SIZE 16

/* Copies what fits; cut text stays printable, since no character is split. */
static void put_text(char *to, size_t size, struct bytes from)
{
	size_t n = from.n < size ? from.n : size - 1;
	while (n && !is_text_printable(bytes_slice(from, 0, n)))
		n--;
	snprintf(to, size, "%.*s", (int)n, n ? (const char *)from.p : "");
}

struct cause cause_of(fault why, const char *detail)
{
	struct cause c = { .hresult = why->hresult, .retry = why->retry };
	put_text(c.code, sizeof(c.code), bytes_text(why->name));
	put_text(c.what, sizeof(c.what), bytes_text(why->what));
	put_text(c.remedy, sizeof(c.remedy), bytes_text(why->remedy));
	put_text(c.detail, sizeof(c.detail), bytes_text(detail));
	return c;
}

bool is_cause_of_tpm(fault f)
{
	static const fault others[] = { FAIL(ATTEST_TIMEOUT), FAIL(DEVICE_KEY), FAIL(ACT_SECRET) };
	for (size_t i = 0; i < COUNT_OF(others); i++)
		if (f == others[i])
			return true;
	return strncmp(f->name, "TPM_", 4) == 0;
}

struct cause cause_of_problem(const struct problem_view *problem, uint32_t wait_s)
{
	struct cause c = {
		.hresult = problem->hresult, .retry = problem->retry, .wait_s = wait_s, .is_server = true
	};
	put_text(c.code, sizeof(c.code), problem->code);
	put_text(c.what, sizeof(c.what), problem->what);
	put_text(c.remedy, sizeof(c.remedy), problem->remedy);
	put_text(c.detail, sizeof(c.detail), problem->detail);
	if (problem->request_id.n == REQUEST_ID_SIZE)
		text_hex(problem->request_id, c.request_id);
	return c;
}
