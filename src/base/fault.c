#include "base/fault.h"

const struct fault_row fault_rows[FAULT_COUNT] = {
#define F(name, kind, http, hresult, retry, detail, what, remedy) \
	[FAULT_CODE_##name] = { #name, FAULT_##kind, http, hresult, retry, detail, what, remedy },
#include "base/fault.def"
#undef F
};

const struct fault_detail_row fault_details[FAULT_DETAIL_COUNT] = {
	[FAULT_DETAIL_NONE] = { "", false, "", NULL, NULL },
#define D(id, ...) [FAULT_DETAIL_##id] = { __VA_ARGS__ },
#include "base/detail.def"
#undef D
};

bool is_fault_refusal(fault f)
{
	return f->kind != FAULT_SYSTEM && f->kind != FAULT_BUG;
}

uint64_t fault_number(fault f)
{
	return f ? (uint64_t)(f - fault_rows) + 1 : 0;
}

fault fault_by_number(uint64_t number)
{
	if (number == 0)
		return NULL;
	return number <= FAULT_COUNT ? &fault_rows[number - 1] : FAIL(BUG);
}

fault fault_find(struct bytes code)
{
	for (size_t i = 0; i < FAULT_COUNT; i++)
		if (is_bytes_text(code, fault_rows[i].name))
			return &fault_rows[i];
	return NULL;
}
