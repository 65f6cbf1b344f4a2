#include "store/store_registration.h"

#include "store/row.h"

RECORD_TABLE(store_registration, STORE_REGISTRATION_FIELDS)

fault store_registration_put(struct store *s, const struct store_registration *row)
{
	NEED(row->ek_hash.p || row->serial.p, BUG);
	return row_put(s, STMT_REGISTRATION_PUT, &store_registration_record, row);
}

fault store_registration_get(struct store *s, struct bytes id, struct arena *a,
			     struct store_registration **ret)
{
	void *row;
	TRY(row_get(s, STMT_REGISTRATION_GET, VALUES(value_id(id)), a, &row));
	*ret = row;
	return NULL;
}

fault store_registration_find_by_ek(struct store *s, struct bytes ek_hash, struct arena *a,
				    struct store_registration **ret)
{
	void *row;
	TRY(row_find(s, STMT_REGISTRATION_BY_EK, VALUES(value_hash(ek_hash)), a, &row));
	*ret = row;
	return NULL;
}

fault store_registration_find_by_serial(struct store *s, struct bytes serial, struct arena *a,
					struct store_registration **ret)
{
	void *row;
	TRY(row_find(s, STMT_REGISTRATION_BY_SERIAL, VALUES(value_text(serial)), a, &row));
	*ret = row;
	return NULL;
}

fault store_registration_list(struct store *s, struct store_page page, struct arena *a,
			      struct store_registration_list *ret)
{
	struct row_list list;
	struct values in = VALUES(value_after(page.after), value_limit(page.limit));
	TRY(row_list(s, STMT_REGISTRATION_LIST, in, a, &list));
	*ret = (struct store_registration_list){ list.n, list.v };
	return NULL;
}

fault store_registration_update(struct store *s, const struct store_registration *row)
{
	return row_change(s, STMT_REGISTRATION_UPDATE,
			  VALUES(value_id(row->id), value_number((int64_t)row->state),
				 row_optional(row->device_id, value_id), value_number(row->last_contact),
				 value_number((int64_t)row->userless), value_number((int64_t)row->phase),
				 value_number(row->phase_since)));
}

fault store_registration_update_ek(struct store *s, struct bytes id, struct bytes ek_hash)
{
	return row_change(s, STMT_REGISTRATION_UPDATE_EK, VALUES(value_id(id), value_hash(ek_hash)));
}

fault store_registration_update_serial(struct store *s, struct bytes id, struct bytes serial)
{
	return row_change(s, STMT_REGISTRATION_UPDATE_SERIAL, VALUES(value_id(id), value_text(serial)));
}

fault store_registration_delete(struct store *s, struct bytes id)
{
	return row_change(s, STMT_REGISTRATION_DELETE, VALUES(value_id(id)));
}
