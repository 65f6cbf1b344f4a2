#include "cert/jwtform.h"

#include <stdio.h>

#include "base/base64.h"
#include "base/text.h"

#define HEADER_MAX 256

void jwtform_put_text(struct wr *w, const char *text)
{
	wr_bytes(w, bytes_text(text));
}

void jwtform_put_quoted(struct wr *w, struct bytes text)
{
	w->bad = w->bad || !is_text_printable(text);
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '"' || text.p[i] == '\\')
			wr_u8(w, '\\');
		wr_u8(w, text.p[i]);
	}
}

void jwtform_put_number(struct wr *w, const char *before, uint64_t number)
{
	char text[24];
	snprintf(text, sizeof(text), "%llu", (unsigned long long)number);
	jwtform_put_text(w, before);
	jwtform_put_text(w, text);
}

void jwtform_put_uuid(struct wr *w, const char *before, struct bytes id)
{
	char text[TEXT_UUID_SIZE];
	jwtform_put_text(w, before);
	if (id.n == 16)
		jwtform_put_text(w, text_uuid(id.p, text));
	else
		w->bad = true;
}

void jwtform_put_state(struct wr *w, const char *before, uint64_t state)
{
	static const char *const words[] = { "unknown", "noncompliant", "inGracePeriod", "compliant" };
	jwtform_put_text(w, before);
	w->bad = w->bad || state >= COUNT_OF(words);
	jwtform_put_text(w, w->bad ? "" : words[state]);
	jwtform_put_text(w, "\"");
}

void jwtform_put_assurance(struct wr *w, uint64_t assurance)
{
	static const struct {
		enum trip_assurance bit;
		const char *word;
	} words[] = {
		{ TRIP_ASSURED_KEY, "\"key\"" },
		{ TRIP_ASSURED_CERTIFICATE, "\"certificate\"" },
		{ TRIP_ASSURED_USER, "\"user\"" },
	};
	const char *between = "";
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		if (!(assurance & words[i].bit))
			continue;
		jwtform_put_text(w, between);
		jwtform_put_text(w, words[i].word);
		between = ",";
	}
}

void jwtform_put_words(struct wr *w, struct bytes words)
{
	const char *between = "\"";
	while (words.p) {
		struct bytes word = bytes_until(&words, ' ');
		if (!word.n)
			continue;
		jwtform_put_text(w, between);
		jwtform_put_quoted(w, word);
		jwtform_put_text(w, "\"");
		between = ",\"";
	}
}

static void write_header(const struct jwt_issuer *by, const char *type, struct wr *w)
{
	jwtform_put_text(w, "{\"alg\":\"ES256\",\"typ\":\"");
	jwtform_put_text(w, type);
	jwtform_put_text(w, "\",\"kid\":\"");
	jwtform_put_text(w, by->key_id);
	jwtform_put_text(w, "\"}");
}

fault jwtform_write(const struct jwt_issuer *by, const char *type, const struct wr *claims, struct wr *w)
{
	uint8_t octets[HEADER_MAX];
	struct wr header = wr_of(octets, sizeof(octets));
	write_header(by, type, &header);
	NEED(!header.bad && !claims->bad, BUG);
	size_t start = w->at;
	base64_write_bare(wr_done(&header), w);
	wr_u8(w, '.');
	base64_write_bare(wr_done(claims), w);
	NEED(!w->bad && w->at - start <= JWT_INPUT_MAX, BUG);
	return NULL;
}
