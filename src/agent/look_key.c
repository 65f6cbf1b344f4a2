/*
 * The rows about the TPM's keys and what vouches for them.
 */
#include <string.h>
#include <time.h>

#include "agent/devicekey.h"
#include "agent/keyring.h"
#include "agent/look.h"
#include "agent/pem.h"
#include "attest/ekleaf.h"
#include "attest/firmware.h"
#include "attest/maker.h"
#include "attest/public.h"
#include "base/text.h"
#include "policy/blocklist.h"

/* --- the EK certificate --------------------------------------------------------------------------------- */

/* What its certificate says of itself; false when there is none that can be read. */
static bool get_leaf(const struct bytes_list *chain, struct ekleaf *ret)
{
	struct bytes der;
	uint32_t leniencies = 0;
	if (!chain->n)
		return false;
	fault f = ekleaf_unwrap(chain->v[0], &der, &leniencies);
	return (!f || f == FAIL(CERT_TRAILING_DATA)) && !ekleaf_parse(der, ret);
}

static const char *detail_of(const struct look *l, fault why)
{
	if (why == FAIL(AGENT_STATE))
		return l->state.detail;
	return is_cause_of_tpm(why) ? chip_detail(&l->device.chip) : "";
}

void look_key_state(struct look *l, const struct readiness_row *row, struct readiness_finding *f)
{
	(void)row;
	if (l->state_fault)
		look_fail(f, l->state_fault, l->state.detail);
	else
		look_pass(f, "%s%s", l->settings.state, l->state.folder < 0 ? " is not there yet" : "");
}

void look_key_certificate(struct look *l, const struct readiness_row *row, struct readiness_finding *f)
{
	static const char *const places[EKSOURCE_COUNT] = {
		[EKSOURCE_TPM] = "in the TPM",
		[EKSOURCE_SERVICE] = "from the TPM's maker",
		[EKSOURCE_COPY] = "the copy of an earlier answer of the TPM's maker",
	};
	const struct eksource_plan plan = { .settings = &l->settings,
					    .chip = &l->device.chip,
					    .state = &l->state,
					    .arena = &l->arena,
					    .keeps_nothing = true };
	fault why = device_look(&l->device, &l->state, &l->arena);
	l->has_identity = !why;
	if (!why)
		why = eksource_find(&plan, &l->device.identity, &l->source);
	if (why)
		look_fail(f, why, why == FAIL(CONFIG_INVALID) ? l->source.cause.detail : detail_of(l, why));
	else if (l->source.place == EKSOURCE_NOWHERE) {
		look_fail(f, row->why, NULL);
		f->cause = l->source.cause;
	} else
		look_pass(f, "%s, of its %s key", places[l->source.place], endorsement_name(l->source.kind));
}

void look_key_validity(struct look *l, const struct readiness_row *row, struct readiness_finding *f)
{
	char from[TEXT_TIME_SIZE], to[TEXT_TIME_SIZE], fact[READINESS_FACT_SIZE];
	struct ekleaf leaf;
	int64_t now = time(NULL);
	if (!get_leaf(&l->device.identity.chain, &leaf)) {
		look_fail(f, FAIL(CERT_MALFORMED), NULL);
		return;
	}
	snprintf(fact, sizeof(fact), "from %s to %s", text_time(leaf.not_before, from),
		 text_time(leaf.not_after, to));
	look_leave(f, READINESS_PASSED, fact);
	if (now >= leaf.not_before && now <= leaf.not_after)
		return;
	/* Whether that matters is the server's to say. */
	f->outcome = READINESS_WARNED;
	f->cause = cause_of(now > leaf.not_after ? row->why : FAIL(EK_CERT_NOT_YET), NULL);
}

/* --- firmware and class --------------------------------------------------------------------------------- */

static const struct maker *maker_of(const struct look *l, struct ekleaf *leaf)
{
	uint32_t id = 0;
	bool is_certified = l->has_identity && get_leaf(&l->device.identity.chain, leaf) &&
			    maker_id_parse(leaf->label[EKLEAF_MANUFACTURER].text, &id);
	return is_certified ? maker_find(id) : maker_find_text(bytes_text(l->about.manufacturer));
}

void look_key_firmware(struct look *l, const struct readiness_row *row, struct readiness_finding *f)
{
	char detail[BLOCKLIST_DETAIL_SIZE], version[FIRMWARE_TEXT_SIZE];
	struct ekleaf leaf = { 0 };
	struct blocklist list;
	struct blocklist_finding finding;
	const struct maker *maker = maker_of(l, &leaf);
	const struct blocklist_tpm tpm = {
		.maker = bytes_text(maker ? maker->code : NULL),
		.model = leaf.label[EKLEAF_MODEL].text,
		.version = leaf.label[EKLEAF_VERSION].text,
		.has_firmware = true,
		.firmware = l->about.firmware,
		.errata = l->about.errata,
	};
	fault why = blocklist_parse(blocklist_shipped(), &l->arena, &list, NULL);
	if (why) {
		look_fail(f, why, NULL);
		return;
	}
	blocklist_judge(&list, &tpm, &finding);
	look_pass(f, "%s; no row of this program's blocklist is about it",
		  firmware_text(l->about.firmware, version));
	if (finding.outcome == BLOCKLIST_VULNERABLE)
		look_fail(f, row->why, blocklist_text(&finding, detail));
	if (finding.outcome == BLOCKLIST_VULNERABLE || !finding.warnings)
		return;
	look_pass(f, "by the date of its errata it may have %s", blocklist_warnings(&finding, detail));
	f->outcome = READINESS_WARNED;
}

void look_key_class(struct look *l, const struct readiness_row *row, struct readiness_finding *f)
{
	struct ekleaf leaf;
	const struct maker *maker = maker_of(l, &leaf);
	if (!maker || maker->kind != MAKER_VIRTUAL) {
		look_pass(f, "of %s; the anchor that vouches says its class",
			  maker ? maker->name : l->about.manufacturer);
		return;
	}
	look_leave(f, READINESS_WARNED, maker->name);
	f->cause = cause_of(row->why, "by its maker's name; the server's profile decides");
}

/* --- keys of our own ------------------------------------------------------------------------------------ */

/* NULL when the certificate is for that key; then until when. AK_STALE for another's. */
static fault check_certificate(struct bytes der, struct bytes public_area, int64_t *ret_until)
{
	struct ekleaf leaf;
	struct public key;
	uint8_t certified[32], made[32];
	TRY(ekleaf_parse(der, &leaf));
	TRY(alg_spki_hash(&leaf.key, certified));
	TRY(public_parse(public_area, &key));
	TRY(public_hash(&key, made));
	NEED(is_bytes_equal(BYTES_OF(certified), BYTES_OF(made)), AK_STALE);
	*ret_until = leaf.not_after;
	return NULL;
}

void look_key_attestation(struct look *l, const struct readiness_row *row, struct readiness_finding *f)
{
	char until[TEXT_TIME_SIZE];
	struct bytes der = { 0 };
	enum keystate keys = KEYSTATE_UNSAID;
	int64_t not_after = 0;
	(void)row;
	fault why = keyring_find(&l->state, &l->settings, &l->arena, &keys);
	if (!why)
		why = pem_find(&l->state, STATE_AK_CERTIFICATE, PEM_CERTIFICATE, &l->arena, &der);
	if (!why && !der.p) {
		look_pass(f, "%s: enrolment makes and certifies it", keystate_word(keys));
		f->outcome = READINESS_NOT_APPLICABLE;
		return;
	}
	if (!why && !l->has_identity) {
		look_leave(f, READINESS_NOT_RUN, "not looked at: the TPM does not make the key now");
		return;
	}
	if (!why)
		why = check_certificate(der, l->device.ak_public, &not_after);
	if (why)
		look_fail(f, why, detail_of(l, why));
	else
		look_pass(f, "%s, certified until %s", keystate_word(keys), text_time(not_after, until));
	if (!why && keys == KEYSTATE_INVALID)
		f->outcome = READINESS_WARNED;
}

void look_key_device(struct look *l, const struct readiness_row *row, struct readiness_finding *f)
{
	struct devicekey key;
	(void)row;
	fault why = devicekey_get(&l->state, &l->device.chip, &l->arena, &key);
	if (why == FAIL(NOT_ENROLLED)) {
		look_leave(f, READINESS_NOT_APPLICABLE, "none yet: enrolment makes it");
		return;
	}
	l->is_enrolled = true;
	if (!why && key.chip)
		why = key_check(&l->device.chip, &key.key);
	if (why)
		look_fail(f, why, detail_of(l, why));
	else
		look_pass(f, "%s", key.chip ? "in the TPM" : "in a file, outside the TPM");
}
