/*
 * disk: small files, whole: read into an arena, written under a temporary name and renamed.
 */
#ifndef SERVER_DISK_H
#define SERVER_DISK_H

#include <sys/types.h>

#include "base/arena.h"
#include "base/fault.h"

struct disk_owner {
	mode_t mode;
	uid_t uid; /* 0: whoever runs this */
};

/* Reads at most max octets. SYS_FILE, with errno, when it cannot or there are more. */
MUST fault disk_get(const char *path, size_t max, struct arena *a, struct bytes *ret);

/* Writes, renames into place and makes both durable. SYS_FILE; there is no part of a file then. */
MUST fault disk_put(const char *path, struct bytes content, struct disk_owner owner);

/* Makes a folder, durably; one that is there already is fine. SYS_FILE. */
MUST fault disk_put_folder(const char *path, struct disk_owner owner);

/* The first certificate of a PEM file, as DER. SYS_FILE, CERT_MALFORMED. */
MUST fault disk_get_pem(const char *path, struct arena *a, struct bytes *ret);

#endif
