#include "sign/responder.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/ocsp.h>
#include <openssl/x509v3.h>

#include "cert/crl.h"
#include "scratch.h"
#include "sign/journal.h"
#include "sign/pem.h"
#include "test.h"

#define HOUR 3600

struct fixture {
	struct scratch s;
	struct authority *a;
	struct responder *r;
	struct issue issued;
	uint8_t der[OCSP_SIZE_MAX];
};

static int set_up(void **state)
{
	static struct fixture f;
	uint8_t certificate[TBS_CERTIFICATE_MAX];
	struct wr w = wr_of(certificate, sizeof(certificate));
	memset(&f, 0, sizeof(f));
	scratch_init(&f.s);
	scratch_hierarchy(&f.s);
	struct authority_plan plan = scratch_authority(&f.s, 10);
	OK(authority_open(&plan, &f.a));
	OK(responder_open(f.a, SCRATCH_NOW, &f.r));
	f.issued = scratch_issue(&f.s, f.a, 1);
	OK(authority_issue(f.a, &f.issued, SCRATCH_NOW, &w));
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	responder_close(f->r);
	authority_close(f->a);
	scratch_done(&f->s);
	return 0;
}

static struct standing standing(const struct fixture *f, uint64_t status, int64_t now)
{
	return (struct standing){ .hash = OCSP_SHA1, .has_null = 1, .serial = f->issued.serial,
				  .status = status, .this_update = (uint64_t)now,
				  .next_update = (uint64_t)now + HOUR };
}

static X509 *certificate(struct fixture *f, const char *name)
{
	uint8_t der[4096];
	struct wr w = wr_of(der, sizeof(der));
	OK(pem_get_certificate(scratch_path(&f->s, name), &w));
	const uint8_t *at = der;
	X509 *x = d2i_X509(NULL, &at, (long)w.at);
	CHECK(x != NULL);
	return x;
}

/* The answer, signature and delegation checked by OpenSSL at that time. */
static OCSP_BASICRESP *verified(struct fixture *f, const struct standing *s, int64_t now)
{
	struct wr w = wr_of(f->der, sizeof(f->der));
	OK(responder_sign(f->r, s, now, &w));
	const uint8_t *at = f->der;
	OCSP_RESPONSE *r = d2i_OCSP_RESPONSE(NULL, &at, (long)w.at);
	CHECK(r && at == f->der + w.at);
	OCSP_BASICRESP *basic = OCSP_response_get1_basic(r);
	X509_STORE *store = X509_STORE_new();
	X509 *root = certificate(f, HIERARCHY_ROOT), *issuing = certificate(f, HIERARCHY_ISSUING);
	STACK_OF(X509) *others = sk_X509_new_null();
	CHECK(X509_STORE_add_cert(store, root) == 1 && sk_X509_push(others, issuing) == 1);
	X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store), now);
	CHECK(OCSP_basic_verify(basic, others, store, 0) == 1);
	sk_X509_free(others);
	X509_STORE_free(store);
	X509_free(root);
	X509_free(issuing);
	OCSP_RESPONSE_free(r);
	return basic;
}

static const X509 *signer_of(OCSP_BASICRESP *basic)
{
	return sk_X509_value(OCSP_resp_get0_certs(basic), 0);
}

static void its_answers_verify_and_are_signed_by_a_delegate_that_nobody_asks_about(void **state)
{
	struct fixture *f = *state;
	const struct standing s = standing(f, OCSP_GOOD, SCRATCH_NOW);
	OCSP_BASICRESP *basic = verified(f, &s, SCRATCH_NOW);
	X509 *x = X509_dup(signer_of(basic));
	EXTENDED_KEY_USAGE *usage = X509_get_ext_d2i(x, NID_ext_key_usage, NULL, NULL);
	CHECK(usage && sk_ASN1_OBJECT_num(usage) == 1);
	CHECK(OBJ_obj2nid(sk_ASN1_OBJECT_value(usage, 0)) == NID_OCSP_sign);
	CHECK(X509_get_ext_by_NID(x, NID_id_pkix_OCSP_noCheck, -1) >= 0);
	CHECK(X509_get_ext_by_NID(x, NID_crl_distribution_points, -1) < 0);
	CHECK(ASN1_TIME_cmp_time_t(X509_get0_notAfter(x), SCRATCH_NOW + 14 * 86400) == 0);
	EXTENDED_KEY_USAGE_free(usage);
	X509_free(x);
	OCSP_BASICRESP_free(basic);
}

static void nothing_that_was_not_logged_is_good(void **state)
{
	struct fixture *f = *state;
	uint8_t other[16];
	struct wr w = wr_of(f->der, sizeof(f->der));
	memcpy(other, f->issued.serial.p, sizeof(other));
	other[15] ^= 1;
	struct standing s = standing(f, OCSP_GOOD, SCRATCH_NOW);
	s.serial = BYTES_OF(other);
	REFUSES(SIGNER_REFUSED, responder_sign(f->r, &s, SCRATCH_NOW, &w));
	s.serial = BYTES_TEXT("\x05");
	REFUSES(SIGNER_REFUSED, responder_sign(f->r, &s, SCRATCH_NOW, &w));
	s.status = OCSP_UNKNOWN;
	OK(responder_sign(f->r, &s, SCRATCH_NOW, &w));
}

static void what_is_not_of_now_or_good_for_too_long_is_refused(void **state)
{
	struct fixture *f = *state;
	struct wr w = wr_of(f->der, sizeof(f->der));
	struct standing s = standing(f, OCSP_GOOD, SCRATCH_NOW);
	REFUSES(SIGNER_REFUSED, responder_sign(f->r, &s, SCRATCH_NOW + AUTHORITY_SKEW_S + 1, &w));
	REFUSES(SIGNER_REFUSED, responder_sign(f->r, &s, SCRATCH_NOW - AUTHORITY_SKEW_S - 1, &w));
	s.next_update = s.this_update + RESPONDER_ANSWER_S + 1;
	REFUSES(SIGNER_REFUSED, responder_sign(f->r, &s, SCRATCH_NOW, &w));
	struct wr small = wr_of(f->der, 100);
	s = standing(f, OCSP_GOOD, SCRATCH_NOW);
	REFUSES(SYS_MEMORY, responder_sign(f->r, &s, SCRATCH_NOW, &small));
}

static void its_key_is_another_each_week_and_each_has_a_line_in_the_log(void **state)
{
	struct fixture *f = *state;
	struct stat before, after;
	const int64_t later = SCRATCH_NOW + RESPONDER_RENEWAL_S;
	const struct standing first = standing(f, OCSP_GOOD, later - 1);
	const struct standing second = standing(f, OCSP_GOOD, later);
	CHECK(stat(scratch_path(&f->s, HIERARCHY_LOG), &before) == 0);
	OCSP_BASICRESP *old = verified(f, &first, later - 1), *new = verified(f, &second, later);
	CHECK(X509_cmp(signer_of(old), signer_of(new)) != 0);
	CHECK(stat(scratch_path(&f->s, HIERARCHY_LOG), &after) == 0);
	CHECK(after.st_size - before.st_size == JOURNAL_LINE_SIZE);
	OCSP_BASICRESP_free(old);
	OCSP_BASICRESP_free(new);
	struct authority_plan plan = scratch_authority(&f->s, 10);
	responder_close(f->r);
	authority_close(f->a);
	f->r = NULL;
	OK(authority_open(&plan, &f->a));
	OK(responder_open(f->a, SCRATCH_NOW, &f->r));
}

static void it_makes_its_next_key_in_a_sandbox_without_files(void **state)
{
	struct fixture *f = *state;
	const int64_t later = SCRATCH_NOW + RESPONDER_RENEWAL_S;
	const struct standing s = standing(f, OCSP_GOOD, later);
	int status = 0;
	if (SCRATCH_SANITIZED)
		skip(); /* the sanitiser makes calls of its own */
	pid_t child = fork();
	CHECK(child >= 0);
	if (child == 0) {
		struct wr w = wr_of(f->der, sizeof(f->der));
		if (!scratch_enter_sandbox())
			_exit(2);
		_exit(responder_sign(f->r, &s, later, &w) ? 1 : 0);
	}
	CHECK(waitpid(child, &status, 0) == child);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define ROW(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
		ROW(its_answers_verify_and_are_signed_by_a_delegate_that_nobody_asks_about),
		ROW(nothing_that_was_not_logged_is_good),
		ROW(what_is_not_of_now_or_good_for_too_long_is_refused),
		ROW(its_key_is_another_each_week_and_each_has_a_line_in_the_log),
		ROW(it_makes_its_next_key_in_a_sandbox_without_files),
#undef ROW
	};
	return RUN(tests);
}
