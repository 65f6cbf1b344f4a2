#include "wire/etag.h"

#include "base/text.h"

bool is_etag_listed(struct bytes list, const char *etag, enum etag_comparison how)
{
	if (is_bytes_text(text_trimmed(list), "*"))
		return true;
	while (list.p) {
		struct bytes item = text_trimmed(bytes_until(&list, ','));
		if (how == ETAG_WEAK && is_bytes_text(bytes_slice(item, 0, 2), "W/"))
			item = bytes_slice(item, 2, item.n - 2);
		if (is_bytes_text(item, etag))
			return true;
	}
	return false;
}
