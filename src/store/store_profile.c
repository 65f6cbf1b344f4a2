#include "store/store_profile.h"

#include "store/row.h"

RECORD_TABLE(store_profile, STORE_PROFILE_FIELDS)

fault store_profile_put(struct store *s, const struct store_profile *row)
{
	return row_put(s, STMT_PROFILE_PUT, &store_profile_record, row);
}

fault store_profile_get(struct store *s, struct bytes id, struct arena *a, struct store_profile **ret)
{
	void *row;
	TRY(row_get(s, STMT_PROFILE_GET, VALUES(value_id(id)), a, &row));
	*ret = row;
	return NULL;
}

fault store_profile_find_by_name(struct store *s, struct bytes name, struct arena *a,
				 struct store_profile **ret)
{
	void *row;
	TRY(row_find(s, STMT_PROFILE_BY_NAME, VALUES(value_text(name)), a, &row));
	*ret = row;
	return NULL;
}

fault store_profile_list(struct store *s, struct store_page page, struct arena *a,
			 struct store_profile_list *ret)
{
	struct row_list list;
	struct values in = VALUES(value_after(page.after), value_limit(page.limit));
	TRY(row_list(s, STMT_PROFILE_LIST, in, a, &list));
	*ret = (struct store_profile_list){ list.n, list.v };
	return NULL;
}

fault store_profile_update(struct store *s, const struct store_profile *row)
{
	return row_update(s, STMT_PROFILE_UPDATE, &store_profile_record, row);
}

fault store_profile_delete(struct store *s, struct bytes id)
{
	return row_change(s, STMT_PROFILE_DELETE, VALUES(value_id(id)));
}
