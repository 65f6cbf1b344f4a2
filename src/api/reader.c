#include "api/reader.h"

#include "api/exportfile.h"
#include "api/serve_list.h"

static fault (*const readers[ENDPOINT_COUNT])(struct serve *s) = {
	[ENDPOINT_DEVICES] = serve_list_answer,
	[ENDPOINT_REGISTRATIONS] = serve_list_answer,
	[ENDPOINT_IMPORTED] = serve_list_answer,
	[ENDPOINT_FILTERS] = serve_list_answer,
	[ENDPOINT_RESTRICTIONS] = serve_list_answer,
	[ENDPOINT_COMPLIANCES] = serve_list_answer,
	[ENDPOINT_AUDIT_EVENTS] = serve_list_answer,
	[ENDPOINT_CERTIFICATES] = serve_list_answer,
	[ENDPOINT_REFUSALS] = serve_list_answer,
	[ENDPOINT_REPORT] = serve_list_answer,
	[ENDPOINT_EXPORT_CONTENT] = exportfile_write,
};

fault reader_answer(struct flow *f, const struct call *c, struct arena *a, struct flow_answer *ret)
{
	NEED(c->endpoint < ENDPOINT_COUNT && readers[c->endpoint], SYS_FRAME);
	struct serve s = { .f = f, .c = c, .a = a, .answer = ret };
	*ret = (struct flow_answer){ .status = endpoints[c->endpoint].status };
	return readers[c->endpoint](&s);
}
