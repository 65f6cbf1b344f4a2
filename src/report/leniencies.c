#include "report/leniencies.h"

#include "attest/leniency.h"

json_t *leniencies_list(uint64_t set)
{
	json_t *list = json_array();
	for (size_t i = 0; i < LENIENCY_COUNT; i++)
		if (set >> i & 1)
			json_array_append_new(list, json_string(leniency_rows[i].name));
	return list;
}
