#include "cli/setting.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/config.h"
#include "cli/file.h"

#define MACHINE_FILE "/etc/assay/assay.conf"
#define USER_FILE "/.config/assay/assay.conf" /* below the home folder */
#define FILE_SIZE_MAX 16384

/* What one file says; an empty text is nothing said. */
struct places {
	char of[SETTING_COUNT][SETTING_TEXT_MAX + 1];
};

#define PLACE(id) (SETTING_##id * (SETTING_TEXT_MAX + 1))
#define ROW(id, key, type, sentence) \
	[SETTING_##id] = { key, CONFIG_##type, PLACE(id), 0, SETTING_TEXT_MAX, "", sentence, NULL }

static const struct config_row keys[] = {
	ROW(SERVER, "server", TEXT, "The server's address for administrators, https://HOST[:PORT]."),
	ROW(CA, "ca", TEXT, "SHA-256 of the server's root certificate, as assayd init prints it."),
	ROW(TOKEN_FILE, "token_file", PATH, "File that holds the administrator's token."),
	ROW(ROOTS_FROM, "roots_from", TEXT, "Address or file of the CAB that roots update looks at."),
	ROW(ROOTS_SIGNER, "roots_signer", PATH, "File of CA certificates that its signer must lead to."),
};

static const struct source {
	enum option_id option;
	const char *variable; /* NULL: none */
} sources[SETTING_COUNT] = {
	[SETTING_SERVER] = { OPTION_SERVER, "ASSAY_SERVER" },
	[SETTING_CA] = { OPTION_CA, "ASSAY_CA" },
	[SETTING_TOKEN_FILE] = { OPTION_TOKEN_FILE, "ASSAY_TOKEN_FILE" },
	[SETTING_ROOTS_FROM] = { OPTION_FROM, NULL },
	[SETTING_ROOTS_SIGNER] = { OPTION_SIGNER, NULL },
};

struct search {
	const struct line *line;
	struct complaint *complaint;
	char user_file[SETTING_TEXT_MAX + 1]; /* empty: there is no home */
	struct places user, machine;
};

/* A file that is not there says nothing. */
static fault read_places(const char *path, struct complaint *complaint, struct places *ret)
{
	uint8_t memory[FILE_SIZE_MAX];
	struct wr w = wr_of(memory, sizeof(memory));
	struct config_error error = { 0 };
	if (path[0] && access(path, F_OK) == 0)
		TRY(file_get(path, FILE_PUBLIC, complaint, &w));
	fault why = config_parse(keys, COUNT_OF(keys), wr_done(&w), ret, &error);
	return why ? complaint_put(complaint, why, "%s: %s", path, error.sentence) : NULL;
}

static fault copy(const char *value, const char *place, struct complaint *complaint, struct setting *ret)
{
	size_t n = strlen(value);
	if (n > SETTING_TEXT_MAX)
		return complaint_put(complaint, FAIL(CONFIG_INVALID), "%s: the value is too long.", place);
	memcpy(ret->value, value, n + 1);
	snprintf(ret->place, sizeof(ret->place), "%s", place);
	return NULL;
}

static fault get_one(const struct search *s, enum setting_id id, struct setting *ret)
{
	const struct source *source = &sources[id];
	const struct {
		const char *value, *place;
	} sayings[] = {
		{ s->line->values[source->option], options[source->option].name },
		{ source->variable ? getenv(source->variable) : NULL, source->variable },
		{ s->user.of[id], s->user_file },
		{ s->machine.of[id], MACHINE_FILE },
	};
	*ret = (struct setting){ .value = "" };
	for (size_t i = 0; i < COUNT_OF(sayings); i++)
		if (sayings[i].value && sayings[i].value[0])
			return copy(sayings[i].value, sayings[i].place, s->complaint, ret);
	snprintf(ret->place, sizeof(ret->place), "--%s%s%s", options[source->option].name,
		 source->variable ? ", " : "", source->variable ? source->variable : "");
	return NULL;
}

fault setting_get(const struct line *line, struct complaint *complaint,
		  struct setting ret[static SETTING_COUNT])
{
	struct search s = { .line = line, .complaint = complaint };
	const char *home = getenv("HOME");
	if (home && home[0] == '/')
		snprintf(s.user_file, sizeof(s.user_file), "%s" USER_FILE, home);
	TRY(read_places(s.user_file, complaint, &s.user));
	TRY(read_places(MACHINE_FILE, complaint, &s.machine));
	for (size_t i = 0; i < SETTING_COUNT; i++)
		TRY(get_one(&s, (enum setting_id)i, &ret[i]));
	return NULL;
}
