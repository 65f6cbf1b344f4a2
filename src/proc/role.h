/*
 * role: the kinds of process that assayd consists of, and who may say what to whom.
 *
 * The table of routes is the star of architecture: every frame type has the roles it may come from and go to,
 * and a link (proc/link.h) refuses everything else.
 */
#ifndef PROC_ROLE_H
#define PROC_ROLE_H

#include "base/bytes.h"
#include "wire/frame.h"

enum role {
	ROLE_NONE = 0,
	ROLE_LAUNCHER, /* of parent (proc/launcher.h): has no control socket and no links */
	ROLE_PARENT,
	ROLE_NET_DEVICE,
	ROLE_NET_ADMIN,
	ROLE_FETCH,
	ROLE_VERIFY,
	ROLE_CORE,
	ROLE_CA,
	ROLE_DESK, /* user ids follow this order (server/settings.h): new roles are the last */
	ROLE_COUNT
};

#define ROLE_INSTANCES_MAX 64

/* One process: instances of a role count from zero. */
struct role_id {
	enum role role;
	unsigned instance;
};

#define ROLE_TEXT_SIZE 24

/* "verify"; "none" for what is not a role. */
const char *role_name(enum role role);

/* The role with that name, or ROLE_NONE. */
enum role role_find(struct bytes name);

/* "verify 0", as ps and the log show it. Returns out. */
char *role_text(struct role_id id, char out[static ROLE_TEXT_SIZE]);

/* The reverse of role_text. */
MUST bool role_parse(struct bytes text, struct role_id *ret);

/* True when both name the same process. */
bool is_role_same(struct role_id a, struct role_id b);

/* The frame types that may go from one role to another, as a mask of ROLE_FRAME bits. */
uint64_t role_frames(enum role from, enum role to);
#define ROLE_FRAME(type) (UINT64_C(1) << (type))

#endif
