#include "cli/contact.h"

#include <string.h>

#include "base/secret.h"
#include "base/text.h"
#include "cli/file.h"
#include "cli/setting.h"

_Static_assert(CONTACT_TEXT_MAX == SETTING_TEXT_MAX, "an address is a setting");

static fault get_said(const struct line *line, enum setting_id id, struct complaint *complaint,
		      struct setting *ret)
{
	TRY(setting_get(line, id, complaint, ret));
	if (ret->value[0])
		return NULL;
	return complaint_put(complaint, FAIL(CONTACT_MISSING), "Missing: %s", setting_ways(id));
}

static fault get_server(const struct line *line, struct complaint *complaint, struct contact *ret)
{
	struct setting said;
	TRY(get_said(line, SETTING_SERVER, complaint, &said));
	memcpy(ret->server, said.value, sizeof(ret->server));
	return NULL;
}

static fault get_pin(const struct line *line, struct complaint *complaint, struct contact *ret)
{
	struct setting said;
	TRY(get_said(line, SETTING_CA, complaint, &said));
	if (text_hex_parse(bytes_text(said.value), ret->pin, sizeof(ret->pin)))
		return NULL;
	return complaint_put(complaint, FAIL(CONFIG_INVALID),
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
static fault get_token(const struct line *line, struct complaint *complaint, struct contact *ret)
{
	struct setting said;
	uint8_t memory[4 * CONTACT_TOKEN_MAX];
	struct wr w = wr_of(memory, sizeof(memory));
	TRY(get_said(line, SETTING_TOKEN_FILE, complaint, &said));
	TRY(file_get(said.value, FILE_SECRET, complaint, &w));
	struct bytes token = wr_done(&w);
	while (token.n && (token.p[token.n - 1] == '\n' || token.p[token.n - 1] == '\r'))
		token.n--;
	bool is_good = is_token(token);
	if (is_good)
		memcpy(ret->token, token.p, token.n);
	secret_done(memory, sizeof(memory));
	if (!is_good)
		return complaint_put(complaint, FAIL(KEY_FILE), "%s: this is no token.", said.value);
	return NULL;
}

fault contact_get(const struct line *line, struct complaint *complaint, struct contact *ret)
{
	struct contact contact = { 0 };
	TRY(get_server(line, complaint, &contact));
	TRY(get_pin(line, complaint, &contact));
	TRY(get_token(line, complaint, &contact));
	*ret = contact;
	secret_done(&contact, sizeof(contact));
	return NULL;
}
