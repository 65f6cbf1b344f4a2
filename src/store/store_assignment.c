#include "store/store_assignment.h"

#include "store/row.h"

RECORD_TABLE(store_assignment, STORE_ASSIGNMENT_FIELDS)

fault store_assignment_put(struct store *s, const struct store_assignment *row)
{
	return row_put(s, STMT_ASSIGNMENT_PUT, &store_assignment_record, row);
}

fault store_assignment_find(struct store *s, struct bytes group_tag, struct arena *a,
			    struct store_assignment **ret)
{
	void *row;
	TRY(row_find(s, STMT_ASSIGNMENT_GET, VALUES(value_text(group_tag)), a, &row));
	*ret = row;
	return NULL;
}

fault store_assignment_list(struct store *s, struct store_page page, struct arena *a,
			    struct store_assignment_list *ret)
{
	struct row_list list;
	struct bytes after = page.after.p ? page.after : BYTES_TEXT("");
	struct values in = VALUES(value_text(after), value_limit(page.limit));
	TRY(row_list(s, STMT_ASSIGNMENT_LIST, in, a, &list));
	*ret = (struct store_assignment_list){ list.n, list.v };
	return NULL;
}

fault store_assignment_delete(struct store *s, struct bytes group_tag)
{
	return row_change(s, STMT_ASSIGNMENT_DELETE, VALUES(value_text(group_tag)));
}
