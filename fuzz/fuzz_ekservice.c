/*
 * ekservice: what is taken for a certificate is one of the key asked for.
 *
 * The first octet chooses the service.
 */
#include <jansson.h>

#include "agent/ekservice.h"
#include "attest/alg.h"
#include "attest/ekleaf.h"
#include "fuzz.h"

#define ARENA_SIZE 262144

/*
 * Asks for the key that the answer is about, if there is one, so that the last comparison is not always in
 * the way.
 */
static void hash_of(struct bytes certificate, uint8_t hash[static 32])
{
	uint32_t leniencies;
	struct bytes der;
	struct ekleaf leaf;
	fault f = ekleaf_unwrap(certificate, &der, &leniencies);
	f = f ? f : ekleaf_parse(der, &leaf);
	f = f ? f : alg_spki_hash(&leaf.key, hash);
	HOLDS(!f || f->kind == FAULT_CHECK || f->kind == FAULT_INPUT);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena arena;
	uint8_t hash[32] = { 0 };
	struct bytes got;
	if (n == 0 || n > EKSERVICE_REPLY_MAX)
		return 0;
	json_object_seed(1);
	arena_init(&arena, ARENA_SIZE);
	struct bytes body = bytes_of(p + 1, n - 1);
	const struct ekservice *service = ekservice_find_word(p[0] & 1 ? "intel" : "amd");
	hash_of(service->open(body, &arena), hash);
	const struct ekservice_answer answer = { BYTES_OF(hash), body };
	if (!ekservice_parse(service, &answer, &arena, &got)) {
		fuzz_touch(got);
		hash[0] ^= 1;
		HOLDS(ekservice_check(got, BYTES_OF(hash), &got) == FAIL(EK_SERVICE_KEY));
	}
	arena_done(&arena);
	return 0;
}
