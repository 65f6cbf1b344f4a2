/*
 * policyword: what numbers of restrictions and compliance policies are called where people see them. Internal
 * to api/.
 *
 * Each is a value of a member (api/member.h).
 */
#ifndef API_POLICYWORD_H
#define API_POLICYWORD_H

#include <jansson.h>

json_t *policyword_state(const void *at);
json_t *policyword_action(const void *at);
json_t *policyword_ownership(const void *at);
json_t *policyword_assurance(const void *at);
json_t *policyword_classes(const void *at);
json_t *policyword_enforcement(const void *at);

/* A number that bounds something; null for 0, which bounds nothing. */
json_t *policyword_bound(const void *at);

#endif
