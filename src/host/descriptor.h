/*
 * descriptor: octets in and out of open files, whole, in however many pieces the kernel takes them.
 *
 * Which files may be read, how large they may be and what a refusal is called is for the caller to say; errno
 * says why a call failed.
 */
#ifndef HOST_DESCRIPTOR_H
#define HOST_DESCRIPTOR_H

#include "base/wr.h"

/* A descriptor that is closed when it leaves scope; negative: there is none. */
#define DESCRIPTOR __attribute__((cleanup(descriptor_close))) int
void descriptor_close(const int *fd);

/*
 * Appends all that is left to be read. False with errno: EFBIG when that is more than w has room for; w then
 * holds what fitted.
 */
MUST bool descriptor_get(int fd, struct wr *w);

/* Writes as much as the descriptor takes and gives the rest: the empty view when all was written. */
MUST struct bytes descriptor_write(int fd, struct bytes b);

#endif
