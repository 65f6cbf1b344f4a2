#include "attest/shelf.h"

#include <limits.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "attest/alg.h"
#include "base/heap.h"

/* Those of one second of enrolments; about ten kilobytes each. */
#define SLOTS 1024
#define FINGERPRINT_SIZE 32

/* Each fingerprint has one slot that it may be in. */
struct shelf {
	struct slot {
		uint8_t fingerprint[FINGERPRINT_SIZE];
		X509 *certificate; /* NULL: nothing is here */
	} slots[SLOTS];
};

struct shelf *shelf_new(void)
{
	return heap_need(calloc(1, sizeof(struct shelf)));
}

void shelf_free(struct shelf *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < SLOTS; i++)
		X509_free(s->slots[i].certificate);
	free(s);
}

static size_t place_of(const uint8_t fingerprint[static FINGERPRINT_SIZE])
{
	return ((size_t)fingerprint[0] << 8 | fingerprint[1]) % SLOTS;
}

X509 *shelf_find(const struct shelf *s, struct bytes der)
{
	uint8_t fingerprint[FINGERPRINT_SIZE];
	if (alg_sha256(der, fingerprint))
		return NULL;
	const struct slot *slot = &s->slots[place_of(fingerprint)];
	return is_bytes_equal(BYTES_OF(slot->fingerprint), BYTES_OF(fingerprint)) ? slot->certificate : NULL;
}

/* Extensions that OpenSSL cannot decode would make it say that nobody issued the certificate. */
X509 *shelf_certificate(const struct shelf *s, struct bytes der)
{
	const uint8_t *p = der.p;
	X509 *known = shelf_find(s, der);
	if (known && X509_up_ref(known))
		return known;
	X509 *x = der.n <= LONG_MAX ? d2i_X509(NULL, &p, (long)der.n) : NULL;
	if (x && p == der.p + der.n && !(X509_get_extension_flags(x) & EXFLAG_INVALID))
		return x;
	X509_free(x);
	ERR_clear_error();
	return NULL;
}

void shelf_put(struct shelf *s, struct bytes der, X509 *certificate)
{
	uint8_t fingerprint[FINGERPRINT_SIZE];
	if (alg_sha256(der, fingerprint) || !X509_up_ref(certificate))
		return;
	struct slot *slot = &s->slots[place_of(fingerprint)];
	X509_free(slot->certificate);
	memcpy(slot->fingerprint, fingerprint, sizeof(fingerprint));
	slot->certificate = certificate;
}
