#include "sign/pem.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include "sign/file.h"

static void free_bio(BIO **p)
{
	BIO_free_all(*p);
}

#define OWNED __attribute__((cleanup(free_bio))) BIO *

fault pem_write_certificate(struct bytes der, struct wr *w)
{
	OWNED bio = BIO_new(BIO_s_mem());
	char *text = NULL;
	NEED(bio && PEM_write_bio(bio, PEM_STRING_X509, "", der.p, (long)der.n) > 0, BUG);
	long n = BIO_get_mem_data(bio, &text);
	NEED(n > 0, BUG);
	wr_bytes(w, bytes_of(text, (size_t)n));
	NEED(!w->bad, BUG);
	return NULL;
}

fault pem_get_certificate(const char *path, struct wr *w)
{
	uint8_t text[PEM_TEXT_MAX];
	struct wr file = wr_of(text, sizeof(text));
	TRY(file_get(path, false, &file));
	OWNED bio = BIO_new_mem_buf(text, (int)file.at);
	unsigned char *der = NULL;
	long n = 0;
	bool found = bio && PEM_bytes_read_bio(&der, &n, NULL, PEM_STRING_X509, bio, NULL, NULL) == 1;
	ERR_clear_error();
	NEED(found && n > 0, CERT_MALFORMED);
	wr_bytes(w, bytes_of(der, (size_t)n));
	OPENSSL_free(der);
	NEED(!w->bad, CERT_MALFORMED);
	return NULL;
}
