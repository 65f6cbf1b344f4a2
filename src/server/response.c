#include "server/response.h"

static void refuse(const struct flow_answer *a, struct bytes request_id, struct wr *w, struct response *ret)
{
	static const uint8_t nobody[16] = { 0 };
	bool is_named = request_id.n == sizeof(nobody);
	const struct problem p = { a->why, is_named ? request_id : BYTES_OF(nobody), a->detail, NULL };
	problem_write(&p, w);
	*ret = (struct response){ .status = (uint64_t)a->why->http, .content = FRAME_CONTENT_PROBLEM,
				  .body = wr_done(w),
				  .retry_after_s = a->retry_after_s ? a->retry_after_s : a->why->retry };
}

void response_build(const struct flow_answer *a, struct bytes request_id,
		    uint8_t memory[static PROBLEM_SIZE_MAX], struct response *ret)
{
	struct wr w = wr_of(memory, PROBLEM_SIZE_MAX);
	*ret = (struct response){ .status = a->status, .content = a->content, .body = a->body,
				  .cookie = bytes_text(a->cookie), .etag = bytes_text(a->etag),
				  .more = a->more, .file = bytes_text(a->file) };
	if (a->why)
		refuse(a, request_id, &w, ret);
	ret->reason = a->reason;
	ret->body = bytes_unless_empty(ret->body);
	if (!ret->body.p)
		ret->content = 0;
}
