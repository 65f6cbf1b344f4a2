#include "attest/anchors.h"

#include <limits.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "attest/alg.h"
#include "base/heap.h"
#include "base/text.h"
#include "base/wr.h"
#include "wire/der.h"

#define FIRST_ROOM 64

/* Entries in some order. */
struct table {
	size_t n;
	size_t room;
	struct anchors_entry **v;
};

/* Every entry is in by_fingerprint, to which it belongs, and in the table of its role. */
struct anchors {
	struct table by_fingerprint;
	struct table by_subject[ANCHORS_ROLE_LAST + 1];
	struct eklists *eklists;
	struct idplist *idps;
	struct shelf *shelf;
};

struct anchors *anchors_new(void)
{
	struct anchors *a = heap_need(calloc(1, sizeof(*a)));
	a->eklists = eklists_new();
	a->idps = idplist_new();
	a->shelf = shelf_new();
	return a;
}

static void entry_free(struct anchors_entry *e)
{
	X509_NAME_free(e->subject);
	X509_free(e->certificate);
	free(e);
}

/* All but the entries, the lists and the identity providers. */
static void tables_free(struct anchors *a)
{
	shelf_free(a->shelf);
	free(a->by_fingerprint.v);
	for (size_t i = 0; i < COUNT_OF(a->by_subject); i++)
		free(a->by_subject[i].v);
	free(a);
}

void anchors_free(struct anchors *a)
{
	if (!a)
		return;
	for (size_t i = 0; i < a->by_fingerprint.n; i++)
		entry_free(a->by_fingerprint.v[i]);
	eklists_free(a->eklists);
	idplist_free(a->idps);
	tables_free(a);
}

static int compare_fingerprint(const struct anchors_entry *e, struct bytes fingerprint)
{
	return bytes_compare(BYTES_OF(e->fingerprint), fingerprint);
}

static int compare_subject(const struct anchors_entry *e, const X509_NAME *subject)
{
	return X509_NAME_cmp(e->subject, subject);
}

/* The place of the first entry whose fingerprint is not below. */
static size_t place_of_fingerprint(const struct table *t, struct bytes fingerprint)
{
	size_t low = 0, high = t->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (compare_fingerprint(t->v[middle], fingerprint) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The place of the first entry whose subject is not below, or, with after, of the first whose is above. */
static size_t place_of_subject(const struct table *t, const X509_NAME *subject, bool after)
{
	size_t low = 0, high = t->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (compare_subject(t->v[middle], subject) < (after ? 1 : 0))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The place of that fingerprint, or the table's end. */
static size_t find_place(const struct table *t, struct bytes fingerprint)
{
	size_t place = place_of_fingerprint(t, fingerprint);
	bool is_there = place < t->n && compare_fingerprint(t->v[place], fingerprint) == 0;
	return is_there ? place : t->n;
}

const struct anchors_entry *anchors_find(const struct anchors *a, struct bytes fingerprint)
{
	size_t place = find_place(&a->by_fingerprint, fingerprint);
	return place < a->by_fingerprint.n ? a->by_fingerprint.v[place] : NULL;
}

static struct anchors_range find_range(const struct table *t, const X509_NAME *subject)
{
	size_t first = place_of_subject(t, subject, false);
	size_t end = place_of_subject(t, subject, true);
	return (struct anchors_range){ t->v ? t->v + first : NULL, end - first };
}

struct anchors_range anchors_find_subject(const struct anchors *a, const X509_NAME *subject)
{
	return find_range(&a->by_subject[ANCHORS_ROOT], subject);
}

struct anchors_range anchors_find_intermediates(const struct anchors *a, const X509_NAME *subject)
{
	return find_range(&a->by_subject[ANCHORS_INTERMEDIATE], subject);
}

struct anchors_range anchors_find_denied(const struct anchors *a, const X509_NAME *subject)
{
	return find_range(&a->by_subject[ANCHORS_DENIED], subject);
}

size_t anchors_count(const struct anchors *a)
{
	return a->by_fingerprint.n;
}

struct eklists *anchors_eklists(const struct anchors *a)
{
	return a->eklists;
}

struct idplist *anchors_idps(const struct anchors *a)
{
	return a->idps;
}

struct shelf *anchors_shelf(const struct anchors *a)
{
	return a->shelf;
}

/* The certificate with extensions and key decoded, so that later readers only read; NULL if it is none. */
static X509 *decode(struct bytes der)
{
	const uint8_t *p = der.p;
	X509 *certificate = der.n > 0 && der.n <= LONG_MAX ? d2i_X509(NULL, &p, (long)der.n) : NULL;
	bool fits = certificate && p == der.p + der.n && X509_get0_pubkey(certificate);
	/* 1: basicConstraints say so; what OpenSSL lets pass for lack of them is no CA here. */
	if (fits && X509_check_ca(certificate) == 1)
		return certificate;
	X509_free(certificate);
	ERR_clear_error();
	return NULL;
}

X509 *anchors_certificate(struct anchors_entry *e)
{
	if (!e->certificate)
		e->certificate = decode(bytes_of(e->der, e->size));
	return e->certificate;
}

/* What a list of certificates needs of each (RFC 5280 §4.1), at a hundredth of the cost of decoding it. */
struct head {
	int64_t not_after;
	struct der subject;
};

static bool read_head(struct bytes certificate, struct head *ret)
{
	struct rd all = rd_of(certificate);
	struct rd outer = der_enter(&all, DER_SEQUENCE);
	struct rd tbs = der_enter(&outer, DER_SEQUENCE);
	if (is_der_next(&tbs, DER_CONTEXT_CONSTRUCTED(0)))
		der_any(&tbs);
	der_get(&tbs, DER_INTEGER);
	der_get(&tbs, DER_SEQUENCE); /* signature */
	der_get(&tbs, DER_SEQUENCE); /* issuer */
	struct rd validity = der_enter(&tbs, DER_SEQUENCE);
	der_time(&validity);
	ret->not_after = der_time(&validity);
	ret->subject = der_any(&tbs);
	return !tbs.bad && !validity.bad;
}

/* NULL when it cannot be read. */
static X509_NAME *read_subject(struct bytes certificate)
{
	struct head head;
	bool is_read = read_head(certificate, &head);
	const uint8_t *p = head.subject.whole.p;
	X509_NAME *subject = is_read ? d2i_X509_NAME(NULL, &p, (long)head.subject.whole.n) : NULL;
	ERR_clear_error();
	return subject;
}

void anchors_name_text(const X509_NAME *name, char ret[static ANCHORS_SUBJECT_MAX + 1])
{
	BIO *out = heap_need(BIO_new(BIO_s_mem()));
	unsigned long form =
		(XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_UTF8_CONVERT) | ASN1_STRFLGS_ESC_MSB;
	bool is_printed = X509_NAME_print_ex(out, name, 0, form) >= 0;
	int n = is_printed ? BIO_read(out, ret, ANCHORS_SUBJECT_MAX) : 0;
	BIO_free(out);
	ret[n > 0 ? n : 0] = 0;
	if (!is_text_printable(bytes_text(ret)))
		ret[0] = 0;
}

fault anchors_parse(struct bytes certificate, struct anchors_label *ret)
{
	X509 *decoded = decode(certificate);
	NEED(decoded != NULL, ANCHOR_INVALID);
	struct head head;
	const X509_NAME *subject = X509_get_subject_name(decoded);
	*ret = (struct anchors_label){
		.not_after = read_head(certificate, &head) ? head.not_after : 0,
		.is_self_issued = X509_NAME_cmp(subject, X509_get_issuer_name(decoded)) == 0,
	};
	anchors_name_text(subject, ret->subject);
	X509_free(decoded);
	return NULL;
}

static void insert(struct table *t, size_t place, struct anchors_entry *e)
{
	if (t->n == t->room) {
		t->room = t->room ? 2 * t->room : FIRST_ROOM;
		t->v = heap_need(reallocarray(t->v, t->room, sizeof(*t->v)));
	}
	memmove(t->v + place + 1, t->v + place, (t->n - place) * sizeof(*t->v));
	t->v[place] = e;
	t->n++;
}

static void take_out(struct table *t, size_t place)
{
	t->n--;
	memmove(t->v + place, t->v + place + 1, (t->n - place) * sizeof(*t->v));
}

/* Among those of one subject the fingerprint decides, so that the order of import decides nothing. */
static size_t place_of_entry(const struct table *t, const struct anchors_entry *e)
{
	const X509_NAME *subject = e->subject;
	size_t place = place_of_subject(t, subject, false);
	size_t end = place_of_subject(t, subject, true);
	while (place < end && compare_fingerprint(t->v[place], BYTES_OF(e->fingerprint)) < 0)
		place++;
	return place;
}

/* One without a subject is nobody's issuer: it is counted and never found by name. */
static void put_entry(struct anchors *a, struct anchors_entry *e)
{
	struct table *same = &a->by_subject[e->role];
	insert(&a->by_fingerprint, place_of_fingerprint(&a->by_fingerprint, BYTES_OF(e->fingerprint)), e);
	if (e->subject)
		insert(same, place_of_entry(same, e), e);
}

fault anchors_put_stored(struct anchors *a, struct bytes certificate, const struct anchors_record *record)
{
	uint8_t fingerprint[ANCHORS_HASH_SIZE];
	NEED(record->role <= ANCHORS_ROLE_LAST && record->class <= ANCHORS_CLASS_LAST, ANCHOR_INVALID);
	NEED(record->maker.n <= MAKER_CODE_MAX && is_text_printable(record->maker), ANCHOR_INVALID);
	NEED(anchors_count(a) < ANCHORS_MAX, SYS_MEMORY);
	TRY(alg_sha256(certificate, fingerprint));
	NEED(!anchors_find(a, BYTES_OF(fingerprint)), CONFLICT);
	struct anchors_entry *e = heap_need(calloc(1, sizeof(*e) + certificate.n));
	memcpy(e->fingerprint, fingerprint, sizeof(fingerprint));
	e->role = record->role;
	e->class = record->class;
	if (record->maker.n)
		memcpy(e->maker, record->maker.p, record->maker.n);
	e->subject = read_subject(certificate);
	e->size = certificate.n;
	memcpy(e->der, certificate.p, certificate.n);
	put_entry(a, e);
	return NULL;
}

fault anchors_put(struct anchors *a, struct bytes certificate, struct bytes maker, enum anchors_class class)
{
	X509 *decoded = decode(certificate);
	NEED(decoded != NULL, ANCHOR_INVALID);
	X509_free(decoded);
	const struct anchors_record record = { .role = ANCHORS_ROOT, .class = class, .maker = maker };
	return anchors_put_stored(a, certificate, &record);
}

void anchors_delete(struct anchors *a, struct bytes fingerprint)
{
	size_t place = find_place(&a->by_fingerprint, fingerprint);
	if (place == a->by_fingerprint.n)
		return;
	struct anchors_entry *e = a->by_fingerprint.v[place];
	struct table *same = &a->by_subject[e->role];
	take_out(&a->by_fingerprint, place);
	if (e->subject)
		take_out(same, place_of_entry(same, e));
	entry_free(e);
}

void anchors_merge(struct anchors *a, struct anchors *from)
{
	for (size_t i = 0; i < from->by_fingerprint.n; i++) {
		struct anchors_entry *e = from->by_fingerprint.v[i];
		anchors_delete(a, BYTES_OF(e->fingerprint));
		put_entry(a, e);
	}
	eklists_merge(a->eklists, from->eklists);
	idplist_merge(a->idps, from->idps);
	tables_free(from);
}

void anchors_write(const struct anchors_record *record, struct wr *w)
{
	wr_bytes(w, record->fingerprint);
	wr_u8(w, (uint8_t)record->role);
	wr_u8(w, (uint8_t)record->class);
	wr_u8(w, (uint8_t)record->maker.n);
	wr_bytes(w, record->maker);
}

void anchors_hash(size_t count, struct bytes records, struct bytes eklists, struct bytes idps,
		  uint8_t ret[static ANCHORS_HASH_SIZE])
{
	static const char label[] = "assay anchors 4";
	uint8_t numbers[8], digest[ALG_DIGEST_MAX];
	struct wr w = wr_of(numbers, sizeof(numbers));
	wr_be32(&w, (uint32_t)count);
	wr_be32(&w, (uint32_t)(eklists.n / EKLISTS_RECORD_SIZE));
	const struct bytes parts[] = { BYTES_OF(label), BYTES_OF(numbers), records, eklists, idps };
	/* A digest of nothing in particular must never look like one. */
	if (alg_digest(alg_hash_find(ALG_SHA256), parts, COUNT_OF(parts), digest))
		abort();
	memcpy(ret, digest, ANCHORS_HASH_SIZE);
}

void anchors_digest(const struct anchors *a, uint8_t ret[static ANCHORS_HASH_SIZE])
{
	const struct table *t = &a->by_fingerprint;
	size_t size = t->n * ANCHORS_RECORD_MAX, lists_size = eklists_count(a->eklists) * EKLISTS_RECORD_SIZE;
	uint8_t *records = heap_need(malloc(size + 1)), *lists = heap_need(malloc(lists_size + 1));
	uint8_t idps[IDPLIST_HASH_SIZE];
	struct wr w = wr_of(records, size), lists_w = wr_of(lists, lists_size);
	struct wr idps_w = wr_of(idps, sizeof(idps));
	for (size_t i = 0; i < t->n; i++) {
		const struct anchors_entry *e = t->v[i];
		const struct anchors_record record = { BYTES_OF(e->fingerprint), e->role, e->class,
						       bytes_text(e->maker) };
		anchors_write(&record, &w);
	}
	eklists_write(a->eklists, &lists_w);
	idplist_write(a->idps, &idps_w);
	anchors_hash(t->n, wr_done(&w), wr_done(&lists_w), wr_done(&idps_w), ret);
	free(lists);
	free(records);
}

bool anchors_role_parse(struct bytes word, enum anchors_role *ret)
{
	for (int r = ANCHORS_INTERMEDIATE; r <= ANCHORS_ROLE_LAST; r++) {
		if (!is_bytes_text(word, anchors_role_word((enum anchors_role)r)))
			continue;
		*ret = (enum anchors_role)r;
		return true;
	}
	return false;
}

bool anchors_class_parse(struct bytes word, enum anchors_class *ret)
{
	for (int c = ANCHORS_UNKNOWN; c <= ANCHORS_CLASS_LAST; c++) {
		if (!is_bytes_text(word, anchors_class_word((enum anchors_class)c)))
			continue;
		*ret = (enum anchors_class)c;
		return true;
	}
	return false;
}

const char *anchors_role_word(enum anchors_role role)
{
	static const char *const words[] = {
		[ANCHORS_INTERMEDIATE] = "intermediate",
		[ANCHORS_ROOT] = "root",
		[ANCHORS_DENIED] = "denied",
	};
	return words[role <= ANCHORS_ROLE_LAST ? role : ANCHORS_INTERMEDIATE];
}

const char *anchors_class_word(enum anchors_class class)
{
	static const char *const words[] = {
		[ANCHORS_UNKNOWN] = "unknown",   [ANCHORS_DISCRETE] = "discrete",
		[ANCHORS_FIRMWARE] = "firmware", [ANCHORS_VIRTUAL] = "virtual",
		[ANCHORS_TEST] = "test",
	};
	return words[class <= ANCHORS_CLASS_LAST ? class : ANCHORS_UNKNOWN];
}
