/*
 * seed_attest FOLDER: writes the corpora of the targets of attest/ below FOLDER, with other keys in every
 * run.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "model.h"

#define PATH_SIZE 4096

static void put_file(const char *folder, const char *target, const char *name, struct bytes content)
{
	char path[PATH_SIZE];
	snprintf(path, sizeof(path), "%s/%s.corpus", folder, target);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/%s.corpus/%s", folder, target, name);
	FILE *file = fopen(path, "wb");
	if (!file || fwrite(content.p, 1, content.n, file) != content.n || fclose(file)) {
		perror(path);
		exit(1);
	}
}

/* What fuzz_evaluate.c reads: the maker's root and its evidence. */
static struct bytes case_of(struct model *m)
{
	struct wr w = wr_of(arena_alloc(&m->arena, 65536), 65536);
	wr_tpm2b(&w, m->maker.root);
	message_write(&evidence_message, &m->evidence, &w);
	return wr_done(&w);
}

static void rsa_ek(struct model *m)
{
	model_set_ek(m, m->rsa);
}

static void no_certificate(struct model *m)
{
	m->leaf.key = NULL;
}

static void first_trip(struct model *m)
{
	m->evidence = (struct evidence){ .version = TRIP_VERSION,
					 .purpose = TRIP_ENROLL,
					 .time = MODEL_NOW,
					 .payload = m->evidence.payload };
}

static void other_type(struct model *m)
{
	m->quote.says.type = 0x8014;
	m->certify.says.magic = 0;
}

static void seed_evidence(struct model *m, const char *folder)
{
	static const struct {
		const char *name;
		struct model_change change;
	} cases[] = {
		{ "rsa_ek", { .stage = MODEL_KEYS, .make = rsa_ek } },
		{ "no_certificate", { .stage = MODEL_KEYS, .make = no_certificate } },
		{ "first_trip", { .stage = MODEL_EVIDENCE, .make = first_trip } },
		{ "other_type", { .stage = MODEL_STATEMENTS, .make = other_type } },
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		model_make(m, &cases[i].change);
		put_file(folder, "evaluate", cases[i].name, case_of(m));
	}
	model_make(m, NULL);
	put_file(folder, "evaluate", "curve_ek", case_of(m));
}

static void seed_structures(struct model *m, const char *folder)
{
	struct public other = model_ak(m, m->p384);
	struct signature rsa = model_signed(m, m->rsa, ALG_SHA256, m->evidence.certify);
	struct pcr_selection two = { .n = 2,
				     .banks = { { ALG_SHA1, 3, 0xFF }, { ALG_SHA256, 4, 0x800001 } } };
	uint8_t octets[64];
	struct wr w = wr_of(octets, sizeof(octets));
	pcr_write(&two, &w);
	put_file(folder, "pcr", "two", wr_done(&w));
	put_file(folder, "public", "ek", m->payload.ek_public);
	put_file(folder, "public", "ak", m->payload.ak_public);
	put_file(folder, "public", "p384", model_encoded(m, &other));
	put_file(folder, "statement", "certify", m->evidence.certify);
	put_file(folder, "statement", "quote", m->evidence.quote);
	put_file(folder, "signature", "ecdsa", m->evidence.certify_signature);
	put_file(folder, "signature", "rsassa", model_signature_encoded(m, &rsa));
}

int main(int count, char **arguments)
{
	if (count != 2) {
		fprintf(stderr, "usage: %s FOLDER\n", arguments[0]);
		return 2;
	}
	struct model m;
	model_init(&m, MODEL_NOW);
	seed_evidence(&m, arguments[1]);
	seed_structures(&m, arguments[1]);
	model_done(&m);
	return 0;
}
