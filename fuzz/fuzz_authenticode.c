/* authenticode: without anchors nothing is ever accepted, and what a signer is called can be shown. */
#include <string.h>

#include "attest/authenticode.h"
#include "base/text.h"
#include "fuzz.h"
#include "wire/cabhead.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	const struct authenticode_trust nobody = { .now = 1800000000 };
	struct authenticode_signer signer;
	struct cabhead head = { 0 };
	struct bytes file = bytes_of(p, n);
	fault unread = cabhead_parse(file, &head);
	fault why = authenticode_check(file, &nobody, &signer);
	HOLDS(why != NULL && why != FAIL(BUG));
	HOLDS((why == FAIL(ARCHIVE_INVALID)) == (unread != NULL));
	HOLDS(unread || head.cabinet.n + head.signature.n == n);
	HOLDS((why == FAIL(CAB_UNSIGNED)) == (!unread && !head.signature.p));
	HOLDS(is_text_printable(bytes_text(signer.subject)));
	return 0;
}
