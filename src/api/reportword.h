/*
 * reportword: what values of reports are called, in Intune's words where Intune has the thing. Internal to
 * api/.
 *
 * Each is a value of a property (api/property.h).
 */
#ifndef API_REPORTWORD_H
#define API_REPORTWORD_H

#include <jansson.h>

/* Of enum store_report_state. */
json_t *reportword_status(const void *at);
json_t *reportword_ownership(const void *at);
json_t *reportword_outcome(const void *at);
json_t *reportword_state(const void *at);

/* Of a whole row of TpmAttestationStatus. */
json_t *reportword_detail(const void *row);
json_t *reportword_retry(const void *row);

/* The best of what assures; how a restriction was hit. */
json_t *reportword_level(const void *at);
json_t *reportword_mode(const void *at);

#endif
