/*
 * hierarchy: the keys and certificates of a new server, made once by assayd init.
 *
 * All are P-256. The root signs the issuing CA and the two TLS certificates and is offline afterwards: its
 * key is encrypted and its passphrase lies beside it only until somebody takes both away. The whole folder
 * is made under a temporary name and renamed, so it is there completely or not at all.
 */
#ifndef SIGN_HIERARCHY_H
#define SIGN_HIERARCHY_H

#include <limits.h>
#include <sys/types.h>

#include "base/fault.h"

/* Paths inside the folder. Keys have mode 0600; .crt files are PEM, those of tls/ hold leaf, then root. */
#define HIERARCHY_ROOT_FOLDER "root" /* may be kept elsewhere, with */
#define HIERARCHY_ROOT_KEY_NAME "root.key"
#define HIERARCHY_ROOT_PASSPHRASE_NAME "root.passphrase"
#define HIERARCHY_ROOT_KEY HIERARCHY_ROOT_FOLDER "/" HIERARCHY_ROOT_KEY_NAME
#define HIERARCHY_ROOT_PASSPHRASE HIERARCHY_ROOT_FOLDER "/" HIERARCHY_ROOT_PASSPHRASE_NAME
#define HIERARCHY_ROOT "ca/root.crt"
#define HIERARCHY_ROOT_CRL "ca/root.crl" /* DER, empty, valid as long as the issuing certificate */
#define HIERARCHY_ISSUING_KEY "ca/issuing.key"
#define HIERARCHY_ISSUING "ca/issuing.crt"
#define HIERARCHY_TOKEN_KEY "ca/token.key"
#define HIERARCHY_TOKEN_FORMER "ca/token.former" /* point of the key before; made by sign/minter.h */
#define HIERARCHY_LOG "ca/issued.log" /* made by sign/authority.h */
#define HIERARCHY_DEVICE_KEY "tls/device.key"
#define HIERARCHY_DEVICE "tls/device.crt"
#define HIERARCHY_ADMIN_KEY "tls/admin.key"
#define HIERARCHY_ADMIN "tls/admin.crt"

/* What the name of an issuing CA begins with. */
#define HIERARCHY_ISSUING_TITLE "Assay Issuing CA"

/* Who is to own what, when assayd init runs as root. */
enum hierarchy_owner { HIERARCHY_OF_ROOT = 0, HIERARCHY_OF_CA, HIERARCHY_OF_DEVICE, HIERARCHY_OF_ADMIN,
	HIERARCHY_OWNER_COUNT };

struct hierarchy_ids {
	uid_t uid;
	gid_t gid;
};

struct hierarchy_plan {
	const char *folder;       /* must not exist, its parent must */
	const char *organization; /* in the names of the CAs */
	const char *url;          /* http(s)://host[:port], where CRLs and CA certificates are served */
	const char *const *names; /* DNS names and IP literals of both listeners */
	size_t name_count;
	int64_t now;
	const struct hierarchy_ids *owners; /* HIERARCHY_OWNER_COUNT of them; NULL: whoever runs this */
};

struct hierarchy {
	uint8_t root_hash[32]; /* SHA-256 of the root certificate's DER: what agents are given as ca */
};

/* The path of one of these files. SYS_FILE when it is too long. */
MUST fault hierarchy_path(const char *folder, const char *name, char ret[static PATH_MAX]);

/*
 * Makes the folder. CONFLICT when it exists, CONFIG_INVALID for a name, address or URL that no certificate
 * can carry, SYS_FILE when a file cannot be made, SYS_RNG when there are no random numbers. Nothing is left
 * behind on a fault.
 */
MUST fault hierarchy_init(const struct hierarchy_plan *plan, struct hierarchy *ret);

#endif
