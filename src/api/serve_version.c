#include "api/serve_version.h"

#include <string.h>

#include "base/text.h"
#include "wire/etag.h"

#define VERSION_SIZE 16 /* octets of the hash */
#define NOT_MODIFIED 304
#define GRAPH "/graph/"

static bool is_record(const struct endpoint *e)
{
	return strcmp(e->method, "GET") == 0 && e->role != FLOW_ROLE_NOBODY && strstr(e->path, "{}");
}

/* What the record of that address is read by, or ENDPOINT_COUNT. */
static size_t find_record(const struct endpoint *of)
{
	size_t i = 0;
	while (i < ENDPOINT_COUNT && !(is_record(&endpoints[i]) && strcmp(endpoints[i].path, of->path) == 0))
		i++;
	return i;
}

/* The version as it stands in an ETag, but without quotes. */
static fault build_version(const struct flow_answer *answer, struct arena *a, const char **ret)
{
	struct bytes hash;
	char text[TEXT_HEX_SIZE(VERSION_SIZE)];
	TRY(flow_hash(answer->body, a, &hash));
	*ret = arena_format(a, "%s", text_hex(bytes_slice(hash, 0, VERSION_SIZE), text));
	return *ret ? NULL : FAIL(SYS_MEMORY);
}

static fault check_versions(struct serve *s, bool has_versions)
{
	s->answer->detail = has_versions ? NULL : "If-Match: what is at this address has no versions.";
	return has_versions ? NULL : FAIL(FORMAT_UNKNOWN);
}

fault serve_version_check(struct serve *s, const struct serve_handlers *by)
{
	const char *version;
	struct flow_answer answer = { 0 };
	struct call c = *s->c;
	struct serve reading = *s;
	if (!c.if_match.p)
		return NULL;
	c.endpoint = find_record(&endpoints[s->c->endpoint]);
	TRY(check_versions(s, c.endpoint < ENDPOINT_COUNT));
	reading.c = &c;
	reading.answer = &answer;
	TRY(by->v[c.endpoint](&reading));
	TRY(check_versions(s, answer.content == FRAME_CONTENT_JSON));
	TRY(build_version(&answer, s->a, &version));
	const char *etag = arena_format(s->a, "\"%s\"", version);
	NEED(etag != NULL, SYS_MEMORY);
	NEED(is_etag_listed(c.if_match, etag, ETAG_STRONG), VERSION_CHANGED);
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
	TRY(build_version(answer, s->a, &version));
	answer->etag = arena_format(s->a, "\"%s\"", version);
	NEED(answer->etag != NULL, SYS_MEMORY);
	if (!is_etag_listed(s->c->if_none_match, answer->etag, ETAG_WEAK))
		return put_member(e, version, s);
	answer->status = NOT_MODIFIED;
	answer->body = (struct bytes){ 0 };
	return NULL;
}
