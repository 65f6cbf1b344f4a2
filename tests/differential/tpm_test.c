#include "tpm.h"

#include <stdio.h>
#include <stdlib.h>

#include "attest/alg.h"
#include "attest/public.h"
#include "attest/statement.h"
#include "seeds.h"
#include "test.h"
#include "wire/attobj.h"

#define ARENA_SIZE ((size_t)1 << 20)

/* How many mutants each structure gets, and where the files of ours are. */
static size_t mutants;
static const char *fuzz;

/* Algorithms, curves, sizes and types that these structures name, and their neighbours. */
static const uint16_t words[] = {
	0x0000, 0x0001, 0x0003, 0x0004, 0x0005, 0x0006, 0x0007, 0x0008, 0x000A, 0x000B, 0x000C,
	0x000D, 0x0010, 0x0011, 0x0012, 0x0013, 0x0014, 0x0015, 0x0016, 0x0017, 0x0018, 0x0019,
	0x001A, 0x001B, 0x001C, 0x001D, 0x0020, 0x0021, 0x0022, 0x0023, 0x0024, 0x0025, 0x0026,
	0x0027, 0x0028, 0x0029, 0x0030, 0x0040, 0x0041, 0x0042, 0x0043, 0x0044, 0x0045, 0x0080,
	0x00C0, 0x0100, 0x0200, 0x0300, 0x0400, 0x0800, 0x0C00, 0x1000, 0x8014, 0x8015, 0x8016,
	0x8017, 0x8018, 0x8019, 0x801A, 0x801C, 0xFF54, 0xFFFF,
};

/* Of the TSS's constants, so that ours are not compared with themselves. */
uint16_t tpm_hash_size(uint16_t hash)
{
	static const struct {
		uint16_t hash, size;
	} rows[] = { { TPM2_ALG_SHA1, TPM2_SHA1_DIGEST_SIZE },
		     { TPM2_ALG_SHA256, TPM2_SHA256_DIGEST_SIZE },
		     { TPM2_ALG_SHA384, TPM2_SHA384_DIGEST_SIZE },
		     { TPM2_ALG_SHA512, TPM2_SHA512_DIGEST_SIZE },
		     { TPM2_ALG_SM3_256, TPM2_SM3_256_DIGEST_SIZE },
		     { TPM2_ALG_SHA3_256, TPM2_SHA256_DIGEST_SIZE },
		     { TPM2_ALG_SHA3_384, TPM2_SHA384_DIGEST_SIZE },
		     { TPM2_ALG_SHA3_512, TPM2_SHA512_DIGEST_SIZE } };
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (rows[i].hash == hash)
			return rows[i].size;
	return 0;
}

/* --- seeds --------------------------------------------------------------------------------------------- */

static void open_seeds(struct seeds *s, struct arena *arena, const char *folder)
{
	arena_init(arena, ARENA_SIZE);
	*s = (struct seeds){ .arena = arena };
	seeds_put_folder(s, fuzz, folder);
}

static void put_from_webauthn(struct seeds *s, bool is_public)
{
	struct arena arena;
	arena_init(&arena, ARENA_SIZE);
	struct seeds objects = { .arena = &arena };
	seeds_put_corpus(&objects, "webauthn");
	for (size_t i = 0; i < objects.n; i++) {
		struct attobj o;
		if (!attobj_parse(objects.v[i], &o))
			seeds_put(s, is_public ? o.pub_area : o.cert_info);
	}
	arena_done(&arena);
}

/* The same keys with every scheme and key derivation that there is, right or wrong for them. */
static void put_schemes(struct seeds *s)
{
	static const uint16_t schemes[] = { ALG_RSASSA, ALG_RSAPSS,    ALG_RSAES, ALG_OAEP,
					    ALG_ECDSA,  ALG_ECDH,      ALG_ECDAA, ALG_SM2,
					    ALG_ECMQV,  ALG_ECSCHNORR, ALG_NULL };
	static const uint16_t kdfs[] = { ALG_NULL, ALG_MGF1, ALG_KDF1_SP800_56A, ALG_KDF2,
					 ALG_KDF1_SP800_108 };
	for (size_t i = 0, n = s->n; i < n; i++)
		for (size_t j = 0; j < COUNT_OF(schemes) * COUNT_OF(kdfs); j++) {
			uint8_t octets[MUTANT_SIZE_MAX];
			struct wr w = wr_of(octets, sizeof(octets));
			struct public p;
			OK(public_parse(s->v[i], &p));
			p.scheme = schemes[j % COUNT_OF(schemes)];
			p.scheme_hash = ALG_SHA256;
			p.kdf = kdfs[j / COUNT_OF(schemes)];
			p.kdf_hash = ALG_SHA384;
			public_write(&p, &w);
			if (!w.bad && (p.type == ALG_ECC || p.kdf == ALG_NULL))
				seeds_put(s, wr_done(&w));
		}
}

/* A secret, and keys whose cipher is XOR or another that is none, or whose point has no x or no y. */
static void put_odd_areas(struct seeds *s)
{
#define HEAD(type) "\x00" type "\x00\x0B\x00\x05\x00\x72\x00\x00"
#define CURVE "\x00\x10\x00\x03\x00\x10"
#define TAIL CURVE "\x00\x01\x09\x00\x01\x09"
	static const struct bytes areas[] = {
		BYTES_TEXT(HEAD("\x08") "\x00\x05\x00\x0B\x00\x01\x07"),
		BYTES_TEXT(HEAD("\x25") "\x00\x06\x00\x80\x00\x43\x00\x01\x07"),
		BYTES_TEXT(HEAD("\x23") "\x00\x0A\x00\x0B" TAIL),
		BYTES_TEXT(HEAD("\x23") "\x00\x25\x00\x80\x00\x43" TAIL),
		BYTES_TEXT(HEAD("\x23") "\x00\x10" CURVE "\x00\x00\x00\x01\x09"),
		BYTES_TEXT(HEAD("\x23") "\x00\x10" CURVE "\x00\x01\x09\x00\x00"),
	};
#undef HEAD
#undef CURVE
#undef TAIL
	for (size_t i = 0; i < COUNT_OF(areas); i++)
		seeds_put(s, areas[i]);
}

static void open_public_areas(struct seeds *s, struct arena *arena)
{
	open_seeds(s, arena, "public.corpus");
	put_schemes(s);
	put_odd_areas(s);
	put_from_webauthn(s, true);
}

/* As many banks as asked for, with bitmaps of so many octets. */
static struct bytes write_selection(struct wr *w, unsigned banks, unsigned size)
{
	static const uint8_t bitmap[] = { 0xFF, 0x00, 0x81, 0x00 };
	wr_be32(w, banks);
	for (unsigned i = 0; i < banks; i++) {
		wr_be16(w, i % 2 ? ALG_SHA1 : ALG_SHA256);
		wr_u8(w, (uint8_t)size);
		wr_bytes(w, bytes_of(bitmap, size));
	}
	return wr_done(w);
}

static const struct {
	unsigned banks, size;
} selections[] = { { 0, 3 }, { 1, 1 }, { 1, 4 }, { 2, 3 }, { 8, 3 }, { 9, 3 }, { 9, 4 }, { 16, 4 } };

static void put_selections(struct seeds *s)
{
	for (size_t i = 0; i < COUNT_OF(selections); i++) {
		uint8_t octets[256];
		struct wr w = wr_of(octets, sizeof(octets));
		seeds_put(s, write_selection(&w, selections[i].banks, selections[i].size));
	}
}

/* The first statement with odd selections and longer data, which our writer takes as something unread. */
static void put_quotes(struct seeds *s)
{
	for (size_t i = 0; i < COUNT_OF(selections); i++) {
		uint8_t octets[MUTANT_SIZE_MAX], body[512], filler[ALG_DIGEST_MAX + 2] = { 0 };
		struct wr w = wr_of(octets, sizeof(octets)), other = wr_of(body, sizeof(body));
		struct statement statement;
		OK(statement_parse(s->v[0], &statement));
		statement.type = TPM2_ST_ATTEST_TIME;
		statement.extra_data = bytes_of(filler, 59 + i);
		write_selection(&other, selections[i].banks, selections[i].size);
		wr_tpm2b(&other, bytes_of(filler, 32));
		statement.other = wr_done(&other);
		statement_write(&statement, &w);
		octets[5] = (uint8_t)TPM2_ST_ATTEST_QUOTE;
		seeds_put(s, wr_done(&w));
	}
}

/* Signatures of every scheme that Part 2 11.3.4 has, with numbers that nobody looks at. */
static void put_signatures(struct seeds *s)
{
	static const struct {
		uint16_t scheme, numbers, size;
	} rows[] = { { TPM2_ALG_RSASSA, 1, 256 }, { TPM2_ALG_RSAPSS, 1, 384 }, { TPM2_ALG_ECDSA, 2, 66 },
		     { TPM2_ALG_ECDAA, 2, 32 },   { TPM2_ALG_SM2, 2, 32 },     { TPM2_ALG_ECSCHNORR, 2, 48 },
		     { TPM2_ALG_ECDSA, 2, 100 },  { TPM2_ALG_NULL, 0, 0 } };
	static const uint8_t number[512] = { 1 };
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		uint8_t octets[1024];
		struct wr w = wr_of(octets, sizeof(octets));
		wr_be16(&w, rows[i].scheme);
		if (rows[i].numbers)
			wr_be16(&w, ALG_SHA256);
		for (unsigned n = 0; n < rows[i].numbers; n++)
			wr_tpm2b(&w, bytes_of(number, rows[i].size));
		seeds_put(s, wr_done(&w));
	}
}

static void wrap_all(struct seeds *s)
{
	for (size_t i = 0; i < s->n; i++) {
		uint8_t octets[MUTANT_SIZE_MAX];
		struct wr w = wr_of(octets, sizeof(octets));
		wr_tpm2b(&w, s->v[i]);
		s->v[i] = arena_copy(s->arena, wr_done(&w));
	}
}

/* --- contests ------------------------------------------------------------------------------------------ */

static void run(const struct contest *c, struct seeds *s, struct arena *arena)
{
	const struct mutant_stock stock = { s->v, s->n, words, COUNT_OF(words) };
	contest_run(c, &stock, mutants);
	arena_done(arena);
}

static void public_areas_are_read_as_the_tss_reads_them(void **state)
{
	struct arena arena;
	struct seeds s;
	(void)state;
	open_public_areas(&s, &arena);
	run(&tpm_public, &s, &arena);
}

static void public_areas_with_their_size_are_read_as_the_tss_reads_them(void **state)
{
	struct arena arena;
	struct seeds s;
	(void)state;
	open_public_areas(&s, &arena);
	wrap_all(&s);
	run(&tpm_public2b, &s, &arena);
}

static void statements_are_read_as_the_tss_reads_them(void **state)
{
	struct arena arena;
	struct seeds s;
	(void)state;
	open_seeds(&s, &arena, "statement.corpus");
	put_quotes(&s);
	seeds_put_corpus(&s, "attest");
	put_from_webauthn(&s, false);
	run(&tpm_statement, &s, &arena);
}

static void signatures_are_read_as_the_tss_reads_them(void **state)
{
	struct arena arena;
	struct seeds s;
	(void)state;
	open_seeds(&s, &arena, "signature.corpus");
	put_signatures(&s);
	run(&tpm_signature, &s, &arena);
}

static void selections_are_read_as_the_tss_reads_them(void **state)
{
	struct arena arena;
	struct seeds s;
	(void)state;
	open_seeds(&s, &arena, "pcr.corpus");
	put_selections(&s);
	run(&tpm_selection, &s, &arena);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(public_areas_are_read_as_the_tss_reads_them),
		TEST(public_areas_with_their_size_are_read_as_the_tss_reads_them),
		TEST(statements_are_read_as_the_tss_reads_them),
		TEST(signatures_are_read_as_the_tss_reads_them),
		TEST(selections_are_read_as_the_tss_reads_them),
	};
	if (argc != 3)
		return 2;
	fuzz = argv[1];
	mutants = strtoul(argv[2], NULL, 10) / COUNT_OF(tests);
	/* Refusals are what this is about: nobody reads a line for each. */
	setenv("TSS2_LOG", "all+none", 1);
	return RUN(tests);
}
