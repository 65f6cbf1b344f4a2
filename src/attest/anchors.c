#include "attest/anchors.h"

#include <limits.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "attest/alg.h"
#include "base/text.h"
#include "base/wr.h"

#define FIRST_ROOM 64

/* Both tables hold the same entries, which belong to by_fingerprint. */
struct anchors {
	size_t n;
	size_t room;
	struct anchors_entry **by_fingerprint;
	struct anchors_entry **by_subject;
};

/* A snapshot that lacks a part would be another snapshot: without memory there is no going on. */
static void *need(void *p)
{
	if (!p)
		abort();
	return p;
}

struct anchors *anchors_new(void)
{
	return need(calloc(1, sizeof(struct anchors)));
}

static void entry_free(struct anchors_entry *e)
{
	X509_free(e->certificate);
	free(e);
}

void anchors_free(struct anchors *a)
{
	if (!a)
		return;
	for (size_t i = 0; i < a->n; i++)
		entry_free(a->by_fingerprint[i]);
	free(a->by_fingerprint);
	free(a->by_subject);
	free(a);
}

static int compare_fingerprint(const struct anchors_entry *e, struct bytes fingerprint)
{
	return bytes_compare(BYTES_OF(e->fingerprint), fingerprint);
}

static int compare_subject(const struct anchors_entry *e, const X509_NAME *subject)
{
	return X509_NAME_cmp(X509_get_subject_name(e->certificate), subject);
}

/* The place of the first entry whose fingerprint is not below. */
static size_t place_of_fingerprint(const struct anchors *a, struct bytes fingerprint)
{
	size_t low = 0, high = a->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (compare_fingerprint(a->by_fingerprint[middle], fingerprint) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The place of the first entry whose subject is not below, or, with after, of the first whose is above. */
static size_t place_of_subject(const struct anchors *a, const X509_NAME *subject, bool after)
{
	size_t low = 0, high = a->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (compare_subject(a->by_subject[middle], subject) < (after ? 1 : 0))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct anchors_entry *anchors_find(const struct anchors *a, struct bytes fingerprint)
{
	size_t place = place_of_fingerprint(a, fingerprint);
	if (place == a->n || compare_fingerprint(a->by_fingerprint[place], fingerprint) != 0)
		return NULL;
	return a->by_fingerprint[place];
}

struct anchors_range anchors_find_subject(const struct anchors *a, const X509_NAME *subject)
{
	size_t first = place_of_subject(a, subject, false);
	size_t end = place_of_subject(a, subject, true);
	return (struct anchors_range){ a->by_subject ? a->by_subject + first : NULL, end - first };
}

size_t anchors_count(const struct anchors *a)
{
	return a->n;
}

/* The certificate with its extensions and key decoded, so that later readers only read. */
static fault read_certificate(struct bytes der, X509 **ret)
{
	const uint8_t *p = der.p;
	NEED(der.n > 0 && der.n <= LONG_MAX, ANCHOR_INVALID);
	X509 *certificate = d2i_X509(NULL, &p, (long)der.n);
	bool fits = certificate && p == der.p + der.n && X509_get0_pubkey(certificate);
	/* 1: basicConstraints say so; what OpenSSL lets pass for lack of them is no CA here. */
	if (!fits || X509_check_ca(certificate) != 1) {
		X509_free(certificate);
		return FAIL(ANCHOR_INVALID);
	}
	*ret = certificate;
	return NULL;
}

/* RFC 2253 escapes whatever a terminal or a table could take amiss. */
static void describe(struct anchors_entry *e)
{
	struct tm tm;
	BIO *out = need(BIO_new(BIO_s_mem()));
	unsigned long form =
		(XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_UTF8_CONVERT) | ASN1_STRFLGS_ESC_MSB;
	X509_NAME_print_ex(out, X509_get_subject_name(e->certificate), 0, form);
	BIO_read(out, e->subject, ANCHORS_SUBJECT_MAX);
	BIO_free(out);
	if (!is_text_printable(bytes_text(e->subject)))
		e->subject[0] = 0;
	if (ASN1_TIME_to_tm(X509_get0_notAfter(e->certificate), &tm) == 1)
		e->not_after = timegm(&tm);
}

static void make_room(struct anchors *a)
{
	if (a->n < a->room)
		return;
	a->room = a->room ? 2 * a->room : FIRST_ROOM;
	a->by_fingerprint = need(reallocarray(a->by_fingerprint, a->room, sizeof(*a->by_fingerprint)));
	a->by_subject = need(reallocarray(a->by_subject, a->room, sizeof(*a->by_subject)));
}

static void insert(struct anchors_entry **table, size_t n, size_t place, struct anchors_entry *e)
{
	memmove(table + place + 1, table + place, (n - place) * sizeof(*table));
	table[place] = e;
}

/* Among those of one subject the fingerprint decides, so that the order of import decides nothing. */
static size_t place_of_entry(const struct anchors *a, const struct anchors_entry *e)
{
	const X509_NAME *subject = X509_get_subject_name(e->certificate);
	size_t place = place_of_subject(a, subject, false);
	size_t end = place_of_subject(a, subject, true);
	while (place < end && compare_fingerprint(a->by_subject[place], BYTES_OF(e->fingerprint)) < 0)
		place++;
	return place;
}

fault anchors_put(struct anchors *a, struct bytes certificate, struct bytes maker,
		  enum anchors_class class)
{
	struct anchors_entry e = { .class = class };
	NEED(class <= ANCHORS_CLASS_LAST, ANCHOR_INVALID);
	NEED(maker.n <= MAKER_CODE_MAX && is_text_printable(maker), ANCHOR_INVALID);
	NEED(a->n < ANCHORS_MAX, SYS_MEMORY);
	TRY(alg_sha256(certificate, e.fingerprint));
	NEED(!anchors_find(a, BYTES_OF(e.fingerprint)), CONFLICT);
	if (maker.n)
		memcpy(e.maker, maker.p, maker.n);
	TRY(read_certificate(certificate, &e.certificate));
	describe(&e);
	struct anchors_entry *kept = need(malloc(sizeof(*kept)));
	*kept = e;
	make_room(a);
	insert(a->by_fingerprint, a->n, place_of_fingerprint(a, BYTES_OF(e.fingerprint)), kept);
	insert(a->by_subject, a->n, place_of_entry(a, kept), kept);
	a->n++;
	return NULL;
}

void anchors_write(const struct anchors_record *record, struct wr *w)
{
	wr_bytes(w, record->fingerprint);
	wr_u8(w, (uint8_t)record->class);
	wr_u8(w, (uint8_t)record->maker.n);
	wr_bytes(w, record->maker);
}

void anchors_hash(size_t count, struct bytes records, uint8_t ret[static ANCHORS_HASH_SIZE])
{
	static const char label[] = "assay anchors 1";
	uint8_t number[4], digest[ALG_DIGEST_MAX];
	struct wr w = wr_of(number, sizeof(number));
	wr_be32(&w, (uint32_t)count);
	const struct bytes parts[] = { BYTES_OF(label), BYTES_OF(number), records };
	/* A digest of nothing in particular must never look like one. */
	if (alg_digest(alg_hash_find(ALG_SHA256), parts, COUNT_OF(parts), digest))
		abort();
	memcpy(ret, digest, ANCHORS_HASH_SIZE);
}

void anchors_digest(const struct anchors *a, uint8_t ret[static ANCHORS_HASH_SIZE])
{
	size_t size = a->n * ANCHORS_RECORD_MAX;
	uint8_t *records = need(malloc(size + 1));
	struct wr w = wr_of(records, size);
	for (size_t i = 0; i < a->n; i++) {
		const struct anchors_entry *e = a->by_fingerprint[i];
		const struct anchors_record record = { BYTES_OF(e->fingerprint), e->class,
						       bytes_text(e->maker) };
		anchors_write(&record, &w);
	}
	anchors_hash(a->n, wr_done(&w), ret);
	free(records);
}

const char *anchors_class_word(enum anchors_class class)
{
	static const char *const words[] = {
		[ANCHORS_UNKNOWN] = "unknown",
		[ANCHORS_DISCRETE] = "discrete",
		[ANCHORS_FIRMWARE] = "firmware",
		[ANCHORS_VIRTUAL] = "virtual",
		[ANCHORS_TEST] = "test",
	};
	return words[class <= ANCHORS_CLASS_LAST ? class : ANCHORS_UNKNOWN];
}
