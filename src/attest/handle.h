/*
 * handle: OpenSSL's objects, freed at the end of the scope that made them.
 *
 * AUTO(type) declares one: it must be initialised, NULL at least. What outlives its scope is moved out of the
 * variable, which is then NULL.
 */
#ifndef ATTEST_HANDLE_H
#define ATTEST_HANDLE_H

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

#define HANDLE(type, free_call)                               \
	static inline void handle_free_##type(type **handle)  \
	{                                                     \
		free_call(*handle);                           \
	}

HANDLE(BIGNUM, BN_clear_free)
HANDLE(BIO, BIO_free_all)
HANDLE(EVP_CIPHER_CTX, EVP_CIPHER_CTX_free)
HANDLE(EVP_MD_CTX, EVP_MD_CTX_free)
HANDLE(EVP_PKEY, EVP_PKEY_free)
HANDLE(EVP_PKEY_CTX, EVP_PKEY_CTX_free)
HANDLE(OSSL_PARAM, OSSL_PARAM_free)
HANDLE(OSSL_PARAM_BLD, OSSL_PARAM_BLD_free)
HANDLE(X509, X509_free)
HANDLE(X509_STORE_CTX, X509_STORE_CTX_free)

#define AUTO(type) __attribute__((cleanup(handle_free_##type))) type

#endif
