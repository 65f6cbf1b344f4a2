/*
 * layout: what the folders of a bundle say of the certificates in them.
 *
 * Microsoft's TrustedTpm.cab has MAKER/RootCA and MAKER/IntermediateCA. The maker's folder is called by the
 * code or the name of the TCG's registry (attest/maker.h) or as Microsoft writes it.
 */
#ifndef CLI_LAYOUT_H
#define CLI_LAYOUT_H

#include "attest/anchors.h"

struct layout {
	const char *role;          /* a word of attest/anchors.h, or NULL: the folders do not say */
	const struct maker *maker; /* or NULL */
};

/* Reads a path with '/' between its parts, the last of which is the file. */
struct layout layout_parse(const char *path);

/* The folder of that role, a word of attest/anchors.h. */
const char *layout_folder(const char *role);

/* The class of a maker's TPMs unless somebody knows better. */
enum anchors_class layout_class(const struct maker *maker);

#endif
