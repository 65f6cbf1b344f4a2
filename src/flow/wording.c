#include "flow/wording.h"

#include "base/text.h"

fault wording_read_number(struct bytes text, uint64_t max, uint64_t *ret)
{
	uint64_t number = 0;
	if (!text.p)
		return NULL;
	NEED(!text.n || text_uint_parse(text, max, &number), PARSE_FIELD);
	*ret = number;
	return NULL;
}

fault wording_read_truth(struct bytes word, const char *yes, const char *no, uint64_t *ret)
{
	bool is_yes = is_bytes_text(word, yes);
	if (!word.p)
		return NULL;
	NEED(is_yes || !word.n || is_bytes_text(word, no), PARSE_FIELD);
	*ret = is_yes;
	return NULL;
}
