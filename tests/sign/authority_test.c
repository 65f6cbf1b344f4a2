#include "sign/authority.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/x509v3.h>

#include "base/text.h"
#include "cert/lint.h"
#include "cert/profile.h"
#include "cert/tbs.h"
#include "scratch.h"
#include "sign/journal.h"
#include "sign/pem.h"
#include "test.h"

#define RATE 5

struct fixture {
	struct scratch s;
	struct authority *a;
	uint8_t der[TBS_CERTIFICATE_MAX];
};

static int set_up(void **state)
{
	static struct fixture f;
	memset(&f, 0, sizeof(f));
	scratch_init(&f.s);
	scratch_hierarchy(&f.s);
	struct authority_plan plan = scratch_authority(&f.s, RATE);
	OK(authority_open(&plan, &f.a));
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	authority_close(f->a);
	scratch_done(&f->s);
	return 0;
}

static void reopen(struct fixture *f, uint64_t rate)
{
	authority_close(f->a);
	f->a = NULL;
	struct authority_plan plan = scratch_authority(&f->s, rate);
	OK(authority_open(&plan, &f->a));
}

static size_t lines(struct fixture *f)
{
	struct stat s;
	CHECK(stat(scratch_path(&f->s, HIERARCHY_LOG), &s) == 0 && s.st_size % JOURNAL_LINE_SIZE == 0);
	return (size_t)s.st_size / JOURNAL_LINE_SIZE;
}

static struct bytes issued(struct fixture *f, const struct issue *i, int64_t now)
{
	struct wr w = wr_of(f->der, sizeof(f->der));
	OK(authority_issue(f->a, i, now, &w));
	return wr_done(&w);
}

static X509 *x509_of(struct bytes der)
{
	const uint8_t *at = der.p;
	X509 *x = d2i_X509(NULL, &at, (long)der.n);
	CHECK(x && at == der.p + der.n);
	return x;
}

static X509 *certificate(struct fixture *f, const char *name)
{
	uint8_t der[4096];
	struct wr w = wr_of(der, sizeof(der));
	OK(pem_get_certificate(scratch_path(&f->s, name), &w));
	return x509_of(wr_done(&w));
}

static void what_it_issues_is_as_asked_and_verifies(void **state)
{
	struct fixture *f = *state;
	struct issue i = scratch_issue(&f->s, f->a, 1);
	struct bytes der = issued(f, &i, SCRATCH_NOW);
	OK(lint_check(der, &i, authority_issuer(f->a)));
	X509 *leaf = x509_of(der), *issuing = certificate(f, HIERARCHY_ISSUING),
	     *root = certificate(f, HIERARCHY_ROOT);
	STACK_OF(X509) *chain = sk_X509_new_null();
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *c = X509_STORE_CTX_new();
	CHECK(sk_X509_push(chain, issuing) == 1 && X509_STORE_add_cert(store, root) == 1);
	CHECK(X509_STORE_CTX_init(c, store, leaf, chain) == 1);
	X509_VERIFY_PARAM_set_flags(X509_STORE_CTX_get0_param(c), X509_V_FLAG_X509_STRICT);
	X509_VERIFY_PARAM_set_time(X509_STORE_CTX_get0_param(c), SCRATCH_NOW);
	X509_VERIFY_PARAM_set_purpose(X509_STORE_CTX_get0_param(c), X509_PURPOSE_SSL_CLIENT);
	CHECK(X509_verify_cert(c) == 1);
	X509_STORE_CTX_free(c);
	X509_STORE_free(store);
	sk_X509_free(chain);
	X509_free(leaf);
	X509_free(issuing);
	X509_free(root);
}

static void a_request_whose_hash_differs_is_refused(void **state)
{
	struct fixture *f = *state;
	struct issue i = scratch_issue(&f->s, f->a, 1);
	f->s.tbs_hash[31] ^= 1;
	REFUSES(SIGNER_REFUSED, authority_put(f->a, &i, SCRATCH_NOW));
	i.tbs_hash = (struct bytes){ 0 };
	REFUSES(SIGNER_REFUSED, authority_put(f->a, &i, SCRATCH_NOW));
	i = scratch_issue(&f->s, f->a, 1);
	i.assurance = TRIP_ASSURED_KEY; /* no longer what was hashed */
	REFUSES(SIGNER_REFUSED, authority_put(f->a, &i, SCRATCH_NOW));
	OK(authority_sync(f->a));
	CHECK(lines(f) == 0);
}

static void a_request_off_the_profile_is_refused(void **state)
{
	struct fixture *f = *state;
	struct issue i = scratch_issue(&f->s, f->a, 1);
	i.kind = FRAME_CERTIFICATE_DEVICE + 1;
	REFUSES(SIGNER_REFUSED, authority_put(f->a, &i, SCRATCH_NOW));
	i = scratch_issue(&f->s, f->a, 1);
	i.not_after += PROFILE_VALIDITY_MAX_S;
	REFUSES(SIGNER_REFUSED, authority_put(f->a, &i, SCRATCH_NOW));
}

static void a_certificate_that_is_not_valid_now_is_refused(void **state)
{
	struct fixture *f = *state;
	struct issue i = scratch_issue(&f->s, f->a, 1);
	REFUSES(SIGNER_REFUSED, authority_put(f->a, &i, (int64_t)i.not_before - 1));
	REFUSES(SIGNER_REFUSED, authority_put(f->a, &i, (int64_t)i.not_after));
	OK(authority_put(f->a, &i, (int64_t)i.not_before));
}

static void the_same_request_is_signed_again_on_the_same_line(void **state)
{
	struct fixture *f = *state;
	struct issue i = scratch_issue(&f->s, f->a, 1);
	issued(f, &i, SCRATCH_NOW);
	issued(f, &i, SCRATCH_NOW + 1);
	reopen(f, RATE);
	OK(lint_check(issued(f, &i, SCRATCH_NOW + 2), &i, authority_issuer(f->a)));
	CHECK(lines(f) == 1);
}

static void a_serial_never_names_other_content(void **state)
{
	struct fixture *f = *state;
	struct issue i = scratch_issue(&f->s, f->a, 1), other;
	uint8_t hash[PROFILE_HASH_SIZE];
	issued(f, &i, SCRATCH_NOW);
	other = i;
	other.not_after++;
	OK(profile_hash(&other, authority_issuer(f->a), hash));
	other.tbs_hash = BYTES_OF(hash);
	REFUSES(SIGNER_REFUSED, authority_put(f->a, &other, SCRATCH_NOW));
	reopen(f, RATE);
	REFUSES(SIGNER_REFUSED, authority_put(f->a, &other, SCRATCH_NOW));
	CHECK(lines(f) == 1);
}

static void nothing_is_signed_that_is_not_durably_logged(void **state)
{
	struct fixture *f = *state;
	struct wr w = wr_of(f->der, sizeof(f->der));
	struct issue i = scratch_issue(&f->s, f->a, 1);
	REFUSES(BUG, authority_sign(f->a, &i, &w));
	OK(authority_put(f->a, &i, SCRATCH_NOW));
	REFUSES(BUG, authority_sign(f->a, &i, &w));
	CHECK(w.at == 0);
	OK(authority_sync(f->a));
	OK(authority_sign(f->a, &i, &w));
	CHECK(lines(f) == 1);
}

static void a_batch_shares_one_sync(void **state)
{
	struct fixture *f = *state;
	for (uint32_t n = 0; n < RATE; n++) {
		struct issue i = scratch_issue(&f->s, f->a, n);
		OK(authority_put(f->a, &i, SCRATCH_NOW));
	}
	CHECK(lines(f) == 0);
	OK(authority_sync(f->a));
	CHECK(lines(f) == RATE);
	for (uint32_t n = 0; n < RATE; n++) {
		struct wr w = wr_of(f->der, sizeof(f->der));
		struct issue i = scratch_issue(&f->s, f->a, n);
		OK(authority_sign(f->a, &i, &w));
		OK(lint_check(wr_done(&w), &i, authority_issuer(f->a)));
	}
}

static void above_the_rate_it_names_the_time_to_wait(void **state)
{
	struct fixture *f = *state;
	for (uint32_t n = 0; n < RATE; n++) {
		struct issue i = scratch_issue(&f->s, f->a, n);
		issued(f, &i, SCRATCH_NOW + n);
	}
	CHECK(authority_retry_s(f->a, SCRATCH_NOW + 100) == 3500);
	struct issue next = scratch_issue(&f->s, f->a, RATE);
	REFUSES(SIGNER_RATE, authority_put(f->a, &next, SCRATCH_NOW + 100));
	reopen(f, RATE);
	next = scratch_issue(&f->s, f->a, RATE);
	REFUSES(SIGNER_RATE, authority_put(f->a, &next, SCRATCH_NOW + 100));
	struct issue known = scratch_issue(&f->s, f->a, 0);
	issued(f, &known, SCRATCH_NOW + 100);
	next = scratch_issue(&f->s, f->a, RATE);
	issued(f, &next, SCRATCH_NOW + 3600);
	CHECK(authority_retry_s(f->a, SCRATCH_NOW + 3600) == 0);
}

static void the_default_rate_is_a_hundred_thousand(void **state)
{
	struct fixture *f = *state;
	reopen(f, 0);
	for (uint32_t n = 0; n < RATE + 1; n++) {
		struct issue i = scratch_issue(&f->s, f->a, n);
		issued(f, &i, SCRATCH_NOW);
	}
	CHECK(AUTHORITY_RATE == 100000);
}

static void its_revocation_list_verifies(void **state)
{
	struct fixture *f = *state;
	uint8_t der[4096];
	struct wr w = wr_of(der, sizeof(der));
	struct crl c = { .number = 1, .this_update = SCRATCH_NOW, .next_update = SCRATCH_NOW + 86400,
			 .lists = 1 };
	OK(authority_sign_crl(f->a, &c, SCRATCH_NOW, &w));
	const uint8_t *at = der;
	X509_CRL *crl = d2i_X509_CRL(NULL, &at, (long)w.at);
	X509 *issuing = certificate(f, HIERARCHY_ISSUING);
	CHECK(crl && at == der + w.at && X509_CRL_verify(crl, X509_get0_pubkey(issuing)) == 1);
	X509_free(issuing);
	X509_CRL_free(crl);
	struct wr small = wr_of(der, 64);
	REFUSES(SYS_MEMORY, authority_sign_crl(f->a, &c, SCRATCH_NOW, &small));
	REFUSES(SIGNER_REFUSED, authority_sign_crl(f->a, &c, SCRATCH_NOW + 11, &w));
	REFUSES(SIGNER_REFUSED, authority_sign_crl(f->a, &c, SCRATCH_NOW - 11, &w));
	c.next_update = c.this_update + AUTHORITY_LIST_S + 1;
	REFUSES(SIGNER_REFUSED, authority_sign_crl(f->a, &c, SCRATCH_NOW, &w));
}

static fault opened(struct fixture *f)
{
	struct authority_plan plan = scratch_authority(&f->s, RATE);
	authority_close(f->a);
	f->a = NULL;
	return authority_open(&plan, &f->a);
}

static void copy(struct fixture *f, const char *from, const char *to)
{
	uint8_t text[PEM_TEXT_MAX];
	FILE *file = fopen(scratch_path(&f->s, from), "r");
	CHECK(file != NULL);
	size_t n = fread(text, 1, sizeof(text), file);
	fclose(file);
	file = fopen(scratch_path(&f->s, to), "w");
	CHECK(file && fwrite(text, 1, n, file) == n && fclose(file) == 0);
}

static void a_key_of_another_certificate_is_refused(void **state)
{
	struct fixture *f = *state;
	copy(f, HIERARCHY_TOKEN_KEY, HIERARCHY_ISSUING_KEY);
	REFUSES(KEY_FILE, opened(f));
}

static void a_certificate_that_is_no_ca_is_refused(void **state)
{
	struct fixture *f = *state;
	copy(f, HIERARCHY_DEVICE_KEY, HIERARCHY_ISSUING_KEY);
	copy(f, HIERARCHY_DEVICE, HIERARCHY_ISSUING);
	REFUSES(KEY_FILE, opened(f));
}

static void a_key_that_others_may_read_is_refused(void **state)
{
	struct fixture *f = *state;
	static const mode_t modes[] = { 0640, 0604, 0620 };
	for (size_t i = 0; i < COUNT_OF(modes); i++) {
		CHECK(chmod(scratch_path(&f->s, HIERARCHY_ISSUING_KEY), modes[i]) == 0);
		REFUSES(KEY_FILE, opened(f));
	}
	CHECK(chmod(scratch_path(&f->s, HIERARCHY_ISSUING_KEY), 0600) == 0);
	OK(opened(f));
}

static void a_missing_or_empty_file_is_refused(void **state)
{
	struct fixture *f = *state;
	static const char *const names[] = { HIERARCHY_ISSUING_KEY, HIERARCHY_ISSUING };
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		char kept[PATH_MAX];
		snprintf(kept, sizeof(kept), "%s/kept", f->s.folder);
		CHECK(rename(scratch_path(&f->s, names[i]), kept) == 0);
		REFUSES(KEY_FILE, opened(f));
		int fd = open(scratch_path(&f->s, names[i]), O_CREAT | O_WRONLY, 0600);
		CHECK(fd >= 0 && close(fd) == 0);
		REFUSES(KEY_FILE, opened(f));
		CHECK(rename(kept, scratch_path(&f->s, names[i])) == 0);
	}
	OK(opened(f));
}

/* Issues one certificate after the other and reports each serial after it was signed, until it is killed. */
static void issue_for_ever(struct fixture *f, int report)
{
	for (uint32_t n = 0;; n++) {
		struct issue i = scratch_issue(&f->s, f->a, n);
		struct wr w = wr_of(f->der, sizeof(f->der));
		if (authority_issue(f->a, &i, SCRATCH_NOW, &w) || write(report, &n, sizeof(n)) != sizeof(n))
			_exit(1);
	}
}

static void after_a_kill_every_signed_certificate_has_its_line(void **state)
{
	struct fixture *f = *state;
	uint32_t last = 0, n = 0;
	reopen(f, 0);
	for (int round = 0; round < 5; round++) {
		int ends[2];
		authority_close(f->a);
		f->a = NULL;
		CHECK(pipe(ends) == 0);
		pid_t child = fork();
		CHECK(child >= 0);
		if (child == 0) {
			struct authority_plan plan = scratch_authority(&f->s, 0);
			if (authority_open(&plan, &f->a))
				_exit(1);
			issue_for_ever(f, ends[1]);
		}
		close(ends[1]);
		for (int i = 0; i < 10 * (round + 1); i++)
			CHECK(read(ends[0], &n, sizeof(n)) == sizeof(n));
		CHECK(kill(child, SIGKILL) == 0);
		while (read(ends[0], &n, sizeof(n)) == sizeof(n))
			last = n;
		CHECK(waitpid(child, NULL, 0) == child);
		close(ends[0]);
		reopen(f, 0);
		CHECK(lines(f) >= (size_t)(last > n ? last : n) + 1);
	}
	struct issue i = scratch_issue(&f->s, f->a, n);
	size_t before = lines(f);
	issued(f, &i, SCRATCH_NOW);
	CHECK(lines(f) == before);
}

static void it_works_in_a_sandbox_without_files(void **state)
{
	struct fixture *f = *state;
	int status = 0;
	if (SCRATCH_SANITIZED)
		skip(); /* the sanitiser makes calls of its own */
	reopen(f, 0);
	pid_t child = fork();
	CHECK(child >= 0);
	if (child == 0) {
		if (!scratch_enter_sandbox())
			_exit(2);
		for (uint32_t n = 0; n < 300; n++) {
			struct issue i = scratch_issue(&f->s, f->a, n);
			struct wr w = wr_of(f->der, sizeof(f->der));
			if (authority_issue(f->a, &i, SCRATCH_NOW, &w))
				_exit(1);
		}
		struct crl c = { .number = 1, .this_update = SCRATCH_NOW, .next_update = SCRATCH_NOW + 1,
				 .lists = 1 };
		struct wr w = wr_of(f->der, sizeof(f->der));
		_exit(authority_sign_crl(f->a, &c, SCRATCH_NOW, &w) ? 1 : 0);
	}
	CHECK(waitpid(child, &status, 0) == child);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	CHECK(lines(f) == 300);
}

#define ROW(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROW(what_it_issues_is_as_asked_and_verifies),
		ROW(a_request_whose_hash_differs_is_refused),
		ROW(a_request_off_the_profile_is_refused),
		ROW(a_certificate_that_is_not_valid_now_is_refused),
		ROW(the_same_request_is_signed_again_on_the_same_line),
		ROW(a_serial_never_names_other_content),
		ROW(nothing_is_signed_that_is_not_durably_logged),
		ROW(a_batch_shares_one_sync),
		ROW(above_the_rate_it_names_the_time_to_wait),
		ROW(the_default_rate_is_a_hundred_thousand),
		ROW(its_revocation_list_verifies),
		ROW(a_key_of_another_certificate_is_refused),
		ROW(a_certificate_that_is_no_ca_is_refused),
		ROW(a_key_that_others_may_read_is_refused),
		ROW(a_missing_or_empty_file_is_refused),
		ROW(after_a_kill_every_signed_certificate_has_its_line),
		ROW(it_works_in_a_sandbox_without_files),
	};
	return RUN(tests);
}
