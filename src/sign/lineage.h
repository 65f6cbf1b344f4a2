/*
 * lineage: the issuing CAs of this server as files, the present one and those before it.
 *
 * They are counted. The first, 0, has the files that hierarchy_init made; each later one has a folder of its
 * own, ca/g1, ca/g2, …, which sign/rollover.h makes as a whole or not at all. The last of them signs
 * certificates. A former one says which of its certificates are still good for as long as its key is there;
 * its certificate stays.
 */
#ifndef SIGN_LINEAGE_H
#define SIGN_LINEAGE_H

#include <limits.h>

#include "base/fault.h"
#include "base/wr.h"
#include "cert/issuer.h"
#include "cert/point.h"

#define LINEAGE_FORMERS_MAX 2 /* former CAs with a key at a time */
#define LINEAGE_MAX (1 + LINEAGE_FORMERS_MAX)

/* Those in force: from the oldest to the present one. */
struct lineage {
	uint64_t oldest;
	uint64_t present;
};

enum lineage_file { LINEAGE_KEY = 0, LINEAGE_CERTIFICATE, LINEAGE_ROOT_CRL };

/* The path of a file of that CA's below the data folder; the root's list was signed together with it. */
#define LINEAGE_PATH_SIZE 32
char *lineage_path(uint64_t generation, enum lineage_file file, char out[static LINEAGE_PATH_SIZE]);

/* The folder of a later one's files, below the data folder, and what a file is called in it. */
char *lineage_folder(uint64_t generation, char out[static LINEAGE_PATH_SIZE]);
const char *lineage_name(enum lineage_file file);

/* The path with the data folder before it. SYS_FILE when that is too long. */
MUST fault lineage_path_in(const char *folder, uint64_t generation, enum lineage_file file,
			   char ret[static PATH_MAX]);

/* Looks which there are; that they can be used is not asked. */
struct lineage lineage_find(const char *folder);

/*
 * Appends the certificate of one, DER, and reads it as its issuer, which borrows from w; the address is left
 * absent. KEY_FILE when it is none.
 */
MUST fault lineage_get(const char *folder, uint64_t generation, struct wr *w, struct issuer *ret);

/*
 * When nothing that a former CA signed can be of use any more, its successor being next: what it signed last
 * has expired, and the list that names it so as well.
 */
int64_t lineage_until(const struct issuer *former, const struct issuer *next);

#endif
