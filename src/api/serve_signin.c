#include "api/serve_signin.h"

#include "api/member.h"
#include "api/serve_people.h"
#include "flow/provider.h"

static json_t *shape(const struct store_idp *r)
{
	static const struct member members[] = {
		MEMBER("id", member_hex, store_idp, id),
		MEMBER("displayName", member_text, store_idp, name),
	};
	return MEMBER_OBJECT(members, r);
}

fault serve_signin_list(struct serve *s)
{
	struct store_idp_list list;
	TRY(provider_list(s->f, s->a, &list));
	struct serving_page p = { .rows = json_array() };
	for (size_t i = 0; i < list.n; i++)
		if (is_authcode_open(&list.v[i]))
			json_array_append_new(p.rows, shape(&list.v[i]));
	return serving_answer_page(s, &p, "");
}

fault serve_signin_begin(struct serve *s)
{
	struct authcode_begun begun;
	struct authcode_place at = { .host = s->c->host };
	TRY(serving_read_fingerprint(s, &at.idp));
	TRY(authcode_begin(s->f, &at, s->a, &begun));
	s->answer->cookie = begun.cookie;
	return serving_answer_json(s, json_pack("{ss}", "location", begun.location));
}

fault serve_signin_take(struct serve *s)
{
	struct session_code in;
	struct authcode_errand *errand = arena_alloc(s->a, sizeof(*errand));
	NEED(errand != NULL, SYS_MEMORY);
	TRY(message_parse(&session_code_message, s->c->body, &in));
	TRY(authcode_take(s->f, s->c, &in, s->a, errand));
	TRY(authcode_check_attempts(s->f, errand, &s->answer->retry_after_s));
	s->answer->errand = errand;
	return NULL;
}

fault serve_signin_finish(struct flow *f, const struct authcode_result *r, struct arena *a,
			  struct flow_answer *ret)
{
	struct session_outcome outcome;
	struct serve s = { .f = f, .a = a, .answer = ret };
	*ret = (struct flow_answer){ .status = endpoints[ENDPOINT_SESSION_CODE].status };
	TRY(authcode_finish(f, r, a, &outcome));
	return serve_people_answer(&s, &outcome);
}
