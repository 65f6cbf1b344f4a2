#include "store/store_confidant.h"

#include "store/row.h"

RECORD_TABLE(store_confidant, STORE_CONFIDANT_FIELDS)

fault store_confidant_put(struct store *s, const struct store_confidant *row)
{
	return row_put(s, STMT_CONFIDANT_PUT, &store_confidant_record, row);
}

fault store_confidant_update_ends(struct store *s, struct bytes account, int64_t until)
{
	uint64_t changed;
	struct values in = VALUES(value_text(account), value_number(until),
				  value_number(STORE_CONFIDANT_ALWAYS));
	return driver_run(s, STMT_CONFIDANT_UPDATE_ENDS, in, &changed);
}

fault store_confidant_count_common(struct store *s, const struct store_confidant_pair *of, int64_t now,
				   uint64_t *ret)
{
	struct values in = VALUES(value_text(of->one), value_text(of->other), value_number(now));
	return row_number(s, STMT_CONFIDANT_COUNT_COMMON, in, ret);
}
