#include "agent/keyring.h"

/* Whether the state has a file of that name. */
static fault has_file(struct state *state, const char *name, struct arena *arena, bool *ret)
{
	struct bytes content;
	TRY(state_find(state, name, arena, &content));
	*ret = content.p != NULL;
	return NULL;
}

/* A state of before this was noted is taken for one of the CA that is set. */
static fault is_of_ca(struct state *state, const struct settings *settings, struct arena *arena, bool *ret)
{
	struct bytes ca;
	TRY(state_find(state, STATE_CA, arena, &ca));
	*ret = !ca.p || is_bytes_text(ca, settings->ca);
	return NULL;
}

fault keyring_find(struct state *state, const struct settings *settings, struct arena *arena,
		   enum keystate *ret)
{
	bool has_ak, has_software, is_certified, is_ours;
	TRY(has_file(state, STATE_AK_UNIQUE, arena, &has_ak));
	TRY(has_file(state, STATE_SOFTWARE_KEY, arena, &has_software));
	TRY(has_file(state, STATE_AK_CERTIFICATE, arena, &is_certified));
	TRY(is_of_ca(state, settings, arena, &is_ours));
	if (has_ak && is_certified)
		*ret = is_ours ? KEYSTATE_ATTESTED : KEYSTATE_INVALID;
	else if (has_ak)
		*ret = KEYSTATE_UNATTESTED;
	else
		*ret = has_software ? KEYSTATE_SOFTWARE : KEYSTATE_NONE;
	return NULL;
}

fault keyring_put(struct state *state, const struct settings *settings)
{
	return state_put(state, STATE_CA, bytes_text(settings->ca));
}

fault keyring_delete(struct state *state)
{
	static const char *const names[] = { STATE_PENDING, STATE_AK_UNIQUE, STATE_DEVICE_KEY,
					     STATE_SOFTWARE_KEY };
	for (size_t i = 0; i < COUNT_OF(names); i++)
		TRY(state_remove(state, names[i]));
	return NULL;
}
