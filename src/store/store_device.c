#include "store/store_device.h"

#include "store/row.h"
#include "store/store_appraisal.h"

RECORD_TABLE(store_device, STORE_DEVICE_FIELDS)
RECORD_TABLE(store_device_listed, STORE_DEVICE_LISTED_FIELDS)

/* Lists are sorted by when devices were last there, so that each has a contact (store/listing.def). */
static fault meet(struct store *s, const struct store_device *row)
{
	uint64_t changed;
	struct values in = VALUES(value_id(row->id), value_number(row->last_seen));
	return driver_run(s, STMT_CONTACT_MEET, in, &changed);
}

/* Says to the index of words that a row is about to leave it. */
#define LEAVES value_text(BYTES_TEXT("delete"))

static fault put_words(struct store *s, struct bytes id)
{
	uint64_t changed;
	return driver_run(s, STMT_WORDS_PUT, VALUES(value_id(id)), &changed);
}

static fault delete_words(struct store *s, struct bytes id)
{
	uint64_t changed;
	return driver_run(s, STMT_WORDS_DELETE, VALUES(LEAVES, value_id(id)), &changed);
}

fault store_device_put(struct store *s, const struct store_device *row)
{
	uint64_t changed;
	TRY(row_put(s, STMT_DEVICE_PUT, &store_device_record, row));
	TRY(driver_run(s, STMT_DEVICE_NUMBER_PUT, VALUES(value_id(row->id)), &changed));
	TRY(put_words(s, row->id));
	TRY(driver_run(s, STMT_APPRAISAL_MEET, VALUES(value_id(row->id)), &changed));
	return meet(s, row);
}

fault store_device_update(struct store *s, const struct store_device *row)
{
	uint64_t changed;
	const struct values words =
		VALUES(LEAVES, value_id(row->id), row_optional(row->name, value_text),
		       row_optional(row->serial, value_text), row_optional(row->manufacturer, value_text),
		       row_optional(row->model, value_text), row_optional(row->upn, value_text));
	TRY(driver_run(s, STMT_WORDS_DELETE_OTHERS, words, &changed));
	TRY(row_update(s, STMT_DEVICE_UPDATE, &store_device_record, row));
	if (changed)
		TRY(put_words(s, row->id));
	if (row->state == STORE_DEVICE_RETIRED)
		TRY(driver_run(s, STMT_APPRAISAL_END,
			       VALUES(value_id(row->id), value_number(STORE_APPRAISAL_OVER)), &changed));
	return meet(s, row);
}

fault store_device_update_upn(struct store *s, struct bytes id, struct bytes upn)
{
	TRY(delete_words(s, id));
	TRY(row_change(s, STMT_DEVICE_UPDATE_UPN, VALUES(value_id(id), row_optional(upn, value_text))));
	return put_words(s, id);
}

fault store_device_count_by_user(struct store *s, struct bytes user, struct bytes but, uint64_t *ret)
{
	struct values in = VALUES(value_text(user), value_after(but));
	return row_number(s, STMT_DEVICE_COUNT_BY_USER, in, ret);
}

fault store_device_update_key(struct store *s, struct bytes id, uint64_t client_key)
{
	struct values in = VALUES(value_id(id), value_number((int64_t)client_key));
	return row_change(s, STMT_DEVICE_UPDATE_KEY, in);
}

fault store_device_get(struct store *s, struct bytes id, struct arena *a, struct store_device **ret)
{
	void *row;
	TRY(row_get(s, STMT_DEVICE_GET, VALUES(value_id(id)), a, &row));
	*ret = row;
	return NULL;
}

fault store_device_find_by_ek(struct store *s, struct bytes ek_hash, struct arena *a,
			      struct store_device **ret)
{
	void *row;
	TRY(row_find(s, STMT_DEVICE_BY_EK, VALUES(value_hash(ek_hash)), a, &row));
	*ret = row;
	return NULL;
}

fault store_device_find_by_key_hash(struct store *s, struct bytes key_hash, struct arena *a,
				    struct store_device **ret)
{
	void *row;
	TRY(row_find(s, STMT_DEVICE_BY_KEY_HASH, VALUES(value_hash(key_hash)), a, &row));
	*ret = row;
	return NULL;
}

fault store_device_find_by_ak_name(struct store *s, struct bytes ak_name, struct arena *a,
				   struct store_device **ret)
{
	void *row;
	TRY(row_find(s, STMT_DEVICE_BY_AK_NAME, VALUES(value_bytes(ak_name)), a, &row));
	*ret = row;
	return NULL;
}

fault store_device_list(struct store *s, struct store_page page, struct arena *a,
			struct store_device_list *ret)
{
	struct row_list list;
	struct values in = VALUES(value_after(page.after), value_limit(page.limit));
	TRY(row_list(s, STMT_DEVICE_LIST, in, a, &list));
	*ret = (struct store_device_list){ list.n, list.v };
	return NULL;
}

fault store_device_count_active(struct store *s, struct bytes serial, uint64_t *ret)
{
	const struct bytes nobody = BYTES_TEXT("");
	return row_number(s, STMT_DEVICE_COUNT_ACTIVE, VALUES(value_text(serial.p ? serial : nobody)), ret);
}

fault store_device_count(struct store *s, uint64_t *ret)
{
	return row_number(s, STMT_DEVICE_COUNT, VALUES_NONE, ret);
}

fault store_device_put_ek(struct store *s, struct bytes device_id, struct bytes ek_hash)
{
	uint64_t changed;
	fault f =
		driver_run(s, STMT_DEVICE_PUT_EK, VALUES(value_hash(ek_hash), value_id(device_id)), &changed);
	NEED(f != FAIL(IN_USE), NOT_FOUND);
	TRY(f);
	NEED(changed != 0, CONFLICT);
	return NULL;
}

fault store_device_delete_ek(struct store *s, struct bytes device_id, struct bytes ek_hash)
{
	return row_change(s, STMT_DEVICE_DELETE_EK, VALUES(value_id(device_id), value_hash(ek_hash)));
}

fault store_device_delete(struct store *s, struct bytes id)
{
	uint64_t changed;
	TRY(driver_run(s, STMT_REGISTRATION_FORGET_DEVICE, VALUES(value_id(id)), &changed));
	TRY(delete_words(s, id));
	return row_change(s, STMT_DEVICE_DELETE, VALUES(value_id(id)));
}
