/*
 * ekservice: the services by which makers of firmware TPMs hand out EK certificates.
 *
 * It is knowledge alone: whose TPMs they know, how a key is asked for, what an answer looks like.
 *
 * Such a TPM leaves the factory without a certificate in its memory; its maker signs one and gives it to
 * whoever names the key. Nobody has written these protocols down; they are as public clients speak them.
 */
#ifndef AGENT_EKSERVICE_H
#define AGENT_EKSERVICE_H

#include "base/arena.h"
#include "base/fault.h"
#include "wire/spki.h"

#define EKSERVICE_NAME_MAX 64  /* of a key in a path */
#define EKSERVICE_REPLY_MAX 32768

struct ekservice {
	const char *word;         /* in the settings */
	const char *manufacturer; /* of the TPMs it knows, as struct chip_properties has it */
	size_t address;           /* of the text in struct settings that says where it is */
	const char *accept;       /* the type of its answers */
	/* Appends what stands for the key at the end of a path. Faults as alg_digest. */
	fault (*write_name)(const struct spki *key, struct wr *w);
	/* What an answer holds where the certificate should be; absent when there is nothing. */
	struct bytes (*open)(struct bytes body, struct arena *arena);
};

/* The service for TPMs of that manufacturer, and the one that the settings call so; NULL: there is none. */
const struct ekservice *ekservice_find(const char *manufacturer);
const struct ekservice *ekservice_find_word(const char *word);

/* The EK that is asked for, by SHA-256 of its SubjectPublicKeyInfo, and the answer. */
struct ekservice_answer {
	struct bytes ek_hash;
	struct bytes body;
};

/*
 * The certificate in an answer: the DER alone, in the arena or in the body. EK_SERVICE_ANSWER when the answer
 * is not one certificate, EK_SERVICE_KEY when that is another key's. Who signed it is the server's question.
 */
MUST fault ekservice_parse(const struct ekservice *service, const struct ekservice_answer *answer,
			   struct arena *arena, struct bytes *ret);

/* The same for a certificate that is already out of its answer. */
MUST fault ekservice_check(struct bytes certificate, struct bytes ek_hash, struct bytes *ret);

#endif
