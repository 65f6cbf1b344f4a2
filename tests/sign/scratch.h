/*
 * scratch: a folder of its own for each test, a hierarchy in it, and requests for certificates.
 */
#ifndef TESTS_SIGN_SCRATCH_H
#define TESTS_SIGN_SCRATCH_H

#include <limits.h>

#include "sign/authority.h"
#include "sign/hierarchy.h"

#define SCRATCH_NOW INT64_C(1767225600) /* 2026-01-01T00:00:00Z */
#define SCRATCH_URL "http://ca.example.org"

#if defined(__SANITIZE_ADDRESS__)
#define SCRATCH_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SCRATCH_SANITIZED 1
#endif
#endif
#ifndef SCRATCH_SANITIZED
#define SCRATCH_SANITIZED 0
#endif

struct scratch {
	char folder[64];          /* temporary, empty at first */
	char keys[96];            /* where scratch_hierarchy makes the hierarchy */
	char path[PATH_MAX];      /* scratch_path's answer */
	struct hierarchy made;
	uint8_t serial[16];
	uint8_t tbs_hash[32];
};

void scratch_init(struct scratch *s);
void scratch_done(struct scratch *s);

/* hierarchy_init in s->keys. */
void scratch_hierarchy(struct scratch *s);
struct hierarchy_plan scratch_plan(const struct scratch *s);

/* s->keys/name; valid until the next call. */
const char *scratch_path(struct scratch *s, const char *name);

/* The authority over s->keys. */
struct authority_plan scratch_authority(const struct scratch *s, uint64_t rate);

/* Request number n for a device certificate from a, its tbs_hash filled in; borrows from s until the next. */
struct issue scratch_issue(struct scratch *s, const struct authority *a, uint32_t n);

/* Allows what ca's contract names (sign/authority.h) and ends the process at anything else. */
bool scratch_enter_sandbox(void);

#endif
