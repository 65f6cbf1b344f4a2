/*
 * carrier: the transport to a TPM (TCTI) in a process of its own, because it may hang. For this folder alone.
 *
 * Debian's transports take a time-out and do not keep it: a command that the TPM does not answer holds
 * whoever sent it, inside the driver even against signals. So a child holds the transport, and is given up in
 * time.
 */
#ifndef TPM_CARRIER_H
#define TPM_CARRIER_H

#include <tss2/tss2_tcti.h>

#include "base/fault.h"

/* There was no answer in time: a code that the TSS leaves to implementations (tss2_common.h). */
#define CARRIER_LATE (TSS2_TCTI_RC_LAYER | 0xF800u)

/* TPM 2.0 Part 2, MAX_COMMAND_SIZE and MAX_RESPONSE_SIZE of every known TPM. */
#define CARRIER_COMMAND_MAX 4096

/* Storage of the caller; zero is one that was never opened. */
struct carrier {
	int socket, wait_ms;
	int pid;
	bool is_late; /* from then on every command is */
};

/*
 * Starts the child, which opens the TCTI of that configuration text and closes every other file. Gives the
 * TSS's code: zero on success, CARRIER_LATE when nothing was heard for wait_ms. carrier_close may always
 * follow.
 */
MUST uint32_t carrier_open(const char *tcti, int wait_ms, struct carrier *ret);
void carrier_close(struct carrier *carrier);

/* A command of at most CARRIER_COMMAND_MAX octets on its way. Gives the TSS's code. */
MUST uint32_t carrier_send(struct carrier *carrier, struct bytes command);

/*
 * Waits for its response. *size is the room and becomes the size. Gives the TSS's code of either way,
 * CARRIER_LATE, or TSS2_TCTI_RC_IO_ERROR when the child ended.
 */
MUST uint32_t carrier_wait(struct carrier *carrier, size_t *size, uint8_t *response);

#endif
