#include "cli/record.h"

#include "base/text.h"

const char *record_text(const json_t *record, const char *member)
{
	const char *text = json_string_value(json_object_get(record, member));
	return text && is_text_printable(bytes_text(text)) ? text : "";
}
