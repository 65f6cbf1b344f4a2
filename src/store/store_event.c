#include "store/store_event.h"

#include "base/text.h"
#include "store/row.h"

RECORD_TABLE(store_event, STORE_EVENT_FIELDS)

static const uint8_t first[RECORD_ID_SIZE] = { 0 };
static const uint8_t last[RECORD_ID_SIZE] = { 255, 255, 255, 255, 255, 255, 255, 255,
					      255, 255, 255, 255, 255, 255, 255, 255 };

/* The audit names its targets in hexadecimal; nothing else is the target of nobody. */
static struct value target(struct bytes id, char text[static TEXT_HEX_SIZE(RECORD_ID_SIZE)])
{
	return value_text(bytes_text(id.n == RECORD_ID_SIZE ? text_hex(id, text) : "nobody"));
}

fault store_event_list(struct store *s, const struct store_event_of *of, const struct store_event_page *page,
		       struct arena *a, struct store_event_list *ret)
{
	static const struct store_event start = { .cause = { first, sizeof(first) } };
	char device[TEXT_HEX_SIZE(RECORD_ID_SIZE)], registration[TEXT_HEX_SIZE(RECORD_ID_SIZE)];
	const struct store_event *after = page->after ? page->after : &start;
	struct row_list list;
	struct values in =
		VALUES(value_after(of->device_id), value_after(of->ek_hash), value_after(of->registration),
		       target(of->device_id, device), target(of->registration, registration),
		       value_bytes(BYTES_OF(last)), value_number(after->time), value_id(after->cause),
		       value_number((int64_t)after->kind), value_after(after->key), value_limit(page->limit),
		       value_text(BYTES_TEXT("enrolment.admit")), value_text(BYTES_TEXT("registration.add")),
		       value_text(BYTES_TEXT("enrolment.release")));
	TRY(row_list(s, STMT_EVENT_LIST, in, a, &list));
	*ret = (struct store_event_list){ list.n, list.v };
	return NULL;
}
