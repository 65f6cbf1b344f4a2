#include "api/serve_version.h"

#include <string.h>

#include "base/text.h"
#include "wire/etag.h"

#define VERSION_SIZE 16 /* octets of the hash */
#define NOT_MODIFIED 304
#define GRAPH "/graph/"

static bool is_record(const struct endpoint *e)
{
	return strcmp(e->method, "GET") == 0 && e->role != FLOW_ROLE_NOBODY && strstr(e->path, ENDPOINT_HOLE);
}

size_t serve_version_record(size_t endpoint)
{
	const struct endpoint *e = &endpoints[endpoint];
	const char *path = e->path, *hole = strstr(path, ENDPOINT_HOLE);
	size_t i = 0, n = hole ? (size_t)(hole - path) + strlen(ENDPOINT_HOLE) : 0;
	/* What is read behind a record is something else. */
	if (strcmp(e->method, "GET") == 0)
		return is_record(e) && path[n] == 0 ? endpoint : ENDPOINT_COUNT;
	while (i < ENDPOINT_COUNT && !(n && is_record(&endpoints[i]) && strlen(endpoints[i].path) == n &&
				       strncmp(endpoints[i].path, path, n) == 0))
		i++;
	return i;
}

fault serve_version_read(struct serve *s, const struct serve_handlers *by, struct bytes *ret)
{
	struct flow_answer answer = { 0 };
	struct call c = *s->c;
	struct serve reading = *s;
	*ret = (struct bytes){ 0 };
	c.endpoint = serve_version_record(s->c->endpoint);
	if (c.endpoint == ENDPOINT_COUNT)
		return NULL;
	reading.c = &c;
	reading.answer = &answer;
	TRY(by->v[c.endpoint](&reading));
	if (answer.content == FRAME_CONTENT_JSON)
		*ret = answer.body;
	return NULL;
}

/* The version as it stands in an ETag, but without quotes. */
static fault build_version(struct bytes record, struct arena *a, const char **ret)
{
	struct bytes hash;
	char text[TEXT_HEX_SIZE(VERSION_SIZE)];
	TRY(flow_hash(record, a, &hash));
	*ret = arena_format(a, "%s", text_hex(bytes_slice(hash, 0, VERSION_SIZE), text));
	return *ret ? NULL : FAIL(SYS_MEMORY);
}

fault serve_version_check(struct serve *s, const struct serve_handlers *by)
{
	const char *version;
	struct bytes record;
	if (!s->c->if_match.p)
		return NULL;
	TRY(serve_version_read(s, by, &record));
	s->answer->detail = "If-Match: what is at this address has no versions.";
	NEED(record.p != NULL, FORMAT_UNKNOWN);
	s->answer->detail = NULL;
	TRY(build_version(record, s->a, &version));
	const char *etag = arena_format(s->a, "\"%s\"", version);
	NEED(etag != NULL, SYS_MEMORY);
	NEED(is_etag_listed(s->c->if_match, etag, ETAG_STRONG), VERSION_CHANGED);
	return NULL;
}

/* Clients of Graph look for it among the members (OData JSON Format 4.01 §4.5.9). */
static fault put_member(const struct endpoint *e, const char *version, struct serve *s)
{
	struct flow_answer *answer = s->answer;
	if (strncmp(e->path, GRAPH, strlen(GRAPH)) != 0)
		return NULL;
	struct bytes rest = bytes_slice(answer->body, 1, answer->body.n - 1);
	const char *text = arena_format(s->a, "{\"@odata.etag\":\"\\\"%s\\\"\",%.*s", version, (int)rest.n,
					(const char *)rest.p);
	NEED(text != NULL, SYS_MEMORY);
	answer->body = bytes_text(text);
	return NULL;
}

fault serve_version_put(struct serve *s)
{
	const char *version;
	struct flow_answer *answer = s->answer;
	const struct endpoint *e = &endpoints[s->c->endpoint];
	if (!is_record(e) || answer->status != e->status || answer->content != FRAME_CONTENT_JSON)
		return NULL;
	TRY(build_version(answer->body, s->a, &version));
	answer->etag = arena_format(s->a, "\"%s\"", version);
	NEED(answer->etag != NULL, SYS_MEMORY);
	if (!is_etag_listed(s->c->if_none_match, answer->etag, ETAG_WEAK))
		return put_member(e, version, s);
	answer->status = NOT_MODIFIED;
	answer->body = (struct bytes){ 0 };
	return NULL;
}
