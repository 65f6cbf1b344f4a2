#include "agent/contact.h"

#define ARENA_SIZE (4 << 20) /* pages that are not touched cost nothing */

fault contact_open(const struct settings *settings, struct contact *ret)
{
	*ret = (struct contact){ .state = STATE_UNOPENED };
	arena_init(&ret->arena, ARENA_SIZE);
	TRY(state_open(&ret->state, settings->state));
	/* Whether the TPM was needed is known when the key is found to be in it. */
	bool has_chip = !chip_open(&ret->chip, settings->tcti, (int)settings->tpm_ms);
	TRY(tlskey_open(&ret->state, has_chip ? &ret->chip : NULL, &ret->arena, &ret->key));
	return post_open_shown(&ret->post, settings, &ret->key);
}

void contact_close(struct contact *c)
{
	post_close(&c->post);
	tlskey_close(&c->key);
	chip_close(&c->chip);
	state_close(&c->state);
}

void contact_done(struct contact *c)
{
	arena_done(&c->arena);
}

struct cause contact_cause_here(fault why, const struct state *state, const struct chip *chip)
{
	const char *of_chip = is_cause_of_tpm(why) ? chip_detail(chip) : "";
	return cause_of(why, why == FAIL(AGENT_STATE) ? state->detail : of_chip);
}

/* A handshake that failed because the TPM did not sign looks like a network's failure from outside. */
struct cause contact_cause(const struct contact *c, fault why)
{
	if (c->key.why)
		return cause_of(c->key.why, chip_detail(&c->chip));
	if (c->post.cause.code[0])
		return c->post.cause;
	return contact_cause_here(why, &c->state, &c->chip);
}
