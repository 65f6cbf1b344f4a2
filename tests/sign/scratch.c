#include "scratch.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <seccomp.h>

#include "cert/profile.h"
#include "test.h"

/* The base point of P-256. */
static const uint8_t x[] = { 0x6B, 0x17, 0xD1, 0xF2, 0xE1, 0x2C, 0x42, 0x47, 0xF8, 0xBC, 0xE6,
			     0xE5, 0x63, 0xA4, 0x40, 0xF2, 0x77, 0x03, 0x7D, 0x81, 0x2D, 0xEB,
			     0x33, 0xA0, 0xF4, 0xA1, 0x39, 0x45, 0xD8, 0x98, 0xC2, 0x96 };
static const uint8_t y[] = { 0x4F, 0xE3, 0x42, 0xE2, 0xFE, 0x1A, 0x7F, 0x9B, 0x8E, 0xE7, 0xEB,
			     0x4A, 0x7C, 0x0F, 0x9E, 0x16, 0x2B, 0xCE, 0x33, 0x57, 0x6B, 0x31,
			     0x5E, 0xCE, 0xCB, 0xB6, 0x40, 0x68, 0x37, 0xBF, 0x51, 0xF5 };
static const uint8_t device_id[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 };
static const char *const names[] = { "assay.example.org", "127.0.0.1", "::1" };

void scratch_init(struct scratch *s)
{
	memset(s, 0, sizeof(*s));
	snprintf(s->folder, sizeof(s->folder), "/tmp/assay-sign-XXXXXX");
	CHECK(mkdtemp(s->folder) != NULL);
	snprintf(s->keys, sizeof(s->keys), "%s/keys", s->folder);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st, (void)type, (void)where;
	return remove(path);
}

void scratch_done(struct scratch *s)
{
	CHECK(nftw(s->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS) == 0);
}

struct hierarchy_plan scratch_plan(const struct scratch *s)
{
	return (struct hierarchy_plan){ .folder = s->keys, .organization = "Example", .url = SCRATCH_URL,
					.names = names, .name_count = COUNT_OF(names), .now = SCRATCH_NOW };
}

void scratch_hierarchy(struct scratch *s)
{
	struct hierarchy_plan plan = scratch_plan(s);
	OK(hierarchy_init(&plan, &s->made));
}

const char *scratch_path(struct scratch *s, const char *name)
{
	CHECK(snprintf(s->path, sizeof(s->path), "%s/%s", s->keys, name) < (int)sizeof(s->path));
	return s->path;
}

struct authority_plan scratch_authority(const struct scratch *s, uint64_t rate)
{
	return (struct authority_plan){ .folder = s->keys, .url = BYTES_TEXT(SCRATCH_URL), .lists = 4,
					.rate = rate };
}

struct issue scratch_issue(struct scratch *s, const struct authority *a, uint32_t n)
{
	uint8_t random[PROFILE_SERIAL_SIZE] = { 0 };
	memcpy(random + sizeof(random) - sizeof(n), &n, sizeof(n));
	profile_build_serial(random, s->serial);
	struct issue i = {
		.kind = FRAME_CERTIFICATE_DEVICE,
		.serial = BYTES_OF(s->serial),
		.device_id = BYTES_OF(device_id),
		.not_before = SCRATCH_NOW - PROFILE_BACKDATE_S,
		.not_after = SCRATCH_NOW + 86400,
		.assurance = TRIP_ASSURED_CERTIFICATE,
		.key = FRAME_KEY_P256,
		.key_a = BYTES_OF(x),
		.key_b = BYTES_OF(y),
	};
	OK(profile_hash(&i, authority_issuer(a), s->tbs_hash));
	i.tbs_hash = BYTES_OF(s->tbs_hash);
	return i;
}

bool scratch_enter_sandbox(void)
{
	static const int calls[] = { SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(fdatasync), SCMP_SYS(brk),
				     SCMP_SYS(mmap), SCMP_SYS(munmap), SCMP_SYS(getpid), SCMP_SYS(getrandom),
				     SCMP_SYS(exit_group) };
	scmp_filter_ctx c = seccomp_init(SCMP_ACT_KILL_PROCESS);
	bool ok = c != NULL;
	for (size_t i = 0; i < COUNT_OF(calls) && ok; i++)
		ok = seccomp_rule_add(c, SCMP_ACT_ALLOW, calls[i], 0) == 0;
	return ok && seccomp_load(c) == 0;
}
