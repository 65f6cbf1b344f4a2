#include "store/store_enrolment.h"

#include "store/row.h"

RECORD_TABLE(store_enrolment, STORE_ENROLMENT_FIELDS)

fault store_enrolment_put(struct store *s, const struct store_enrolment *row)
{
	return row_put(s, STMT_ENROLMENT_PUT, &store_enrolment_record, row);
}

fault store_enrolment_get(struct store *s, struct bytes ticket_id, struct arena *a,
			  struct store_enrolment **ret)
{
	void *row;
	TRY(row_get(s, STMT_ENROLMENT_GET, VALUES(value_id(ticket_id)), a, &row));
	*ret = row;
	return NULL;
}

fault store_enrolment_find(struct store *s, struct bytes ticket_id, struct arena *a,
			   struct store_enrolment **ret)
{
	void *row;
	TRY(row_find(s, STMT_ENROLMENT_GET, VALUES(value_id(ticket_id)), a, &row));
	*ret = row;
	return NULL;
}

fault store_enrolment_find_request(struct store *s, struct bytes request_id, struct arena *a,
				   struct store_enrolment **ret)
{
	void *row;
	TRY(row_find(s, STMT_ENROLMENT_BY_REQUEST, VALUES(value_id(request_id)), a, &row));
	*ret = row;
	return NULL;
}

fault store_enrolment_finish(struct store *s, const struct store_enrolment *row)
{
	uint64_t changed;
	TRY(driver_run(s, STMT_ENROLMENT_FINISH,
		       VALUES(value_id(row->ticket_id), value_number((int64_t)row->state),
			      row_optional(row->fault, value_text), row_optional(row->reply, value_bytes),
			      value_number(row->finished)),
		       &changed));
	return changed ? NULL : row_check_state(s, STMT_ENROLMENT_COUNT, VALUES(value_id(row->ticket_id)));
}

fault store_enrolment_list_open(struct store *s, struct store_page page, struct arena *a,
				struct store_enrolment_list *ret)
{
	struct row_list list;
	struct values in = VALUES(value_after(page.after), value_limit(page.limit));
	TRY(row_list(s, STMT_ENROLMENT_LIST_OPEN, in, a, &list));
	*ret = (struct store_enrolment_list){ list.n, list.v };
	return NULL;
}

fault store_enrolment_prune(struct store *s, int64_t before, uint64_t *ret_count)
{
	return driver_run(s, STMT_ENROLMENT_PRUNE, VALUES(value_number(before)), ret_count);
}
