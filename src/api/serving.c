#include "api/serving.h"

#include <string.h>

#include "base/text.h"

#define SERVING_JSON_MAX (1 << 20)
#define SERVING_KEY_MAX 64

fault serving_answer_json(struct serve *s, json_t *json)
{
	NEED(json != NULL, SYS_MEMORY);
	size_t n = json_dumpb(json, NULL, 0, JSON_COMPACT);
	char *p = n && n <= SERVING_JSON_MAX ? arena_alloc(s->a, n) : NULL;
	if (p)
		json_dumpb(json, p, n, JSON_COMPACT);
	json_decref(json);
	NEED(p != NULL, SYS_MEMORY);
	s->answer->content = FRAME_CONTENT_JSON;
	s->answer->body = bytes_of(p, n);
	return NULL;
}

/* The path of the call, with its target where the table has a hole. */
static const char *path_of(const struct serve *s)
{
	const char *path = endpoints[s->c->endpoint].path, *hole = strstr(path, ENDPOINT_HOLE);
	if (!hole)
		return path;
	return arena_format(s->a, "%.*s%.*s%s", (int)(hole - path), path, (int)s->c->target.n,
			    (const char *)s->c->target.p, hole + strlen(ENDPOINT_HOLE));
}

fault serving_answer_page(struct serve *s, const struct serving_page *p, const char *mark)
{
	char key[TEXT_HEX_SIZE(SERVING_KEY_MAX)];
	json_t *json = json_pack("{so}", "value", p->rows);
	const char *path = path_of(s);
	if (json && path && p->last.p) {
		json_object_set_new(json, "@odata.nextLink",
				    json_sprintf("https://%.*s%s?$top=%llu&$skiptoken=%s%s",
						 (int)s->c->host.n, (const char *)s->c->host.p, path,
						 (unsigned long long)s->c->top, mark,
						 text_hex(p->last, key)));
	}
	return serving_answer_json(s, json);
}

fault serving_check_token(const struct serve *s, bool is_own)
{
	if (is_own)
		return NULL;
	s->answer->detail = "$skiptoken: it is none of this list.";
	return FAIL(FORMAT_UNKNOWN);
}

fault serving_read_page(const struct serve *s, struct bytes token, size_t n, struct store_page *ret)
{
	*ret = (struct store_page){ .limit = s->c->top };
	if (!token.p)
		return NULL;
	uint8_t *key = arena_alloc(s->a, n);
	NEED(key != NULL, SYS_MEMORY);
	TRY(serving_check_token(s, text_hex_parse(token, key, n)));
	ret->after = bytes_of(key, n);
	return NULL;
}

fault serving_read_id(const struct serve *s, struct bytes *ret)
{
	uint8_t *id = arena_alloc(s->a, 16);
	NEED(id != NULL, SYS_MEMORY);
	NEED(text_uuid_parse(s->c->target, id), NOT_FOUND);
	*ret = bytes_of(id, 16);
	return NULL;
}

fault serving_read_fingerprint(const struct serve *s, struct bytes *ret)
{
	uint8_t *fingerprint = arena_alloc(s->a, TRIP_HASH_SIZE);
	NEED(fingerprint != NULL, SYS_MEMORY);
	NEED(text_hex_parse(s->c->target, fingerprint, TRIP_HASH_SIZE), NOT_FOUND);
	*ret = bytes_of(fingerprint, TRIP_HASH_SIZE);
	return NULL;
}

fault serving_hand_on(struct serve *s, struct call **ret)
{
	struct call *reading = arena_alloc(s->a, sizeof(*reading));
	NEED(reading != NULL, SYS_MEMORY);
	*reading = *s->c;
	reading->token_id = reading->token_secret = reading->csrf = (struct bytes){ 0 };
	s->answer->reading = reading;
	*ret = reading;
	return NULL;
}
