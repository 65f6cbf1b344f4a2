#include "agent/ekservice.h"

#include <jansson.h>
#include <string.h>

#include "agent/settings.h"
#include "attest/alg.h"
#include "attest/ekleaf.h"
#include "base/base64.h"
#include "base/text.h"

#define COORDINATE_MAX 66 /* of P-521 */

/* The numbers that names are made of, padded to their full width. */
struct numbers {
	uint8_t storage[2][COORDINATE_MAX];
	struct bytes a, b;
};

/* RSA: the modulus and its exponent; curves: x and y. */
static fault get_numbers(const struct spki *key, struct numbers *ret)
{
	size_t width = spki_width(key->kind);
	ret->a = bytes_magnitude(key->a);
	ret->b = bytes_magnitude(key->b);
	if (!width)
		return NULL;
	NEED(alg_pad(key->a, width, ret->storage[0]) && alg_pad(key->b, width, ret->storage[1]), KEY_LINK);
	ret->a = bytes_of(ret->storage[0], width);
	ret->b = bytes_of(ret->storage[1], width);
	return NULL;
}

/* --- Intel ---------------------------------------------------------------------------------------------- */

/* SHA-256 of both numbers, one after the other; the padding is escaped, for the path is part of a URL. */
static fault write_intel_name(const struct spki *key, struct wr *w)
{
	uint8_t digest[ALG_DIGEST_MAX];
	uint8_t text[EKSERVICE_NAME_MAX];
	struct wr t = wr_of(text, sizeof(text));
	struct numbers n;
	TRY(get_numbers(key, &n));
	TRY(alg_digest(alg_hash_find(ALG_SHA256), (const struct bytes[]){ n.a, n.b }, 2, digest));
	base64_write_url(bytes_of(digest, 32), &t);
	wr_bytes(w, bytes_of(text, t.at - 1));
	wr_bytes(w, BYTES_TEXT("%3D"));
	return NULL;
}

/* The padding of base64 comes escaped as in a URL. */
static struct bytes without_padding(struct bytes text)
{
	while (text.n >= 3 && is_bytes_text(bytes_slice(text, text.n - 3, 3), "%3D"))
		text.n -= 3;
	return text;
}

/* {"pubhash": TEXT, "certificate": TEXT}; more members may come. */
static struct bytes open_intel(struct bytes body, struct arena *arena)
{
	json_auto_t *document =
		json_loadb(body.n ? (const char *)body.p : "", body.n, JSON_REJECT_DUPLICATES, NULL);
	const json_t *member = json_object_get(document, "certificate");
	struct bytes text = without_padding(bytes_of(json_string_value(member), json_string_length(member)));
	uint8_t *room = arena_alloc(arena, text.n);
	struct wr w = wr_of(room, room ? text.n : 0);
	bool is_text = text.n && base64_parse_url(text, &w);
	return is_text ? wr_done(&w) : (struct bytes){ 0 };
}

/* --- AMD ------------------------------------------------------------------------------------------------ */

/* Half a SHA-256: of a kind, the exponent in four octets and the modulus; or of a kind, x and y. */
static fault write_amd_name(const struct spki *key, struct wr *w)
{
	static const uint8_t rsa_kind[] = { 0, 0, 0x22, 0x22 }, curve_kind[] = { 0, 0, 0x44, 0x44 };
	static const char digits[] = "0123456789ABCDEF";
	uint8_t digest[ALG_DIGEST_MAX], exponent[4];
	struct numbers n;
	TRY(get_numbers(key, &n));
	struct bytes parts[] = { BYTES_OF(curve_kind), n.a, n.b };
	if (key->kind == SPKI_RSA) {
		NEED(alg_pad(n.b, sizeof(exponent), exponent), KEY_LINK);
		parts[0] = BYTES_OF(rsa_kind);
		parts[1] = BYTES_OF(exponent);
		parts[2] = n.a;
	}
	TRY(alg_digest(alg_hash_find(ALG_SHA256), parts, COUNT_OF(parts), digest));
	for (size_t i = 0; i < 16; i++) {
		wr_u8(w, (uint8_t)digits[digest[i] >> 4]);
		wr_u8(w, (uint8_t)digits[digest[i] & 15]);
	}
	return NULL;
}

static struct bytes open_amd(struct bytes body, struct arena *arena)
{
	(void)arena;
	return body;
}

/* --- the table ------------------------------------------------------------------------------------------ */

static const struct ekservice services[] = {
	{ "intel", "INTC", offsetof(struct settings, ek_service_intel), "application/json", write_intel_name,
	  open_intel },
	{ "amd", "AMD", offsetof(struct settings, ek_service_amd), "*/*", write_amd_name, open_amd },
};

const struct ekservice *ekservice_find(const char *manufacturer)
{
	for (size_t i = 0; i < COUNT_OF(services); i++)
		if (strcmp(services[i].manufacturer, manufacturer) == 0)
			return &services[i];
	return NULL;
}

const struct ekservice *ekservice_find_word(const char *word)
{
	for (size_t i = 0; i < COUNT_OF(services); i++)
		if (strcmp(services[i].word, word) == 0)
			return &services[i];
	return NULL;
}

fault ekservice_check(struct bytes certificate, struct bytes ek_hash, struct bytes *ret)
{
	uint8_t hash[32];
	struct bytes der;
	uint32_t leniencies = 0;
	struct ekleaf leaf;
	NEED(!ekleaf_unwrap(certificate, &der, &leniencies) && !ekleaf_parse(der, &leaf), EK_SERVICE_ANSWER);
	NEED(der.n == certificate.n && der.n <= TRIP_CERT_MAX, EK_SERVICE_ANSWER);
	NEED(!alg_spki_hash(&leaf.key, hash), EK_SERVICE_KEY);
	NEED(is_bytes_equal(BYTES_OF(hash), ek_hash), EK_SERVICE_KEY);
	*ret = der;
	return NULL;
}

fault ekservice_parse(const struct ekservice *service, const struct ekservice_answer *answer,
		      struct arena *arena, struct bytes *ret)
{
	struct bytes certificate = service->open(answer->body, arena);
	NEED(!is_arena_full(arena), SYS_MEMORY);
	NEED(certificate.p, EK_SERVICE_ANSWER);
	return ekservice_check(certificate, answer->ek_hash, ret);
}
