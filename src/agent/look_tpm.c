/*
 * The rows about the TPM itself.
 */
#include "agent/look.h"
#include "attest/firmware.h"

/* Opening says why it did not: each reason is a row, in the order in which they stand in each other's way. */
static void find_opening(const struct look *l, const struct readiness_row *row, struct readiness_finding *f)
{
	if (l->open == row->why)
		look_fail(f, l->open, chip_detail(&l->device.chip));
	else
		look_pass(f, "%s", "");
}

void look_tpm_presence(struct look *l, const struct readiness_row *row, struct readiness_finding *f)
{
	char firmware[FIRMWARE_TEXT_SIZE];
	const char *tcti = l->settings.tcti;
	l->device.labels = labels_get(&l->settings);
	fault ignored = keytype_parse(bytes_text(l->settings.key_type), &l->device.ak.type);
	(void)ignored; /* the invocation was refused for a word that is none */
	l->open = chip_open(&l->device.chip, tcti, (int)l->settings.tpm_ms);
	if (!l->open)
		l->open = chip_get_properties(&l->device.chip, &l->about);
	find_opening(l, row, f);
	if (!l->open)
		look_pass(f, "%s, %s, firmware %s, at %s", l->about.manufacturer, l->about.vendor,
			  firmware_text(l->about.firmware, firmware), tcti);
}

void look_tpm_permission(struct look *l, const struct readiness_row *row, struct readiness_finding *f)
{
	find_opening(l, row, f);
}

void look_tpm_driver(struct look *l, const struct readiness_row *row, struct readiness_finding *f)
{
	find_opening(l, row, f);
}

void look_tpm_version(struct look *l, const struct readiness_row *row, struct readiness_finding *f)
{
	find_opening(l, row, f);
	if (!l->open)
		look_pass(f, "2.0, revision %u.%02u of the specification", l->about.revision / 100u,
			  l->about.revision % 100u);
}

void look_tpm_responsive(struct look *l, const struct readiness_row *row, struct readiness_finding *f)
{
	fault why = l->open ? l->open : chip_check_self_test(&l->device.chip);
	(void)row;
	if (!why)
		why = chip_get_health(&l->device.chip, &l->health);
	l->device.has_tpm = !why;
	if (why)
		look_fail(f, why, chip_detail(&l->device.chip));
	else
		look_pass(f, "%s", "");
}

void look_tpm_endorsement(struct look *l, const struct readiness_row *row, struct readiness_finding *f)
{
	if (l->health.has_endorsement)
		look_pass(f, "%s", "");
	else
		look_fail(f, row->why, "the endorsement hierarchy is disabled");
}

void look_tpm_storage(struct look *l, const struct readiness_row *row, struct readiness_finding *f)
{
	if (l->health.has_storage)
		look_pass(f, "%s", "");
	else
		look_fail(f, row->why, "the storage (owner) hierarchy is disabled");
}

void look_tpm_lockout(struct look *l, const struct readiness_row *row, struct readiness_finding *f)
{
	char detail[CAUSE_TEXT_SIZE];
	const struct chip_health *h = &l->health;
	snprintf(detail, sizeof(detail), "%u of %u failed authorisations; one is forgotten every %u s",
		 (unsigned)h->failed_tries, (unsigned)h->tries_max, (unsigned)h->forget_s);
	if (!h->is_locked) {
		look_pass(f, "%s", detail);
		return;
	}
	if (h->forget_s)
		snprintf(detail, sizeof(detail),
			 "it heals by itself in %u s at the latest; enrolment's keys need no wait",
			 (unsigned)h->forget_s);
	look_fail(f, row->why, detail);
}
