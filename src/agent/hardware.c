#include "agent/hardware.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "agent/device.h"
#include "agent/ending.h"
#include "agent/machine.h"
#include "agent/screen.h"
#include "attest/public.h"
#include "base/text.h"
#include "wire/csvline.h"

#define ARENA_SIZE (1 << 19)
#define SUMMARY_MAX 1024 /* as a registration bounds it (wire/body.h) */

/* What is printed. */
struct hardware {
	struct device *device; /* whose identity was read */
	struct chip_properties chip;
	struct machine machine;
	struct arena arena;
	char summary[SUMMARY_MAX + 1]; /* all of it that is not a key, as one text */
};

/* --- one text ------------------------------------------------------------------------------------------- */

/* Adds NAME=VALUE; what ends a value is not in one. Whatever does not fit whole is left out. */
static void add(struct hardware *h, const char *name, const char *value)
{
	size_t at = strlen(h->summary), room = sizeof(h->summary) - at;
	if (!value[0] || strlen(name) + strlen(value) + 3 > room)
		return;
	snprintf(h->summary + at, room, "%s%s=%s", at ? ";" : "", name, value);
	for (char *c = h->summary + at + (at > 0); *c; c++)
		*c = *c == ';' ? ',' : *c;
}

static void add_tpm(struct hardware *h)
{
	const struct identity *identity = &h->device->identity;
	char tpm[128], hash[TEXT_HEX_SIZE(TRIP_HASH_SIZE)];
	snprintf(tpm, sizeof(tpm), "%.16s %.64s %016llx", h->chip.manufacturer, h->chip.vendor,
		 (unsigned long long)h->chip.firmware);
	add(h, "tpm", tpm);
	for (enum endorsement_kind kind = 0; kind < ENDORSEMENT_KIND_COUNT; kind++)
		if (identity->keys[kind].is_there && kind != identity->best)
			add(h, "ek", text_hex(BYTES_OF(identity->keys[kind].hash), hash));
}

static void summarize(struct hardware *h)
{
	add(h, "manufacturer", h->device->labels.manufacturer);
	add(h, "model", h->device->labels.model);
	add(h, "uuid", h->machine.uuid);
	add(h, "disk", h->machine.disk);
	for (size_t i = 0; i < h->machine.macs_n; i++)
		add(h, "mac", h->machine.macs[i]);
	if (h->device->has_tpm)
		add_tpm(h);
}

/* --- forms ---------------------------------------------------------------------------------------------- */

/* All but the identity, which the device has read. */
static fault read_rest(struct hardware *h)
{
	h->machine = machine_get();
	if (h->device->has_tpm)
		TRY(chip_get_properties(&h->device->chip, &h->chip));
	summarize(h);
	return NULL;
}

static fault read_all(struct hardware *h, const struct invocation *invocation)
{
	TRY(device_open(h->device, &invocation->settings, true));
	if (h->device->has_tpm)
		TRY(identity_get(&h->device->chip, &h->arena, &h->device->identity));
	return read_rest(h);
}

static json_t *tpm_json(const struct hardware *h)
{
	char firmware[17];
	snprintf(firmware, sizeof(firmware), "%016llx", (unsigned long long)h->chip.firmware);
	if (!h->device->has_tpm)
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

static json_t *macs_json(const struct machine *m)
{
	json_t *list = json_array();
	for (size_t i = 0; i < m->macs_n; i++)
		json_array_append_new(list, json_string(m->macs[i]));
	return list;
}

/* The titles are those that assay registration import knows (doc/registration.md). */
static void print_csv(const struct hardware *h, FILE *out)
{
	static const char *const titles[] = { "Device Serial Number", "EK Hash", "Display Name", "Hardware" };
	const struct identity *identity = &h->device->identity;
	char hash[TEXT_HEX_SIZE(TRIP_HASH_SIZE)] = "";
	uint8_t line[4 * SUMMARY_MAX];
	struct bytes head[COUNT_OF(titles)];
	if (h->device->has_tpm)
		text_hex(BYTES_OF(identity->keys[identity->best].hash), hash);
	const struct bytes row[COUNT_OF(titles)] = {
		bytes_text(h->device->labels.serial),
		bytes_text(hash),
		bytes_text(h->device->labels.name),
		bytes_text(h->summary),
	};
	for (size_t i = 0; i < COUNT_OF(titles); i++)
		head[i] = bytes_text(titles[i]);
	struct wr w = wr_of(line, sizeof(line));
	csvline_write(head, COUNT_OF(titles), &w);
	csvline_write(row, COUNT_OF(titles), &w);
	fwrite(line, 1, w.at, out);
}

static void print_json(const struct hardware *h)
{
	const struct labels *labels = &h->device->labels;
	const struct identity *identity = &h->device->identity;
	char hash[TEXT_HEX_SIZE(TRIP_HASH_SIZE)] = "";
	json_auto_t *object = json_object();
	json_t *keys = json_array();
	screen_put_text(object, "serial", labels->serial);
	screen_put_text(object, "name", labels->name);
	screen_put_text(object, "manufacturer", labels->manufacturer);
	screen_put_text(object, "model", labels->model);
	screen_put_text(object, "uuid", h->machine.uuid);
	screen_put_text(object, "diskSerial", h->machine.disk);
	json_object_set_new(object, "macAddresses", macs_json(&h->machine));
	screen_put_text(object, "hardware", h->summary);
	json_object_set_new(object, "tpm", tpm_json(h));
	screen_put_text(object, "noTpm", h->device->no_tpm);
	if (h->device->has_tpm)
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
	const struct labels *labels = &h->device->labels;
	const struct identity *identity = &h->device->identity;
	printf("Serial        %s\n", labels->serial[0] ? labels->serial : "(unknown)");
	printf("Name          %s\n", labels->name[0] ? labels->name : "(unknown)");
	printf("Manufacturer  %s\n", labels->manufacturer[0] ? labels->manufacturer : "(unknown)");
	printf("Model         %s\n", labels->model[0] ? labels->model : "(unknown)");
	if (!h->device->has_tpm) {
		printf("TPM           none: %s\n", h->device->no_tpm);
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

fault hardware_print_csv(struct device *device, FILE *out)
{
	struct hardware h = { .device = device };
	TRY(read_rest(&h));
	print_csv(&h, out);
	return NULL;
}

int hardware_run(const struct invocation *invocation)
{
	struct device device = { 0 };
	struct hardware h = { .device = &device };
	arena_init(&h.arena, ARENA_SIZE);
	fault f = read_all(&h, invocation);
	if (f) {
		struct cause cause = cause_of(f, chip_detail(&device.chip));
		ending_print(&cause);
	} else if (invocation->set & INVOCATION_CSV) {
		print_csv(&h, stdout);
	} else if (invocation->set & INVOCATION_JSON) {
		print_json(&h);
	} else {
		print_text(&h);
	}
	device_close(&device);
	arena_done(&h.arena);
	return f ? INVOCATION_FAILED : INVOCATION_DONE;
}
