/*
 * jose: tokens and keys of identity providers as their JSON has them: JSON Web Signatures in compact form
 * (RFC 7515 §7.1), the claims of ID and access tokens (OpenID Connect Core 1.0 §2, RFC 9068 §2.2), key sets
 * (RFC 7517 §5) and discovery documents.
 *
 * Nothing here says that any of it is genuine (attest/usertoken.h). Members twice in one object are refused;
 * those that are not asked for are passed over, as the standards want it. Callers bound the input.
 */
#ifndef WIRE_JOSE_H
#define WIRE_JOSE_H

#include "base/arena.h"
#include "base/fault.h"
#include "wire/idp.h"

/* A signature taken apart. Views borrow from the text or live in the arena. */
struct jose_signed {
	struct bytes text;      /* all of it */
	struct bytes input;     /* what is signed: header, dot and payload as they stand in the text */
	struct bytes payload, signature; /* decoded */
	uint64_t algorithm;     /* a bit of enum idp_algorithm; 0: any other one, as none and HS256 are */
	struct bytes key_id;    /* absent when the header names no key */
	struct bytes type;      /* `typ`, absent when it says none */
};

/*
 * Reads a signature in compact form: three parts of base64url as an encoder would have written them, without
 * padding, the first a header whose members make sense. PARSE_FIELD for anything else and for a header with
 * `crit`, which asks for what nobody here understands. SYS_MEMORY.
 */
MUST fault jose_parse(struct bytes text, struct arena *a, struct jose_signed *ret);

/*
 * What a token claims. Absent texts, empty lists and zero where it says nothing; key is the thumbprint of the
 * key that its holder has to prove (RFC 7800 §3.1, RFC 9449 §6.1). is_cut says that the user has groups which
 * the token leaves out, being too many (OpenID Connect Core 1.0 §5.6.2, and Microsoft's hasgroups).
 */
struct jose_claims {
	struct bytes issuer, subject, party, acr, name, key, nonce;
	struct bytes_list audience, amr, groups;
	int64_t expires, not_before, issued;
	bool is_cut;
};

/*
 * Reads the claims of a payload; name and groups are of the claims that the provider's record calls so, and
 * are not looked for without one.
 * PARSE_FIELD for what is no JSON object, a claim of another type than its own, and more than BYTES_LIST_MAX
 * values of one. SYS_MEMORY.
 */
MUST fault jose_parse_claims(struct bytes payload, const struct idp *by, struct arena *a,
			     struct jose_claims *ret);

/*
 * Reads a key set: fills ret->keys with those that are for checking one of these signatures, RSA of 2048 to
 * 4096 bits and P-256; others are passed over, and so are those without a name. IDP_DOCUMENT for anything but
 * a key set, two keys of one name, and more than IDP_KEYS_MAX; SYS_MEMORY.
 */
MUST fault jose_parse_keys(struct bytes document, struct arena *a, struct idp_document *ret);

/*
 * Reads the discovery document of an issuer: fills the addresses, each of https, maybe with a query, and how
 * a client may show its secret. The query of authorize_url has none of the parameters of a request (RFC 6749
 * §3.1), in no spelling. IDP_DOCUMENT for anything else, for that of another issuer and for one without keys;
 * SYS_MEMORY.
 */
MUST fault jose_parse_discovery(struct bytes document, struct bytes issuer, struct arena *a,
				struct idp_document *ret);

/*
 * Reads what a token endpoint answers (OpenID Connect Core 1.0 §3.1.3.3): the ID token, a view of the arena.
 * SIGN_IN_CLIENT when it says that it does not know the client by its secret (RFC 6749 §5.2), FETCH_ANSWER
 * for another error of its own, TOK_FORM for anything else, SYS_MEMORY.
 */
MUST fault jose_parse_grant(struct bytes document, struct arena *a, struct bytes *ret);

/* True for an https URL of printable ASCII without user, query and fragment: an issuer's. */
bool is_jose_issuer(struct bytes url);

/* "RS256", "ES256", "PS256" of one bit; "unknown". And the reverse, 0 for any other word. */
const char *jose_algorithm_word(uint64_t algorithm);
uint64_t jose_algorithm_find(struct bytes word);

#endif
