#include "agent/device.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>

fault device_open(struct device *device, const struct settings *settings, bool use_tpm)
{
	*device = (struct device){ .labels = labels_get(settings), .event_log = settings->event_log };
	if (!use_tpm) {
		snprintf(device->no_tpm, sizeof(device->no_tpm), "switched off by --no-tpm");
		return NULL;
	}
	TRY(keytype_parse(bytes_text(settings->key_type), &device->ak.type));
	fault f = chip_open(&device->chip, settings->tcti, (int)settings->tpm_ms);
	if (f == FAIL(TPM_MISSING) || f == FAIL(TPM_VERSION)) {
		snprintf(device->no_tpm, sizeof(device->no_tpm), "%s: %s", f->name,
			 chip_detail(&device->chip));
		return NULL;
	}
	device->has_tpm = f == NULL;
	return f;
}

void device_close(struct device *device)
{
	chip_close(&device->chip);
	device->has_tpm = false;
}

void device_leave_tpm(struct device *device, const char *why)
{
	device_close(device);
	snprintf(device->no_tpm, sizeof(device->no_tpm), "%s", why);
}

static fault find_unique(struct state *state, struct arena *arena,
			 uint8_t ret[static ATTESTATION_UNIQUE_SIZE], bool *ret_is_new)
{
	struct bytes kept;
	TRY(state_find(state, STATE_AK_UNIQUE, arena, &kept));
	*ret_is_new = !kept.p;
	if (!kept.p) {
		NEED(getrandom(ret, ATTESTATION_UNIQUE_SIZE, 0) == ATTESTATION_UNIQUE_SIZE, SYS_RNG);
		return NULL;
	}
	if (bytes_copy(kept, ret, ATTESTATION_UNIQUE_SIZE))
		return NULL;
	snprintf(state->detail, sizeof(state->detail), "%s: it must have %d octets", STATE_AK_UNIQUE,
		 ATTESTATION_UNIQUE_SIZE);
	return FAIL(AGENT_STATE);
}

static fault read_chip(struct device *device, struct arena *arena)
{
	device->ak.chip = &device->chip;
	struct chip_properties properties;
	TRY(chip_get_properties(&device->chip, &properties));
	device->errata = properties.errata;
	TRY(identity_get(&device->chip, arena, &device->identity));
	return attestation_get_public(&device->ak, arena, &device->ak_public);
}

fault device_look(struct device *device, struct state *state, struct arena *arena)
{
	bool is_new = false;
	if (!device->has_tpm)
		return NULL;
	TRY(find_unique(state, arena, device->ak.unique, &is_new));
	return read_chip(device, arena);
}

fault device_read(struct device *device, struct state *state, struct arena *arena)
{
	bool is_new = false;
	if (!device->has_tpm)
		return NULL;
	TRY(find_unique(state, arena, device->ak.unique, &is_new));
	if (is_new)
		TRY(state_put(state, STATE_AK_UNIQUE, BYTES_OF(device->ak.unique)));
	return read_chip(device, arena);
}
