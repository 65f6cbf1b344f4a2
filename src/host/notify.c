#include "host/notify.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "host/descriptor.h"

#define READY "READY=1"

void notify_ready(void)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	const char *path = getenv("NOTIFY_SOCKET");
	size_t n = path ? strlen(path) : 0;
	if (n < 2 || n >= sizeof(to.sun_path))
		return;
	memcpy(to.sun_path, path, n);
	if (path[0] == '@') /* an abstract name begins with NUL */
		to.sun_path[0] = 0;
	DESCRIPTOR fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
	if (fd >= 0 && sendto(fd, READY, sizeof(READY) - 1, MSG_NOSIGNAL, (struct sockaddr *)&to, size) < 0)
		return; /* a manager that does not listen will say so itself */
}
