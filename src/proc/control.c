#include "proc/control.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proc/role.h"

/* Room for more descriptors than are allowed, so that a sender of several is seen and refused. */
union passed {
	struct cmsghdr head;
	char room[CMSG_SPACE(4 * sizeof(int))];
};

fault control_pair(int ret_fds[static 2])
{
	int made = socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ret_fds);
	return made == 0 ? NULL : FAIL(SYS_BUSY);
}

static void attach(struct msghdr *message, union passed *passed, int fd)
{
	message->msg_control = passed->room;
	message->msg_controllen = CMSG_SPACE(sizeof(int));
	struct cmsghdr *c = CMSG_FIRSTHDR(message);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
}

fault control_send(int fd, enum frame_type type, const void *message, int passed)
{
	uint8_t octets[CONTROL_FRAME_MAX];
	struct wr w = wr_of(octets, sizeof(octets));
	frame_write(type, 0, message, &w);
	NEED(!w.bad, BUG);
	/* A sandboxed child may write but not sendmsg; a write on a packet socket is one packet as well. */
	if (passed < 0)
		return write(fd, octets, w.at) == (ssize_t)w.at ? NULL : FAIL(SYS_BUSY);
	struct iovec part = { octets, w.at };
	struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1 };
	union passed room = { 0 };
	attach(&m, &room, passed);
	return sendmsg(fd, &m, MSG_NOSIGNAL) == (ssize_t)w.at ? NULL : FAIL(SYS_BUSY);
}

/*
 * Takes the descriptors out of a message: the first is handed on, others are closed. Returns how many there
 * were.
 */
static size_t take_descriptors(struct msghdr *m, int *ret_first)
{
	size_t seen = 0;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		bool rights = c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS;
		size_t count = rights ? (c->cmsg_len - CMSG_LEN(0)) / sizeof(int) : 0;
		for (size_t i = 0; i < count; i++) {
			int fd = -1;
			memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(fd));
			if (seen++ == 0)
				*ret_first = fd;
			else
				close(fd);
		}
	}
	return seen;
}

fault control_get(int fd, uint64_t types, bool passed, struct control_packet *ret)
{
	union passed room = { 0 };
	*ret = (struct control_packet){ .fd = -1 };
	struct iovec part = { ret->octets, sizeof(ret->octets) };
	struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = room.room,
			    .msg_controllen = sizeof(room.room) };
	ssize_t n = recvmsg(fd, &m, MSG_CMSG_CLOEXEC);
	NEED(n >= 0 || (errno != EAGAIN && errno != EINTR), SYS_BUSY);
	/* An error is an end too: the other side died with our packets unread. */
	ret->end = n <= 0;
	size_t size = 0, descriptors = n < 0 ? 0 : take_descriptors(&m, &ret->fd);
	if (ret->end && descriptors == 0)
		return NULL;
	fault f = frame_parse(bytes_of(ret->octets, n > 0 ? (size_t)n : 0), &ret->frame, &size);
	bool whole = !f && size > 0 && size == (size_t)n && !(m.msg_flags & (MSG_TRUNC | MSG_CTRUNC));
	if (whole && descriptors == (passed ? 1 : 0) && (types & ROLE_FRAME(ret->frame.type)))
		return NULL;
	if (ret->fd >= 0)
		close(ret->fd);
	return FAIL(SYS_FRAME);
}
