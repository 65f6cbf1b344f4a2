#include "cert/trunk.h"

#include "wire/trip.h"

#define DAY_S INT64_C(86400)
#define YEAR_S (INT64_C(31557600)) /* 365.25 days */
#define NAME_MAX_SIZE 192
#define SERIAL_SIZE 16
#define POLICIES_ALL (TRIP_ASSURED_KEY | TRIP_ASSURED_CERTIFICATE | TRIP_ASSURED_USER)

/* One row per kind: what sets it apart. */
static const struct row {
	int64_t validity_s; /* zero: no such kind */
	bool is_ca;
	uint8_t path_length;
	uint8_t usage;
	uint8_t purposes;
	uint8_t policies;
} rows[] = {
	[TRUNK_ROOT] = { 20 * YEAR_S, true, 1, TBS_USE_CERTIFY | TBS_USE_CRL, 0, 0 },
	[TRUNK_ISSUING] = { 10 * YEAR_S, true, 0, TBS_USE_CERTIFY | TBS_USE_CRL,
			    TBS_FOR_CLIENT | TBS_FOR_AK | TBS_FOR_OCSP, POLICIES_ALL },
	/* Browsers accept no server certificate that is valid for longer than 825 days. */
	[TRUNK_SERVER] = { 825 * DAY_S, false, 0, TBS_USE_SIGN, TBS_FOR_SERVER, 0 },
	[TRUNK_RESPONDER] = { TRUNK_BACKDATE_S + 14 * DAY_S, false, 0, TBS_USE_SIGN, TBS_FOR_OCSP, 0 },
};

static size_t count_of(const struct bytes_list *list)
{
	return list ? list->n : 0;
}

static fault check(const struct trunk *t)
{
	NEED((size_t)t->kind < COUNT_OF(rows) && rows[t->kind].validity_s, SIGNER_REFUSED);
	NEED(t->serial.n == SERIAL_SIZE && (t->serial.p[0] & 0xC0) == 0x40, SIGNER_REFUSED);
	NEED(t->key.kind == SPKI_P256, SIGNER_REFUSED);
	bool named = count_of(t->dns) + count_of(t->addresses) > 0;
	NEED(named == (t->kind == TRUNK_SERVER), SIGNER_REFUSED);
	return NULL;
}

fault trunk_build(const struct trunk *t, const struct issuer *by, struct wr *w)
{
	TRY(check(t));
	const struct row *row = &rows[t->kind];
	uint8_t name[NAME_MAX_SIZE], key_id[ISSUER_KEY_ID_SIZE];
	struct wr subject = wr_of(name, sizeof(name));
	tbs_write_name(t->organization, t->name, &subject);
	TRY(tbs_key_id(&t->key, key_id));
	/* The root signs itself, and nobody publishes a list that could revoke it. */
	struct issuer self = { .name = wr_done(&subject), .key_id = BYTES_OF(key_id) };
	self.not_after = INT64_MAX;
	const struct issuer *from = t->kind == TRUNK_ROOT ? &self : by;
	/* Nobody asks about who answers, and the addresses of its issuer are in what it answers about. */
	bool is_unasked = t->kind == TRUNK_RESPONDER;
	const struct issuer *told = is_unasked ? &self : from;
	uint8_t certificate[ISSUER_ADDRESS_SIZE], list[ISSUER_ADDRESS_SIZE];
	int64_t not_before = t->now - TRUNK_BACKDATE_S, end = not_before + row->validity_s;
	struct tbs tbs = {
		.serial = t->serial,
		.issuer = from->name,
		.subject = self.name,
		.not_before = not_before,
		.not_after = end < from->not_after ? end : from->not_after,
		.key = t->key,
		.authority = from->key_id,
		.usage = row->usage,
		.purposes = row->purposes,
		.policies = row->policies,
		.is_ca = row->is_ca,
		.path_length = row->path_length,
		.dns = count_of(t->dns) ? t->dns : NULL,
		.addresses = count_of(t->addresses) ? t->addresses : NULL,
		.aia_url = issuer_address(told, ISSUER_PATH_ROOT, certificate),
		.crl_url = issuer_address(told, ISSUER_PATH_ROOT_CRL, list),
		.is_unasked = is_unasked,
	};
	NEED(self.name.n && tbs.not_after > t->now, SIGNER_REFUSED);
	tbs_write(&tbs, w);
	NEED(!w->bad, SIGNER_REFUSED);
	return NULL;
}
