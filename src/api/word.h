/*
 * word: what numbers of records are called where people see them. Internal to api/.
 *
 * Each is a value of a member (api/member.h).
 */
#ifndef API_WORD_H
#define API_WORD_H

#include <jansson.h>

json_t *word_firmware(const void *at);
json_t *word_assurance(const void *at); /* the issuance policies that were earned, a list */
json_t *word_leniencies(const void *at);
json_t *word_key_state(const void *at);
json_t *word_tpm_class(const void *at);
json_t *word_management(const void *at);
json_t *word_compliance(const void *at);
json_t *word_attestation(const void *at);
json_t *word_enrollment(const void *at);
json_t *word_userless(const void *at);
json_t *word_phase(const void *at);
json_t *word_certificate_kind(const void *at);
json_t *word_certificate_state(const void *at);

/*
 * Of whole records: why a certificate ended, null while it has not;
 * importedWindowsAutopilotDeviceIdentityState.
 */
json_t *word_certificate_reason(const void *certificate);
json_t *word_import_state(const void *imported);

/* Graph's actor and resources of an audit event. */
json_t *word_actor(const void *at);
json_t *word_resources(const void *at);

/* The same of every record. */
json_t *word_company(const void *at);

#endif
