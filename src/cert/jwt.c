#include "cert/jwt.h"

#include <stdio.h>

#include <openssl/sha.h>

#include "base/base64.h"
#include "base/text.h"

#define JWT_HEADER_MAX 256
#define JWK_MAX 1024 /* octets of an RSA key of 4096 bits as a JWK */

static void put_text(struct wr *w, const char *text)
{
	wr_bytes(w, bytes_text(text));
}

static void put_number(struct wr *w, const char *before, uint64_t number)
{
	char text[24];
	snprintf(text, sizeof(text), "%llu", (unsigned long long)number);
	put_text(w, before);
	put_text(w, text);
}

static void put_uuid(struct wr *w, const char *before, struct bytes id)
{
	char text[TEXT_UUID_SIZE];
	put_text(w, before);
	if (id.n == 16)
		put_text(w, text_uuid(id.p, text));
	else
		w->bad = true;
}

/* --- keys ----------------------------------------------------------------------------------------------- */

static const char *const curves[] = {
	[FRAME_KEY_P256] = "P-256", [FRAME_KEY_RSA] = NULL,     [FRAME_KEY_P384] = "P-384",
	[FRAME_KEY_P521] = "P-521",
};

/* The required members in their lexical order (RFC 7638 §3.2), without the braces. */
static void write_members(const struct subject *key, struct wr *w)
{
	const char *curve = curves[key->kind];
	if (curve) {
		put_text(w, "\"crv\":\"");
		put_text(w, curve);
		put_text(w, "\",\"kty\":\"EC\",\"x\":\"");
		base64_write_bare(key->a, w);
		put_text(w, "\",\"y\":\"");
		base64_write_bare(key->b, w);
	} else {
		put_text(w, "\"e\":\"");
		base64_write_bare(key->b, w);
		put_text(w, "\",\"kty\":\"RSA\",\"n\":\"");
		base64_write_bare(key->a, w);
	}
	put_text(w, "\"");
}

fault jwt_thumbprint(const struct subject *key, char ret[static JWT_THUMBPRINT_SIZE])
{
	uint8_t octets[JWK_MAX], hash[SHA256_DIGEST_LENGTH];
	struct wr w = wr_of(octets, sizeof(octets));
	TRY(subject_check(key));
	put_text(&w, "{");
	write_members(key, &w);
	put_text(&w, "}");
	NEED(!w.bad && SHA256(octets, w.at, hash), BUG);
	struct wr text = wr_of((uint8_t *)ret, JWT_THUMBPRINT_SIZE);
	base64_write_bare(BYTES_OF(hash), &text);
	wr_u8(&text, 0);
	NEED(!text.bad, BUG);
	return NULL;
}

fault jwt_write_key(const struct subject *key, struct wr *w)
{
	char id[JWT_THUMBPRINT_SIZE];
	NEED(key->kind == FRAME_KEY_P256, KEY_WEAK);
	TRY(jwt_thumbprint(key, id));
	put_text(w, "{\"alg\":\"ES256\",");
	write_members(key, w);
	put_text(w, ",\"kid\":\"");
	put_text(w, id);
	put_text(w, "\",\"use\":\"sig\"}");
	return NULL;
}

/* --- tokens --------------------------------------------------------------------------------------------- */

bool is_jwt_url(struct bytes url)
{
	for (size_t i = 0; i < url.n; i++)
		if (url.p[i] <= ' ' || url.p[i] > '~' || url.p[i] == '"' || url.p[i] == '\\')
			return false;
	return url.n > 0;
}

static void write_header(const struct jwt_issuer *by, const char *type, struct wr *w)
{
	put_text(w, "{\"alg\":\"ES256\",\"typ\":\"");
	put_text(w, type);
	put_text(w, "\",\"kid\":\"");
	put_text(w, by->key_id);
	put_text(w, "\"}");
}

static void write_assurance(uint64_t assurance, struct wr *w)
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
		put_text(w, between);
		put_text(w, words[i].word);
		between = ",";
	}
}

static fault write_claims(const struct mint *m, const struct jwt_issuer *by, struct wr *w)
{
	const struct subject key = { (enum frame_key)m->key, m->key_a, m->key_b };
	char thumbprint[JWT_THUMBPRINT_SIZE];
	TRY(jwt_thumbprint(&key, thumbprint));
	NEED(is_jwt_url(by->url), BUG);
	put_text(w, "{\"iss\":\"");
	wr_bytes(w, by->url);
	put_uuid(w, "\",\"sub\":\"", m->device_id);
	put_number(w, "\",\"iat\":", m->issued);
	put_number(w, ",\"nbf\":", m->issued);
	put_number(w, ",\"exp\":", m->expires);
	put_uuid(w, ",\"jti\":\"", m->id);
	put_text(w, m->attested ? "\",\"attested\":true" : "\",\"attested\":false");
	put_text(w, ",\"assurance\":[");
	write_assurance(m->assurance, w);
	put_text(w, "],\"cnf\":{\"jkt\":\"");
	put_text(w, thumbprint);
	put_text(w, "\"}}");
	return NULL;
}

/* What is to be signed: a header of that type and the claims. */
static fault write_input(const struct jwt_issuer *by, const char *type, const struct wr *claims, struct wr *w)
{
	uint8_t octets[JWT_HEADER_MAX];
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

fault jwt_build(const struct mint *m, const struct jwt_issuer *by, struct wr *w)
{
	uint8_t octets[JWT_INPUT_MAX];
	struct wr claims = wr_of(octets, sizeof(octets));
	TRY(write_claims(m, by, &claims));
	return write_input(by, JWT_TYPE, &claims, w);
}

/* The writer is one of our own words, so that it needs no escapes. */
fault jwt_build_head(const struct audit_head *h, const struct jwt_issuer *by, struct wr *w)
{
	uint8_t octets[JWT_INPUT_MAX];
	char hash[TEXT_HEX_SIZE(AUDIT_HASH_SIZE)];
	struct wr claims = wr_of(octets, sizeof(octets));
	NEED(is_jwt_url(by->url) && is_jwt_url(h->writer) && h->hash.n == AUDIT_HASH_SIZE, BUG);
	put_text(&claims, "{\"iss\":\"");
	wr_bytes(&claims, by->url);
	put_number(&claims, "\",\"iat\":", h->time);
	put_text(&claims, ",\"writer\":\"");
	wr_bytes(&claims, h->writer);
	put_number(&claims, "\",\"number\":", h->number);
	put_text(&claims, ",\"hash\":\"");
	put_text(&claims, text_hex(h->hash, hash));
	put_text(&claims, "\"}");
	return write_input(by, JWT_HEAD_TYPE, &claims, w);
}

void jwt_write(struct bytes input, const uint8_t signature[static JWT_SIGNATURE_SIZE], struct wr *w)
{
	wr_bytes(w, input);
	wr_u8(w, '.');
	base64_write_bare(bytes_of(signature, JWT_SIGNATURE_SIZE), w);
}
