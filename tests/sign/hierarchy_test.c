#include "sign/hierarchy.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>

#include "scratch.h"
#include "sign/key.h"
#include "sign/pem.h"
#include "test.h"

static int set_up(void **state)
{
	static struct scratch s;
	scratch_init(&s);
	*state = &s;
	return 0;
}

static int tear_down(void **state)
{
	scratch_done(*state);
	return 0;
}

static const struct {
	const char *path;
	mode_t mode;
} expected[] = {
	{ "root", S_IFDIR | 0700 },
	{ "ca", S_IFDIR | 0755 },
	{ "tls", S_IFDIR | 0755 },
	{ HIERARCHY_ROOT_KEY, S_IFREG | 0600 },
	{ HIERARCHY_ROOT_PASSPHRASE, S_IFREG | 0600 },
	{ HIERARCHY_ROOT, S_IFREG | 0644 },
	{ HIERARCHY_ROOT_CRL, S_IFREG | 0644 },
	{ HIERARCHY_ISSUING_KEY, S_IFREG | 0600 },
	{ HIERARCHY_ISSUING, S_IFREG | 0644 },
	{ HIERARCHY_TOKEN_KEY, S_IFREG | 0600 },
	{ HIERARCHY_DEVICE_KEY, S_IFREG | 0600 },
	{ HIERARCHY_DEVICE, S_IFREG | 0644 },
	{ HIERARCHY_ADMIN_KEY, S_IFREG | 0600 },
	{ HIERARCHY_ADMIN, S_IFREG | 0644 },
};

static X509 *certificate(struct scratch *s, const char *name, int position)
{
	FILE *f = fopen(scratch_path(s, name), "r");
	X509 *x = NULL;
	CHECK(f != NULL);
	for (int i = 0; i <= position; i++) {
		X509_free(x);
		x = PEM_read_X509(f, NULL, NULL, NULL);
	}
	fclose(f);
	return x;
}

static size_t entries(const char *folder)
{
	DIR *d = opendir(folder);
	size_t n = 0;
	CHECK(d != NULL);
	for (struct dirent *e = readdir(d); e; e = readdir(d))
		n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
	closedir(d);
	return n;
}

static void init_makes_every_file_with_its_mode_and_no_other(void **state)
{
	struct scratch *s = *state;
	struct stat st;
	scratch_hierarchy(s);
	for (size_t i = 0; i < COUNT_OF(expected); i++) {
		CHECK(lstat(scratch_path(s, expected[i].path), &st) == 0);
		CHECK(st.st_mode == expected[i].mode && st.st_uid == geteuid());
	}
	CHECK(entries(s->folder) == 1 && entries(s->keys) == 3);
	CHECK(entries(scratch_path(s, "root")) + entries(scratch_path(s, "ca")) +
		      entries(scratch_path(s, "tls")) ==
	      COUNT_OF(expected) - 3);
}

static void the_mask_of_the_caller_does_not_matter(void **state)
{
	struct scratch *s = *state;
	struct stat st;
	mode_t old = umask(0);
	scratch_hierarchy(s);
	umask(old);
	CHECK(stat(scratch_path(s, HIERARCHY_ISSUING_KEY), &st) == 0 && st.st_mode == (S_IFREG | 0600));
	CHECK(stat(s->keys, &st) == 0 && st.st_mode == (S_IFDIR | 0755));
}

static void the_fingerprint_is_the_root_certificates(void **state)
{
	struct scratch *s = *state;
	uint8_t der[4096], hash[32];
	struct wr w = wr_of(der, sizeof(der));
	scratch_hierarchy(s);
	OK(pem_get_certificate(scratch_path(s, HIERARCHY_ROOT), &w));
	SHA256(der, w.at, hash);
	CHECK(memcmp(hash, s->made.root_hash, sizeof(hash)) == 0);
}

static int verified(X509 *root, X509 *leaf, int purpose, int64_t time)
{
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *c = X509_STORE_CTX_new();
	CHECK(X509_STORE_add_cert(store, root) == 1 && X509_STORE_CTX_init(c, store, leaf, NULL) == 1);
	X509_VERIFY_PARAM *p = X509_STORE_CTX_get0_param(c);
	X509_VERIFY_PARAM_set_flags(p, X509_V_FLAG_X509_STRICT | X509_V_FLAG_CHECK_SS_SIGNATURE);
	X509_VERIFY_PARAM_set_time(p, time);
	X509_VERIFY_PARAM_set_purpose(p, purpose);
	X509_verify_cert(c);
	int error = X509_STORE_CTX_get_error(c);
	X509_STORE_CTX_free(c);
	X509_STORE_free(store);
	return error;
}

static void tls_files_hold_leaf_and_root_and_verify_for_the_names(void **state)
{
	struct scratch *s = *state;
	static const char *const files[] = { HIERARCHY_DEVICE, HIERARCHY_ADMIN };
	scratch_hierarchy(s);
	X509 *root = certificate(s, HIERARCHY_ROOT, 0);
	for (size_t i = 0; i < COUNT_OF(files); i++) {
		X509 *leaf = certificate(s, files[i], 0), *second = certificate(s, files[i], 1);
		CHECK(second && X509_cmp(second, root) == 0);
		CHECK(verified(root, leaf, X509_PURPOSE_SSL_SERVER, SCRATCH_NOW) == X509_V_OK);
		CHECK(verified(root, leaf, X509_PURPOSE_SSL_CLIENT, SCRATCH_NOW) ==
		      X509_V_ERR_INVALID_PURPOSE);
		CHECK(X509_check_host(leaf, "assay.example.org", 0, 0, NULL) == 1);
		CHECK(X509_check_ip_asc(leaf, "127.0.0.1", 0) == 1 && X509_check_ip_asc(leaf, "::1", 0) == 1);
		CHECK(X509_check_ip_asc(leaf, "127.0.0.2", 0) == 0);
		X509_free(leaf);
		X509_free(second);
	}
	X509_free(root);
}

static void the_issuing_certificate_verifies_from_a_day_ago(void **state)
{
	struct scratch *s = *state;
	scratch_hierarchy(s);
	X509 *root = certificate(s, HIERARCHY_ROOT, 0), *issuing = certificate(s, HIERARCHY_ISSUING, 0);
	CHECK(verified(root, issuing, X509_PURPOSE_ANY, SCRATCH_NOW - 86400) == X509_V_OK);
	CHECK(verified(root, issuing, X509_PURPOSE_ANY, SCRATCH_NOW - 86401) ==
	      X509_V_ERR_CERT_NOT_YET_VALID);
	X509_free(root);
	X509_free(issuing);
}

static void the_root_list_is_signed_and_empty(void **state)
{
	struct scratch *s = *state;
	scratch_hierarchy(s);
	X509 *root = certificate(s, HIERARCHY_ROOT, 0), *issuing = certificate(s, HIERARCHY_ISSUING, 0);
	FILE *f = fopen(scratch_path(s, HIERARCHY_ROOT_CRL), "r");
	X509_CRL *crl = f ? d2i_X509_CRL_fp(f, NULL) : NULL;
	CHECK(crl && X509_CRL_verify(crl, X509_get0_pubkey(root)) == 1 && !X509_CRL_get_REVOKED(crl));
	CHECK(ASN1_TIME_compare(X509_CRL_get0_nextUpdate(crl), X509_get0_notAfter(issuing)) == 0);
	fclose(f);
	X509_CRL_free(crl);
	X509_free(root);
	X509_free(issuing);
}

static void the_root_key_opens_with_its_passphrase_alone(void **state)
{
	struct scratch *s = *state;
	char passphrase[128] = "", wrong[] = "wrong";
	EVP_PKEY *key = NULL;
	scratch_hierarchy(s);
	REFUSES(KEY_FILE, key_open(scratch_path(s, HIERARCHY_ROOT_KEY), &key));
	FILE *f = fopen(scratch_path(s, HIERARCHY_ROOT_PASSPHRASE), "r");
	CHECK(f && fgets(passphrase, sizeof(passphrase), f));
	fclose(f);
	CHECK(strlen(passphrase) == 65 && passphrase[64] == '\n');
	passphrase[64] = 0;
	f = fopen(scratch_path(s, HIERARCHY_ROOT_KEY), "r");
	CHECK(f && !PEM_read_PrivateKey(f, NULL, NULL, wrong));
	rewind(f);
	key = PEM_read_PrivateKey(f, NULL, NULL, passphrase);
	fclose(f);
	X509 *root = certificate(s, HIERARCHY_ROOT, 0);
	CHECK(key && X509_check_private_key(root, key) == 1);
	X509_free(root);
	EVP_PKEY_free(key);
}

static void every_other_key_opens_and_fits_its_certificate(void **state)
{
	struct scratch *s = *state;
	static const struct {
		const char *key, *certificate;
	} pairs[] = {
		{ HIERARCHY_ISSUING_KEY, HIERARCHY_ISSUING },
		{ HIERARCHY_DEVICE_KEY, HIERARCHY_DEVICE },
		{ HIERARCHY_ADMIN_KEY, HIERARCHY_ADMIN },
		{ HIERARCHY_TOKEN_KEY, NULL },
	};
	scratch_hierarchy(s);
	for (size_t i = 0; i < COUNT_OF(pairs); i++) {
		EVP_PKEY *key = NULL;
		OK(key_open(scratch_path(s, pairs[i].key), &key));
		X509 *x = pairs[i].certificate ? certificate(s, pairs[i].certificate, 0) : NULL;
		CHECK(!x || X509_check_private_key(x, key) == 1);
		X509_free(x);
		key_free(key);
	}
}

static void a_second_init_is_refused_and_changes_nothing(void **state)
{
	struct scratch *s = *state;
	struct stat before, after;
	struct hierarchy again;
	scratch_hierarchy(s);
	CHECK(stat(scratch_path(s, HIERARCHY_ISSUING_KEY), &before) == 0);
	struct hierarchy_plan plan = scratch_plan(s);
	REFUSES(CONFLICT, hierarchy_init(&plan, &again));
	CHECK(stat(scratch_path(s, HIERARCHY_ISSUING_KEY), &after) == 0);
	CHECK(before.st_ino == after.st_ino && before.st_mtim.tv_nsec == after.st_mtim.tv_nsec);
	CHECK(entries(s->folder) == 1);
}

static void anything_of_that_name_is_a_conflict(void **state)
{
	struct scratch *s = *state;
	struct hierarchy_plan plan = scratch_plan(s);
	CHECK(symlink("/nowhere", s->keys) == 0);
	REFUSES(CONFLICT, hierarchy_init(&plan, &s->made));
	CHECK(entries(s->folder) == 1);
}

static void a_missing_parent_is_a_fault_of_files(void **state)
{
	struct scratch *s = *state;
	char deep[PATH_MAX];
	snprintf(deep, sizeof(deep), "%s/a/b", s->folder);
	struct hierarchy_plan plan = scratch_plan(s);
	plan.folder = deep;
	REFUSES(SYS_FILE, hierarchy_init(&plan, &s->made));
	CHECK(entries(s->folder) == 0);
}

static void plans_that_no_certificate_can_carry_leave_nothing_behind(void **state)
{
	struct scratch *s = *state;
	static const char *const bad_names[] = { "", "a b", "-a", "a-", "a..b", ".a", "a.", "*.example.org",
						 "under_score", "127.0.0.1.", "::zz", "caf\xC3\xA9" };
	static const char *const bad_urls[] = { "",	      "http:/x",   "ftp://x",
						"http://a b", "http://x/", "http://x\n" };
	for (size_t i = 0; i < COUNT_OF(bad_names); i++) {
		struct hierarchy_plan plan = scratch_plan(s);
		plan.names = &bad_names[i];
		plan.name_count = 1;
		REFUSES(CONFIG_INVALID, hierarchy_init(&plan, &s->made));
	}
	for (size_t i = 0; i < COUNT_OF(bad_urls); i++) {
		struct hierarchy_plan plan = scratch_plan(s);
		plan.url = bad_urls[i];
		REFUSES(CONFIG_INVALID, hierarchy_init(&plan, &s->made));
	}
	struct hierarchy_plan plan = scratch_plan(s);
	plan.name_count = 0;
	REFUSES(CONFIG_INVALID, hierarchy_init(&plan, &s->made));
	plan = scratch_plan(s);
	plan.organization = "line\nbreak";
	REFUSES(CONFIG_INVALID, hierarchy_init(&plan, &s->made));
	CHECK(entries(s->folder) == 0);
}

static void thirty_three_addresses_are_too_many(void **state)
{
	struct scratch *s = *state;
	const char *many[BYTES_LIST_MAX + 1];
	for (size_t i = 0; i < COUNT_OF(many); i++)
		many[i] = "127.0.0.1";
	struct hierarchy_plan plan = scratch_plan(s);
	plan.names = many;
	plan.name_count = COUNT_OF(many);
	REFUSES(CONFIG_INVALID, hierarchy_init(&plan, &s->made));
}

static void files_belong_to_whom_the_plan_says(void **state)
{
	struct scratch *s = *state;
	struct stat st;
	if (geteuid() != 0)
		skip();
	static const struct hierarchy_ids owners[HIERARCHY_OWNER_COUNT] = {
		[HIERARCHY_OF_CA] = { 4001, 4001 },
		[HIERARCHY_OF_DEVICE] = { 4002, 4002 },
		[HIERARCHY_OF_ADMIN] = { 4003, 4003 },
	};
	static const struct {
		const char *path;
		uid_t uid;
	} rows[] = {
		{ ".", 0 },
		{ "root", 0 },
		{ HIERARCHY_ROOT_KEY, 0 },
		{ "ca", 4001 },
		{ HIERARCHY_ISSUING_KEY, 4001 },
		{ HIERARCHY_TOKEN_KEY, 4001 },
		{ "tls", 0 },
		{ HIERARCHY_DEVICE_KEY, 4002 },
		{ HIERARCHY_ADMIN_KEY, 4003 },
	};
	struct hierarchy_plan plan = scratch_plan(s);
	plan.owners = owners;
	OK(hierarchy_init(&plan, &s->made));
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		CHECK(stat(scratch_path(s, rows[i].path), &st) == 0);
		CHECK(st.st_uid == rows[i].uid && st.st_gid == rows[i].uid);
	}
}

static void two_hierarchies_share_nothing(void **state)
{
	struct scratch *s = *state;
	struct hierarchy first;
	scratch_hierarchy(s);
	first = s->made;
	X509 *a = certificate(s, HIERARCHY_ROOT, 0);
	snprintf(s->keys, sizeof(s->keys), "%s/other", s->folder);
	scratch_hierarchy(s);
	X509 *b = certificate(s, HIERARCHY_ROOT, 0);
	CHECK(memcmp(first.root_hash, s->made.root_hash, sizeof(first.root_hash)) != 0);
	CHECK(X509_NAME_cmp(X509_get_subject_name(a), X509_get_subject_name(b)) != 0);
	X509_free(a);
	X509_free(b);
}

#define ROW(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROW(init_makes_every_file_with_its_mode_and_no_other),
		ROW(the_mask_of_the_caller_does_not_matter),
		ROW(the_fingerprint_is_the_root_certificates),
		ROW(tls_files_hold_leaf_and_root_and_verify_for_the_names),
		ROW(the_issuing_certificate_verifies_from_a_day_ago),
		ROW(the_root_list_is_signed_and_empty),
		ROW(the_root_key_opens_with_its_passphrase_alone),
		ROW(every_other_key_opens_and_fits_its_certificate),
		ROW(a_second_init_is_refused_and_changes_nothing),
		ROW(anything_of_that_name_is_a_conflict),
		ROW(a_missing_parent_is_a_fault_of_files),
		ROW(plans_that_no_certificate_can_carry_leave_nothing_behind),
		ROW(thirty_three_addresses_are_too_many),
		ROW(files_belong_to_whom_the_plan_says),
		ROW(two_hierarchies_share_nothing),
	};
	return RUN(tests);
}
