/*
 * endorsement: the keys and certificates that the TPM's maker put into it.
 *
 * Certificates are whole NV contents, padding and wrappers included; whoever judges them reads them
 * (attest/ekcert.h). Keys are those of the templates L-1, L-2 and H-1 to H-7 without H-5, which is SM2 (TCG
 * EK Credential Profile 2.5, appendix B.3), with the default template: no nonce, no template index.
 */
#ifndef TPM_ENDORSEMENT_H
#define TPM_ENDORSEMENT_H

#include "base/arena.h"
#include "tpm/chip.h"

enum endorsement_kind {
	ENDORSEMENT_RSA,  /* L-1 */
	ENDORSEMENT_P256, /* L-2 */
	ENDORSEMENT_H1,   /* RSA-2048 */
	ENDORSEMENT_H2,   /* P-256 */
	ENDORSEMENT_H3,   /* P-384 */
	ENDORSEMENT_H4,   /* P-521 */
	ENDORSEMENT_H6,   /* RSA-3072 */
	ENDORSEMENT_H7,   /* RSA-4096 */
	ENDORSEMENT_KIND_COUNT
};

struct endorsement {
	struct bytes public_area; /* TPMT_PUBLIC; absent when the key was not made */
	struct bytes certificate; /* content of the NV index; absent when there is none */
};

/* The word for people, as "RSA-2048", "P-256 H-2" or "P-384". */
const char *endorsement_name(enum endorsement_kind kind);

/*
 * One endorsement key and its certificate. The key is the persistent one (0x81010001, 0x81010002) when that
 * has the template's public area, otherwise it is made again, which gives the same key (TPM 2.0 Part 1
 * §27.2.1). One of an H template is made only when there is a certificate for it, since a chip may need
 * minutes. Views live in the arena.
 */
MUST fault endorsement_get(struct chip *chip, enum endorsement_kind kind, struct arena *arena,
			   struct endorsement *ret);

/*
 * The contents of the NV indices 0x01C00100 to 0x01C001FF in ascending order: the certificates between EK
 * certificate and the maker's root, which may run across indices (TCG EK Credential Profile 2.5 §2.2.1.5.2).
 */
MUST fault endorsement_list_chain(struct chip *chip, struct arena *arena, struct bytes_list *ret);

#endif
