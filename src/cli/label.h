/*
 * label: what the server is told of a certificate beside its octets: for which maker and class of TPMs it may
 * vouch, as what, and where it came from.
 *
 * First comes what the person said, then what an export wrote before the certificate in PEM, then what the
 * folders say (cli/layout.h), then what is usual.
 */
#ifndef CLI_LABEL_H
#define CLI_LABEL_H

#include "cli/bundle.h"
#include "cli/line.h"

struct label {
	const char *maker; /* a code of attest/maker.h; "": it vouches for no maker */
	const char *class; /* a word of attest/anchors.h */
	const char *role;  /* the same, or NULL: those that issued themselves are roots */
	char source[BUNDLE_SOURCE_SIZE];
};

/*
 * The label of a certificate in the file, with what stands before it there, if that is text. USAGE, with the
 * complaint, when nothing says for which maker or somebody says one that the registry does not have;
 * ANCHOR_INVALID when what stands before it is no label.
 */
MUST fault label_get(const struct line *line, const struct bundle_file *file, struct bytes before,
		     struct complaint *complaint, struct label *ret);

/* Writes a label as label_get reads it before a certificate. */
void label_write(const struct label *l, FILE *out);

#endif
