/*
 * disk: the simulator's small files, whole.
 */
#ifndef SIM_DISK_H
#define SIM_DISK_H

#include <sys/types.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/wr.h"

#define DISK_PATH_MAX 512

/* Appends what the file holds. SYS_FILE when it cannot be read or does not fit. */
MUST fault disk_get(const char *path, struct wr *w);

/* Writes a new file with that mode. SYS_FILE, also when it is there already. */
MUST fault disk_put(const char *path, mode_t mode, struct bytes octets);

/* Writes the file anew, whether it is there or not. SYS_FILE. */
MUST fault disk_update(const char *path, mode_t mode, struct bytes octets);

/* A certificate: to a new PEM file (RFC 7468), and back as DER in the arena. SYS_FILE, KEY_FILE. */
MUST fault disk_put_certificate(const char *path, struct bytes der);
MUST fault disk_get_certificate(const char *path, struct arena *arena, struct bytes *ret);

/* Makes a folder of mode 0700 unless it is there. SYS_FILE. */
MUST fault disk_put_folder(const char *path);

/* "FOLDER/FILE", in out. SYS_FILE when it is longer than DISK_PATH_MAX. */
MUST fault disk_path(const char *folder, const char *file, char out[static DISK_PATH_MAX]);

#endif
