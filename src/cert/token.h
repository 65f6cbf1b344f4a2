/*
 * token: the bearer secrets that people hand on, for enrolling devices, for administrators and in links
 * that sign somebody in, and those that a browser keeps of a session, or of a sign-in that was begun.
 *
 * As text a token is "assay-", a letter for its kind and "-", its id in 32 and its secret in 64 digits of
 * lower-case hexadecimal with a hyphen between. Only the id and a hash are stored. The secret has 256 random
 * bits, so one SHA-256 is enough; the kind is under the hash, so that a token of one kind is worth nothing as
 * another.
 */
#ifndef CERT_TOKEN_H
#define CERT_TOKEN_H

#include "base/fault.h"

#define TOKEN_ID_SIZE 16
#define TOKEN_SECRET_SIZE 32
#define TOKEN_HASH_SIZE 32
#define TOKEN_TEXT_SIZE 106 /* characters and NUL */

/* What shows that a page may act for a session is the hash of the session's secret as TOKEN_CSRF. */
enum token_kind { TOKEN_ENROLMENT = 1, TOKEN_ADMIN, TOKEN_SESSION, TOKEN_CSRF, TOKEN_LINK, TOKEN_BEGUN };

struct token {
	enum token_kind kind;
	uint8_t id[TOKEN_ID_SIZE];         /* public, names the record */
	uint8_t secret[TOKEN_SECRET_SIZE]; /* wipe with secret_done */
};

/*
 * Reads the text of a token of that kind. TOK_INVALID when it is not a token's, TOK_FLOW for another kind.
 */
MUST fault token_parse(struct bytes text, enum token_kind kind, struct token *ret);

/* The token as text, in out. Returns out. */
char *token_write(const struct token *t, char out[static TOKEN_TEXT_SIZE]);

/*
 * What is stored of a token: SHA-256 over a label, the kind, id and secret. Compare with is_secret_equal.
 * TOK_INVALID when id or secret is not exactly of its size.
 */
MUST fault token_hash(enum token_kind kind, struct bytes id, struct bytes secret,
		      uint8_t ret[static TOKEN_HASH_SIZE]);

#endif
