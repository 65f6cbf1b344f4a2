/*
 * serve_list: the lists that take the options of OData (api/property.h). Internal to api/.
 */
#ifndef API_SERVE_LIST_H
#define API_SERVE_LIST_H

#include "api/property.h"
#include "api/serving.h"

/* Answers with a page; it ends early, with a link to the next, when its records are large. */
MUST fault serve_list_answer(struct serve *s);

/* Answers with one record of the list of that endpoint; extra, which it takes over, may add members. */
MUST fault serve_list_answer_one(struct serve *s, uint64_t endpoint, const void *record, json_t *extra);

/* The same of the record with that key, as it is now. NOT_FOUND. */
MUST fault serve_list_answer_key(struct serve *s, uint64_t endpoint, struct bytes key);

#endif
