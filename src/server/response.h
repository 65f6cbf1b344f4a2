/*
 * response: an answer of core or desk as the message that net writes (wire/frame.h).
 */
#ifndef SERVER_RESPONSE_H
#define SERVER_RESPONSE_H

#include "flow/flow.h"
#include "wire/problem.h"

/* Views of ret borrow from the answer, or from memory when it is a refusal. */
void response_build(const struct flow_answer *a, struct bytes request_id,
		    uint8_t memory[static PROBLEM_SIZE_MAX], struct response *ret);

#endif
