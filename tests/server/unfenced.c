/*
 * No sandbox, in the place of proc/sandbox.c: sanitizers make system calls that the product's sandboxes
 * refuse, and what core does with its memory is worth their look.
 */
#include "proc/sandbox.h"

fault sandbox_leave_root(const struct sandbox_plan *plan)
{
	(void)plan;
	return NULL;
}

fault sandbox_enter(enum role role, const struct sandbox_plan *plan)
{
	(void)role;
	(void)plan;
	return NULL;
}
