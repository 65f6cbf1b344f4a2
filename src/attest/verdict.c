#include "attest/verdict.h"

const struct verdict_check verdict_checks[CHECK_COUNT] = {
#define C(id, code, subject_, by_, clause_, sentence_)  \
	[CHECK_##id] = { .name = #id,                   \
			 .why = FAIL(code),             \
			 .subject = SUBJECT_##subject_, \
			 .by = BY_##by_,                \
			 .clause = clause_,             \
			 .sentence = sentence_ },
#include "attest/checks.def"
#undef C
};

bool is_verdict_trusted(const struct verdict *v)
{
	return verdict_fault(v) == NULL;
}

fault verdict_fault(const struct verdict *v)
{
	size_t required = 0;
	for (size_t i = 0; i < CHECK_COUNT; i++) {
		if (!v->required[i])
			continue;
		required++;
		if (v->of[i] != PASSED)
			return verdict_checks[i].why;
	}
	return required ? NULL : FAIL(BUG);
}

void verdict_judge(uint8_t outcomes[static CHECK_COUNT], enum check_id check, bool passed)
{
	outcomes[check] = passed ? PASSED : FAILED;
}

fault verdict_parse(struct bytes outcomes, struct verdict *ret)
{
	struct verdict v = { 0 };
	NEED(bytes_copy(outcomes, v.of, CHECK_COUNT), SYS_FRAME);
	for (size_t i = 0; i < CHECK_COUNT; i++) {
		NEED(v.of[i] <= PASSED, SYS_FRAME);
		NEED(verdict_checks[i].by == BY_VERIFY || v.of[i] == NOT_RUN, SYS_FRAME);
	}
	*ret = v;
	return NULL;
}

const struct verdict_check *verdict_find(struct bytes name)
{
	for (size_t i = 0; i < CHECK_COUNT; i++)
		if (is_bytes_text(name, verdict_checks[i].name))
			return &verdict_checks[i];
	return NULL;
}

const char *verdict_word(uint8_t outcome)
{
	static const char *const words[] = {
		[NOT_RUN] = "not run",
		[FAILED] = "failed",
		[NOT_APPLICABLE] = "not applicable",
		[PASSED] = "passed",
	};
	return words[outcome < COUNT_OF(words) ? outcome : NOT_RUN];
}
