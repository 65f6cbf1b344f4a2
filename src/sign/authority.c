#include "sign/authority.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/rand.h>
#include <openssl/sha.h>

#include "base/text.h"
#include "cert/lint.h"
#include "cert/profile.h"
#include "cert/trunk.h"
#include "sign/hierarchy.h"
#include "sign/journal.h"
#include "sign/signer.h"

struct authority {
	struct lineage lineage;
	struct signer signers[LINEAGE_MAX]; /* from the oldest to the present one */
	struct journal *journal;
	struct rate rate;
};

static const struct signer *present(const struct authority *a)
{
	return &a->signers[a->lineage.present - a->lineage.oldest];
}

/* NULL when it is not, or no longer, in force. */
static const struct signer *find(const struct authority *a, uint64_t generation)
{
	bool is_there = generation >= a->lineage.oldest && generation <= a->lineage.present;
	return is_there ? &a->signers[generation - a->lineage.oldest] : NULL;
}

static fault open_all(struct authority *a, const struct authority_plan *plan)
{
	char path[PATH_MAX];
	const struct signer_plan each = { plan->folder, plan->url, plan->lists };
	a->rate.max = plan->rate ? plan->rate : AUTHORITY_RATE;
	a->lineage = lineage_find(plan->folder);
	for (uint64_t g = a->lineage.oldest; g <= a->lineage.present; g++)
		TRY(signer_open(&each, g, &a->signers[g - a->lineage.oldest]));
	TRY(lint_check_all(authority_issuer(a)));
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
	for (size_t i = 0; i < LINEAGE_MAX; i++)
		signer_close(&a->signers[i]);
	journal_close(a->journal);
	free(a);
}

const struct issuer *authority_issuer(const struct authority *a)
{
	return &present(a)->issuer;
}

const struct issuer *authority_find(const struct authority *a, uint64_t generation)
{
	const struct signer *s = find(a, generation);
	return s ? &s->issuer : NULL;
}

struct lineage authority_lineage(const struct authority *a)
{
	return a->lineage;
}

static fault check_request(const struct authority *a, const struct issue *i, int64_t now, uint8_t *hash)
{
	TRY(profile_hash(i, authority_issuer(a), hash));
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
	TRY(profile_build(i, authority_issuer(a), &built));
	NEED(SHA256(tbs, built.at, hash), BUG);
	NEED(is_bytes_equal(journal_find(a->journal, i->serial), BYTES_OF(hash)), BUG);
	NEED(is_journal_synced(a->journal), BUG);
	return key_sign(present(a)->key, wr_done(&built), w);
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
	const struct signer *by = find(a, c->generation);
	NEED(by != NULL, SIGNER_REFUSED);
	TRY(check_list(c, now));
	/* The list is as large as the caller's memory allows. */
	__attribute__((cleanup(free_octets))) uint8_t *tbs = malloc(w->n);
	NEED(tbs, SYS_MEMORY);
	struct wr built = wr_of(tbs, w->n);
	TRY(crl_build(c, &by->issuer, &built));
	NEED(w->n - w->at >= built.at + TBS_SIGNATURE_MAX + 32, SYS_MEMORY);
	return key_sign(by->key, wr_done(&built), w);
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

fault authority_sign_responder(struct authority *a, const struct authority_order *o,
			       struct authority_responder *ret)
{
	uint8_t random[PROFILE_SERIAL_SIZE], tbs[TBS_SIZE_MAX];
	char text[64], hex[TEXT_HEX_SIZE(4)];
	const struct signer *by = find(a, o->generation);
	struct journal_entry e = { .time = o->now, .kind = FRAME_CERTIFICATE_RESPONDER };
	struct wr built = wr_of(tbs, sizeof(tbs)), whole = wr_of(ret->der, sizeof(ret->der));
	struct wr name = wr_of(ret->name, sizeof(ret->name));
	NEED(by != NULL, SIGNER_REFUSED);
	NEED(RAND_bytes(random, sizeof(random)) == 1, SYS_RNG);
	profile_build_serial(random, e.serial);
	snprintf(text, sizeof(text), "Assay OCSP %s", text_hex(bytes_of(e.serial, 4), hex));
	const struct trunk t = { .kind = TRUNK_RESPONDER,
				 .serial = BYTES_OF(e.serial),
				 .name = bytes_text(text),
				 .key = o->key,
				 .now = o->now };
	TRY(trunk_build(&t, &by->issuer, &built));
	NEED(SHA256(tbs, built.at, e.tbs_hash), BUG);
	TRY(log_responder(a, &e));
	TRY(key_sign(by->key, wr_done(&built), &whole));
	tbs_write_name((struct bytes){ 0 }, t.name, &name);
	NEED(!name.bad, BUG);
	ret->n = whole.at;
	ret->name_n = name.at;
	return NULL;
}
