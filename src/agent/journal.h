/*
 * journal: systemd's journal, by its native protocol (systemd, "Native Journal Protocol"): a datagram of
 * fields.
 */
#ifndef AGENT_JOURNAL_H
#define AGENT_JOURNAL_H

#include <stddef.h>

struct journal_field {
	const char *name;  /* capital letters, digits, underscores */
	const char *value; /* one line; a field whose value is empty is left out */
};

/*
 * Sends an entry to the socket at path. Where nobody listens there is no journal, and nothing to complain
 * of.
 */
void journal_send(const char *path, const struct journal_field *fields, size_t n);

#endif
