#include "portal/portal.h"

#include "wire/etag.h"

#include "portal/portal_data.inc" /* data_ID and ETAG_ID of each row, made by tools/embed-pages */

static const struct portal_file files[] = {
#define P(id, path, content, file) \
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

fault portal_answer(const struct request *r, const struct portal_file *file, struct response *ret)
{
	bool is_there = is_etag_listed(r->if_none_match, file->etag, ETAG_WEAK);
	NEED(is_bytes_text(r->method, "GET") || is_bytes_text(r->method, "HEAD"), METHOD_UNKNOWN);
	*ret = (struct response){
		.status = is_there ? 304 : 200,
		.content = (uint64_t)file->content,
		.body = is_there ? (struct bytes){ 0 } : file->body,
		.etag = bytes_text(file->etag),
	};
	return NULL;
}
