#include "cert/jwt.h"

#include <openssl/sha.h>

#include "base/base64.h"
#include "base/text.h"
#include "cert/jwtform.h"

#define JWK_MAX 1024 /* octets of an RSA key of 4096 bits as a JWK */

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
		jwtform_put_text(w, "\"crv\":\"");
		jwtform_put_text(w, curve);
		jwtform_put_text(w, "\",\"kty\":\"EC\",\"x\":\"");
		base64_write_bare(key->a, w);
		jwtform_put_text(w, "\",\"y\":\"");
		base64_write_bare(key->b, w);
	} else {
		jwtform_put_text(w, "\"e\":\"");
		base64_write_bare(key->b, w);
		jwtform_put_text(w, "\",\"kty\":\"RSA\",\"n\":\"");
		base64_write_bare(key->a, w);
	}
	jwtform_put_text(w, "\"");
}

fault jwt_thumbprint(const struct subject *key, char ret[static JWT_THUMBPRINT_SIZE])
{
	uint8_t octets[JWK_MAX], hash[SHA256_DIGEST_LENGTH];
	struct wr w = wr_of(octets, sizeof(octets));
	TRY(subject_check(key));
	jwtform_put_text(&w, "{");
	write_members(key, &w);
	jwtform_put_text(&w, "}");
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
	jwtform_put_text(w, "{\"alg\":\"ES256\",");
	write_members(key, w);
	jwtform_put_text(w, ",\"kid\":\"");
	jwtform_put_text(w, id);
	jwtform_put_text(w, "\",\"use\":\"sig\"}");
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

static fault write_claims(const struct mint *m, const struct jwt_issuer *by, struct wr *w)
{
	const struct subject key = { (enum frame_key)m->key, m->key_a, m->key_b };
	char thumbprint[JWT_THUMBPRINT_SIZE];
	TRY(jwt_thumbprint(&key, thumbprint));
	NEED(is_jwt_url(by->url), BUG);
	jwtform_put_text(w, "{\"iss\":\"");
	wr_bytes(w, by->url);
	jwtform_put_uuid(w, "\",\"sub\":\"", m->device_id);
	jwtform_put_number(w, "\",\"iat\":", m->issued);
	jwtform_put_number(w, ",\"nbf\":", m->issued);
	jwtform_put_number(w, ",\"exp\":", m->expires);
	jwtform_put_uuid(w, ",\"jti\":\"", m->id);
	jwtform_put_text(w, m->attested ? "\",\"attested\":true" : "\",\"attested\":false");
	jwtform_put_text(w, ",\"assurance\":[");
	jwtform_put_assurance(w, m->assurance);
	jwtform_put_text(w, "],\"cnf\":{\"jkt\":\"");
	jwtform_put_text(w, thumbprint);
	jwtform_put_text(w, "\"}}");
	return NULL;
}

fault jwt_build(const struct mint *m, const struct jwt_issuer *by, struct wr *w)
{
	uint8_t octets[JWT_INPUT_MAX];
	struct wr claims = wr_of(octets, sizeof(octets));
	TRY(write_claims(m, by, &claims));
	return jwtform_write(by, JWT_TYPE, &claims, w);
}

/* The writer is one of our own words, so that it needs no escapes. */
fault jwt_build_head(const struct audit_head *h, const struct jwt_issuer *by, struct wr *w)
{
	uint8_t octets[JWT_INPUT_MAX];
	char hash[TEXT_HEX_SIZE(AUDIT_HASH_SIZE)];
	struct wr claims = wr_of(octets, sizeof(octets));
	NEED(is_jwt_url(by->url) && is_jwt_url(h->writer) && h->hash.n == AUDIT_HASH_SIZE, BUG);
	jwtform_put_text(&claims, "{\"iss\":\"");
	wr_bytes(&claims, by->url);
	jwtform_put_number(&claims, "\",\"iat\":", h->time);
	jwtform_put_text(&claims, ",\"writer\":\"");
	wr_bytes(&claims, h->writer);
	jwtform_put_number(&claims, "\",\"number\":", h->number);
	jwtform_put_text(&claims, ",\"hash\":\"");
	jwtform_put_text(&claims, text_hex(h->hash, hash));
	jwtform_put_text(&claims, "\"}");
	return jwtform_write(by, JWT_HEAD_TYPE, &claims, w);
}

void jwt_write(struct bytes input, const uint8_t signature[static JWT_SIGNATURE_SIZE], struct wr *w)
{
	wr_bytes(w, input);
	wr_u8(w, '.');
	base64_write_bare(bytes_of(signature, JWT_SIGNATURE_SIZE), w);
}
