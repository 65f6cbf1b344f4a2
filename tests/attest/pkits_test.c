/* PKITS (NIST): paths from the trust anchor to each end entity certificate, by the table pkits.def. */
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "corpora.h"
#include "pathcase.h"

#define FOLDER "pkits"
#define FILES_MAX 512
#define NAME_MAX_OF 96
#define ROOM (UINT32_C(1) << 20)
#define ANCHOR "TrustAnchorRootCertificate"

static const struct pathcase rows[] = {
#define A(name) PATHCASE_ACCEPTED(name)
#define R(name, code) PATHCASE_REFUSED(name, code)
#define S(name, code, reason) PATHCASE_STRICTER(name, code, reason)
#define L(name, reason) PATHCASE_LENIENT(name, reason)
#include "pkits.def"
};

struct file {
	char name[NAME_MAX_OF]; /* "GoodCACert", "ValidCertificatePathTest1EE" */
	struct bytes der;
	X509 *certificate;
};

static struct file files[FILES_MAX];
static size_t count;
static struct arena arena;
static struct anchors *anchors;

static const struct file *find_file(const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(files[i].name, name) == 0)
			return &files[i];
	return NULL;
}

static bool is_issuer(const struct file *of, const struct file *above)
{
	return strcmp(above->name, ANCHOR) != 0 &&
	       X509_NAME_cmp(X509_get_subject_name(above->certificate),
			     X509_get_issuer_name(of->certificate)) == 0;
}

/* Adds the certificates that have the name of an issuer of those there already, in turn. */
static void list_chain(const struct file *leaf, struct bytes_list *ret)
{
	const struct file *in[BYTES_LIST_MAX] = { leaf };
	bool is_there[FILES_MAX] = { 0 };
	CHECK(bytes_list_put(ret, leaf->der));
	for (size_t i = 0; i < ret->n; i++) {
		for (size_t k = 0; k < count; k++) {
			if (is_there[k] || !is_issuer(in[i], &files[k]))
				continue;
			is_there[k] = true;
			in[ret->n] = &files[k];
			CHECK(bytes_list_put(ret, files[k].der));
		}
	}
}

/* Most names say what is expected; the others are those of section 4.8, which the table alone knows. */
static bool is_named_rightly(const struct pathcase *row)
{
	bool says_valid = strncmp(row->name, "Valid", 5) == 0;
	bool says_invalid = strncmp(row->name, "Invalid", 7) == 0;
	return row->is_good ? !says_invalid : !says_valid;
}

static void play(void **state)
{
	const struct pathcase *row = *state;
	char name[NAME_MAX_OF];
	struct bytes_list chain = { 0 };
	snprintf(name, sizeof(name), "%sEE", row->name);
	const struct file *leaf = find_file(name);
	if (!leaf)
		fail_msg("the suite has no case %s", row->name);
	CHECK(is_named_rightly(row));
	list_chain(leaf, &chain);
	pathcase_judge(row, &chain, anchors, PATHCASE_NOW);
}

static const struct pathcase_suite *suite(void);

static void every_case_has_a_row(void **state)
{
	size_t n = 0;
	(void)state;
	for (size_t i = 0; i < count; i++) {
		char name[NAME_MAX_OF];
		const char *end = strstr(files[i].name, "EE");
		if (!strstr(files[i].name, "Test") || !end)
			continue;
		snprintf(name, sizeof(name), "%.*s", (int)(strlen(files[i].name) - 2), files[i].name);
		pathcase_get(suite(), name);
		n++;
	}
	assert_int_equal(n, COUNT_OF(rows));
}

static void read_file(const char *file, void *with)
{
	static uint8_t storage[CORPORA_FILE_MAX];
	(void)with;
	const char *start = strstr(file, "_certs_"), *end = strstr(file, ".crt");
	if (!start || !end)
		return;
	CHECK(count < FILES_MAX);
	struct file *f = &files[count++];
	snprintf(f->name, sizeof(f->name), "%.*s", (int)(end - start - 7), start + 7);
	f->der = arena_copy(&arena, corpora_read(file, storage));
	const uint8_t *p = f->der.p;
	f->certificate = d2i_X509(NULL, &p, (long)f->der.n);
	CHECK(f->certificate);
}

/* A list is asked of every CA that has its issuer's name. */
static void read_list(const char *file, void *with)
{
	static uint8_t storage[CORPORA_FILE_MAX];
	(void)with;
	if (!strstr(file, "_crls_"))
		return;
	struct bytes der = corpora_read(file, storage);
	const uint8_t *p = der.p;
	X509_CRL *list = d2i_X509_CRL(NULL, &p, (long)der.n);
	for (size_t i = 0; list && i < count; i++)
		if (X509_NAME_cmp(X509_CRL_get_issuer(list),
				  X509_get_subject_name(files[i].certificate)) == 0)
			pathcase_put_list(anchors, der, files[i].der, PATHCASE_NOW);
	X509_CRL_free(list);
}

static int open_files(void **state)
{
	(void)state;
	arena_init(&arena, ROOM);
	corpora_list(FOLDER, read_file, NULL);
	anchors = anchors_new();
	pathcase_trust(anchors, find_file(ANCHOR)->der);
	corpora_list(FOLDER, read_list, NULL);
	return is_arena_full(&arena) ? -1 : 0;
}

static int close_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < count; i++)
		X509_free(files[i].certificate);
	anchors_free(anchors);
	arena_done(&arena);
	return 0;
}

static const struct pathcase_suite *suite(void)
{
	static const struct pathcase_suite pkits = { "PKITS",              rows,       COUNT_OF(rows), play,
						     every_case_has_a_row, open_files, close_files };
	return &pkits;
}

int main(void)
{
	return pathcase_run(suite());
}
