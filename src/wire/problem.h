/*
 * problem: a refusal as an HTTP problem document (RFC 9457, application/problem+json).
 *
 * Members: type ("urn:assay:fault:CODE"), title (what), status, detail, code, hresult ("0x801C0003", absent
 * when none), remedy, retry, requestId (32 hexadecimal digits); and error, the same for clients of Microsoft
 * Graph: code, message, target, innerError with request-id.
 *
 * The detail of PARSE_FIELD, PARSE_ENVELOPE and FORMAT_UNKNOWN begins with the member, the option or the head
 * that it is about, or with a capital letter; that is then the target.
 */
#ifndef WIRE_PROBLEM_H
#define WIRE_PROBLEM_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/wr.h"

#define PROBLEM_CONTENT_TYPE "application/problem+json"
#define PROBLEM_SIZE_MAX 8192
#define PROBLEM_DETAIL_MAX 1024

struct problem {
	fault why;
	struct bytes request_id; /* 16 octets */
	const char *detail;      /* what this case adds to the fault's own words, or NULL */
	const char *target;      /* the part of the request that it is about; NULL: what the detail says */
};

/* What a client was told; code is text because a newer server may know faults this program does not. */
struct problem_view {
	struct bytes code, what, remedy, detail, request_id;
	uint32_t hresult;
	bool retry;
};

/*
 * Appends the document, at most PROBLEM_SIZE_MAX octets. A detail that is longer than PROBLEM_DETAIL_MAX or
 * not printable UTF-8 is left out. The cursor is marked when the document does not fit or the request id is
 * not whole.
 */
void problem_write(const struct problem *p, struct wr *w);

/*
 * Reads a document; views live in the arena, request_id as 16 octets. Members that this program does not know
 * are passed over (RFC 9457 §3.2), texts that are not printable count as absent. PARSE_ENVELOPE when it is
 * not one, SYS_MEMORY when the arena is full.
 */
MUST fault problem_parse(struct bytes body, struct arena *arena, struct problem_view *ret);

#endif
