#include "agent/devicekey.h"

#include "agent/handle.h"
#include "agent/pem.h"
#include "agent/softkey.h"
#include "attest/public.h"

/* The certificate's key as SubjectPublicKeyInfo, in the arena. */
static fault read_certificate(struct state *state, struct arena *arena, struct bytes *ret)
{
	struct bytes der;
	unsigned char *spki = NULL;
	TRY(pem_find(state, STATE_DEVICE_CERTIFICATE, PEM_CERTIFICATE, arena, &der));
	NEED(der.p, NOT_ENROLLED);
	const unsigned char *at = der.p;
	AUTO(X509_free) X509 *x = d2i_X509(NULL, &at, (long)der.n);
	NEED(x, KEY_FILE);
	int n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &spki);
	struct bytes copy = n > 0 ? arena_copy(arena, bytes_of(spki, (size_t)n)) : (struct bytes){ 0 };
	OPENSSL_free(spki);
	NEED(copy.p, SYS_MEMORY);
	*ret = copy;
	return NULL;
}

static bool is_key_of(struct bytes public_area, struct bytes certified)
{
	uint8_t octets[SPKI_SIZE_MAX];
	struct public p;
	struct wr w = wr_of(octets, sizeof(octets));
	if (public_parse(public_area, &p))
		return false;
	const struct spki key = public_spki(&p);
	spki_write(&key, &w);
	return is_bytes_equal(wr_done(&w), certified);
}

static fault find_in_chip(struct state *state, struct arena *arena, struct devicekey *ret)
{
	struct bytes der;
	TRY(pem_find(state, STATE_DEVICE_KEY, KEY_PEM_LABEL, arena, &der));
	if (!der.p)
		return NULL;
	TRY(key_parse(der, &ret->key));
	ret->public_area = ret->key.public_area;
	return NULL;
}

static fault find_in_file(struct state *state, struct arena *arena, struct devicekey *ret)
{
	TRY(pem_find(state, STATE_SOFTWARE_KEY, SOFTKEY_PEM_LABEL, arena, &ret->der));
	return ret->der.p ? softkey_get_public(ret->der, arena, &ret->public_area) : NULL;
}

/* A device that came to its TPM later has both files: the certificate says which counts. */
fault devicekey_get(struct state *state, struct chip *chip, struct arena *arena, struct devicekey *ret)
{
	struct bytes certified;
	struct devicekey in_chip = { .chip = chip }, in_file = { 0 };
	TRY(read_certificate(state, arena, &certified));
	TRY(find_in_chip(state, arena, &in_chip));
	if (in_chip.public_area.p && is_key_of(in_chip.public_area, certified)) {
		NEED(chip, DEVICE_KEY);
		*ret = in_chip;
		return NULL;
	}
	TRY(find_in_file(state, arena, &in_file));
	NEED(in_file.public_area.p && is_key_of(in_file.public_area, certified), DEVICE_KEY);
	*ret = in_file;
	return NULL;
}

fault devicekey_get_signature(const struct devicekey *key, struct bytes message, struct arena *arena,
			      struct bytes *ret)
{
	if (!key->chip)
		return softkey_get_signature(key->der, message, arena, ret);
	return key_get_signature(key->chip, &key->key, message, arena, ret);
}
