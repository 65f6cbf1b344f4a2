/* Changes of the two statements and their signatures. */
#include "catalogue.h"

#include <string.h>

#include "test.h"

#define OWNER_HIERARCHY 0x40000001u /* TPM_RH_OWNER, TPM 2.0 Part 2 §7.4 */

/* Offsets in a statement of the model (TPMS_ATTEST, TPM 2.0 Part 2 §10.12.12): Names are of SHA-256. */
#define NAME_SIZE 34
#define AT_EXTRA (4 + 2 + 2 + NAME_SIZE)
#define AT_QUOTE (AT_EXTRA + 2 + 32 + 8 + 4 + 4 + 1 + 8)
#define AT_BITMAP_SIZE (AT_QUOTE + 4 + 2)

static const struct bytes octet = { (const uint8_t *)"\x01", 1 };

/* A copy in which n octets from there on have this value. */
static struct bytes patched(struct model *m, struct bytes b, size_t at, uint8_t v, size_t n)
{
	struct bytes copy = arena_copy(&m->arena, b);
	CHECK(at + n <= copy.n);
	memset((uint8_t *)(uintptr_t)copy.p + at, v, n);
	return copy;
}

static void set_type(struct model *m, struct model_statement *s, uint16_t type)
{
	s->says.type = type;
	s->says.other = model_octets(m, 1, NAME_SIZE);
}

/* --- genuine ----------------------------------------------------------------------------------------- */

void mutator_quote_wide_bitmap(struct model *m)
{
	m->quote.says.selection.banks[0].size = 4;
}

void mutator_clock_unsafe(struct model *m)
{
	m->certify.says.safe = m->quote.says.safe = 0;
}

/* --- what the TPM counts ----------------------------------------------------------------------------- */

/* What was proved before is what is about to be said, unless it is changed now. */
static void say_later(struct model *m, int64_t resets, int64_t restarts, int64_t clock_s)
{
	struct statement *both[] = { &m->certify.says, &m->quote.says };
	m->place->happen(m->own, m, MODEL_PRECEDE);
	for (size_t i = 0; i < 2; i++) {
		both[i]->reset_count = (uint32_t)(both[i]->reset_count + resets);
		both[i]->restart_count = (uint32_t)(both[i]->restart_count + restarts);
		both[i]->clock_ms = (uint64_t)((int64_t)both[i]->clock_ms + 1000 * clock_s);
	}
}

void mutator_counts_onward(struct model *m)
{
	say_later(m, 2, 5, 60);
}

void mutator_clock_lost(struct model *m)
{
	say_later(m, 1, 0, -60);
	m->certify.says.safe = m->quote.says.safe = 0;
}

void mutator_clock_back(struct model *m)
{
	say_later(m, 0, 0, -60);
}

void mutator_clock_back_safe(struct model *m)
{
	say_later(m, 1, 0, -60);
}

void mutator_resets_back(struct model *m)
{
	say_later(m, -1, 0, 60);
}

void mutator_restarts_back(struct model *m)
{
	say_later(m, 0, -1, 60);
}

void mutator_quote_after_reset(struct model *m)
{
	m->quote.says.reset_count++;
}

void mutator_quote_after_sleep(struct model *m)
{
	m->quote.says.restart_count++;
}

/* --- what the TPM says of itself --------------------------------------------------------------------- */

static void set_firmware(struct model *m, uint64_t firmware)
{
	m->certify.says.firmware = m->quote.says.firmware = firmware;
}

void mutator_firmware_vulnerable(struct model *m)
{
	set_firmware(m, MODEL_FIRMWARE_BLOCKED);
}

static void update_firmware(struct model *m)
{
	m->place->happen(m->own, m, MODEL_AGE);
	set_firmware(m, MODEL_FIRMWARE_FIXED);
}

/* Another AK than everybody else's, since it stays known. */
void mutator_firmware_old_keys(struct model *m)
{
	model_set_ak(m, m->p384, ALG_SHA384);
	m->then = (struct model_change){ .stage = MODEL_STATEMENTS, .make = update_firmware };
}

/* --- certify ----------------------------------------------------------------------------------------- */

void mutator_certify_missing(struct model *m)
{
	m->answer.certify = m->answer.certify_signature = (struct bytes){ 0 };
}

void mutator_certify_magic(struct model *m)
{
	m->certify.says.magic ^= 1;
}

void mutator_certify_quote(struct model *m)
{
	struct bytes extra_data = m->certify.says.extra_data;
	m->certify.says = m->quote.says;
	m->certify.says.extra_data = extra_data;
}

void mutator_certify_nv(struct model *m)
{
	set_type(m, &m->certify, 0x8014);
}

void mutator_certify_command_audit(struct model *m)
{
	set_type(m, &m->certify, 0x8015);
}

void mutator_certify_session_audit(struct model *m)
{
	set_type(m, &m->certify, 0x8016);
}

void mutator_certify_time(struct model *m)
{
	set_type(m, &m->certify, 0x8019);
}

void mutator_certify_creation(struct model *m)
{
	set_type(m, &m->certify, 0x801A);
}

void mutator_certify_nv_digest(struct model *m)
{
	set_type(m, &m->certify, 0x801C);
}

void mutator_certify_rsassa(struct model *m)
{
	m->certify.signature = (struct signature){ .scheme = ALG_RSASSA, .hash = ALG_SHA256 };
	m->certify.signature.a = model_octets(m, 1, 256);
}

static void sign_as_curve(struct model *m)
{
	m->certify.signature = model_signed(m, m->other_key, ALG_SHA256, m->answer.certify);
}

void mutator_certify_ecdsa_for_rsa(struct model *m)
{
	model_set_ak(m, m->rsa, ALG_SHA256);
	m->then = (struct model_change){ .stage = MODEL_SIGNATURES, .make = sign_as_curve };
}

void mutator_certify_sha384(struct model *m)
{
	m->certify.hash = ALG_SHA384;
}

void mutator_certify_other_signer(struct model *m)
{
	m->certify.signer = m->other_key;
}

void mutator_certify_zero_r(struct model *m)
{
	m->certify.signature.a = model_octets(m, 0, 32);
}

void mutator_certify_zero_s(struct model *m)
{
	m->certify.signature.b = model_octets(m, 0, 32);
}

void mutator_certify_huge_s(struct model *m)
{
	m->certify.signature.b = model_octets(m, 0xFF, 32);
}

void mutator_certify_same_rs(struct model *m)
{
	m->certify.signature.b = m->certify.signature.a;
}

static void sign_with_garbage(struct model *m)
{
	m->certify.signature.a = model_octets(m, 1, m->certify.signature.a.n);
}

void mutator_certify_pkcs1_garbage(struct model *m)
{
	model_set_ak(m, m->rsa, ALG_SHA256);
	m->then = (struct model_change){ .stage = MODEL_SIGNATURES, .make = sign_with_garbage };
}

/* The last octet is the qualified Name's, which nothing else depends on. */
void mutator_certify_altered(struct model *m)
{
	m->answer.certify = model_flipped(m, m->answer.certify, 8 * (m->answer.certify.n - 1));
}

void mutator_certify_qualified_signer(struct model *m)
{
	m->certify.says.signer = m->certify.says.name;
}

void mutator_certify_no_signer(struct model *m)
{
	m->certify.says.signer = (struct bytes){ 0 };
}

void mutator_certify_owner_signer(struct model *m)
{
	struct name ak, owner;
	OK(name_build(ALG_SHA256, m->payload.ak_public, &ak));
	OK(name_build_primary(OWNER_HIERARCHY, name_bytes(&ak), &owner));
	m->certify.says.signer = arena_copy(&m->arena, name_bytes(&owner));
}

void mutator_certify_other_nonce(struct model *m)
{
	m->certify.says.extra_data = model_octets(m, 9, m->certify.says.extra_data.n);
}

void mutator_certify_no_nonce(struct model *m)
{
	m->certify.says.extra_data = (struct bytes){ 0 };
}

void mutator_certify_label(struct model *m)
{
	m->certify.says.extra_data = m->quote.says.extra_data;
}

void mutator_certify_embedded(struct model *m)
{
	m->certify.says.extra_data = bytes_slice(model_statement_encoded(m, &m->certify.says), 0, 32);
}

void mutator_certify_other_name(struct model *m)
{
	m->certify.says.name = m->certify.says.signer;
}

void mutator_certify_trailing(struct model *m)
{
	m->answer.certify = model_longer(m, m->answer.certify, octet);
}

void mutator_certify_signature_trailing(struct model *m)
{
	m->answer.certify_signature = model_longer(m, m->answer.certify_signature, octet);
}

void mutator_certify_twice(struct model *m)
{
	m->answer.certify = model_longer(m, m->answer.certify, m->answer.certify);
}

/* The magic, again and again, where clock, counters and safe are then read. */
void mutator_certify_split(struct model *m)
{
	m->certify.says.extra_data = model_octets(m, STATEMENT_MAGIC >> 24, 32);
	struct bytes whole = model_statement_encoded(m, &m->certify.says);
	m->answer.certify = patched(m, whole, AT_EXTRA, 0, 2);
}

void mutator_certify_truncated(struct model *m)
{
	m->answer.certify.n--;
}

void mutator_certify_name_length(struct model *m)
{
	size_t at = m->answer.certify.n - NAME_SIZE - 2;
	m->answer.certify = patched(m, m->answer.certify, at, 0xFF, 2);
}

void mutator_certify_empty_r(struct model *m)
{
	m->certify.signature.a = (struct bytes){ 0 };
	m->answer.certify_signature = model_signature_encoded(m, &m->certify.signature);
}

void mutator_certify_safe(struct model *m)
{
	m->certify.says.safe = 2;
}

void mutator_certify_name_form(struct model *m)
{
	m->certify.says.name.n--;
}

void mutator_certify_alone(struct model *m)
{
	m->answer.certify_signature = (struct bytes){ 0 };
}

/* --- quote ------------------------------------------------------------------------------------------- */

void mutator_quote_missing(struct model *m)
{
	m->answer.quote = m->answer.quote_signature = (struct bytes){ 0 };
}

void mutator_quote_magic(struct model *m)
{
	m->quote.says.magic = 0xDEADBEEF;
}

void mutator_quote_certify(struct model *m)
{
	struct bytes extra_data = m->quote.says.extra_data;
	m->quote.says = m->certify.says;
	m->quote.says.extra_data = extra_data;
}

void mutator_quote_nv(struct model *m)
{
	set_type(m, &m->quote, 0x8014);
}

void mutator_quote_ecdaa(struct model *m)
{
	m->quote.signature.scheme = ALG_ECDAA;
}

void mutator_quote_sha1(struct model *m)
{
	m->quote.hash = ALG_SHA1;
}

void mutator_quote_other_signer(struct model *m)
{
	m->quote.signer = m->other_key;
}

/* The first octet of the clock, which nothing here depends on. */
void mutator_quote_altered(struct model *m)
{
	m->answer.quote = model_flipped(m, m->answer.quote, 8 * (AT_EXTRA + 2 + 32));
}

void mutator_quote_qualified_signer(struct model *m)
{
	m->quote.says.signer = m->certify.says.name;
}

void mutator_quote_other_nonce(struct model *m)
{
	m->quote.says.extra_data = model_octets(m, 9, m->quote.says.extra_data.n);
}

void mutator_quote_label(struct model *m)
{
	m->quote.says.extra_data = m->certify.says.extra_data;
}

void mutator_quote_embedded(struct model *m)
{
	m->quote.says.extra_data = bytes_slice(model_statement_encoded(m, &m->quote.says), 0, 32);
}

static void quote_instead(struct model *m, struct pcr_selection s)
{
	m->challenge.pcr_selection = model_selection_encoded(m, &s);
}

void mutator_quote_no_pcrs(struct model *m)
{
	quote_instead(m, (struct pcr_selection){ 0 });
}

void mutator_quote_fewer_pcrs(struct model *m)
{
	quote_instead(m, pcr_of(ALG_SHA256, 0x0000FFFE));
}

void mutator_quote_more_pcrs(struct model *m)
{
	quote_instead(m, pcr_of(ALG_SHA256, 0x0001FFFF));
}

void mutator_quote_bank_twice(struct model *m)
{
	struct pcr_selection twice = pcr_of(ALG_SHA256, 0x000000FF);
	twice.banks[twice.n++] = twice.banks[0];
	quote_instead(m, twice);
}

void mutator_quote_other_bank(struct model *m)
{
	quote_instead(m, pcr_of(ALG_SHA384, 0x0000FFFF));
	for (size_t i = 0; i < m->payload.pcr_values.n; i++)
		m->payload.pcr_values.v[i] = model_octets(m, (uint8_t)i, 48);
}

void mutator_quote_value_more(struct model *m)
{
	CHECK(bytes_list_put(&m->payload.pcr_values, model_octets(m, 16, 32)));
}

void mutator_quote_value_fewer(struct model *m)
{
	m->payload.pcr_values.n--;
}

void mutator_quote_value_short(struct model *m)
{
	m->payload.pcr_values.v[3].n = 20;
}

void mutator_quote_digest(struct model *m)
{
	m->quote.says.pcr_digest = model_octets(m, 3, 32);
}

void mutator_quote_no_digest(struct model *m)
{
	m->quote.says.pcr_digest = (struct bytes){ 0 };
}

/* The quote is of other values than the payload has. */
void mutator_quote_value_other(struct model *m)
{
	uint8_t digest[ALG_DIGEST_MAX];
	struct bytes_list values = m->payload.pcr_values;
	values.v[0] = model_flipped(m, values.v[0], 0);
	OK(pcr_digest(ALG_SHA256, &values, digest));
	m->quote.says.pcr_digest = arena_copy(&m->arena, bytes_of(digest, 32));
}

void mutator_quote_bitmap_empty(struct model *m)
{
	m->quote.says.selection.banks[0].size = 0;
}

void mutator_quote_bitmap_long(struct model *m)
{
	m->answer.quote = patched(m, m->answer.quote, AT_BITMAP_SIZE, 5, 1);
}

void mutator_quote_pcr_24(struct model *m)
{
	m->quote.says.selection.banks[0].size = 4;
	m->quote.says.selection.banks[0].bits |= 1u << PCR_COUNT;
}

void mutator_quote_bank_count(struct model *m)
{
	m->answer.quote = patched(m, m->answer.quote, AT_QUOTE, 0xFF, 4);
}

void mutator_quote_trailing(struct model *m)
{
	m->answer.quote = model_longer(m, m->answer.quote, octet);
}

void mutator_quote_twice(struct model *m)
{
	m->answer.quote = model_longer(m, m->answer.quote, m->answer.quote);
}

void mutator_quote_truncated(struct model *m)
{
	m->answer.quote.n--;
}

void mutator_quote_signature_truncated(struct model *m)
{
	m->answer.quote_signature.n--;
}
