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
#define LISTING(id, record, from, key, words) [STORE_LISTING_##id] = { &record##_record, from, key, words },
#define SHOWN(...)
#define COLUMN(...)
#include "store/listing.def"
#undef LISTING
#undef SHOWN
#undef COLUMN
};

static const struct shown {
	enum store_listing_view view;
	const char *field, *text;
} showns[] = {
#define LISTING(...)
#define SHOWN(listing, field, text) { STORE_LISTING_##listing, field, text },
#define COLUMN(...)
#include "store/listing.def"
#undef LISTING
#undef SHOWN
#undef COLUMN
};

#define EXPRESSION_TEXT(text) COLUMN_TEXT(text)
#define EXPRESSION_NUMBER(text) text
#define EXPRESSION_TIME(text) text
#define EXPRESSION_BYTES(text) text

const struct column columns[STORE_LISTING_COLUMN_COUNT] = {
#define LISTING(...)
#define SHOWN(...)
#define COLUMN(listing, id, kind, use, text, key) \
	{ STORE_LISTING_##listing, STORE_LISTING_##kind, COLUMN_##use, EXPRESSION_##kind(text), key },
#include "store/listing.def"
#undef LISTING
#undef SHOWN
#undef COLUMN
};

const char *column_shown(uint8_t view, const char *field)
{
	for (size_t i = 0; i < COUNT_OF(showns); i++)
		if (showns[i].view == view && strcmp(showns[i].field, field) == 0)
			return showns[i].text;
	return field;
}
