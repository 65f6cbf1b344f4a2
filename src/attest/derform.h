/*
 * derform: are octets distinguished encoding (X.690 §10, §11), whatever they mean?
 *
 * wire/der.h reads the values somebody asks for; this looks at every value there is. Whether members that are
 * absent by default were written out (§11.5) depends on their meaning, and so is for whoever reads them.
 */
#ifndef ATTEST_DERFORM_H
#define ATTEST_DERFORM_H

#include "base/fault.h"

struct derform_head {
	uint8_t tag;
	size_t size; /* octets of tag and length */
	size_t n;    /* octets of the content */
};

/*
 * Reads tag and length of the first value of in (X.690 §8.1). when_short when in ends before the value does;
 * CERT_NOT_DER for a length of another form than the shortest, CERT_MALFORMED for a tag of several octets.
 */
MUST fault derform_parse_head(struct bytes in, fault when_short, struct derform_head *ret);

/*
 * That in is a row of values, each in distinguished encoding, at most sixteen deep: CERT_NOT_DER, and
 * CERT_MALFORMED where there are no values. Sets out of order (§11.6) are only counted, in ret_unsorted: some
 * makers of TPMs do not sort those of names, and which these are is for whoever knows what the values mean.
 */
MUST fault derform_check(struct bytes in, size_t *ret_unsorted);

/* True when the values of a SET stand in order (X.690 §11.6). */
bool is_derform_sorted(struct bytes set);

#endif
