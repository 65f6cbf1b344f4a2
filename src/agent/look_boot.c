/*
 * The rows about what the firmware measured. Enrolment needs no log: what is missing here is a warning.
 */
#include "agent/eventlog.h"
#include "agent/look.h"

/* What firmware extends and nothing after it (PC Client Platform Firmware Profile 1.05 §3.3.4). */
#define FIRMWARE_PCRS 0xFFu
#define SELECTION_SIZE 64

void look_boot_log(struct look *l, const struct readiness_row *row, struct readiness_finding *f)
{
	char detail[CAUSE_TEXT_SIZE];
	const char *path = l->settings.event_log, *why = NULL;
	struct bytes log;
	(void)row;
	fault bad = eventlog_read(path, &l->arena, &log, &why);
	if (!bad && log.p)
		bad = tcglog_parse(log, &l->log);
	if (!path[0]) {
		look_leave(f, READINESS_NOT_APPLICABLE, "none is configured");
		return;
	}
	l->has_log = !bad && log.p;
	if (!why)
		why = log.p ? "it is no such log" : "there is none";
	snprintf(detail, sizeof(detail), "%.255s: %s", path, why);
	if (l->has_log)
		look_pass(f, "%zu events in %s", l->log.count, path);
	else
		look_leave(f, READINESS_WARNED, detail);
}

/* The PCRs whose values are not those of the log; all of a bank that the TPM does not have. */
static fault compare(struct look *l, uint16_t hash, uint32_t *ret_same, uint32_t *ret_differ)
{
	uint8_t room[SELECTION_SIZE];
	struct wr w = wr_of(room, sizeof(room));
	struct tcglog_values values;
	struct bytes_list found;
	size_t at = 0, size = alg_hash_find(hash)->size;
	TRY(tcglog_replay(&l->log, hash, &values));
	uint32_t bits = values.touched & FIRMWARE_PCRS;
	const struct pcr_selection selection = pcr_of(hash, bits);
	pcr_write(&selection, &w);
	TRY(attestation_list_pcrs(&l->device.chip, wr_done(&w), &l->arena, &found));
	*ret_same = *ret_differ = 0;
	for (unsigned pcr = 0; pcr < PCR_COUNT && at < found.n; pcr++) {
		if (!(bits & 1u << pcr))
			continue;
		bool is_same = is_bytes_equal(found.v[at++], bytes_of(values.v[pcr], size));
		*(is_same ? ret_same : ret_differ) |= 1u << pcr;
	}
	return NULL;
}

static const char *write_pcrs(uint32_t bits, char *out, size_t size)
{
	size_t n = 0;
	out[0] = 0;
	for (unsigned pcr = 0; pcr < PCR_COUNT; pcr++)
		if (bits & 1u << pcr)
			n += (size_t)snprintf(out + n, size - n, "%s%u", n ? ", " : "", pcr);
	return out;
}

void look_boot_pcrs(struct look *l, const struct readiness_row *row, struct readiness_finding *f)
{
	static const uint16_t hashes[] = { ALG_SHA256, ALG_SHA384, ALG_SHA1 };
	char list[128], detail[CAUSE_TEXT_SIZE];
	uint32_t same = 0, differ = 0;
	fault why = FAIL(PCRSEL);
	(void)row;
	if (!l->has_log || !l->device.has_tpm) {
		look_leave(f, READINESS_NOT_RUN, "not compared: it needs an event log and a TPM");
		return;
	}
	for (size_t i = 0; i < COUNT_OF(hashes) && why == FAIL(PCRSEL); i++)
		why = compare(l, hashes[i], &same, &differ);
	snprintf(detail, sizeof(detail), "PCR %s are not as the log says",
		 write_pcrs(differ, list, sizeof(list)));
	if (why || differ)
		look_leave(f, READINESS_WARNED, why ? why->what : detail);
	else
		look_pass(f, "PCR %s are as the log says", write_pcrs(same, list, sizeof(list)));
}
