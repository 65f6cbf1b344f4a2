#include "api/reportword.h"

#include "api/member.h"
#include "flow/inventory.h"
#include "policy/compliance.h"
#include "report/status.h"

static struct status status_of(uint64_t state, fault why)
{
	if (state == STORE_REPORT_REFUSED || state == STORE_REPORT_FAILED)
		return status_of_failed(why);
	return state == STORE_REPORT_ATTESTED ? status_of_attested() : status_of_unattested(why);
}

static struct status status_of_row(const struct store_report_status *row)
{
	return status_of(row->state, member_fault(&row->fault));
}

json_t *reportword_status(const void *at)
{
	return json_string(status_of(*(const uint64_t *)at, NULL).word);
}

json_t *reportword_detail(const void *row)
{
	return json_string(status_of_row(row).detail);
}

json_t *reportword_retry(const void *row)
{
	struct status s = status_of_row(row);
	return s.detail[0] ? json_boolean(s.retry) : json_null();
}

json_t *reportword_ownership(const void *at)
{
	return json_string(*(const uint64_t *)at == STORE_REPORT_REFUSED ? "unknown" : "company");
}

json_t *reportword_outcome(const void *at)
{
	return json_string(*(const uint64_t *)at == STORE_REPORT_REFUSED ? "refused" : "enrolled");
}

json_t *reportword_state(const void *at)
{
	static const char *const states[] = { [STORE_REPORT_UNATTESTED] = "unattested",
					      [STORE_REPORT_ATTESTED] = "attested",
					      [STORE_REPORT_REFUSED] = "none",
					      [STORE_REPORT_FAILED] = "failed" };
	uint64_t state = *(const uint64_t *)at;
	return json_string(state < COUNT_OF(states) ? states[state] : "none");
}

json_t *reportword_level(const void *at)
{
	uint8_t bits = (uint8_t)*(const uint64_t *)at;
	return json_string(compliance_assurance_word(compliance_assurance_of(bits)));
}

json_t *reportword_mode(const void *at)
{
	return json_string(*(const uint64_t *)at ? "monitor" : "block");
}
