#include "store/column.h"

#include <string.h>

#include "store/store_audit.h"
#include "store/store_certificate.h"
#include "store/store_compliance.h"
#include "store/store_device.h"
#include "store/store_filter.h"
#include "store/store_imported.h"
#include "store/store_refusal.h"
#include "store/store_registration.h"
#include "store/store_report.h"
#include "store/store_restriction.h"

const struct column_view column_views[STORE_LISTING_COUNT] = {
#define LISTING(id, record, from, key, words) \
	[STORE_LISTING_##id] = { &record##_record, from, key, words, false },
#define GROUPED(id, record, from, key) [STORE_LISTING_##id] = { &record##_record, from, key, NULL, true },
#include "store/listing.def"
};

static const struct column_join joins[] = {
#define JOINED(listing, table, on) { STORE_LISTING_##listing, table, on, " JOIN " },
#define BESIDE(listing, table, on) { STORE_LISTING_##listing, table, on, " LEFT JOIN " },
#include "store/listing.def"
};

static const struct shown {
	enum store_listing_view view;
	const char *field, *text;
} showns[] = {
#define SHOWN(listing, field, text) { STORE_LISTING_##listing, field, text },
#include "store/listing.def"
};

#define EXPRESSION_TEXT(text) COLUMN_TEXT(text)
#define EXPRESSION_NUMBER(text) text
#define EXPRESSION_TIME(text) text
#define EXPRESSION_BYTES(text) text

const struct column columns[STORE_LISTING_COLUMN_COUNT] = {
#define COLUMN(listing, id, kind, use, text, key) \
	{ STORE_LISTING_##listing, STORE_LISTING_##kind, COLUMN_##use, EXPRESSION_##kind(text), key },
#include "store/listing.def"
};

const struct column_join *column_join(uint8_t view, size_t i)
{
	for (size_t at = 0; at < COUNT_OF(joins); at++)
		if (joins[at].view == view && !i--)
			return &joins[at];
	return NULL;
}

const char *column_shown(uint8_t view, const char *field)
{
	for (size_t i = 0; i < COUNT_OF(showns); i++)
		if (showns[i].view == view && strcmp(showns[i].field, field) == 0)
			return showns[i].text;
	return field;
}
