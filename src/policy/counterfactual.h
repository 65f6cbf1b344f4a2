/*
 * counterfactual: which single change of what the server knows would let a device in that it refuses.
 *
 * Each is found by deciding again with that one fact changed (policy/decision.h), never by what the refusal
 * says.
 */
#ifndef POLICY_COUNTERFACTUAL_H
#define POLICY_COUNTERFACTUAL_H

#include "policy/decision.h"

enum counterfactual_kind {
#define F(id, ...) COUNTERFACTUAL_##id,
#include "policy/counterfactual.def"
#undef F
	COUNTERFACTUAL_COUNT
};

#define COUNTERFACTUALS_MAX (COUNTERFACTUAL_COUNT + RESTRICTIONS_MAX)
#define COUNTERFACTUAL_TEXT_SIZE 320

struct counterfactual {
	enum counterfactual_kind kind;
	struct bytes of; /* the restriction's name, the firmware's version, the CA's; borrowed */
};

struct counterfactual_list {
	size_t n;
	struct counterfactual v[COUNTERFACTUALS_MAX];
};

/*
 * All that would each do alone, the smallest first. issuer is the name of the CA that is missing above the EK
 * certificate, absent when nobody knows. None for a device that is let in, or where no single one would do.
 */
void counterfactual_judge(const struct decision_case *c, struct bytes issuer,
			  struct counterfactual_list *ret);

/*
 * The change in one word for programs, and what it takes as the end of "it would be let in if". Returns out.
 */
const char *counterfactual_word(const struct counterfactual *c);
char *counterfactual_text(const struct counterfactual *c, char out[static COUNTERFACTUAL_TEXT_SIZE]);

#endif
