/* EK certificates of the test maker are judged by the library that judges real ones. */
#include "sim/factory.h"

#include <ftw.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "attest/anchors.h"
#include "attest/ekcert.h"
#include "cert/csr.h"
#include "sim/disk.h"
#include "sim/keyring.h"
#include "sim/softkey.h"
#include "test.h"

struct scene {
	char folder[64];
	struct arena arena;
	struct factory *factory;
	struct anchors *anchors;
};

static void path_of(const struct scene *s, const char *file, char out[static DISK_PATH_MAX])
{
	OK(disk_path(s->folder, file, out));
}

static void open_scene(struct scene *s)
{
	char path[DISK_PATH_MAX];
	struct bytes root;
	*s = (struct scene){ .folder = "/tmp/factory-test-XXXXXX" };
	CHECK(mkdtemp(s->folder) != NULL);
	arena_init(&s->arena, 65536);
	OK(factory_put(s->folder, "Test"));
	OK(factory_open(s->folder, &s->factory));
	path_of(s, "root.crt", path);
	OK(disk_get_certificate(path, &s->arena, &root));
	s->anchors = anchors_new();
	OK(anchors_put(s->anchors, root, BYTES_TEXT("TST0"), ANCHORS_TEST));
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st, (void)type, (void)at;
	return remove(path);
}

static void close_scene(struct scene *s)
{
	factory_close(s->factory);
	anchors_free(s->anchors);
	arena_done(&s->arena);
	nftw(s->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

#define SCENE __attribute__((cleanup(close_scene))) struct scene

static const struct factory_labels labels = { FACTORY_MANUFACTURER, FACTORY_MODEL, FACTORY_VERSION, NULL,
					      NULL };

/* The certificate of a new key, and the outcomes of judging it against `key`. */
static void judge(struct scene *s, const struct spki *key, struct ekcert *ret, uint8_t *outcomes)
{
	struct bytes_list chain = { 0 };
	struct bytes der;
	OK(factory_build(s->factory, key, &labels, &s->arena, &der));
	CHECK(bytes_list_put(&chain, der) && bytes_list_put(&chain, factory_intermediate(s->factory)));
	const struct ekcert_input in = { &chain, key, s->anchors, time(NULL), false, false, NULL };
	ekcert_judge(&in, outcomes, ret);
}

static void its_certificates_pass_every_check(void **state)
{
	static const enum spki_kind kinds[] = { SPKI_RSA, SPKI_P256 };
	SCENE s;
	(void)state;
	open_scene(&s);
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		EVP_PKEY *ek = NULL;
		struct spki key;
		struct ekcert found;
		uint8_t outcomes[CHECK_COUNT] = { 0 };
		OK(softkey_new(kinds[i], &ek));
		OK(softkey_spki(ek, &s.arena, &key));
		EVP_PKEY_free(ek);
		judge(&s, &key, &found, outcomes);
		for (size_t c = 0; c < CHECK_COUNT; c++)
			if (verdict_checks[c].subject == SUBJECT_EK_CERT || c == CHECK_EK_CERTIFIED)
				CHECK(outcomes[c] == PASSED);
		CHECK(is_bytes_text(found.model, FACTORY_MODEL));
		CHECK(is_bytes_text(found.version, FACTORY_VERSION));
	}
}

static void labels_that_cannot_be_shown_are_refused(void **state)
{
	static const struct factory_labels bad[] = {
		{ "", FACTORY_MODEL, FACTORY_VERSION, NULL, NULL },
		{ FACTORY_MANUFACTURER, "a\nb", FACTORY_VERSION, NULL, NULL },
		{ FACTORY_MANUFACTURER, FACTORY_MODEL,
		  "0123456789012345678901234567890123456789012345678901234567890123456789", NULL, NULL },
	};
	SCENE s;
	EVP_PKEY *ek = NULL;
	struct spki key;
	struct bytes der;
	(void)state;
	open_scene(&s);
	OK(softkey_new(SPKI_P256, &ek));
	OK(softkey_spki(ek, &s.arena, &key));
	EVP_PKEY_free(ek);
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		REFUSES(PARSE_FIELD, factory_build(s.factory, &key, &bad[i], &s.arena, &der));
}

static void its_keys_are_for_their_owner_alone(void **state)
{
	static const char *const files[] = { "root.key", "intermediate.key" };
	SCENE s;
	(void)state;
	open_scene(&s);
	for (size_t i = 0; i < COUNT_OF(files); i++) {
		char path[DISK_PATH_MAX];
		struct stat st;
		path_of(&s, files[i], path);
		CHECK(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600);
	}
}

static void a_maker_is_never_overwritten(void **state)
{
	SCENE s;
	(void)state;
	open_scene(&s);
	REFUSES(SYS_FILE, factory_put(s.folder, "Other"));
}

static void a_key_of_another_maker_is_noticed(void **state)
{
	SCENE s, other;
	char from[DISK_PATH_MAX], to[DISK_PATH_MAX];
	struct factory *f = NULL;
	(void)state;
	open_scene(&s);
	open_scene(&other);
	path_of(&other, "intermediate.key", from);
	path_of(&s, "intermediate.key", to);
	CHECK(rename(from, to) == 0);
	REFUSES(KEY_FILE, factory_open(s.folder, &f));
}

static void a_keyring_gives_the_same_key_again(void **state)
{
	SCENE s;
	EVP_PKEY *first = NULL, *again = NULL, *next = NULL, *other = NULL;
	(void)state;
	open_scene(&s);
	const struct keyring_name one = { "", SPKI_P256, 1 }, two = { "", SPKI_P256, 2 };
	const struct keyring_name ak = { "ak-", SPKI_P256, 1 };
	OK(keyring_get(s.folder, &one, &first));
	OK(keyring_get(s.folder, &one, &again));
	OK(keyring_get(s.folder, &two, &next));
	OK(keyring_get(s.folder, &ak, &other));
	CHECK(EVP_PKEY_eq(first, again) == 1 && EVP_PKEY_eq(first, next) != 1);
	CHECK(EVP_PKEY_eq(first, other) != 1);
	EVP_PKEY_free(other);
	EVP_PKEY_free(first);
	EVP_PKEY_free(again);
	EVP_PKEY_free(next);
}

static void a_file_without_a_key_is_noticed(void **state)
{
	SCENE s;
	EVP_PKEY *key = NULL;
	char path[DISK_PATH_MAX];
	(void)state;
	open_scene(&s);
	path_of(&s, "root.crt", path);
	REFUSES(KEY_FILE, softkey_get(path, &key));
	path_of(&s, "none", path);
	REFUSES(SYS_FILE, softkey_get(path, &key));
}

static void a_certificate_request_asks_for_nothing_but_its_key(void **state)
{
	SCENE s;
	EVP_PKEY *key = NULL;
	uint8_t octets[1024];
	struct wr w = wr_of(octets, sizeof(octets));
	struct subject subject;
	struct spki own;
	(void)state;
	open_scene(&s);
	OK(softkey_new(SPKI_P256, &key));
	OK(softkey_spki(key, &s.arena, &own));
	OK(softkey_write_request(key, &w));
	EVP_PKEY_free(key);
	OK(csr_parse(wr_done(&w), &subject));
	CHECK(is_bytes_equal(subject.a, own.a) && is_bytes_equal(subject.b, own.b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(its_certificates_pass_every_check),
		TEST(labels_that_cannot_be_shown_are_refused),
		TEST(its_keys_are_for_their_owner_alone),
		TEST(a_maker_is_never_overwritten),
		TEST(a_key_of_another_maker_is_noticed),
		TEST(a_keyring_gives_the_same_key_again),
		TEST(a_file_without_a_key_is_noticed),
		TEST(a_certificate_request_asks_for_nothing_but_its_key),
	};
	return RUN(tests);
}
