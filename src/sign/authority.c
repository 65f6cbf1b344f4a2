#include "sign/authority.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/rand.h>
#include <openssl/sha.h>

#include "base/text.h"
#include "cert/lint.h"
#include "cert/point.h"
#include "cert/profile.h"
#include "cert/trunk.h"
#include "sign/hierarchy.h"
#include "sign/journal.h"
#include "sign/key.h"
#include "sign/pem.h"

struct authority {
	struct evp_pkey_st *key;
	struct journal *journal;
	struct rate rate;
	struct issuer issuer; /* its views lead into certificate */
	uint8_t certificate[TBS_CERTIFICATE_MAX];
};

static fault open_certificate(struct authority *a, const struct authority_plan *plan)
{
	char path[PATH_MAX];
	struct wr w = wr_of(a->certificate, sizeof(a->certificate));
	TRY(hierarchy_path(plan->folder, HIERARCHY_ISSUING, path));
	NEED(!pem_get_certificate(path, &w), KEY_FILE);
	NEED(!issuer_parse(wr_done(&w), &a->issuer), KEY_FILE);
	a->issuer.url = plan->url;
	a->issuer.lists = plan->lists;
	NEED(is_point((struct point){ plan->lists, 0 }), CONFIG_INVALID);
	return NULL;
}

/* That key and certificate belong together. */
static fault check_pair(const struct authority *a)
{
	uint8_t point[KEY_POINT_SIZE], octets[SPKI_SIZE_MAX];
	struct spki public;
	struct wr w = wr_of(octets, sizeof(octets));
	TRY(key_get_public(a->key, point, &public));
	spki_write(&public, &w);
	NEED(is_bytes_equal(wr_done(&w), a->issuer.key), KEY_FILE);
	return NULL;
}

static fault open_all(struct authority *a, const struct authority_plan *plan)
{
	char path[PATH_MAX];
	a->rate.max = plan->rate ? plan->rate : AUTHORITY_RATE;
	TRY(open_certificate(a, plan));
	TRY(hierarchy_path(plan->folder, HIERARCHY_ISSUING_KEY, path));
	TRY(key_open(path, &a->key));
	TRY(check_pair(a));
	TRY(lint_check_all(&a->issuer));
	/*
	 * The first signature also loads whatever OpenSSL loads late: no file can be opened in the sandbox.
	 */
	TRY(key_check(a->key, a->issuer.name));
	TRY(hierarchy_path(plan->folder, HIERARCHY_LOG, path));
	return journal_open(path, &a->rate, &a->journal);
}

fault authority_open(const struct authority_plan *plan, struct authority **ret)
{
	struct authority *a = calloc(1, sizeof(*a));
	NEED(a, SYS_FILE);
	fault f = open_all(a, plan);
	if (f) {
		authority_close(a);
		return f;
	}
	*ret = a;
	return NULL;
}

void authority_close(struct authority *a)
{
	if (!a)
		return;
	key_free(a->key);
	journal_close(a->journal);
	free(a);
}

const struct issuer *authority_issuer(const struct authority *a)
{
	return &a->issuer;
}

static fault check_request(const struct authority *a, const struct issue *i, int64_t now, uint8_t *hash)
{
	TRY(profile_hash(i, &a->issuer, hash));
	NEED(is_bytes_equal(i->tbs_hash, bytes_of(hash, PROFILE_HASH_SIZE)), SIGNER_REFUSED);
	NEED((int64_t)i->not_before <= now && now < (int64_t)i->not_after, SIGNER_REFUSED);
	return NULL;
}

fault authority_put(struct authority *a, const struct issue *i, int64_t now)
{
	struct journal_entry e = { .time = now, .kind = (enum frame_certificate)i->kind };
	TRY(check_request(a, i, now, e.tbs_hash));
	struct bytes logged = journal_find(a->journal, i->serial);
	NEED(!logged.p || is_bytes_equal(logged, BYTES_OF(e.tbs_hash)), SIGNER_REFUSED);
	if (logged.p)
		return NULL;
	TRY(rate_check(&a->rate, now));
	NEED(bytes_copy(i->serial, e.serial, sizeof(e.serial)), BUG);
	TRY(journal_put(a->journal, &e));
	rate_put(&a->rate, now);
	return NULL;
}

uint64_t authority_retry_s(const struct authority *a, int64_t now)
{
	return rate_left_s(&a->rate, now);
}

fault authority_sync(struct authority *a)
{
	return journal_sync(a->journal);
}

fault authority_sign(struct authority *a, const struct issue *i, struct wr *w)
{
	uint8_t tbs[TBS_SIZE_MAX], hash[PROFILE_HASH_SIZE];
	struct wr built = wr_of(tbs, sizeof(tbs));
	TRY(profile_build(i, &a->issuer, &built));
	NEED(SHA256(tbs, built.at, hash), BUG);
	NEED(is_bytes_equal(journal_find(a->journal, i->serial), BYTES_OF(hash)), BUG);
	NEED(is_journal_synced(a->journal), BUG);
	return key_sign(a->key, wr_done(&built), w);
}

fault authority_issue(struct authority *a, const struct issue *i, int64_t now, struct wr *w)
{
	TRY(authority_put(a, i, now));
	TRY(authority_sync(a));
	return authority_sign(a, i, w);
}

static void free_octets(uint8_t **p)
{
	free(*p);
}

static fault check_list(const struct crl *c, int64_t now)
{
	int64_t skew = (int64_t)c->this_update - now;
	NEED(skew >= -AUTHORITY_SKEW_S && skew <= AUTHORITY_SKEW_S, SIGNER_REFUSED);
	NEED(c->next_update <= c->this_update + AUTHORITY_LIST_S, SIGNER_REFUSED);
	return NULL;
}

fault authority_sign_crl(struct authority *a, const struct crl *c, int64_t now, struct wr *w)
{
	TRY(check_list(c, now));
	/* The list is as large as the caller's memory allows. */
	__attribute__((cleanup(free_octets))) uint8_t *tbs = malloc(w->n);
	NEED(tbs, SYS_MEMORY);
	struct wr built = wr_of(tbs, w->n);
	TRY(crl_build(c, &a->issuer, &built));
	NEED(w->n - w->at >= built.at + TBS_SIGNATURE_MAX + 32, SYS_MEMORY);
	return key_sign(a->key, wr_done(&built), w);
}

bool is_authority_logged(const struct authority *a, struct bytes serial)
{
	return journal_find(a->journal, serial).p != NULL;
}

static fault log_responder(struct authority *a, const struct journal_entry *e)
{
	NEED(!is_authority_logged(a, BYTES_OF(e->serial)), SIGNER_REFUSED);
	TRY(journal_put(a->journal, e));
	return journal_sync(a->journal);
}

fault authority_sign_responder(struct authority *a, const struct spki *key, int64_t now,
			       struct authority_responder *ret)
{
	uint8_t random[PROFILE_SERIAL_SIZE], tbs[TBS_SIZE_MAX];
	char text[64], hex[TEXT_HEX_SIZE(4)];
	struct journal_entry e = { .time = now, .kind = FRAME_CERTIFICATE_RESPONDER };
	struct wr built = wr_of(tbs, sizeof(tbs)), whole = wr_of(ret->der, sizeof(ret->der));
	struct wr name = wr_of(ret->name, sizeof(ret->name));
	NEED(RAND_bytes(random, sizeof(random)) == 1, SYS_RNG);
	profile_build_serial(random, e.serial);
	snprintf(text, sizeof(text), "Assay OCSP %s", text_hex(bytes_of(e.serial, 4), hex));
	const struct trunk t = { .kind = TRUNK_RESPONDER, .serial = BYTES_OF(e.serial),
				 .name = bytes_text(text), .key = *key, .now = now };
	TRY(trunk_build(&t, &a->issuer, &built));
	NEED(SHA256(tbs, built.at, e.tbs_hash), BUG);
	TRY(log_responder(a, &e));
	TRY(key_sign(a->key, wr_done(&built), &whole));
	tbs_write_name((struct bytes){ 0 }, t.name, &name);
	NEED(!name.bad, BUG);
	ret->n = whole.at;
	ret->name_n = name.at;
	return NULL;
}
