/*
 * serve_faults: what fails, for how many, since when; and what became of one request. Internal to api/.
 */
#ifndef API_SERVE_FAULTS_H
#define API_SERVE_FAULTS_H

#include "api/serving.h"

MUST fault serve_faults_list(struct serve *s);
MUST fault serve_faults_list_outbreaks(struct serve *s);
MUST fault serve_faults_get_request(struct serve *s);

#endif
