/*
 * serving: what the handlers of endpoints share: the call, how it is read and how it is answered. Internal to
 * api/.
 */
#ifndef API_SERVING_H
#define API_SERVING_H

#include <jansson.h>

#include "api/serve.h"
#include "flow/caller.h"
#include "flow/inventory.h"

/* One call under way. */
struct serve {
	struct flow *f;
	const struct serve_files *files;
	const struct call *c;
	struct arena *a;
	const struct caller *caller;
	struct inventory_actor by;
	struct flow_answer *answer;
};

/* The target as an id of 16 octets, or as a fingerprint of 32, in the arena. NOT_FOUND. */
MUST fault serving_read_id(const struct serve *s, struct bytes *ret);
MUST fault serving_read_fingerprint(const struct serve *s, struct bytes *ret);

/* FORMAT_UNKNOWN, with the sentence that says so, unless the token of a page is one of this list. */
MUST fault serving_check_token(const struct serve *s, bool is_own);

/* The page wanted; the token of the one before is a key in hexadecimal, of n octets, after a mark. */
MUST fault serving_read_page(const struct serve *s, struct bytes token, size_t n, struct store_page *ret);

/*
 * desk (api/reader.h) answers instead, and hears what was asked, not how it was allowed; *ret is what it will
 * hear.
 */
MUST fault serving_hand_on(struct serve *s, struct call **ret);

/* Takes over json; NULL is SYS_MEMORY, and so is one that is too large. */
MUST fault serving_answer_json(struct serve *s, json_t *json);

/* A page under way: the rows so far and where the next page begins. */
struct serving_page {
	json_t *rows;
	struct bytes last; /* key of the last row; absent: there is no further page */
};

/* Takes over the rows; mark stands before the key in the token of the next page. */
MUST fault serving_answer_page(struct serve *s, const struct serving_page *p, const char *mark);

/*
 * A handler of that name that answers with a page of a collection. `list` gives at most a page of struct
 * store_`noun` behind a key of so many octets, which each row has as its field `key`; `shaped` is the JSON of
 * what `row` points at.
 */
#define SERVING_LIST(name, noun, size, list, shaped, key)                       \
	fault name(struct serve *s)                                             \
	{                                                                       \
		struct store_page page;                                         \
		struct store_##noun##_list rows;                                \
		TRY(serving_read_page(s, s->c->skip, size, &page));             \
		TRY(list(s->f, page, s->a, &rows));                             \
		struct serving_page p = { .rows = json_array() };               \
		for (size_t i = 0; i < rows.n; i++) {                           \
			const struct store_##noun *row = &rows.v[i];            \
			json_array_append_new(p.rows, shaped);                  \
		}                                                               \
		if (rows.n == page.limit)                                       \
			p.last = rows.v[rows.n - 1].key;                        \
		return serving_answer_page(s, &p, "");                          \
	}

#endif
