#include "api/serve_webhook.h"

#include "api/member.h"
#include "flow/notifying.h"

static json_t *shape(const struct notifying_view *v)
{
	static const struct member members[] = {
		MEMBER("id", member_uuid, store_webhook, id),
		MEMBER("displayName", member_text, store_webhook, name),
		MEMBER("url", member_text, store_webhook, url),
		MEMBER("createdDateTime", member_moment, store_webhook, created),
		MEMBER("deliveredCount", member_number, store_webhook, sent),
		MEMBER("lostCount", member_number, store_webhook, lost),
		MEMBER("deliveredDateTime", member_moment, store_webhook, delivered),
		MEMBER("triedDateTime", member_moment, store_webhook, tried),
		MEMBER("nextAttemptDateTime", member_moment, store_webhook, due),
		MEMBER("failedAttempts", member_number, store_webhook, tries),
		MEMBER("fault", member_text, store_webhook, fault),
		MEMBER("detail", member_text, store_webhook, detail),
		MEMBER("remedy", member_remedy, store_webhook, fault),
	};
	json_t *json = MEMBER_OBJECT(members, v->row);
	json_object_set_new(json, "waitingCount", json_integer((json_int_t)v->waiting));
	return json;
}

fault serve_webhook_list(struct serve *s)
{
	struct notifying_view views[STORE_WEBHOOK_MAX];
	size_t n = 0;
	TRY(notifying_list(s->f, s->a, views, &n));
	struct serving_page p = { .rows = json_array() };
	for (size_t i = 0; i < n; i++)
		json_array_append_new(p.rows, shape(&views[i]));
	return serving_answer_page(s, &p, "");
}

fault serve_webhook_get(struct serve *s)
{
	struct notifying_view view;
	TRY(notifying_get(s->f, s->c->target, s->a, &view));
	return serving_answer_json(s, shape(&view));
}

fault serve_webhook_add(struct serve *s)
{
	struct webhook_new in;
	struct notifying_view view;
	struct notifying_order order = { .by = &s->by, .a = s->a };
	TRY(message_parse(&webhook_new_message, s->c->body, &in));
	fault why = notifying_add(s->f, &in, &order, &view);
	s->answer->detail = order.detail;
	TRY(why);
	return serving_answer_json(s, shape(&view));
}

fault serve_webhook_test(struct serve *s)
{
	struct notifying_order order = { .by = &s->by, .a = s->a };
	return notifying_try(s->f, s->c->target, &order);
}

fault serve_webhook_remove(struct serve *s)
{
	struct notifying_order order = { .by = &s->by, .a = s->a };
	return notifying_delete(s->f, s->c->target, &order);
}
