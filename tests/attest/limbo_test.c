/* x509-limbo (C2SP): the cases of RFC 5280 and those that broke others, by the table limbo.def. */
#include <jansson.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "corpora.h"
#include "pathcase.h"

#define FILE_NAME "x509-limbo/limbo-generated.json"
#define ROOM (UINT32_C(1) << 20)

static const struct pathcase rows[] = {
#define A(name) PATHCASE_ACCEPTED(name)
#define R(name, code) PATHCASE_REFUSED(name, code)
#define S(name, code, reason) PATHCASE_STRICTER(name, code, reason)
#define L(name, reason) PATHCASE_LENIENT(name, reason)
#define N(name, leniency) PATHCASE_NAMED(name, leniency)
#define P(name, check) PATHCASE_PROFILE(name, check)
#include "limbo.def"
};

static json_t *root;
static struct arena arena;

static json_t *cases(void)
{
	return json_object_get(root, "testcases");
}

static const char *word(const json_t *of, const char *key)
{
	return json_string_value(json_object_get(of, key));
}

/* A certificate or list of a case as DER, in the arena. */
static struct bytes der_of(const json_t *pem, const char *label)
{
	uint8_t *der = NULL;
	long n = 0;
	BIO *bio = BIO_new_mem_buf(json_string_value(pem), -1);
	CHECK(PEM_bytes_read_bio(&der, &n, NULL, label, bio, NULL, NULL) == 1);
	BIO_free(bio);
	struct bytes copy = arena_copy(&arena, bytes_of(der, (size_t)n));
	OPENSSL_free(der);
	return copy;
}

/* "2024-03-01T00:00:00.5+00:00"; our time has whole seconds. */
static int64_t time_of(const json_t *of)
{
	struct tm tm = { 0 };
	const char *text = word(of, "validation_time");
	if (!text)
		return PATHCASE_NOW;
	CHECK(strptime(text, "%Y-%m-%dT%H:%M:%S", &tm));
	return timegm(&tm);
}

static const json_t *case_of(const char *name)
{
	size_t i;
	json_t *row;
	json_array_foreach(cases(), i, row)
		if (strcmp(word(row, "id"), name) == 0)
			return row;
	fail_msg("the suite has no case %s", name);
	return NULL;
}

/* Of more certificates than any message has room for, the first ones are sent. */
static void list_chain(const json_t *of, struct bytes_list *ret)
{
	size_t i;
	json_t *pem;
	CHECK(bytes_list_put(ret, der_of(json_object_get(of, "peer_certificate"), PEM_STRING_X509)));
	json_array_foreach(json_object_get(of, "untrusted_intermediates"), i, pem)
		if (ret->n < BYTES_LIST_MAX)
			CHECK(bytes_list_put(ret, der_of(pem, PEM_STRING_X509)));
}

/* A suite's list does not say whose it is: each CA at hand is asked. */
static void put_lists(const json_t *of, struct anchors *anchors)
{
	static const char *const folders[] = { "trusted_certs", "untrusted_intermediates" };
	size_t i, k;
	json_t *list, *ca;
	json_array_foreach(json_object_get(of, "crls"), i, list)
		for (size_t f = 0; f < COUNT_OF(folders); f++)
			json_array_foreach(json_object_get(of, folders[f]), k, ca)
				pathcase_put_list(anchors, der_of(list, PEM_STRING_X509_CRL),
						  der_of(ca, PEM_STRING_X509), time_of(of));
}

static void play(void **state)
{
	const struct pathcase *row = *state;
	const json_t *of = case_of(row->name);
	struct bytes_list chain = { 0 };
	struct anchors *anchors = anchors_new();
	size_t i;
	json_t *pem;
	arena_reset(&arena);
	CHECK(row->is_good == (strcmp(word(of, "expected_result"), "SUCCESS") == 0));
	json_array_foreach(json_object_get(of, "trusted_certs"), i, pem)
		pathcase_trust(anchors, der_of(pem, PEM_STRING_X509));
	put_lists(of, anchors);
	list_chain(of, &chain);
	CHECK(!is_arena_full(&arena));
	pathcase_judge(row, &chain, anchors, time_of(of));
	anchors_free(anchors);
}

static const struct pathcase_suite *suite(void);

/* Those of webpki are about the names and rules of web servers. */
static void every_case_has_a_row(void **state)
{
	size_t i, outside = 0;
	json_t *row;
	(void)state;
	json_array_foreach(cases(), i, row) {
		bool is_outside = strncmp(word(row, "id"), "webpki::", 8) == 0;
		outside += is_outside;
		if (!is_outside)
			pathcase_get(suite(), word(row, "id"));
	}
	assert_int_equal(json_array_size(cases()), COUNT_OF(rows) + outside);
	COUNTED("x509-limbo: out of scope (webpki)", outside);
}

static int open_cases(void **state)
{
	char path[1024];
	(void)state;
	snprintf(path, sizeof(path), "%s/" FILE_NAME, getenv("ASSAY_CORPORA"));
	root = json_load_file(path, 0, NULL);
	arena_init(&arena, ROOM);
	return root ? 0 : -1;
}

static int close_cases(void **state)
{
	(void)state;
	arena_done(&arena);
	json_decref(root);
	return 0;
}

static const struct pathcase_suite *suite(void)
{
	static const struct pathcase_suite limbo = { "x509-limbo",          rows,       COUNT_OF(rows), play,
						     every_case_has_a_row, open_cases, close_cases };
	return &limbo;
}

int main(void)
{
	return pathcase_run(suite());
}
