#include "sign/rollover.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "cert/profile.h"
#include "cert/trunk.h"
#include "scratch.h"
#include "sign/responder.h"
#include "test.h"

#define DAY INT64_C(86400)

struct fixture {
	struct scratch s;
	struct authority *a;
	char key[PATH_MAX];
	char passphrase[128];
	uint8_t der[4096];
};

static int set_up(void **state)
{
	static struct fixture f;
	memset(&f, 0, sizeof(f));
	scratch_init(&f.s);
	scratch_hierarchy(&f.s);
	FILE *file = fopen(scratch_path(&f.s, HIERARCHY_ROOT_PASSPHRASE), "r");
	CHECK(file && fscanf(file, "%127s", f.passphrase) == 1 && fclose(file) == 0);
	snprintf(f.key, sizeof(f.key), "%s", scratch_path(&f.s, HIERARCHY_ROOT_KEY));
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

static struct rollover_plan plan_of(const struct fixture *f, int64_t now)
{
	return (struct rollover_plan){ .folder = f->s.keys,
				       .root_key = f->key,
				       .passphrase = f->passphrase,
				       .organization = "Example",
				       .url = SCRATCH_URL,
				       .now = now };
}

static struct rollover rolled(struct fixture *f, int64_t now)
{
	const struct rollover_plan plan = plan_of(f, now);
	struct rollover made;
	OK(rollover_put(&plan, &made));
	return made;
}

/* Nothing of a CA is there that was not there before the first. */
static bool is_unchanged(struct fixture *f)
{
	const struct lineage l = lineage_find(f->s.keys);
	return l.oldest == 0 && l.present == 0 && access(scratch_path(&f->s, "ca/g1"), F_OK) != 0;
}

static void reopen(struct fixture *f)
{
	const struct authority_plan plan = scratch_authority(&f->s, 10);
	authority_close(f->a);
	f->a = NULL;
	OK(authority_open(&plan, &f->a));
}

static X509 *certificate(struct fixture *f, uint64_t generation)
{
	char name[LINEAGE_PATH_SIZE];
	FILE *file = fopen(scratch_path(&f->s, lineage_path(generation, LINEAGE_CERTIFICATE, name)), "r");
	CHECK(file != NULL);
	X509 *x = PEM_read_X509(file, NULL, NULL, NULL);
	CHECK(x != NULL && fclose(file) == 0);
	return x;
}

static fault sign_list(struct fixture *f, uint64_t generation, struct wr *w)
{
	const struct crl c = { .number = 1,
			       .this_update = SCRATCH_NOW,
			       .next_update = SCRATCH_NOW + 86400,
			       .lists = 1,
			       .generation = generation };
	return authority_sign_crl(f->a, &c, SCRATCH_NOW, w);
}

static void the_new_ca_signs_certificates_and_each_its_own_lists(void **state)
{
	struct fixture *f = *state;
	struct rollover made = rolled(f, SCRATCH_NOW);
	CHECK(made.generation == 1 && made.not_after > SCRATCH_NOW + 3650 * DAY);
	reopen(f);
	CHECK(authority_issuer(f->a)->generation == 1 && authority_find(f->a, 0) && !authority_find(f->a, 2));
	const struct issue i = scratch_issue(&f->s, f->a, 1);
	struct wr w = wr_of(f->der, sizeof(f->der));
	OK(authority_issue(f->a, &i, SCRATCH_NOW, &w));
	const uint8_t *at = f->der;
	X509 *leaf = d2i_X509(NULL, &at, (long)w.at), *old = certificate(f, 0), *new = certificate(f, 1);
	CHECK(leaf && X509_verify(leaf, X509_get0_pubkey(new)) == 1);
	CHECK(X509_verify(leaf, X509_get0_pubkey(old)) != 1);
	CHECK(X509_NAME_cmp(X509_get_subject_name(old), X509_get_subject_name(new)) != 0);
	X509 *const issuers[] = { old, new };
	for (uint64_t g = 0; g < COUNT_OF(issuers); g++) {
		w.at = 0;
		OK(sign_list(f, g, &w));
		at = f->der;
		X509_CRL *crl = d2i_X509_CRL(NULL, &at, (long)w.at);
		CHECK(crl && X509_CRL_verify(crl, X509_get0_pubkey(issuers[g])) == 1);
		X509_CRL_free(crl);
		X509_free(issuers[g]);
	}
	REFUSES(SIGNER_REFUSED, sign_list(f, 2, &w));
	X509_free(leaf);
}

static void what_was_asked_of_the_former_ca_is_not_signed(void **state)
{
	struct fixture *f = *state;
	reopen(f);
	const struct issue before = scratch_issue(&f->s, f->a, 1);
	OK(authority_put(f->a, &before, SCRATCH_NOW));
	OK(authority_sync(f->a));
	rolled(f, SCRATCH_NOW);
	reopen(f);
	REFUSES(SIGNER_REFUSED, authority_put(f->a, &before, SCRATCH_NOW));
}

static void each_ca_has_a_responder_of_its_own(void **state)
{
	struct fixture *f = *state;
	struct responder *r;
	rolled(f, SCRATCH_NOW);
	reopen(f);
	OK(responder_open(f->a, SCRATCH_NOW, &r));
	struct standing s = { .hash = OCSP_SHA1,
			      .serial = BYTES_TEXT("\x41"),
			      .status = OCSP_UNKNOWN,
			      .this_update = SCRATCH_NOW,
			      .next_update = SCRATCH_NOW + 3600 };
	for (s.generation = 0; s.generation < 2; s.generation++) {
		struct wr w = wr_of(f->der, sizeof(f->der));
		OK(responder_sign(r, &s, SCRATCH_NOW, &w));
		OK(ocsp_check_signed(wr_done(&w), &s, authority_find(f->a, s.generation)));
		REFUSES(SIGNER_REFUSED,
			ocsp_check_signed(wr_done(&w), &s, authority_find(f->a, 1 - s.generation)));
	}
	struct wr w = wr_of(f->der, sizeof(f->der));
	REFUSES(SIGNER_REFUSED, responder_sign(r, &s, SCRATCH_NOW, &w));
	responder_close(r);
}

static void without_the_roots_own_key_and_its_passphrase_nothing_is_made(void **state)
{
	struct fixture *f = *state;
	struct rollover made;
	struct rollover_plan plan = plan_of(f, SCRATCH_NOW);
	static const char *const wrong[] = { "", "wrong" };
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		plan.passphrase = wrong[i];
		REFUSES(ROOT_PASSPHRASE, rollover_put(&plan, &made));
	}
	plan = plan_of(f, SCRATCH_NOW);
	plan.root_key = scratch_path(&f->s, HIERARCHY_TOKEN_KEY);
	REFUSES(KEY_FILE, rollover_put(&plan, &made));
	plan.root_key = "/nonexistent";
	REFUSES(KEY_FILE, rollover_put(&plan, &made));
	plan = plan_of(f, SCRATCH_NOW);
	CHECK(chmod(f->key, 0644) == 0);
	REFUSES(KEY_FILE, rollover_put(&plan, &made));
	CHECK(is_unchanged(f));
}

/* A child that dies at the first write beyond so many octets of a file. */
static bool is_killed_rolling(struct fixture *f, rlim_t octets)
{
	int status = 0;
	pid_t child = fork();
	CHECK(child >= 0);
	if (child == 0) {
		const struct rlimit most = { octets, octets }, no_core = { 0, 0 };
		struct rollover made;
		const struct rollover_plan plan = plan_of(f, SCRATCH_NOW);
		if (setrlimit(RLIMIT_FSIZE, &most) != 0 || setrlimit(RLIMIT_CORE, &no_core) != 0)
			_exit(2);
		_exit(rollover_put(&plan, &made) ? 1 : 0);
	}
	CHECK(waitpid(child, &status, 0) == child);
	CHECK(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
	return WIFSIGNALED(status);
}

static void who_dies_while_it_is_made_leaves_the_present_ca(void **state)
{
	struct fixture *f = *state;
	uint64_t count;
	for (rlim_t octets = 0; is_killed_rolling(f, octets); octets += 100) {
		CHECK(is_unchanged(f) && access(scratch_path(&f->s, "ca/new"), F_OK) == 0);
		reopen(f);
	}
	CHECK(lineage_find(f->s.keys).present == 1);
	reopen(f);
	CHECK(is_killed_rolling(f, 0));
	OK(rollover_prune(f->s.keys, SCRATCH_NOW, &count));
	CHECK(count == 0 && access(scratch_path(&f->s, "ca/new"), F_OK) != 0);
}

static void two_former_ones_are_kept_and_the_oldest_goes_first(void **state)
{
	struct fixture *f = *state;
	struct rollover made;
	uint64_t gone;
	REFUSES(CA_FORMER_NONE, rollover_delete(f->s.keys, &gone));
	rolled(f, SCRATCH_NOW);
	CHECK(rolled(f, SCRATCH_NOW + DAY).generation == 2);
	const struct rollover_plan third = plan_of(f, SCRATCH_NOW + 2 * DAY);
	REFUSES(CA_FORMERS, rollover_put(&third, &made));
	reopen(f);
	CHECK(authority_find(f->a, 0) && authority_find(f->a, 1) && authority_issuer(f->a)->generation == 2);
	OK(rollover_delete(f->s.keys, &gone));
	CHECK(gone == 0);
	reopen(f);
	CHECK(!authority_find(f->a, 0) && authority_find(f->a, 1));
	OK(rollover_put(&third, &made));
	CHECK(made.generation == 3 && lineage_find(f->s.keys).oldest == 1);
	OK(rollover_delete(f->s.keys, &gone));
	OK(rollover_delete(f->s.keys, &gone));
	CHECK(gone == 2);
	REFUSES(CA_FORMER_NONE, rollover_delete(f->s.keys, &gone));
}

static void a_former_key_goes_when_all_it_signed_has_expired(void **state)
{
	struct fixture *f = *state;
	uint64_t count;
	struct rollover first = rolled(f, SCRATCH_NOW), second = rolled(f, SCRATCH_NOW + 100 * DAY);
	CHECK(first.until == SCRATCH_NOW + PROFILE_VALIDITY_MAX_S + AUTHORITY_LIST_S);
	OK(rollover_prune(f->s.keys, first.until - 1, &count));
	CHECK(count == 0);
	OK(rollover_prune(f->s.keys, first.until, &count));
	CHECK(count == 1 && lineage_find(f->s.keys).oldest == 1);
	OK(rollover_prune(f->s.keys, second.until, &count));
	CHECK(count == 1 && lineage_find(f->s.keys).oldest == 2);
	OK(rollover_prune(f->s.keys, INT64_MAX, &count));
	CHECK(count == 0);
}

#define ROW(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROW(the_new_ca_signs_certificates_and_each_its_own_lists),
		ROW(what_was_asked_of_the_former_ca_is_not_signed),
		ROW(each_ca_has_a_responder_of_its_own),
		ROW(without_the_roots_own_key_and_its_passphrase_nothing_is_made),
		ROW(who_dies_while_it_is_made_leaves_the_present_ca),
		ROW(two_former_ones_are_kept_and_the_oldest_goes_first),
		ROW(a_former_key_goes_when_all_it_signed_has_expired),
	};
	return RUN(tests);
}
