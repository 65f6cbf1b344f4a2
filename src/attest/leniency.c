#include "attest/leniency.h"

const struct leniency leniency_rows[LENIENCY_COUNT] = {
#define L(id, clause_, sentence_) \
	[LENIENCY_##id] = { .name = #id, .clause = clause_, .sentence = sentence_ },
#include "attest/leniency.def"
#undef L
};

const struct leniency *leniency_find(struct bytes name)
{
	for (size_t i = 0; i < LENIENCY_COUNT; i++)
		if (is_bytes_text(name, leniency_rows[i].name))
			return &leniency_rows[i];
	return NULL;
}
