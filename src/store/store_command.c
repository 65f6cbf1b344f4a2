#include "store/store_command.h"

#include "store/row.h"

RECORD_TABLE(store_command, STORE_COMMAND_FIELDS)

fault store_command_put(struct store *s, const struct store_command *row)
{
	return row_put(s, STMT_COMMAND_PUT, &store_command_record, row);
}

fault store_command_get(struct store *s, struct bytes id, struct arena *a, struct store_command **ret)
{
	void *row;
	TRY(row_get(s, STMT_COMMAND_GET, VALUES(value_id(id)), a, &row));
	*ret = row;
	return NULL;
}

fault store_command_update(struct store *s, const struct store_command *row)
{
	return row_update(s, STMT_COMMAND_UPDATE, &store_command_record, row);
}

static fault list_commands(struct store *s, enum stmt which, struct values in, struct arena *a,
			   struct store_command_list *ret)
{
	struct row_list list;
	TRY(row_list(s, which, in, a, &list));
	*ret = (struct store_command_list){ list.n, list.v };
	return NULL;
}

fault store_command_list(struct store *s, struct store_page page, struct arena *a,
			 struct store_command_list *ret)
{
	struct values in = VALUES(value_after(page.after), value_limit(page.limit));
	return list_commands(s, STMT_COMMAND_LIST, in, a, ret);
}

fault store_command_list_by_device(struct store *s, struct bytes device_id, struct store_page page,
				   struct arena *a, struct store_command_list *ret)
{
	struct values in = VALUES(value_id(device_id), value_after(page.after), value_limit(page.limit));
	return list_commands(s, STMT_COMMAND_LIST_BY_DEVICE, in, a, ret);
}

fault store_command_list_by_batch(struct store *s, struct bytes batch, struct store_page page,
				  struct arena *a, struct store_command_list *ret)
{
	struct values in = VALUES(value_id(batch), value_after(page.after), value_limit(page.limit));
	return list_commands(s, STMT_COMMAND_LIST_BY_BATCH, in, a, ret);
}

fault store_command_list_open(struct store *s, struct bytes device_id, struct arena *a,
			      struct store_command_list *ret)
{
	return list_commands(s, STMT_COMMAND_LIST_OPEN, VALUES(value_id(device_id)), a, ret);
}

fault store_command_expire(struct store *s, struct bytes fault_code, int64_t now)
{
	uint64_t changed;
	return driver_run(s, STMT_COMMAND_EXPIRE, VALUES(value_number(now), value_text(fault_code)),
			  &changed);
}

fault store_command_prune(struct store *s, struct bytes device_id, size_t keep)
{
	uint64_t changed;
	return driver_run(s, STMT_COMMAND_PRUNE, VALUES(value_id(device_id), value_limit(keep)), &changed);
}

fault store_command_count(struct store *s, struct bytes batch, enum store_command_state state,
			  uint64_t *ret)
{
	return row_number(s, STMT_COMMAND_COUNT, VALUES(value_id(batch), value_number((int64_t)state)), ret);
}

fault store_command_void_by_batch(struct store *s, struct bytes batch, int64_t now)
{
	uint64_t changed;
	return driver_run(s, STMT_COMMAND_VOID_BY_BATCH, VALUES(value_id(batch), value_number(now)),
			  &changed);
}
