/*
 * row: records on their way into statements and out of them. Internal to store/.
 *
 * Faults are those of driver.h, and SYS_STORAGE when a column does not have its field's form, SYS_MEMORY when
 * the arena is full.
 */
#ifndef STORE_ROW_H
#define STORE_ROW_H

#include "store/driver.h"

/* n structs of the record that the statement gives, in the arena; NULL when there are none. */
struct row_list {
	size_t n;
	void *v;
};

/* Inserts all fields of the record. CONFLICT when it wrote nothing, NOT_FOUND for a reference to nothing. */
MUST fault row_put(struct store *s, enum stmt which, const struct record *record, const void *from);

/* Updates all fields. NOT_FOUND when it wrote nothing. */
MUST fault row_update(struct store *s, enum stmt which, const struct record *record, const void *from);

/* Updates or deletes one row. NOT_FOUND when it wrote nothing. */
MUST fault row_change(struct store *s, enum stmt which, struct values in);

/* Why an update wrote nothing: NOT_FOUND when the counting statement counts zero, else CONFLICT. */
MUST fault row_check_state(struct store *s, enum stmt count, struct values key);

/* The first row, or NULL; or NOT_FOUND. */
MUST fault row_find(struct store *s, enum stmt which, struct values in, struct arena *a, void **ret);
MUST fault row_get(struct store *s, enum stmt which, struct values in, struct arena *a, void **ret);

MUST fault row_list(struct store *s, enum stmt which, struct values in, struct arena *a,
		    struct row_list *ret);

/*
 * Those columns of the row that driver_next found whose bits are set, into a struct of the record, the others
 * staying as they are.
 */
#define ROW_ALL UINT64_MAX
MUST fault row_read(struct store *s, enum stmt which, uint64_t columns, struct arena *a, void *row);

/* The number that a statement gives. */
MUST fault row_number(struct store *s, enum stmt which, struct values in, uint64_t *ret);

/* An optional view: NULL when absent. */
struct value row_optional(struct bytes b, struct value (*form)(struct bytes));

#endif
