#include "cli/complaint.h"

#include <inttypes.h>
#include <stdarg.h>

#include "base/text.h"

fault complaint_put(struct complaint *ret, fault why, const char *format, ...)
{
	va_list args;
	*ret = (struct complaint){ .why = why, .hresult = why->hresult };
	snprintf(ret->code, sizeof(ret->code), "%s", why->name);
	snprintf(ret->what, sizeof(ret->what), "%s", why->what);
	snprintf(ret->remedy, sizeof(ret->remedy), "%s", why->remedy);
	va_start(args, format);
	vsnprintf(ret->detail, sizeof(ret->detail), format, args);
	va_end(args);
	if (!is_text_printable(bytes_text(ret->detail)))
		ret->detail[0] = 0;
	return why;
}

static void copy(struct bytes text, char *out, size_t size)
{
	snprintf(out, size, "%.*s", (int)text.n, text.n ? (const char *)text.p : "");
}

fault complaint_put_problem(struct complaint *ret, const struct problem_view *said)
{
	fault known = fault_find(said->code);
	*ret = (struct complaint){
		.why = known ? known : FAIL(REASON_UNKNOWN), .is_server = true, .hresult = said->hresult,
	};
	copy(said->code, ret->code, sizeof(ret->code));
	copy(said->what, ret->what, sizeof(ret->what));
	copy(said->remedy.n ? said->remedy : bytes_text(ret->why->remedy), ret->remedy, sizeof(ret->remedy));
	copy(said->detail, ret->detail, sizeof(ret->detail));
	if (said->request_id.n == 16)
		text_hex(said->request_id, ret->request_id);
	return ret->why;
}

void complaint_write(const struct complaint *c, FILE *out)
{
	char hresult[16] = "";
	if (c->hresult)
		snprintf(hresult, sizeof(hresult), "0x%08" PRIX32, c->hresult);
	fprintf(out, "assay: %s: %s\n", c->code, c->what);
	if (c->detail[0] && hresult[0])
		fprintf(out, "       %s (%s)\n", c->detail, hresult);
	else if (c->detail[0] || hresult[0])
		fprintf(out, "       %s%s\n", c->detail, hresult);
	if (c->request_id[0])
		fprintf(out, "       %s (request %s)\n", c->remedy, c->request_id);
	else
		fprintf(out, "       %s\n", c->remedy);
}

enum complaint_exit complaint_exit(const struct complaint *c)
{
	static const fault unreachable[] = {
		FAIL(NET_UNREACHABLE), FAIL(NET_TIMEOUT), FAIL(SERVER_UNTRUSTED), FAIL(CERT_E_EXPIRED),
		FAIL(REPLY_INVALID),   FAIL(DOWNLOAD_FAILED), FAIL(DOWNLOAD_TIMEOUT),
	};
	if (!c->why)
		return COMPLAINT_EXIT_DONE;
	if (c->is_server)
		return COMPLAINT_EXIT_REFUSED;
	for (size_t i = 0; i < COUNT_OF(unreachable); i++)
		if (c->why == unreachable[i])
			return COMPLAINT_EXIT_UNREACHABLE;
	return COMPLAINT_EXIT_USAGE;
}
