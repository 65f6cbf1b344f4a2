#include "agent/journal.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/wr.h"
#include "host/descriptor.h"

#define ENTRY_MAX 8192

void journal_send(const char *path, const struct journal_field *fields, size_t n)
{
	uint8_t entry[ENTRY_MAX];
	struct wr w = wr_of(entry, sizeof(entry));
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	for (size_t i = 0; i < n; i++) {
		if (!fields[i].value[0] || strchr(fields[i].value, '\n'))
			continue;
		wr_bytes(&w, bytes_text(fields[i].name));
		wr_u8(&w, '=');
		wr_bytes(&w, bytes_text(fields[i].value));
		wr_u8(&w, '\n');
	}
	if (!path[0] || strlen(path) >= sizeof(to.sun_path) || !w.at || w.bad)
		return;
	snprintf(to.sun_path, sizeof(to.sun_path), "%s", path);
	DESCRIPTOR fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd >= 0)
		(void)!sendto(fd, entry, w.at, MSG_NOSIGNAL | MSG_DONTWAIT, (const struct sockaddr *)&to,
			      sizeof(to));
}
