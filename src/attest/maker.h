/*
 * maker: who makes TPMs, by the four octets of TPM_PT_MANUFACTURER (TCG TPM Vendor ID Registry 1.08).
 */
#ifndef ATTEST_MAKER_H
#define ATTEST_MAKER_H

#include "base/bytes.h"

#define MAKER_CODE_MAX 32

/* Whose word an id needs, beside its own, to stand in a certificate (attest/ekcert.h). */
enum maker_kind {
	MAKER_REGISTERED = 1, /* in the registry */
	MAKER_VIRTUAL,        /* known of virtual TPMs only: an anchor of class virtual or test */
	MAKER_TEST,           /* set aside for simulators and tests: an anchor of class test */
};

struct maker {
	uint32_t id;
	enum maker_kind kind;
	const char *code; /* the id's letters without padding; what anchors and facts call the maker */
	const char *name; /* for people */
};

/* The maker of that id, or NULL. */
const struct maker *maker_find(uint32_t id);

/* The maker of that code or name, letters of either case, or NULL. */
const struct maker *maker_find_text(struct bytes text);

/*
 * The id in a certificate's tpmManufacturer: "id:" and eight hexadecimal digits (TCG EK Credential Profile
 * 2.5, §3.2.9). False, writing nothing, when the text is not that.
 */
MUST bool maker_id_parse(struct bytes text, uint32_t *ret);

#endif
