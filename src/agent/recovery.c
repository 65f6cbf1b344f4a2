#include "agent/recovery.h"

#include "agent/contact.h"
#include "agent/devicekey.h"
#include "agent/enroll.h"

#define ARENA_SIZE (1 << 20)

/* Where the device key is. */
struct finding {
	struct chip chip;
	struct state state;
	struct arena arena;
	struct devicekey key;
};

static fault look(const struct settings *settings, struct finding *f)
{
	TRY(state_open(&f->state, settings->state));
	TRY(chip_open(&f->chip, settings->tcti, (int)settings->tpm_ms));
	TRY(devicekey_get(&f->state, &f->chip, &f->arena, &f->key));
	return f->key.chip ? FAIL(REC_KEY_IN_TPM) : NULL;
}

fault recovery_run(const struct settings *settings, struct cause *ret)
{
	struct finding f = { .state = STATE_UNOPENED };
	const struct invocation invocation = { .settings = *settings };
	arena_init(&f.arena, ARENA_SIZE);
	fault why = look(settings, &f);
	if (why)
		*ret = contact_cause_here(why, &f.state, &f.chip);
	chip_close(&f.chip);
	state_close(&f.state);
	arena_done(&f.arena);
	return why ? why : enroll_again(&invocation, TRIP_RECOVER, ret);
}
