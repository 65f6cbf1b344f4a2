#include "cli/session.h"

#include <string.h>
#include <unistd.h>

#include "base/secret.h"

#define SESSION_ARENA_SIZE (256 << 10)
#define SESSION_ID_MAX 64 /* a fingerprint in hexadecimal */
/* Of ids, and of names that are as good. */
#define SESSION_ID_CHARACTERS "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_@+."

void session_init(struct session *s, const struct line *line)
{
	*s = (struct session){ .line = line };
	screen_get(STDOUT_FILENO, &s->screen);
	arena_init(&s->arena, SESSION_ARENA_SIZE);
}

void session_done(struct session *s)
{
	if (s->remote)
		remote_close(s->remote);
	arena_done(&s->arena);
}

static fault open_remote(struct session *s)
{
	struct contact contact;
	TRY(contact_get(s->line, &s->complaint, &contact));
	fault why = remote_open(&contact, &s->complaint, &s->remote);
	secret_done(&contact, sizeof(contact));
	return why;
}

fault session_send(struct session *s, const struct remote_request *request, json_t **ret)
{
	if (!s->remote)
		TRY(open_remote(s));
	return remote_send(s->remote, request, &s->complaint, ret);
}

fault session_get(struct session *s, const struct remote_document *document, struct bytes *ret)
{
	if (!s->remote)
		TRY(open_remote(s));
	return remote_get(s->remote, document, &s->complaint, ret);
}

fault session_path(struct session *s, const char *collection, const char *id, const char **ret)
{
	size_t n = strlen(id);
	if (n == 0 || n > SESSION_ID_MAX || id[0] == '.' || strspn(id, SESSION_ID_CHARACTERS) != n)
		return complaint_put(&s->complaint, FAIL(USAGE),
				     "%s: this is no id; the list command shows them.", id);
	*ret = arena_format(&s->arena, "%s/%s", collection, id);
	NEED(*ret != NULL, SYS_MEMORY);
	return NULL;
}

const char *session_format(const struct session *s)
{
	const char *format = s->line->values[OPTION_FORMAT];
	if (s->line->values[OPTION_JSON])
		return "json";
	return format ? format : "text";
}

bool is_session_json(const struct session *s)
{
	return strcmp(session_format(s), "json") == 0;
}

/* Non-ASCII is written as escapes where a terminal might act on it. */
void session_write(const struct session *s, const json_t *document)
{
	json_dumpf(document, stdout, JSON_INDENT(2) | (s->screen.is_terminal ? JSON_ENSURE_ASCII : 0));
	putchar('\n');
}
