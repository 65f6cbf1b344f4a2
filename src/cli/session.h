/*
 * session: one run of the program: what was asked, where it is shown, the server, and why it failed.
 */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "cli/command.h"
#include "cli/line.h"
#include "cli/remote.h"
#include "cli/screen.h"

struct session {
	const struct line *line;
	struct screen screen;       /* of standard output */
	struct complaint complaint; /* filled by whoever fails */
	struct arena arena;         /* of the page or record at hand */
	struct remote *remote;      /* NULL until the server is first asked */
	int result;                 /* exit code of a command that did what it was asked */
};

void session_init(struct session *s, const struct line *line);
void session_done(struct session *s);

/* remote_send, to the server that the command line and the configuration name. */
MUST fault session_send(struct session *s, const struct remote_request *request, json_t **ret);

/* remote_get, likewise. */
MUST fault session_get(struct session *s, const struct remote_document *document, struct bytes *ret);

/* An argument of the command behind the path of a collection; USAGE when it is no id. */
MUST fault session_path(struct session *s, const char *collection, const char *id, const char **ret);

/* Prints a JSON document. */
void session_write(const struct session *s, const json_t *document);

/* "text", "json" or "csv". */
const char *session_format(const struct session *s);

bool is_session_json(const struct session *s);

#endif
