#include "store/store_tally.h"

#include "store/driver.h"
#include "store/listing.h"

fault store_tally_open(struct store *s, const struct selection *q, struct arena *a)
{
	struct listing_statement text;
	TRY(listing_check(q));
	TRY(listing_build_tally(q, a, &text));
	TRY(driver_compose(s, text.text, NULL, 0));
	fault why = driver_query(s, STMT_COMPOSED, (struct values){ text.n, text.v });
	if (why)
		driver_end(s, STMT_COMPOSED);
	return why;
}

fault store_tally_next(struct store *s, size_t records, struct store_listing_total *total)
{
	struct store_listing_total sum = *total;
	bool is_found = true;
	for (size_t i = 0; i < records && is_found; i++) {
		TRY(driver_next(s, STMT_COMPOSED, &is_found));
		if (is_found)
			sum.n += driver_column(s, STMT_COMPOSED, 0).number != 0;
	}
	sum.is_all = !is_found;
	*total = sum;
	return NULL;
}

void store_tally_close(struct store *s)
{
	driver_end(s, STMT_COMPOSED);
}
