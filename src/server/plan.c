#include "server/plan.h"

#include <stdio.h>
#include <stdlib.h>

#include "proc/child.h"
#include "proc/log.h"
#include "server/role_ca.h"
#include "server/role_core.h"
#include "server/role_desk.h"
#include "server/role_fetch.h"
#include "server/role_net.h"
#include "server/role_verify.h"

#define PLAN_LINKS_MAX 512

struct links {
	size_t n;
	struct parent_link v[PLAN_LINKS_MAX];
};

static void put(struct links *l, struct role_id a, struct role_id b)
{
	if (l->n < PLAN_LINKS_MAX)
		l->v[l->n++] = (struct parent_link){ a, b };
}

static void join(const struct settings *s, struct links *l)
{
	unsigned admin = (unsigned)s->verifiers; /* the last verify is the administrators' */
	for (unsigned v = 0; v <= admin; v++)
		put(l, (struct role_id){ ROLE_VERIFY, v }, (struct role_id){ ROLE_CORE, 0 });
	for (unsigned n = 0; n < s->nets; n++)
		for (unsigned v = 0; v < admin; v++)
			put(l, (struct role_id){ ROLE_NET_DEVICE, n }, (struct role_id){ ROLE_VERIFY, v });
	put(l, (struct role_id){ ROLE_NET_ADMIN, 0 }, (struct role_id){ ROLE_VERIFY, admin });
	put(l, (struct role_id){ ROLE_CORE, 0 }, (struct role_id){ ROLE_CA, 0 });
	put(l, (struct role_id){ ROLE_CORE, 0 }, (struct role_id){ ROLE_FETCH, 0 });
	for (unsigned d = 0; d < ROLE_DESKS; d++)
		put(l, (struct role_id){ ROLE_CORE, 0 }, (struct role_id){ ROLE_DESK, d });
}

fault plan_run(const struct settings *s, const char *const *arguments)
{
	char device[SETTINGS_ADDRESS_SIZE], admin[SETTINGS_ADDRESS_SIZE], status[SETTINGS_FILE_SIZE];
	settings_address(&s->listen_device, device);
	settings_address(&s->listen_admin, admin);
	struct links *links = calloc(1, sizeof(*links));
	NEED(links != NULL, SYS_MEMORY);
	join(s, links);
	const struct parent_role roles[] = {
		{ .role = ROLE_CA, .instances = 1 },
		{ .role = ROLE_CORE, .instances = 1 },
		{ .role = ROLE_DESK, .instances = ROLE_DESKS },
		{ .role = ROLE_FETCH, .instances = 1, .egress = true },
		{ .role = ROLE_VERIFY, .instances = (unsigned)s->verifiers + 1 },
		{ .role = ROLE_NET_ADMIN, .instances = 1, .listen = admin },
		{ .role = ROLE_NET_DEVICE, .instances = (unsigned)s->nets, .listen = device },
	};
	const struct parent_plan plan = {
		.program = "assayd",
		.arguments = arguments,
		.roles = roles,
		.role_count = COUNT_OF(roles),
		.links = links->v,
		.link_count = links->n,
		.status_path = settings_path(s, PLAN_STATUS, status),
	};
	fault why = parent_run(&plan);
	free(links);
	return why;
}

static fault (*const serve[ROLE_COUNT])(struct role_id own, const struct settings *s) = {
	[ROLE_NET_DEVICE] = role_net_serve,
	[ROLE_NET_ADMIN] = role_net_serve,
	[ROLE_FETCH] = role_fetch_serve,
	[ROLE_VERIFY] = role_verify_serve,
	[ROLE_CORE] = role_core_serve,
	[ROLE_CA] = role_ca_serve,
	[ROLE_DESK] = role_desk_serve,
};

int plan_serve(struct role_id own, const struct settings *s)
{
	fault why = serve[own.role] ? serve[own.role](own, s) : FAIL(BUG);
	if (why)
		LOG(ERROR, "role.failed", log_fault(why), log_text("what", why->what));
	return why ? CHILD_EXIT_FAULT : EXIT_SUCCESS;
}
