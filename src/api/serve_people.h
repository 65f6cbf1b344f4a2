/*
 * serve_people: who administers the server: accounts, who of them is signed in, and tokens of programs.
 */
#ifndef API_SERVE_PEOPLE_H
#define API_SERVE_PEOPLE_H

#include "api/serving.h"
#include "flow/session.h"

/* Signs in by password or link, tells who asks, changes their password, signs out. */
MUST fault serve_people_begin_session(struct serve *s);
MUST fault serve_people_begin_by_link(struct serve *s);
MUST fault serve_people_set_own_password(struct serve *s);
MUST fault serve_people_get_own(struct serve *s);
MUST fault serve_people_end_own(struct serve *s);

/* Signed in, or why not: an answer that is kept with all that was written. */
MUST fault serve_people_answer(struct serve *s, const struct session_outcome *outcome);

MUST fault serve_people_list_sessions(struct serve *s);
MUST fault serve_people_end_session(struct serve *s);

MUST fault serve_people_list_accounts(struct serve *s);
MUST fault serve_people_get_account(struct serve *s);
MUST fault serve_people_add_account(struct serve *s);
MUST fault serve_people_set_account(struct serve *s);
MUST fault serve_people_set_password(struct serve *s);
MUST fault serve_people_add_link(struct serve *s);
MUST fault serve_people_remove_account(struct serve *s);

MUST fault serve_people_list_tokens(struct serve *s);
MUST fault serve_people_add_token(struct serve *s);
MUST fault serve_people_revoke_token(struct serve *s);

#endif
