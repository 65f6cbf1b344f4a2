#include "agent/hardware.h"

#include <jansson.h>

#include "agent/device.h"
#include "agent/outcome.h"
#include "agent/screen.h"
#include "attest/public.h"
#include "base/text.h"

#define ARENA_SIZE (1 << 19)

/* What is printed. */
struct hardware {
	struct device device;
	struct chip_properties chip;
	struct arena arena;
};

static fault read_all(struct hardware *h, const struct invocation *invocation)
{
	TRY(device_open(&h->device, &invocation->settings, true));
	if (!h->device.has_tpm)
		return NULL;
	TRY(chip_get_properties(&h->device.chip, &h->chip));
	return identity_get(&h->device.chip, &h->arena, &h->device.identity);
}

static json_t *tpm_json(const struct hardware *h)
{
	char firmware[17];
	snprintf(firmware, sizeof(firmware), "%016llx", (unsigned long long)h->chip.firmware);
	if (!h->device.has_tpm)
		return json_null();
	return json_pack("{s:s, s:s, s:s, s:i}", "manufacturer", h->chip.manufacturer, "vendor",
			 h->chip.vendor, "firmware", firmware, "revision", (int)h->chip.revision);
}

/* The SubjectPublicKeyInfo in hexadecimal: what a maker's service or a registry of keys wants to know. */
static const char *public_text(const struct identity_key *k, char out[static TEXT_HEX_SIZE(SPKI_SIZE_MAX)])
{
	uint8_t octets[SPKI_SIZE_MAX];
	struct wr w = wr_of(octets, sizeof(octets));
	struct public ek;
	if (public_parse(k->key.public_area, &ek))
		return "";
	const struct spki key = public_spki(&ek);
	spki_write(&key, &w);
	return text_hex(wr_done(&w), out);
}

static json_t *key_json(const struct identity *identity, enum endorsement_kind kind)
{
	const struct identity_key *k = &identity->keys[kind];
	char hash[TEXT_HEX_SIZE(TRIP_HASH_SIZE)], public[TEXT_HEX_SIZE(SPKI_SIZE_MAX)];
	return json_pack("{s:s, s:s, s:s, s:b, s:b}", "kind", endorsement_name(kind), "hash",
			 text_hex(BYTES_OF(k->hash), hash), "publicKey", public_text(k, public),
			 "certificate", (int)(k->key.certificate.p != NULL), "used",
			 (int)(kind == identity->best));
}

static void print_json(const struct hardware *h)
{
	const struct labels *labels = &h->device.labels;
	const struct identity *identity = &h->device.identity;
	char hash[TEXT_HEX_SIZE(TRIP_HASH_SIZE)] = "";
	json_auto_t *object = json_object();
	json_t *keys = json_array();
	screen_put_text(object, "serial", labels->serial);
	screen_put_text(object, "name", labels->name);
	screen_put_text(object, "manufacturer", labels->manufacturer);
	screen_put_text(object, "model", labels->model);
	json_object_set_new(object, "tpm", tpm_json(h));
	screen_put_text(object, "noTpm", h->device.no_tpm);
	if (h->device.has_tpm)
		text_hex(BYTES_OF(identity->keys[identity->best].hash), hash);
	screen_put_text(object, "ekHash", hash);
	for (enum endorsement_kind kind = 0; kind < ENDORSEMENT_KIND_COUNT; kind++)
		if (identity->keys[kind].is_there)
			json_array_append_new(keys, key_json(identity, kind));
	json_object_set_new(object, "endorsementKeys", keys);
	screen_print_json(stdout, object);
}

static void print_key(const struct identity *identity, enum endorsement_kind kind)
{
	const struct identity_key *k = &identity->keys[kind];
	char hash[TEXT_HEX_SIZE(TRIP_HASH_SIZE)];
	if (k->is_there)
		printf("EK hash       %s  %s, %s certificate%s\n", text_hex(BYTES_OF(k->hash), hash),
		       endorsement_name(kind), k->key.certificate.p ? "with" : "without",
		       kind == identity->best ? "; enrolment uses this one" : "");
}

static void print_text(const struct hardware *h)
{
	const struct labels *labels = &h->device.labels;
	const struct identity *identity = &h->device.identity;
	printf("Serial        %s\n", labels->serial[0] ? labels->serial : "(unknown)");
	printf("Name          %s\n", labels->name[0] ? labels->name : "(unknown)");
	printf("Manufacturer  %s\n", labels->manufacturer[0] ? labels->manufacturer : "(unknown)");
	printf("Model         %s\n", labels->model[0] ? labels->model : "(unknown)");
	if (!h->device.has_tpm) {
		printf("TPM           none: %s\n", h->device.no_tpm);
		return;
	}
	printf("TPM           %s, %s, firmware %016llx, specification %u.%02u\n", h->chip.manufacturer,
	       h->chip.vendor, (unsigned long long)h->chip.firmware, h->chip.revision / 100u,
	       h->chip.revision % 100u);
	print_key(identity, identity->best);
	for (enum endorsement_kind kind = 0; kind < ENDORSEMENT_KIND_COUNT; kind++)
		if (kind != identity->best)
			print_key(identity, kind);
}

int hardware_run(const struct invocation *invocation)
{
	struct hardware h = { 0 };
	arena_init(&h.arena, ARENA_SIZE);
	fault f = read_all(&h, invocation);
	if (f) {
		struct cause cause = cause_of(f, chip_detail(&h.device.chip));
		outcome_print_cause(&cause);
	} else if (invocation->set & INVOCATION_JSON) {
		print_json(&h);
	} else {
		print_text(&h);
	}
	device_close(&h.device);
	arena_done(&h.arena);
	return f ? INVOCATION_FAILED : INVOCATION_DONE;
}
