#include "api/shape_eklist.h"

#include "base/text.h"

static json_t *text(struct bytes b)
{
	return b.p ? json_stringn((const char *)b.p, b.n) : json_null();
}

static json_t *word(const char *s)
{
	return s ? json_string(s) : json_null();
}

static json_t *hash(struct bytes b)
{
	char out[TEXT_HEX_SIZE(RECORD_HASH_SIZE)];
	return b.n == RECORD_HASH_SIZE ? json_string(text_hex(b, out)) : json_null();
}

static json_t *moment(int64_t seconds)
{
	char out[TEXT_TIME_SIZE];
	return seconds ? json_string(text_time(seconds, out)) : json_null();
}

json_t *shape_eklist(const struct store_eklist *r, int64_t now)
{
	fault why = r->fault.p ? fault_find(r->fault) : NULL;
	const struct {
		const char *name;
		json_t *value;
	} members[] = {
		{ "id", hash(r->id) },
		{ "issuer", text(r->subject) },
		{ "url", text(r->url) },
		{ "state", json_string(eklisting_word(r, now)) },
		{ "entries", json_integer((json_int_t)r->entries) },
		{ "thisUpdateDateTime", moment(r->this_update) },
		{ "nextUpdateDateTime", moment(r->next_update) },
		{ "fetchedDateTime", moment(r->fetched) },
		{ "nextFetchDateTime", moment(r->next) },
		{ "failedAttempts", json_integer((json_int_t)r->tries) },
		{ "fault", text(r->fault) },
		{ "what", word(why ? why->what : NULL) },
		{ "remedy", word(why ? why->remedy : NULL) },
		{ "detail", text(r->detail) },
		{ "digest", hash(r->digest) },
		{ "createdDateTime", moment(r->created) },
	};
	json_t *row = json_object();
	for (size_t i = 0; i < COUNT_OF(members); i++)
		json_object_set_new(row, members[i].name, members[i].value);
	return row;
}
