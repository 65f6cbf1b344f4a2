#include "attest/tcglog.h"

#include <string.h>

#define SHA1_SIZE 20
#define EV_NO_ACTION 3u /* §10.4.1: is not extended */
#define SIGNATURE_SIZE 16

struct event {
	uint32_t pcr, type;
	struct bytes digest; /* of the bank that was asked for; absent: none was, or it has none */
	struct bytes data;
};

/* Logs are little-endian, whatever the TPM is. */
static uint32_t get_le(struct rd *r, size_t octets)
{
	uint32_t v = 0;
	for (size_t i = 0; i < octets; i++) {
		uint32_t octet = rd_u8(r);
		v |= octet << 8 * i;
	}
	return v;
}

static const struct tcglog_bank *find_bank(const struct tcglog *log, uint16_t hash)
{
	for (size_t i = 0; i < log->n; i++)
		if (log->banks[i].hash == hash)
			return &log->banks[i];
	return NULL;
}

/* --- events --------------------------------------------------------------------------------------------- */

/* The digests of a TCG_PCR_EVENT2: one for each bank, in any order. */
static void get_digests(const struct tcglog *log, struct rd *r, uint16_t wanted, struct event *e)
{
	uint32_t count = get_le(r, 4);
	rd_need(r, count <= log->n);
	for (uint32_t i = 0; i < count && !r->bad; i++) {
		uint16_t hash = (uint16_t)get_le(r, 2);
		const struct tcglog_bank *bank = find_bank(log, hash);
		rd_need(r, bank);
		struct bytes digest = rd_bytes(r, bank ? bank->size : 0);
		if (hash == wanted)
			e->digest = digest;
	}
}

static struct event get_event(const struct tcglog *log, struct rd *r, uint16_t wanted)
{
	struct event e = { 0 };
	e.pcr = get_le(r, 4);
	e.type = get_le(r, 4);
	if (log->is_agile)
		get_digests(log, r, wanted, &e);
	else
		e.digest = rd_bytes(r, SHA1_SIZE);
	uint32_t size = get_le(r, 4);
	e.data = rd_bytes(r, size);
	return e;
}

/* True while there is an event; what is left may be the padding of the area it was in. */
static bool is_next(const struct rd *r)
{
	struct rd rest = *r;
	struct bytes left = rd_rest(&rest);
	return !r->bad && left.n && !is_bytes_uniform(left, 0x00) && !is_bytes_uniform(left, 0xFF);
}

/* --- the whole ------------------------------------------------------------------------------------------ */

static bool has_signature(struct bytes data, const char *signature)
{
	struct bytes wanted = bytes_of(signature, strlen(signature) + 1);
	return is_bytes_equal(bytes_slice(data, 0, wanted.n), wanted);
}

/* TCG_EfiSpecIDEvent: which banks the events after it have (§10.4.5.1). */
static fault read_banks(struct bytes data, struct tcglog *log)
{
	struct rd r = rd_of(data);
	rd_bytes(&r, SIGNATURE_SIZE);
	rd_bytes(&r, 4); /* platform class */
	rd_bytes(&r, 4); /* version, errata, size of UINTN */
	uint32_t count = get_le(&r, 4);
	NEED(!r.bad, PARSE_LEN);
	NEED(count >= 1 && count <= TCGLOG_BANKS_MAX, PARSE_RANGE);
	for (uint32_t i = 0; i < count; i++) {
		struct tcglog_bank *bank = &log->banks[i];
		bank->hash = (uint16_t)get_le(&r, 2);
		bank->size = (uint16_t)get_le(&r, 2);
		const struct alg_hash *known = alg_hash_find(bank->hash);
		bool is_fit = known ? bank->size == known->size : bank->size <= ALG_DIGEST_MAX;
		NEED(r.bad || (bank->size && is_fit), PARSE_RANGE);
	}
	size_t vendor = rd_u8(&r);
	rd_bytes(&r, vendor);
	NEED(!r.bad, PARSE_LEN);
	log->n = count;
	return NULL;
}

static void note_locality(const struct event *e, struct tcglog *log)
{
	size_t at = sizeof("StartupLocality");
	if (e->type == EV_NO_ACTION && has_signature(e->data, "StartupLocality") && e->data.n > at)
		log->locality = e->data.p[at];
}

fault tcglog_parse(struct bytes in, struct tcglog *ret)
{
	struct tcglog log = { .n = 1, .banks = { { ALG_SHA1, SHA1_SIZE } } };
	struct rd r = rd_of(in);
	struct event first = get_event(&log, &r, ALG_SHA1);
	NEED(!r.bad, PARSE_LEN);
	if (first.type == EV_NO_ACTION && has_signature(first.data, "Spec ID Event03")) {
		TRY(read_banks(first.data, &log));
		log.is_agile = true;
	} else {
		r = rd_of(in);
	}
	size_t begin = r.at;
	while (is_next(&r)) {
		struct event e = get_event(&log, &r, 0);
		NEED(!r.bad, PARSE_LEN);
		NEED(e.pcr < PCR_COUNT || e.type == EV_NO_ACTION, PARSE_RANGE);
		note_locality(&e, &log);
		log.count++;
	}
	log.events = bytes_slice(in, begin, r.at - begin);
	*ret = log;
	return NULL;
}

fault tcglog_replay(const struct tcglog *log, uint16_t hash, struct tcglog_values *ret)
{
	const struct alg_hash *row = alg_hash_find(hash);
	const struct tcglog_bank *bank = find_bank(log, hash);
	NEED(row && bank && bank->size == row->size, PCRSEL);
	*ret = (struct tcglog_values){ 0 };
	ret->v[0][row->size - 1] = log->locality;
	for (struct rd r = rd_of(log->events); rd_left(&r);) {
		struct event e = get_event(log, &r, hash);
		NEED(!r.bad, PARSE_LEN);
		if (e.type == EV_NO_ACTION || !e.digest.p)
			continue;
		const struct bytes parts[] = { bytes_of(ret->v[e.pcr], row->size), e.digest };
		ret->touched |= UINT32_C(1) << e.pcr;
		TRY(alg_digest(row, parts, COUNT_OF(parts), ret->v[e.pcr]));
	}
	return NULL;
}
