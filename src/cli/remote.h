/*
 * remote: the server, asked one thing after the other.
 */
#ifndef CLI_REMOTE_H
#define CLI_REMOTE_H

#include <jansson.h>

#include "cli/contact.h"

struct remote;

struct remote_request {
	const char *method;
	const char *path;   /* with the query */
	const json_t *body; /* NULL: none */
};

/* CONFIG_INVALID when the address is no URL of a server. The contact is copied and wiped by remote_close. */
MUST fault remote_open(const struct contact *contact, struct complaint *complaint, struct remote **ret);
void remote_close(struct remote *r);

/*
 * *ret is the reply's JSON object, the caller's; NULL after DELETE, and after a POST that is answered with
 * nothing. What the server refuses it with, a fault of http/client.h, or REPLY_INVALID for any
 * other reply; the complaint is filled.
 */
MUST fault remote_send(struct remote *r, const struct remote_request *request, struct complaint *complaint,
		       json_t **ret);

/* A document that is no JSON object: where it is and of what type it has to be. */
struct remote_document {
	const char *path, *type;
};

/* *ret is the document's octets, which live until the next call. The same faults. */
MUST fault remote_get(struct remote *r, const struct remote_document *document, struct complaint *complaint,
		      struct bytes *ret);

#endif
