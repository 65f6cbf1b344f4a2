/*
 * port: listening sockets, made by parent before it gives up the right to make any.
 */
#ifndef PROC_PORT_H
#define PROC_PORT_H

#include "base/fault.h"

#define PORT_TEXT_SIZE 64

/*
 * Listens at "127.0.0.1:8443" or "[::1]:0" (numeric; port 0: any free one). shared lets several sockets of
 * this user share the port. CONFIG_INVALID for another form, SYS_PORT when the system refuses. The caller
 * owns the non-blocking, close-on-exec descriptor.
 */
MUST fault port_open(const char *address, bool shared, int *ret_fd);

/* The socket's own address in the same form. Returns out; empty when it has none. */
char *port_text(int fd, char out[static PORT_TEXT_SIZE]);

#endif
