/*
 * ekissuer: an EK certificate, a file that may be its issuer's and an anchor, each after the two octets of
 * its size. What is missing has bounds whatever they are, and a file either bears a trusted signature or
 * names what is missing above it.
 */
#include "attest/ekissuer.h"
#include "base/rd.h"
#include "fuzz.h"

#define ARENA_SIZE 16384

static void check(const struct missing *m)
{
	HOLDS(!m->id.p || (m->id.n == TRIP_HASH_SIZE && m->subject.n > 0));
	HOLDS(m->name.n <= FRAME_NAME_MAX && m->key_id.n <= FRAME_KEY_ID_MAX);
	HOLDS(m->url.n <= FRAME_URL_MAX);
	fuzz_touch(m->name);
	fuzz_touch(m->subject);
	fuzz_touch(m->key_id);
	fuzz_touch(m->url);
}

static void check_file(struct bytes file, const struct missing *wanted, const struct anchors *anchors,
		       struct arena *a)
{
	struct ekissuer_file found;
	if (ekissuer_check(file, wanted, anchors, a, &found))
		return;
	HOLDS(!found.signer.p != !found.next.id.p);
	fuzz_touch(found.signer);
	check(&found.next);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct rd r = rd_of(bytes_of(p, n));
	struct bytes_list chain = { .n = 1, .v = { rd_tpm2b(&r, n) } };
	struct bytes file = rd_tpm2b(&r, n), anchor = rd_tpm2b(&r, n);
	if (r.bad)
		return 0;
	struct missing missing;
	struct arena a;
	struct anchors *anchors = anchors_new();
	fault unfit = anchors_put(anchors, anchor, BYTES_TEXT("IFX"), ANCHORS_DISCRETE);
	arena_init(&a, ARENA_SIZE);
	if (!ekissuer_find(&chain, anchors, &a, &missing)) {
		check(&missing);
		check_file(file, &missing, anchors, &a);
	}
	HOLDS(!unfit || anchors_count(anchors) == 0);
	arena_done(&a);
	anchors_free(anchors);
	return 0;
}
