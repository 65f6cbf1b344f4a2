#include "cert/profile.h"

#include <string.h>

#include <openssl/sha.h>

#include "base/text.h"
#include "cert/point.h"
#include "cert/subject.h"
#include "wire/der.h"

#define ASSURED_ALL (TRIP_ASSURED_KEY | TRIP_ASSURED_CERTIFICATE | TRIP_ASSURED_USER)

/* One row per kind of certificate: what its holder may do with the key. */
static const struct profile {
	bool known;
	uint8_t purposes;
	bool needs_assurance;
} profiles[] = {
	[FRAME_CERTIFICATE_AK] = { true, TBS_FOR_AK, true },
	[FRAME_CERTIFICATE_DEVICE] = { true, TBS_FOR_CLIENT, false },
};

void profile_build_serial(const uint8_t random[static PROFILE_SERIAL_SIZE],
			  uint8_t ret[static PROFILE_SERIAL_SIZE])
{
	memcpy(ret, random, PROFILE_SERIAL_SIZE);
	ret[0] = (uint8_t)((ret[0] & 0x3F) | 0x40);
}

static bool is_serial(struct bytes serial)
{
	return serial.n == PROFILE_SERIAL_SIZE && (serial.p[0] & 0xC0) == 0x40;
}

static struct subject subject_of(const struct issue *i)
{
	return (struct subject){ (enum frame_key)i->key, i->key_a, i->key_b };
}

static fault check_validity(const struct issue *i, const struct issuer *by)
{
	int64_t from = (int64_t)i->not_before, to = (int64_t)i->not_after;
	NEED(i->not_before <= INT64_MAX && i->not_after <= INT64_MAX, SIGNER_REFUSED);
	NEED(to > from && to - from <= PROFILE_VALIDITY_MAX_S, SIGNER_REFUSED);
	NEED(from >= by->not_before && to <= by->not_after, SIGNER_REFUSED);
	return NULL;
}

fault profile_check(const struct issue *i, const struct issuer *by)
{
	NEED(i->kind < COUNT_OF(profiles) && profiles[i->kind].known, SIGNER_REFUSED);
	NEED(is_serial(i->serial), SIGNER_REFUSED);
	NEED(i->device_id.n == TRIP_ID_SIZE && !is_bytes_uniform(i->device_id, 0), SIGNER_REFUSED);
	NEED(i->assurance <= ASSURED_ALL, SIGNER_REFUSED);
	NEED(i->assurance || !profiles[i->kind].needs_assurance, SIGNER_REFUSED);
	struct subject key = subject_of(i);
	NEED(!subject_check(&key), SIGNER_REFUSED);
	return check_validity(i, by);
}

fault profile_build(const struct issue *i, const struct issuer *by, struct wr *w)
{
	TRY(profile_check(i, by));
	char uuid[TEXT_UUID_SIZE];
	uint8_t name[64];
	struct wr subject = wr_of(name, sizeof(name));
	tbs_write_name((struct bytes){ 0 }, bytes_text(text_uuid(i->device_id.p, uuid)), &subject);
	struct subject key = subject_of(i);
	struct point_addresses addresses;
	point_get_addresses(by, i->serial, &addresses);
	struct tbs t = {
		.serial = i->serial,
		.issuer = by->name,
		.subject = wr_done(&subject),
		.not_before = (int64_t)i->not_before,
		.not_after = (int64_t)i->not_after,
		.key = subject_spki(&key),
		.authority = by->key_id,
		.usage = TBS_USE_SIGN,
		.purposes = profiles[i->kind].purposes,
		.policies = (uint8_t)i->assurance,
		.device_id = i->device_id,
		.aia_url = addresses.certificate,
		.ocsp_url = addresses.answers,
		.crl_url = addresses.list,
	};
	tbs_write(&t, w);
	NEED(!w->bad && t.subject.n, BUG);
	return NULL;
}

fault profile_hash(const struct issue *i, const struct issuer *by, uint8_t ret[static PROFILE_HASH_SIZE])
{
	uint8_t octets[TBS_SIZE_MAX];
	struct wr w = wr_of(octets, sizeof(octets));
	TRY(profile_build(i, by, &w));
	NEED(SHA256(octets, w.at, ret), BUG);
	return NULL;
}

fault profile_check_signed(struct bytes certificate, struct bytes tbs_hash)
{
	NEED(certificate.n <= TBS_CERTIFICATE_MAX, SIGNER_REFUSED);
	return tbs_check_signed(certificate, tbs_hash);
}

struct bytes profile_find_serial(struct bytes certificate)
{
	struct rd r = rd_of(certificate);
	struct rd c = der_enter(&r, DER_SEQUENCE);
	struct rd tbs = der_enter(&c, DER_SEQUENCE);
	if (is_der_next(&tbs, DER_CONTEXT_CONSTRUCTED(0)))
		der_any(&tbs);
	struct bytes serial = der_magnitude(&tbs);
	return !tbs.bad && is_serial(serial) ? serial : (struct bytes){ 0 };
}
