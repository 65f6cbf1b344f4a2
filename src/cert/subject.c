#include "cert/subject.h"

#define RSA_MODULUS_MIN 256
#define RSA_MODULUS_MAX 512
#define RSA_EXPONENT_MIN 3 /* octets: the smallest odd number of three octets is 65537 */
#define RSA_EXPONENT_MAX 8

static bool is_point(const struct subject *s)
{
	size_t width = spki_width(subject_spki(s).kind);
	return s->a.n == width && s->b.n == width;
}

static bool is_rsa(const struct subject *s)
{
	bool modulus = s->a.n >= RSA_MODULUS_MIN && s->a.n <= RSA_MODULUS_MAX;
	bool exponent = s->b.n >= RSA_EXPONENT_MIN && s->b.n <= RSA_EXPONENT_MAX;
	if (!modulus || !exponent)
		return false;
	bool odd = (s->a.p[s->a.n - 1] & 1) && (s->b.p[s->b.n - 1] & 1);
	return odd && s->a.p[0] >= 0x80 && s->b.p[0] != 0;
}

static const struct {
	bool (*is_good)(const struct subject *s);
	enum spki_kind spki;
} kinds[] = {
	[FRAME_KEY_P256] = { is_point, SPKI_P256 },
	[FRAME_KEY_RSA] = { is_rsa, SPKI_RSA },
	[FRAME_KEY_P384] = { is_point, SPKI_P384 },
	[FRAME_KEY_P521] = { is_point, SPKI_P521 },
};

static bool is_known(const struct subject *s)
{
	return (size_t)s->kind < COUNT_OF(kinds) && kinds[s->kind].is_good;
}

fault subject_check(const struct subject *s)
{
	NEED(is_known(s) && kinds[s->kind].is_good(s), KEY_WEAK);
	return NULL;
}

struct spki subject_spki(const struct subject *s)
{
	enum spki_kind kind = is_known(s) ? kinds[s->kind].spki : SPKI_NONE;
	return (struct spki){ .kind = kind, .a = s->a, .b = s->b };
}
