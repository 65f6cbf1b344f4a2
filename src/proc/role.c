#include "proc/role.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

static const char *const names[ROLE_COUNT] = {
	[ROLE_NONE] = "none",		    [ROLE_LAUNCHER] = "launcher",   [ROLE_PARENT] = "parent",
	[ROLE_NET_DEVICE] = "net-device", [ROLE_NET_ADMIN] = "net-admin", [ROLE_FETCH] = "fetch",
	[ROLE_VERIFY] = "verify",	    [ROLE_CORE] = "core",	    [ROLE_CA] = "ca",
	[ROLE_DESK] = "desk",
};

/* Who says what to whom; what has no row here is never said. */
static const struct route {
	enum role from, to;
	uint64_t frames;
} routes[] = {
	{ ROLE_NET_DEVICE, ROLE_VERIFY, ROLE_FRAME(FRAME_REQUEST) },
	{ ROLE_NET_ADMIN, ROLE_VERIFY, ROLE_FRAME(FRAME_REQUEST) },
	{ ROLE_VERIFY, ROLE_NET_DEVICE, ROLE_FRAME(FRAME_RESPONSE) },
	{ ROLE_VERIFY, ROLE_NET_ADMIN, ROLE_FRAME(FRAME_RESPONSE) },
	{ ROLE_VERIFY, ROLE_CORE,
	  ROLE_FRAME(FRAME_BEGIN_FACTS) | ROLE_FRAME(FRAME_ANSWER_FACTS) | ROLE_FRAME(FRAME_CALL) |
		  ROLE_FRAME(FRAME_EXAMINED) | ROLE_FRAME(FRAME_TOKEN_ASK) | ROLE_FRAME(FRAME_POSSESSION) |
		  ROLE_FRAME(FRAME_PRESENCE) | ROLE_FRAME(FRAME_INQUIRY) | ROLE_FRAME(FRAME_DIAGNOSTICS) },
	{ ROLE_CORE, ROLE_VERIFY,
	  ROLE_FRAME(FRAME_RESPONSE) | ROLE_FRAME(FRAME_CREDENTIAL) | ROLE_FRAME(FRAME_CHANGE) |
		  ROLE_FRAME(FRAME_ANCHOR) | ROLE_FRAME(FRAME_ANCHOR_GONE) | ROLE_FRAME(FRAME_SNAPSHOT) |
		  ROLE_FRAME(FRAME_EXAMINE) | ROLE_FRAME(FRAME_EKLIST) | ROLE_FRAME(FRAME_IDPS) |
		  ROLE_FRAME(FRAME_MINT_KEYS) },
	{ ROLE_CORE, ROLE_CA,
	  ROLE_FRAME(FRAME_ISSUE) | ROLE_FRAME(FRAME_CRL) | ROLE_FRAME(FRAME_MINT) |
		  ROLE_FRAME(FRAME_STANDING) | ROLE_FRAME(FRAME_AUDIT_HEAD) | ROLE_FRAME(FRAME_RESULT) |
		  ROLE_FRAME(FRAME_NOTICE) },
	{ ROLE_CA, ROLE_CORE,
	  ROLE_FRAME(FRAME_ISSUED) | ROLE_FRAME(FRAME_REFUSED) | ROLE_FRAME(FRAME_MINTED) |
		  ROLE_FRAME(FRAME_MINT_KEYS) | ROLE_FRAME(FRAME_SIGNED) | ROLE_FRAME(FRAME_ANSWERED) |
		  ROLE_FRAME(FRAME_AUDIT_SEAL) },
	{ ROLE_CORE, ROLE_DESK, ROLE_FRAME(FRAME_CALL) },
	{ ROLE_DESK, ROLE_CORE, ROLE_FRAME(FRAME_RESPONSE) },
	{ ROLE_CORE, ROLE_FETCH, ROLE_FRAME(FRAME_FETCH) },
	{ ROLE_FETCH, ROLE_CORE, ROLE_FRAME(FRAME_FETCHED) },
};

/* Every child speaks the same few words with parent. */
#define FRAMES_TO_PARENT (ROLE_FRAME(FRAME_READY) | ROLE_FRAME(FRAME_REFUSED) | ROLE_FRAME(FRAME_PEER))
#define FRAMES_FROM_PARENT ROLE_FRAME(FRAME_PEER)

const char *role_name(enum role role)
{
	return role < ROLE_COUNT ? names[role] : names[ROLE_NONE];
}

enum role role_find(struct bytes name)
{
	for (enum role role = ROLE_PARENT; role < ROLE_COUNT; role++)
		if (is_bytes_text(name, names[role]))
			return role;
	return ROLE_NONE;
}

char *role_text(struct role_id id, char out[static ROLE_TEXT_SIZE])
{
	snprintf(out, ROLE_TEXT_SIZE, "%s %u", role_name(id.role), id.instance);
	return out;
}

bool role_parse(struct bytes text, struct role_id *ret)
{
	const uint8_t *space = text.n ? memchr(text.p, ' ', text.n) : NULL;
	uint64_t instance = 0;
	if (!space)
		return false;
	size_t at = (size_t)(space - text.p);
	enum role role = role_find(bytes_slice(text, 0, at));
	struct bytes digits = bytes_slice(text, at + 1, text.n - at - 1);
	if (role == ROLE_NONE || !text_uint_parse(digits, ROLE_INSTANCES_MAX - 1, &instance))
		return false;
	*ret = (struct role_id){ role, (unsigned)instance };
	return true;
}

bool is_role_same(struct role_id a, struct role_id b)
{
	return a.role == b.role && a.instance == b.instance;
}

uint64_t role_frames(enum role from, enum role to)
{
	if (from > ROLE_PARENT && from < ROLE_COUNT && to == ROLE_PARENT)
		return FRAMES_TO_PARENT;
	if (from == ROLE_PARENT && to > ROLE_PARENT && to < ROLE_COUNT)
		return FRAMES_FROM_PARENT;
	for (size_t i = 0; i < COUNT_OF(routes); i++)
		if (routes[i].from == from && routes[i].to == to)
			return routes[i].frames;
	return 0;
}
