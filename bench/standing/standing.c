/*
 * standing: what it costs to say which certificates are still good: lists of revoked ones, and answers by
 * OCSP.
 *
 * Each row is timed in turns with the least that OpenSSL takes for the same; nothing has a bound.
 */
#include <ftw.h>
#include <openssl/evp.h>
#include <openssl/ocsp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../pure/stopwatch.h"
#include "cert/crl.h"
#include "cert/point.h"
#include "sign/hierarchy.h"
#include "sign/responder.h"

#define ROWS_OF_FLEET 100000
#define URL "https://localhost:8443"

struct bench {
	char folder[64];
	struct authority *authority;
	struct responder *responder;
	EVP_PKEY *key;
	int64_t now;
	struct crl crl;
	struct standing standing;
	size_t question_n;
	uint8_t question[512];
	uint8_t rows[FRAME_REVOKED_MAX * FRAME_REVOKED_SIZE];
	uint8_t out[FRAME_SIGNED_MAX];
};

/* Certificates of the first list of sixteen, as many as one may have, revoked in the last year. */
static void fill(struct bench *b)
{
	struct wr w = wr_of(b->rows, sizeof(b->rows));
	for (uint32_t n = 0; n < FRAME_REVOKED_MAX; n++) {
		uint8_t serial[POINT_SERIAL_SIZE] = { 0x41 };
		for (size_t i = 0; i < 4; i++)
			serial[i + 1] = (uint8_t)(n >> (8 * (3 - i)));
		const struct crl_row row = { BYTES_OF(serial), b->now - n * 1500, CRL_SUPERSEDED };
		crl_put_row(&row, &w);
	}
	b->crl = (struct crl){ .number = 1, .this_update = (uint64_t)b->now, .lists = 16,
			       .next_update = (uint64_t)b->now + 7 * 86400, .revoked = wr_done(&w) };
}

static void put_question(struct bench *b)
{
	const struct issuer *by = authority_issuer(b->authority);
	const uint8_t *at = by->name.p;
	OCSP_REQUEST *r = OCSP_REQUEST_new();
	X509_NAME *name = d2i_X509_NAME(NULL, &at, (long)by->name.n);
	ASN1_INTEGER *serial = ASN1_INTEGER_new();
	ASN1_BIT_STRING *key = ASN1_BIT_STRING_new();
	ASN1_STRING_set(serial, b->standing.serial.p, (int)b->standing.serial.n);
	ASN1_STRING_set(key, by->key.p, (int)by->key.n);
	OCSP_request_add0_id(r, OCSP_cert_id_new(EVP_sha1(), name, key, serial));
	OCSP_request_add1_nonce(r, NULL, 32);
	uint8_t *to = b->question;
	b->question_n = (size_t)i2d_OCSP_REQUEST(r, &to);
	ASN1_BIT_STRING_free(key);
	ASN1_INTEGER_free(serial);
	X509_NAME_free(name);
	OCSP_REQUEST_free(r);
}

static bool open_all(struct bench *b)
{
	static const char *const names[] = { "localhost" };
	static const uint8_t serial[POINT_SERIAL_SIZE] = { 0x41, 2, 3 }, nonce[32] = { 1 };
	char folder[80];
	struct hierarchy made;
	snprintf(b->folder, sizeof(b->folder), "/tmp/assay-bench-XXXXXX");
	if (!mkdtemp(b->folder))
		return false;
	snprintf(folder, sizeof(folder), "%s/data", b->folder);
	const struct hierarchy_plan plan = { .folder = folder, .organization = "Bench", .names = names,
					     .url = URL, .name_count = 1, .now = b->now };
	const struct authority_plan ca = { folder, BYTES_TEXT(URL), 16, 0 };
	b->key = EVP_EC_gen("P-256");
	b->standing = (struct standing){ .hash = OCSP_SHA1, .has_null = 1, .serial = BYTES_OF(serial),
					 .status = OCSP_REVOKED, .revoked = 1, .reason = CRL_SUPERSEDED,
					 .this_update = (uint64_t)b->now,
					 .next_update = (uint64_t)b->now + 3600, .nonce = BYTES_OF(nonce) };
	return b->key && !hierarchy_init(&plan, &made) && !authority_open(&ca, &b->authority) &&
	       !responder_open(b->authority, b->now, &b->responder);
}

static int remove_one(const char *path, const struct stat *s, int type, struct FTW *at)
{
	(void)s, (void)type, (void)at;
	return remove(path);
}

static void close_all(struct bench *b)
{
	responder_close(b->responder);
	authority_close(b->authority);
	EVP_PKEY_free(b->key);
	nftw(b->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static bool is_signed(struct bench *b, const uint8_t *p, size_t n)
{
	uint8_t signature[80];
	size_t size = sizeof(signature);
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	bool done = c && EVP_DigestSignInit(c, NULL, EVP_sha256(), NULL, b->key) == 1 &&
		    EVP_DigestSign(c, signature, &size, p, n) == 1;
	EVP_MD_CTX_free(c);
	return done;
}

static bool sign_list(void *with)
{
	struct bench *b = with;
	struct wr w = wr_of(b->out, sizeof(b->out));
	return !authority_sign_crl(b->authority, &b->crl, b->now, &w);
}

static bool sign_octets_of_list(void *with)
{
	struct bench *b = with;
	return is_signed(b, b->out, sizeof(b->out));
}

static bool sign_answer(void *with)
{
	struct bench *b = with;
	struct wr w = wr_of(b->out, FRAME_ANSWER_MAX);
	return !responder_sign(b->responder, &b->standing, b->now, &w);
}

static bool sign_octets_of_answer(void *with)
{
	struct bench *b = with;
	return is_signed(b, b->out, 300);
}

static bool read_question(void *with)
{
	struct bench *b = with;
	struct inquiry i;
	return !ocsp_parse(bytes_of(b->question, b->question_n), &i);
}

static bool read_question_by_openssl(void *with)
{
	struct bench *b = with;
	const uint8_t *at = b->question;
	OCSP_REQUEST *r = d2i_OCSP_REQUEST(NULL, &at, (long)b->question_n);
	OCSP_REQUEST_free(r);
	return r != NULL;
}

int main(void)
{
	static struct bench b;
	static const struct row {
		const char *ours, *beside;
		bool (*work)(void *with), (*least)(void *with);
		double calls; /* that the last line is about */
		const char *unit;
	} rows[] = {
		{ "a list of 20,000 revoked certificates is built and signed",
		  "one ECDSA signature of as many octets", sign_list, sign_octets_of_list,
		  (double)ROWS_OF_FLEET / FRAME_REVOKED_MAX, "ms for the lists of 100,000" },
		{ "an answer by OCSP is built and signed", "one ECDSA signature", sign_answer,
		  sign_octets_of_answer, 0, "answers signed a second" },
		{ "a question by OCSP is read", "d2i_OCSP_REQUEST", read_question,
		  read_question_by_openssl, 0, "questions read a second" },
	};
	b.now = (int64_t)time(NULL);
	if (!open_all(&b)) {
		fprintf(stderr, "the bench cannot make its keys\n");
		return 1;
	}
	fill(&b);
	put_question(&b);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct stopwatch_work ours = { rows[i].work, &b }, beside = { rows[i].least, &b };
		struct stopwatch_times t = stopwatch_compare(&ours, &beside);
		double sum = rows[i].calls > 0 ? rows[i].calls * t.ours_us / 1000 : 1e6 / t.ours_us;
		printf("%9.2f µs  %s\n%9.2f µs  %s\n", t.ours_us, rows[i].ours, t.beside_us, rows[i].beside);
		printf("%9.2f     ratio\n%9.0f     %s\n\n", t.ratio, sum, rows[i].unit);
	}
	close_all(&b);
	return 0;
}
