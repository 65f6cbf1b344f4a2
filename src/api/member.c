#include "api/member.h"

#include "base/text.h"

json_t *member_text(const void *at)
{
	const struct bytes *b = at;
	return b->p ? json_stringn((const char *)b->p, b->n) : json_null();
}

json_t *member_text_or_null(const void *at)
{
	return ((const struct bytes *)at)->n ? member_text(at) : json_null();
}

json_t *member_uuid(const void *at)
{
	const struct bytes *id = at;
	char out[TEXT_UUID_SIZE];
	return id->n == 16 ? json_string(text_uuid(id->p, out)) : json_null();
}

json_t *member_hex(const void *at)
{
	const struct bytes *b = at;
	char out[TEXT_HEX_SIZE(64)];
	return b->p && b->n <= 64 ? json_string(text_hex(*b, out)) : json_null();
}

json_t *member_json(const void *at)
{
	const struct bytes *b = at;
	json_t *json = b->p ? json_loadb((const char *)b->p, b->n, 0, NULL) : NULL;
	return json ? json : json_null();
}

json_t *member_moment(const void *at)
{
	char out[TEXT_TIME_SIZE];
	int64_t seconds = *(const int64_t *)at;
	return seconds ? json_string(text_time(seconds, out)) : json_null();
}

json_t *member_number(const void *at)
{
	return json_integer((json_int_t)*(const uint64_t *)at);
}

json_t *member_truth(const void *at)
{
	return json_boolean(*(const uint64_t *)at != 0);
}

json_t *member_nothing(const void *at)
{
	(void)at;
	return json_null();
}

fault member_fault(const void *at)
{
	const struct bytes *code = at;
	return code->p ? fault_find(*code) : NULL;
}

json_t *member_what(const void *at)
{
	fault why = member_fault(at);
	return why ? json_string(why->what) : json_null();
}

json_t *member_remedy(const void *at)
{
	fault why = member_fault(at);
	return why ? json_string(why->remedy) : json_null();
}

json_t *member_hresult(const void *at)
{
	fault why = member_fault(at);
	return why && why->hresult ? json_sprintf("0x%08X", why->hresult) : json_null();
}

json_t *member_status(const void *at)
{
	fault why = member_fault(at);
	return why && why->detail ? json_string(fault_details[why->detail].text) : json_null();
}

json_t *member_object(const struct member *members, size_t count, const void *record)
{
	json_t *o = json_object();
	for (size_t i = 0; o && i < count; i++) {
		json_t *value = members[i].value((const uint8_t *)record + members[i].offset);
		json_object_set_new(o, members[i].name, value);
	}
	return o;
}
