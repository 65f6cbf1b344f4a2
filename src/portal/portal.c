#include "portal/portal.h"

#include "base/text.h"

#include "portal/portal_data.inc" /* data_ID and ETAG_ID of each row, made by tools/embed-pages */

static const struct portal_file files[] = {
#define P(id, path, content, file)                 \
	{ path, FRAME_CONTENT_##content, ETAG_##id, { data_##id, sizeof(data_##id) } },
#include "portal/portal.def"
#undef P
};

const struct portal_file *portal_find(struct bytes target)
{
	struct bytes path = bytes_until(&target, '?');
	for (size_t i = 0; i < COUNT_OF(files); i++)
		if (is_bytes_text(path, files[i].path))
			return &files[i];
	return NULL;
}

/* By weak comparison (RFC 9110 §8.8.3.2): a proxy may have marked the ETag as weak. */
static bool is_etag_listed(struct bytes list, const char *etag)
{
	while (list.p) {
		struct bytes item = text_trimmed(bytes_until(&list, ','));
		if (is_bytes_text(bytes_slice(item, 0, 2), "W/"))
			item = bytes_slice(item, 2, item.n - 2);
		if (is_bytes_text(item, etag) || is_bytes_text(item, "*"))
			return true;
	}
	return false;
}

fault portal_answer(const struct request *r, const struct portal_file *file, struct response *ret)
{
	bool is_there = is_etag_listed(r->if_none_match, file->etag);
	NEED(is_bytes_text(r->method, "GET") || is_bytes_text(r->method, "HEAD"), METHOD_UNKNOWN);
	*ret = (struct response){
		.status = is_there ? 304 : 200,
		.content = (uint64_t)file->content,
		.body = is_there ? (struct bytes){ 0 } : file->body,
		.etag = bytes_text(file->etag),
	};
	return NULL;
}
