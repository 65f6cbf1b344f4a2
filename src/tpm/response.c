#include "tpm/response.h"

#include <tss2/tss2_tpm2_types.h>

#include "tpm/carrier.h"

#define FORMAT_ONE TPM2_RC_FMT1
#define FORMAT_ONE_PARAMETER 0x040u
#define FORMAT_ONE_BASE 0x0BFu /* without the number of the handle, session or parameter */
#define TPM_LAYERS_CODE 0xFFFu

static const struct row {
	uint32_t code;
	fault fault;
} rows[] = {
	{ TPM2_RC_LOCKOUT, FAIL(TPM_LOCKOUT) },
	{ TPM2_RC_HIERARCHY, FAIL(TPM_HIERARCHY) },
	{ TPM2_RC_BAD_AUTH, FAIL(TPM_AUTH) },
	{ TPM2_RC_AUTH_FAIL, FAIL(TPM_AUTH) },
	{ TPM2_RC_RETRY, FAIL(TPM_BUSY) },
	{ TPM2_RC_YIELDED, FAIL(TPM_BUSY) },
	{ TPM2_RC_TESTING, FAIL(TPM_BUSY) },
	{ TPM2_RC_NV_RATE, FAIL(TPM_BUSY) },
	{ TPM2_RC_NV_UNAVAILABLE, FAIL(TPM_BUSY) },
	{ TPM2_RC_CANCELED, FAIL(TPM_BUSY) },
	{ TPM2_RC_OBJECT_MEMORY, FAIL(TPM_MEMORY) },
	{ TPM2_RC_SESSION_MEMORY, FAIL(TPM_MEMORY) },
	{ TPM2_RC_MEMORY, FAIL(TPM_MEMORY) },
	{ TPM2_RC_OBJECT_HANDLES, FAIL(TPM_MEMORY) },
	{ TPM2_RC_SESSION_HANDLES, FAIL(TPM_MEMORY) },
	{ TPM2_RC_CONTEXT_GAP, FAIL(TPM_MEMORY) },
	{ TSS2_TCTI_RC_NO_CONNECTION, FAIL(TPM_MISSING) },
	{ CARRIER_LATE, FAIL(ATTEST_TIMEOUT) },
};

/* What the TSS says of octets that are no response. */
static const uint32_t nonsense[] = {
	TSS2_SYS_RC_MALFORMED_RESPONSE, TSS2_SYS_RC_INSUFFICIENT_RESPONSE,
	TSS2_ESYS_RC_MALFORMED_RESPONSE, TSS2_ESYS_RC_INSUFFICIENT_RESPONSE,
	TSS2_SYS_RC_INSUFFICIENT_CONTEXT, /* longer than any response */
	TSS2_MU_RC_INSUFFICIENT_BUFFER,  TSS2_MU_RC_BAD_SIZE,
};

/* That, and whatever the transport complains of. */
static bool is_of_driver(uint32_t code)
{
	uint32_t layer = code & TSS2_RC_LAYER_MASK;
	for (size_t i = 0; i < COUNT_OF(nonsense); i++)
		if (nonsense[i] == code)
			return true;
	return layer == TSS2_TCTI_RC_LAYER;
}

static bool is_of_tpm(uint32_t code)
{
	uint32_t layer = code & TSS2_RC_LAYER_MASK;
	return layer == TSS2_TPM_RC_LAYER || layer == TSS2_RESMGR_RC_LAYER ||
	       layer == TSS2_RESMGR_TPM_RC_LAYER;
}

/* The code as the specification's tables have it, so that rows can be compared with. */
static uint32_t base(uint32_t code)
{
	if (!is_of_tpm(code))
		return code;
	return code & FORMAT_ONE ? code & FORMAT_ONE_BASE : code & TPM_LAYERS_CODE;
}

fault response_fault(uint32_t code)
{
	if (code == TSS2_RC_SUCCESS)
		return NULL;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (rows[i].code == base(code))
			return rows[i].fault;
	/* Part 2 §6.6.2: with bits 7 and 8 clear it is a TPM 1.2 that speaks. */
	if (is_of_tpm(code) && !(code & (FORMAT_ONE | TPM2_RC_VER1)))
		return FAIL(TPM_VERSION);
	return is_of_driver(code) ? FAIL(TPM_DRIVER) : FAIL(TPM_FAILURE);
}

static bool is_base_among(uint32_t code, const uint32_t *codes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (base(code) == codes[i])
			return true;
	return false;
}

bool is_response_busy(uint32_t code)
{
	static const uint32_t busy[] = { TPM2_RC_RETRY, TPM2_RC_YIELDED, TPM2_RC_TESTING, TPM2_RC_NV_RATE };
	return is_base_among(code, busy, COUNT_OF(busy));
}

bool is_response_unsupported(uint32_t code)
{
	static const uint32_t codes[] = { TPM2_RC_VALUE, TPM2_RC_ASYMMETRIC, TPM2_RC_HASH,
					  TPM2_RC_SCHEME, TPM2_RC_CURVE,     TPM2_RC_KEY_SIZE };
	return is_base_among(code, codes, COUNT_OF(codes));
}

bool is_response_absent(uint32_t code)
{
	return base(code) == TPM2_RC_HANDLE;
}

bool is_response_parameter(uint32_t code)
{
	return is_of_tpm(code) && (code & FORMAT_ONE) && (code & FORMAT_ONE_PARAMETER);
}

bool is_response_integrity(uint32_t code)
{
	return base(code) == TPM2_RC_INTEGRITY;
}
