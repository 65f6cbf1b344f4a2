#include "sim/tampering.h"

#include <openssl/evp.h>
#include <string.h>

#include "sim/softkey.h"

/* A view of n octets of which none is from elsewhere. */
static fault new_octets(struct enrolment *e, size_t n, struct bytes *ret)
{
	uint8_t *p = arena_alloc(&e->arena, n);
	NEED(p, SYS_MEMORY);
	memset(p, 0xA5, n);
	*ret = bytes_of(p, n);
	return NULL;
}

/* A copy of b, a bit of which is flipped, in its place. */
static fault flip(struct enrolment *e, size_t at, struct bytes *b)
{
	NEED(at < b->n, BUG);
	uint8_t *p = arena_alloc(&e->arena, b->n);
	NEED(p, SYS_MEMORY);
	memcpy(p, b->p, b->n);
	p[at] ^= 1;
	*b = bytes_of(p, b->n);
	return NULL;
}

/* --- the conversation ----------------------------------------------------------------------------------- */

static fault wrong_secret(struct enrolment *e)
{
	return flip(e, 0, &e->answer.secret);
}

static fault no_secret(struct enrolment *e)
{
	e->answer.secret = (struct bytes){ 0 };
	return NULL;
}

static fault wrong_nonce(struct enrolment *e)
{
	return flip(e, 0, &e->answer.nonce);
}

static fault other_ticket_id(struct enrolment *e)
{
	return flip(e, 0, &e->answer.id);
}

static fault altered_ticket(struct enrolment *e)
{
	return flip(e, e->answer.ticket.n / 2, &e->answer.ticket);
}

static fault old_version(struct enrolment *e)
{
	e->answer.version = TRIP_VERSION + 1;
	return NULL;
}

static fault truncated(struct enrolment *e)
{
	e->octets.n--;
	return NULL;
}

static fault trailing(struct enrolment *e)
{
	uint8_t *p = arena_alloc(&e->arena, e->octets.n + 1);
	NEED(p, SYS_MEMORY);
	memcpy(p, e->octets.p, e->octets.n);
	e->octets = bytes_of(p, e->octets.n + 1);
	return NULL;
}

static fault repeated(struct enrolment *e)
{
	(void)e;
	return NULL;
}

/* The answer's last octet belongs to a signature. */
static fault spent(struct enrolment *e)
{
	return flip(e, e->octets.n - 1, &e->octets);
}

/* --- who it is ------------------------------------------------------------------------------------------ */

static fault swapped_ek(struct enrolment *e)
{
	TRY(softtpm_update_key(&e->tpm, SOFTTPM_EK));
	return enrolment_build_chain(e, e->tpm.keys[SOFTTPM_EK].private_key);
}

static fault swapped_ak(struct enrolment *e)
{
	return softtpm_update_key(&e->tpm, SOFTTPM_AK);
}

static fault foreign_certificate(struct enrolment *e)
{
	EVP_PKEY *other = NULL;
	TRY(softkey_new(SPKI_P256, &other));
	fault why = enrolment_build_chain(e, other);
	EVP_PKEY_free(other);
	e->begin.ek_chain = e->chain;
	return why;
}

static fault unrestricted_ak(struct enrolment *e)
{
	uint32_t now = e->tpm.keys[SOFTTPM_AK].area.attributes;
	TRY(softtpm_update_attributes(&e->tpm, SOFTTPM_AK, now & ~(uint32_t)PUBLIC_RESTRICTED));
	e->begin.ak_public = e->tpm.keys[SOFTTPM_AK].area.whole;
	return NULL;
}

static fault clear_of_device_key(struct enrolment *e, uint32_t attributes)
{
	uint32_t now = e->tpm.keys[SOFTTPM_DEVICE].area.attributes;
	return softtpm_update_attributes(&e->tpm, SOFTTPM_DEVICE, now & ~attributes);
}

static fault exportable_key(struct enrolment *e)
{
	return clear_of_device_key(e, PUBLIC_FIXED_TPM | PUBLIC_FIXED_PARENT);
}

static fault imported_key(struct enrolment *e)
{
	return clear_of_device_key(e, PUBLIC_SENSITIVE_DATA_ORIGIN);
}

/* --- what it says --------------------------------------------------------------------------------------- */

static fault other_server(struct enrolment *e)
{
	return new_octets(e, e->binding.server_key_hash.n, &e->binding.server_key_hash);
}

static fault other_nonce(struct enrolment *e)
{
	return new_octets(e, e->binding.nonce.n, &e->binding.nonce);
}

static fault other_purpose(struct enrolment *e)
{
	e->binding.purpose = TRIP_ATTEST;
	return NULL;
}

static fault other_payload(struct enrolment *e)
{
	return new_octets(e, e->binding.payload_digest.n, &e->binding.payload_digest);
}

static fault not_of_a_tpm(struct enrolment *e)
{
	e->certify.magic++;
	return NULL;
}

static fault quote_for_certify(struct enrolment *e)
{
	struct bytes extra_data = e->certify.extra_data;
	e->certify = e->quote;
	e->certify.extra_data = extra_data;
	return NULL;
}

static fault other_key_certified(struct enrolment *e)
{
	e->certify.name = name_bytes(&e->tpm.keys[SOFTTPM_EK].name);
	return NULL;
}

static fault other_hierarchy(struct enrolment *e)
{
	e->certify.signer = name_bytes(&e->tpm.keys[SOFTTPM_DEVICE].qualified_name);
	return NULL;
}

/* The last octet of TPMS_ATTEST is the qualified Name's, which nothing else depends on. */
static fault bad_signature(struct enrolment *e)
{
	return flip(e, e->answer.certify.n - 1, &e->answer.certify);
}

static fault no_certify(struct enrolment *e)
{
	e->answer.certify = (struct bytes){ 0 };
	e->answer.certify_signature = (struct bytes){ 0 };
	return NULL;
}

static fault no_quote(struct enrolment *e)
{
	e->answer.quote = (struct bytes){ 0 };
	e->answer.quote_signature = (struct bytes){ 0 };
	return NULL;
}

static fault other_pcrs(struct enrolment *e)
{
	const struct pcr_selection s = pcr_of(ALG_SHA256, 1);
	uint8_t *p = arena_alloc(&e->arena, 64);
	NEED(p, SYS_MEMORY);
	struct wr w = wr_of(p, 64);
	pcr_write(&s, &w);
	e->challenge.pcr_selection = wr_done(&w);
	return NULL;
}

static fault other_pcr_value(struct enrolment *e)
{
	return flip(e, 0, &e->payload.pcr_values.v[0]);
}

static fault fewer_pcr_values(struct enrolment *e)
{
	e->payload.pcr_values.n--;
	return NULL;
}

/* --- the table ------------------------------------------------------------------------------------------ */

const struct tampering tampering_rows[] = {
#define T(function, name, stage, expected, sentence)                                                         \
	{ name, TAMPERING_##stage, function, expected, sentence },
#include "sim/tampering.def"
#undef T
};

const size_t tampering_count = COUNT_OF(tampering_rows);

const struct tampering *tampering_find(const char *name)
{
	for (size_t i = 0; i < tampering_count; i++)
		if (strcmp(tampering_rows[i].name, name) == 0)
			return &tampering_rows[i];
	return NULL;
}

fault tampering_update(struct enrolment *e, enum tampering_stage stage)
{
	const struct tampering *t = e->plan->tampering;
	return t && t->stage == stage ? t->change(e) : NULL;
}
