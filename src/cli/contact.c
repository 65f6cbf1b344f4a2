#include "cli/contact.h"

#include <string.h>

#include "base/secret.h"
#include "base/text.h"
#include "cli/file.h"
#include "cli/setting.h"

_Static_assert(CONTACT_TEXT_MAX == SETTING_TEXT_MAX, "an address is a setting");

static fault check_said(const struct setting *said, struct complaint *complaint)
{
	if (said->value[0])
		return NULL;
	return complaint_put(complaint, FAIL(CONTACT_MISSING), "Missing: %s", said->place);
}

static fault get_pin(const struct setting *said, struct complaint *complaint, struct contact *ret)
{
	if (text_hex_parse(bytes_text(said->value), ret->pin, sizeof(ret->pin)))
		return NULL;
	return complaint_put(complaint, FAIL(CONFIG_INVALID),
			     "%s: a CA fingerprint has 64 hexadecimal digits.", said->place);
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
static fault get_token(const struct setting *said, struct complaint *complaint, struct contact *ret)
{
	uint8_t memory[4 * CONTACT_TOKEN_MAX];
	struct wr w = wr_of(memory, sizeof(memory));
	TRY(file_get(said->value, FILE_SECRET, complaint, &w));
	struct bytes token = wr_done(&w);
	while (token.n && (token.p[token.n - 1] == '\n' || token.p[token.n - 1] == '\r'))
		token.n--;
	bool is_good = is_token(token);
	if (is_good)
		memcpy(ret->token, token.p, token.n);
	secret_done(memory, sizeof(memory));
	if (!is_good)
		return complaint_put(complaint, FAIL(KEY_FILE), "%s: this is no token.", said->value);
	return NULL;
}

fault contact_get(const struct line *line, struct complaint *complaint, struct contact *ret)
{
	struct contact contact = { 0 };
	struct setting said[SETTING_COUNT];
	TRY(setting_get(line, complaint, said));
	TRY(check_said(&said[SETTING_SERVER], complaint));
	memcpy(contact.server, said[SETTING_SERVER].value, sizeof(contact.server));
	TRY(check_said(&said[SETTING_CA], complaint));
	TRY(get_pin(&said[SETTING_CA], complaint, &contact));
	TRY(check_said(&said[SETTING_TOKEN_FILE], complaint));
	TRY(get_token(&said[SETTING_TOKEN_FILE], complaint, &contact));
	*ret = contact;
	secret_done(&contact, sizeof(contact));
	return NULL;
}
