#include "cli/contact.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/config.h"
#include "base/secret.h"
#include "base/text.h"
#include "cli/file.h"

#define MACHINE_FILE "/etc/assay/assay.conf"
#define USER_FILE "/.config/assay/assay.conf" /* below the home folder */
#define FILE_SIZE_MAX 16384

/* What one file says; an empty text is nothing said. */
struct places {
	char server[CONTACT_TEXT_MAX + 1], ca[CONTACT_TEXT_MAX + 1], token_file[CONTACT_TEXT_MAX + 1];
};

#define ROW(key, type, member, sentence) \
	{ key, CONFIG_##type, offsetof(struct places, member), 0, CONTACT_TEXT_MAX, "", sentence, NULL }

static const struct config_row keys[] = {
	ROW("server", TEXT, server, "The server's address for administrators, https://HOST[:PORT]."),
	ROW("ca", TEXT, ca, "SHA-256 of the server's root certificate, as assayd init prints it."),
	ROW("token_file", PATH, token_file, "File that holds the administrator's token."),
};

/* Where a value of each kind may come from. */
struct source {
	enum option_id option;
	const char *variable;
	size_t offset; /* in struct places */
};

#define SOURCE(option, variable, member) { OPTION_##option, variable, offsetof(struct places, member) }

static const struct source server_source = SOURCE(SERVER, "ASSAY_SERVER", server);
static const struct source ca_source = SOURCE(CA, "ASSAY_CA", ca);
static const struct source token_source = SOURCE(TOKEN_FILE, "ASSAY_TOKEN_FILE", token_file);

struct search {
	const struct line *line;
	struct complaint *complaint;
	char user_file[PATH_MAX]; /* empty: there is no home */
	struct places user, machine;
};

/* A value and where it was said. */
struct saying {
	const char *value, *place;
};

/* A file that is not there says nothing. */
static fault read_places(struct search *s, const char *path, struct places *ret)
{
	uint8_t memory[FILE_SIZE_MAX];
	struct wr w = wr_of(memory, sizeof(memory));
	struct config_error error = { 0 };
	if (path[0] && access(path, F_OK) == 0)
		TRY(file_get(path, FILE_PUBLIC, s->complaint, &w));
	fault why = config_parse(keys, COUNT_OF(keys), wr_done(&w), ret, &error);
	return why ? complaint_put(s->complaint, why, "%s: %s", path, error.sentence) : NULL;
}

static fault find_saying(const struct search *s, const struct source *source, struct saying *ret)
{
	const struct saying sayings[] = {
		{ s->line->values[source->option], options[source->option].name },
		{ getenv(source->variable), source->variable },
		{ (const char *)&s->user + source->offset, s->user_file },
		{ (const char *)&s->machine + source->offset, MACHINE_FILE },
	};
	for (size_t i = 0; i < COUNT_OF(sayings); i++) {
		if (!sayings[i].value || !sayings[i].value[0])
			continue;
		*ret = sayings[i];
		return NULL;
	}
	return complaint_put(s->complaint, FAIL(CONTACT_MISSING), "Missing: --%s, %s",
			     options[source->option].name, source->variable);
}

static fault get_server(const struct search *s, struct contact *ret)
{
	struct saying said;
	TRY(find_saying(s, &server_source, &said));
	size_t n = strlen(said.value);
	if (n > CONTACT_TEXT_MAX)
		return complaint_put(s->complaint, FAIL(CONFIG_INVALID), "%s: the address is too long.",
				     said.place);
	memcpy(ret->server, said.value, n + 1);
	return NULL;
}

static fault get_pin(const struct search *s, struct contact *ret)
{
	struct saying said;
	TRY(find_saying(s, &ca_source, &said));
	if (text_hex_parse(bytes_text(said.value), ret->pin, sizeof(ret->pin)))
		return NULL;
	return complaint_put(s->complaint, FAIL(CONFIG_INVALID),
			     "%s: a CA fingerprint has 64 hexadecimal digits.", said.place);
}

/* True for what an Authorization field can carry after "Bearer " (RFC 6750 §2.1). */
static bool is_token(struct bytes text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] <= ' ' || text.p[i] > '~')
			return false;
	return text.n > 0 && text.n <= CONTACT_TOKEN_MAX;
}

/* The one line of the file. */
static fault get_token(const struct search *s, struct contact *ret)
{
	struct saying said;
	uint8_t memory[4 * CONTACT_TOKEN_MAX];
	struct wr w = wr_of(memory, sizeof(memory));
	TRY(find_saying(s, &token_source, &said));
	TRY(file_get(said.value, FILE_SECRET, s->complaint, &w));
	struct bytes token = wr_done(&w);
	while (token.n && (token.p[token.n - 1] == '\n' || token.p[token.n - 1] == '\r'))
		token.n--;
	bool is_good = is_token(token);
	if (is_good)
		memcpy(ret->token, token.p, token.n);
	secret_done(memory, sizeof(memory));
	if (!is_good)
		return complaint_put(s->complaint, FAIL(KEY_FILE), "%s: this is no token.", said.value);
	return NULL;
}

fault contact_get(const struct line *line, struct complaint *complaint, struct contact *ret)
{
	struct search s = { .line = line, .complaint = complaint };
	struct contact contact = { 0 };
	const char *home = getenv("HOME");
	if (home && home[0] == '/')
		snprintf(s.user_file, sizeof(s.user_file), "%s" USER_FILE, home);
	TRY(read_places(&s, s.user_file, &s.user));
	TRY(read_places(&s, MACHINE_FILE, &s.machine));
	TRY(get_server(&s, &contact));
	TRY(get_pin(&s, &contact));
	TRY(get_token(&s, &contact));
	*ret = contact;
	secret_done(&contact, sizeof(contact));
	return NULL;
}
