/*
 * control: frames between parent and one child, one per packet, with at most one descriptor.
 *
 * A packet socket (SOCK_SEQPACKET) keeps the edges, so nothing is ever half read. parent sends FRAME_PEER
 * with an end of a link; a child sends FRAME_READY, FRAME_REFUSED, and FRAME_PEER for a peer that broke the
 * rules.
 */
#ifndef PROC_CONTROL_H
#define PROC_CONTROL_H

#include "base/fault.h"
#include "wire/frame.h"

#define CONTROL_FRAME_MAX 128

/* One received packet; the frame's body borrows from octets. */
struct control_packet {
	struct frame frame;
	bool end; /* the other side has closed; nothing else is set */
	int fd;   /* to be closed by the receiver, or -1 */
	uint8_t octets[CONTROL_FRAME_MAX];
};

/* Two connected, non-blocking, close-on-exec sockets. SYS_BUSY when the system has none left. */
MUST fault control_pair(int ret_fds[static 2]);

/*
 * Sends one frame, with the descriptor passed unless it is -1 (it stays the caller's). SYS_BUSY when the
 * receiver does not read or is gone.
 */
MUST fault control_send(int fd, enum frame_type type, const void *message, int passed);

/*
 * Reads one packet into ret. SYS_BUSY when there is none, SYS_FRAME when it is not one frame of a type in the
 * mask (ROLE_FRAME bits), or has no descriptor where one is passed, or has one where none is.
 */
MUST fault control_get(int fd, uint64_t types, bool passed, struct control_packet *ret);

#endif
