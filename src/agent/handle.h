/*
 * handle: OpenSSL's objects give themselves back when they leave scope.
 */
#ifndef AGENT_HANDLE_H
#define AGENT_HANDLE_H

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#define HANDLE(type, done)                                \
	static inline void handle_##done(type **p)        \
	{                                                 \
		done(*p);                                 \
	}

HANDLE(BIO, BIO_free_all)
HANDLE(EVP_MD_CTX, EVP_MD_CTX_free)
HANDLE(EVP_PKEY, EVP_PKEY_free)
HANDLE(ECDSA_SIG, ECDSA_SIG_free)
HANDLE(X509, X509_free)
HANDLE(X509_REQ, X509_REQ_free)

#define AUTO(done) __attribute__((cleanup(handle_##done)))

#endif
