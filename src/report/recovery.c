#include "report/recovery.h"

static const struct {
	enum recovery_status status;
	enum fault_detail detail;
	const char *sentence;
} rows[] = {
#define R(id, number, detail, sentence) { RECOVERY_##id, FAULT_DETAIL_##detail, sentence },
#include "report/recovery.def"
#undef R
};

enum recovery_status recovery_status_of(fault why)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (rows[i].detail && rows[i].detail == why->detail)
			return rows[i].status;
	return RECOVERY_REJECTED;
}

const char *recovery_sentence(enum recovery_status status)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (rows[i].status == status)
			return rows[i].sentence;
	return "";
}
