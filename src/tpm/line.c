#include "tpm/line.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <tss2/tss2_tctildr.h>

#include "base/rd.h"
#include "tpm/response.h"

#define COMMAND_MAX 4096 /* TPM 2.0 Part 2, MAX_COMMAND_SIZE of every known TPM */
#define PAUSES 11        /* from 2 ms, doubling: together about four seconds */

/* The common part comes first, as the TCTI specification lays out every context. */
struct line {
	TSS2_TCTI_CONTEXT_COMMON_V2 common;
	TSS2_TCTI_CONTEXT *inner;
	size_t size;
	uint8_t command[COMMAND_MAX];
};

static struct line *line_of(TSS2_TCTI_CONTEXT *tcti)
{
	return (struct line *)tcti;
}

static TSS2_RC transmit(TSS2_TCTI_CONTEXT *tcti, size_t size, const uint8_t *command)
{
	struct line *line = line_of(tcti);
	if (size > sizeof(line->command))
		return TSS2_TCTI_RC_BAD_VALUE;
	memcpy(line->command, command, size);
	line->size = size;
	return Tss2_Tcti_Transmit(line->inner, size, command);
}

/*
 * The code of a response: tag, size, code (TPM 2.0 Part 1 §18.4); zero when it is too short for one. A TPM
 * 1.2 answers under a tag of its own, which the TSS does not understand (Part 2 §6.9, TPM_ST_RSP_COMMAND).
 */
static uint32_t response_code(const uint8_t *response, size_t size)
{
	struct rd r = rd_of(bytes_of(response, size));
	uint16_t tag = rd_be16(&r);
	rd_be32(&r);
	uint32_t code = rd_be32(&r);
	return tag == TPM2_ST_RSP_COMMAND ? TPM2_RC_BAD_TAG : code;
}

static TSS2_RC receive(TSS2_TCTI_CONTEXT *tcti, size_t *size, uint8_t *response, int32_t timeout)
{
	struct line *line = line_of(tcti);
	size_t room = *size;
	long pause_ms = 2;
	for (int i = 0;; i++, pause_ms *= 2) {
		TSS2_RC rc = Tss2_Tcti_Receive(line->inner, size, response, timeout);
		if (rc != TSS2_RC_SUCCESS || !response)
			return rc;
		uint32_t code = response_code(response, *size);
		if (!is_response_busy(code) || i == PAUSES)
			return code == TPM2_RC_BAD_TAG ? code : TSS2_RC_SUCCESS;
		nanosleep(&(struct timespec){ pause_ms / 1000, pause_ms % 1000 * 1000000 }, NULL);
		rc = Tss2_Tcti_Transmit(line->inner, line->size, line->command);
		if (rc != TSS2_RC_SUCCESS)
			return rc;
		*size = room;
	}
}

static TSS2_RC cancel(TSS2_TCTI_CONTEXT *tcti)
{
	return Tss2_Tcti_Cancel(line_of(tcti)->inner);
}

static TSS2_RC get_poll_handles(TSS2_TCTI_CONTEXT *tcti, TSS2_TCTI_POLL_HANDLE *handles, size_t *count)
{
	return Tss2_Tcti_GetPollHandles(line_of(tcti)->inner, handles, count);
}

static TSS2_RC set_locality(TSS2_TCTI_CONTEXT *tcti, uint8_t locality)
{
	return Tss2_Tcti_SetLocality(line_of(tcti)->inner, locality);
}

static TSS2_RC make_sticky(TSS2_TCTI_CONTEXT *tcti, TPM2_HANDLE *handle, uint8_t sticky)
{
	return Tss2_Tcti_MakeSticky(line_of(tcti)->inner, handle, sticky);
}

static const TSS2_TCTI_CONTEXT_COMMON_V2 methods = {
	.v1 = {
		.magic = 0x41737361794C696E, /* "AssayLin" */
		.version = 2,
		.transmit = transmit,
		.receive = receive,
		.cancel = cancel,
		.getPollHandles = get_poll_handles,
		.setLocality = set_locality,
	},
	.makeSticky = make_sticky,
};

uint32_t line_open(const char *tcti, struct line **ret)
{
	struct line *line = calloc(1, sizeof(*line));
	if (!line)
		return TSS2_TCTI_RC_MEMORY;
	line->common = methods;
	TSS2_RC rc = Tss2_TctiLdr_Initialize(tcti, &line->inner);
	if (rc != TSS2_RC_SUCCESS) {
		free(line);
		return rc;
	}
	*ret = line;
	return TSS2_RC_SUCCESS;
}

void line_close(struct line *line)
{
	if (!line)
		return;
	Tss2_TctiLdr_Finalize(&line->inner);
	free(line);
}

TSS2_TCTI_CONTEXT *line_tcti(struct line *line)
{
	return (TSS2_TCTI_CONTEXT *)line;
}
