/*
 * jwtform: what all of our signed statements share: JSON as it is put together, and header and claims as they
 * are signed (RFC 7515 §5.1). Internal to cert/.
 *
 * Whatever does not fit, or could not stand where it is put, marks the cursor.
 */
#ifndef CERT_JWTFORM_H
#define CERT_JWTFORM_H

#include "cert/jwt.h"

void jwtform_put_text(struct wr *w, const char *text);

/* Text of others in a JSON string: printable, what JSON gives a meaning escaped (RFC 8259 §7). */
void jwtform_put_quoted(struct wr *w, struct bytes text);

/* These come with the text before them. */
void jwtform_put_number(struct wr *w, const char *before, uint64_t number);
void jwtform_put_uuid(struct wr *w, const char *before, struct bytes id);

/* Graph's word for what numbers enum compliance_state, and the quote behind it. */
void jwtform_put_state(struct wr *w, const char *before, uint64_t state);

/* The words of enum trip_assurance's bits, as the elements of a list. */
void jwtform_put_assurance(struct wr *w, uint64_t assurance);

/* Words with a blank between, as the elements of a list. */
void jwtform_put_words(struct wr *w, struct bytes words);

/* What is to be signed: a header of that type and the claims. BUG when they do not fit. */
MUST fault jwtform_write(const struct jwt_issuer *by, const char *type, const struct wr *claims,
			 struct wr *w);

#endif
