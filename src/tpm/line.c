#include "tpm/line.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/rd.h"
#include "tpm/carrier.h"
#include "tpm/response.h"

#define PAUSES 11 /* from 2 ms, doubling: together about four seconds */

/* The common part comes first, as the TCTI specification lays out every context. */
struct line {
	TSS2_TCTI_CONTEXT_COMMON_V2 common;
	struct carrier carrier;
	size_t size, response_size; /* 0: there is no response yet */
	uint8_t command[CARRIER_COMMAND_MAX], response[CARRIER_COMMAND_MAX];
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
	line->response_size = 0;
	return carrier_send(&line->carrier, bytes_of(command, size));
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

/* Waits for the response, sending the command again as long as the TPM is busy. */
static TSS2_RC fetch(struct line *line)
{
	long pause_ms = 2;
	for (int i = 0;; i++, pause_ms *= 2) {
		size_t size = sizeof(line->response);
		TSS2_RC rc = carrier_wait(&line->carrier, &size, line->response);
		if (rc != TSS2_RC_SUCCESS)
			return rc;
		line->response_size = size;
		uint32_t code = response_code(line->response, size);
		if (!is_response_busy(code) || i == PAUSES)
			return code == TPM2_RC_BAD_TAG ? code : TSS2_RC_SUCCESS;
		nanosleep(&(struct timespec){ pause_ms / 1000, pause_ms % 1000 * 1000000 }, NULL);
		rc = carrier_send(&line->carrier, bytes_of(line->command, line->size));
		if (rc != TSS2_RC_SUCCESS)
			return rc;
	}
}

/*
 * Without a buffer the size is asked for, and the response stays for the next call. ESAPI sets no time-out.
 */
static TSS2_RC receive(TSS2_TCTI_CONTEXT *tcti, size_t *size, uint8_t *response, int32_t timeout)
{
	struct line *line = line_of(tcti);
	TSS2_RC rc = line->response_size ? TSS2_RC_SUCCESS : fetch(line);
	(void)timeout;
	if (rc != TSS2_RC_SUCCESS)
		return rc;
	if (response && *size < line->response_size)
		return TSS2_TCTI_RC_INSUFFICIENT_BUFFER;
	*size = line->response_size;
	if (response) {
		memcpy(response, line->response, *size);
		line->response_size = 0;
	}
	return TSS2_RC_SUCCESS;
}

/* Nobody asks for the other methods of a TCTI: absent is "not implemented". */
static const TSS2_TCTI_CONTEXT_COMMON_V2 methods = {
	.v1 = {
		.magic = 0x41737361794C696E, /* "AssayLin" */
		.version = 2,
		.transmit = transmit,
		.receive = receive,
	},
};

uint32_t line_open(const char *tcti, int wait_ms, struct line **ret)
{
	struct line *line = calloc(1, sizeof(*line));
	if (!line)
		return TSS2_TCTI_RC_MEMORY;
	line->common = methods;
	TSS2_RC rc = carrier_open(tcti, wait_ms, &line->carrier);
	if (rc != TSS2_RC_SUCCESS) {
		line_close(line);
		return rc;
	}
	*ret = line;
	return TSS2_RC_SUCCESS;
}

void line_close(struct line *line)
{
	if (!line)
		return;
	carrier_close(&line->carrier);
	free(line);
}

TSS2_TCTI_CONTEXT *line_tcti(struct line *line)
{
	return (TSS2_TCTI_CONTEXT *)line;
}
