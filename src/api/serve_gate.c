#include "api/serve_gate.h"

#include "flow/gating.h"
#include "flow/testifying.h"

fault serve_gate_judge(struct serve *s)
{
	struct passage p;
	TRY(message_parse(&passage_message, s->c->passage, &p));
	return gating_judge(s->f, &p, s->a, s->answer);
}

fault serve_gate_get_own_result(struct serve *s)
{
	struct passage p;
	struct store_device *d = NULL;
	TRY(message_parse(&passage_message, s->c->passage, &p));
	TRY(gating_find_device(s->f, &p, s->a, &d));
	return testifying_build(s->f, d->id, s->a, &s->answer->result);
}

fault serve_gate_get_result(struct serve *s)
{
	struct bytes id;
	TRY(serving_read_id(s, &id));
	return testifying_build(s->f, id, s->a, &s->answer->result);
}
