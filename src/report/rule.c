#include "report/rule.h"

static json_t *canonical(const struct filter *f, struct arena *a)
{
	uint8_t *p = arena_alloc(a, RULE_TEXT_MAX);
	struct wr w = wr_of(p, p ? RULE_TEXT_MAX : 0);
	filter_write(f, &w);
	struct bytes text = wr_done(&w);
	return text.p ? json_stringn((const char *)text.p, text.n) : NULL;
}

static json_t *properties(const struct filter *f)
{
	json_t *list = json_array();
	for (size_t i = 0; i < ATTRIBUTE_COUNT; i++)
		if (filter_uses(f) & ATTRIBUTE_BIT(i))
			json_array_append_new(list,
					      json_pack("{ss,ss}", "property", attributes[i].name, "source",
							attribute_source_word(attributes[i].source)));
	return list;
}

json_t *rule_shape(const struct filter *f, struct arena *a)
{
	enum attribute_id label;
	bool is_verified = filter_check_source(f, false, &label) == NULL;
	return json_pack("{so,sb,so}", "rule", canonical(f, a), "isVerified", is_verified, "properties",
			 properties(f));
}
