#include "chain.h"

#include <openssl/x509_vfy.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/ekcert.h"
#include "base/arena.h"
#include "cli/certtree.h"
#include "maker_ca.h"
#include "wire/certfile.h"

#define FILE_SIZE_MAX (4 << 20)
#define ARENA_SIZE ((size_t)16 << 20)
#define LEAVES 8192 /* many beside the slots of attest/shelf.c */

/* 2023-06-01: the chips below had been made, and no CA above one had expired. */
#define REAL_NOW INT64_C(1685577600)

struct chain {
	struct arena arena;
	size_t count, turn;
	struct bytes leaves[LEAVES];
	struct bytes issuer; /* absent: not sent */
	struct anchors *anchors;
	int64_t now;
	STACK_OF(X509) *trusted, *above; /* for OpenSSL: certificates read before */
};

static void must(bool condition)
{
	if (!condition)
		abort();
}

static X509 *read_one(struct bytes der)
{
	const uint8_t *p = der.p;
	X509 *x = d2i_X509(NULL, &p, (long)der.n);
	must(x && X509_get0_pubkey(x));
	return x;
}

static struct chain *chain_new(int64_t now)
{
	struct chain *c = calloc(1, sizeof(*c));
	must(c);
	arena_init(&c->arena, ARENA_SIZE);
	c->anchors = anchors_new();
	c->trusted = sk_X509_new_null();
	c->above = sk_X509_new_null();
	c->now = now;
	must(c->trusted && c->above);
	return c;
}

void chain_free(struct chain *c)
{
	if (!c)
		return;
	anchors_free(c->anchors);
	sk_X509_pop_free(c->trusted, X509_free);
	sk_X509_pop_free(c->above, X509_free);
	arena_done(&c->arena);
	free(c);
}

/* Class test, since it may vouch for any maker. */
static void trust(struct chain *c, struct bytes der)
{
	fault why = anchors_put(c->anchors, der, BYTES_TEXT("STM"), ANCHORS_TEST);
	must(!why || why == FAIL(CONFLICT) || why == FAIL(ANCHOR_INVALID));
}

static struct bytes kept(struct chain *c, struct bytes der)
{
	struct bytes copy = arena_copy(&c->arena, der);
	must(!is_arena_full(&c->arena));
	return copy;
}

/* --- of a maker that is made -------------------------------------------------------------------------- */

static void issue_leaves(struct chain *c, const struct maker_ca *ca)
{
	uint8_t storage[MAKER_CA_SIZE_MAX];
	struct maker_ca_plan plan = maker_ca_plan_ek(ca, ca->ek_curve);
	for (; c->count < LEAVES; c->count++) {
		const uint8_t serial[] = { 1, (uint8_t)(c->count >> 8), (uint8_t)c->count };
		plan.serial = BYTES_OF(serial);
		c->leaves[c->count] = kept(c, maker_ca_issue(&plan, storage));
	}
}

static void trust_others(struct chain *c, const struct maker_ca *ca, unsigned count)
{
	uint8_t storage[MAKER_CA_SIZE_MAX];
	for (unsigned i = 0; i < count; i++) {
		char name[32];
		snprintf(name, sizeof(name), "Other Maker %u", i);
		struct maker_ca_plan plan = maker_ca_plan_ca(name, ca->other_key, name, ca->other_key);
		trust(c, maker_ca_issue(&plan, storage));
	}
}

struct chain *chain_new_known(unsigned others)
{
	struct chain *c = chain_new(MAKER_CA_NOW);
	struct maker_ca ca;
	maker_ca_init(&ca);
	issue_leaves(c, &ca);
	trust(c, ca.root);
	trust(c, ca.issuing);
	trust_others(c, &ca, others);
	must(sk_X509_push(c->trusted, read_one(ca.issuing)) && sk_X509_push(c->trusted, read_one(ca.root)));
	maker_ca_done(&ca);
	return c;
}

struct chain *chain_new_sent(void)
{
	struct chain *c = chain_new(MAKER_CA_NOW);
	struct maker_ca ca;
	maker_ca_init(&ca);
	issue_leaves(c, &ca);
	c->issuer = kept(c, ca.issuing);
	trust(c, ca.root);
	must(sk_X509_push(c->above, read_one(ca.issuing)) && sk_X509_push(c->trusted, read_one(ca.root)));
	maker_ca_done(&ca);
	return c;
}

/* --- of a chip ---------------------------------------------------------------------------------------- */

static struct bytes read_file(const char *path, uint8_t *storage, size_t size)
{
	FILE *f = fopen(path, "rb");
	must(f);
	size_t n = fread(storage, 1, size, f);
	fclose(f);
	must(n < size);
	return bytes_of(storage, n);
}

/* What is no certificate is passed over, as when a folder is imported. */
static fault trust_file(const char *path, bool is_named, void *with)
{
	static uint8_t storage[FILE_SIZE_MAX];
	struct certfile file;
	struct bytes der;
	(void)is_named;
	certfile_init(&file, read_file(path, storage, sizeof(storage)));
	while (!certfile_next(&file, &der) && der.n)
		trust(with, der);
	return NULL;
}

static struct ekcert judge(struct chain *c, uint8_t outcomes[static CHECK_COUNT])
{
	struct bytes_list sent = { .n = c->issuer.p ? 2 : 1, .v = { c->leaves[c->turn], c->issuer } };
	const struct ekcert_input in = { .chain = &sent, .anchors = c->anchors, .now = c->now };
	struct ekcert found;
	ekcert_judge(&in, outcomes, &found);
	c->turn = (c->turn + 1) % c->count;
	return found;
}

static void add_leaf(struct chain *c, struct bytes der)
{
	c->leaves[c->count++] = kept(c, der);
}

struct chain *chain_new_real(const char *leaf, const char *folder)
{
	struct chain *c = chain_new(REAL_NOW);
	const char *const folders[] = { folder, NULL };
	const struct certtree_visit visit = { trust_file, c };
	struct complaint complaint = { 0 };
	uint8_t storage[MAKER_CA_SIZE_MAX], outcomes[CHECK_COUNT];
	add_leaf(c, read_file(leaf, storage, sizeof(storage)));
	must(!certtree_walk(folders, &visit, &complaint));
	const struct anchors_entry *anchor = judge(c, outcomes).anchor;
	must(anchor && X509_up_ref(anchor->certificate) && sk_X509_push(c->trusted, anchor->certificate));
	return c;
}

struct chain *chain_new_alone(const struct chain *real)
{
	struct chain *c = chain_new(real->now);
	X509 *anchor = sk_X509_value(real->trusted, 0);
	uint8_t *der = NULL;
	int n = i2d_X509(anchor, &der);
	must(n > 0 && X509_up_ref(anchor) && sk_X509_push(c->trusted, anchor));
	add_leaf(c, real->leaves[0]);
	trust(c, bytes_of(der, (size_t)n));
	OPENSSL_free(der);
	return c;
}

/* --- the work ----------------------------------------------------------------------------------------- */

unsigned long chain_count(const struct chain *c)
{
	return anchors_count(c->anchors);
}

bool is_chain_good(void *with)
{
	uint8_t outcomes[CHECK_COUNT];
	judge(with, outcomes);
	for (size_t i = 0; i < CHECK_COUNT; i++)
		if (verdict_checks[i].subject == SUBJECT_EK_CERT && outcomes[i] != PASSED)
			return false;
	return true;
}

bool is_chain_verified(void *with)
{
	struct chain *c = with;
	X509 *leaf = read_one(c->leaves[c->turn]);
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	must(ctx && X509_STORE_CTX_init(ctx, NULL, leaf, c->above) == 1);
	X509_STORE_CTX_set0_trusted_stack(ctx, c->trusted);
	X509_STORE_CTX_set_flags(ctx, X509_V_FLAG_PARTIAL_CHAIN);
	X509_STORE_CTX_set_time(ctx, 0, (time_t)c->now);
	bool is_good = X509_verify_cert(ctx) == 1;
	X509_STORE_CTX_free(ctx);
	X509_free(leaf);
	c->turn = (c->turn + 1) % c->count;
	return is_good;
}
