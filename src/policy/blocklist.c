#include "policy/blocklist.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/alg.h"
#include "attest/firmware.h"
#include "attest/maker.h"
#include "base/text.h"
#include "wire/frame.h"
#include "wire/tsv.h"

#define ROW_TEXT_MAX 1024 /* a line of a file: the bounds of blocklist_new with room for tabs */
#define MAJOR_SHIFT 48

/* --- rows ----------------------------------------------------------------------------------------------- */

struct word {
	const char *text;
	unsigned value;
};

static const struct word bases[] = { { "firmware", BLOCKLIST_BY_FIRMWARE },
				     { "errata", BLOCKLIST_BY_ERRATA } };
static const struct word effects[] = { { "refuse", BLOCKLIST_REFUSE }, { "warn", BLOCKLIST_WARN } };
static const struct word kinds[] = { { "none", 0 },
				     { "rsa", BLOCKLIST_RSA },
				     { "ecc", BLOCKLIST_ECC },
				     { "all", BLOCKLIST_RSA | BLOCKLIST_ECC } };

static const struct word *find_word(const struct word *words, size_t n, struct bytes text)
{
	for (size_t i = 0; i < n; i++)
		if (is_bytes_text(text, words[i].text))
			return &words[i];
	return NULL;
}

/* YYYY-DDD as year * 1000 + day. */
static bool parse_day(struct bytes text, uint64_t *ret)
{
	uint64_t year, day = 0;
	if (text.n != 8 || text.p[4] != '-' || !text_uint_parse(bytes_slice(text, 0, 4), 9999, &year))
		return false;
	for (size_t i = 5; i < 8; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
		day = day * 10 + (text.p[i] - '0');
	}
	if (year < 1970 || day < 1 || day > 366)
		return false;
	*ret = year * 1000 + day;
	return true;
}

static bool parse_end(enum blocklist_basis basis, struct bytes text, uint16_t rest, uint64_t *ret)
{
	return basis == BLOCKLIST_BY_ERRATA ? parse_day(text, ret) : firmware_parse(text, rest, ret);
}

/* Small letters, digits and hyphens, so that an id is one word in a path and on a command line. */
static bool is_id(struct bytes id)
{
	for (size_t i = 0; i < id.n; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-", id.p[i]) || !id.p[i])
			return false;
	return id.n > 0 && id.p[0] != '-';
}

static bool parse_range(struct blocklist_row *r)
{
	const struct blocklist_new *t = &r->text;
	if (t->first.p && !parse_end(r->basis, t->first, 0, &r->first))
		return false;
	if (!parse_end(r->basis, t->last, UINT16_MAX, &r->last) || r->first > r->last)
		return false;
	return !t->fixed.p || (parse_end(r->basis, t->fixed, 0, &r->fixed) && r->fixed > r->first);
}

fault blocklist_parse_row(const struct blocklist_new *text, struct blocklist_row *ret,
			  const char **ret_detail)
{
	const struct word *basis = find_word(bases, COUNT_OF(bases), text->basis);
	const struct word *effect = find_word(effects, COUNT_OF(effects), text->effect);
	const struct word *kind = find_word(kinds, COUNT_OF(kinds), text->keys);
	struct blocklist_row r = { .text = *text,
				   .basis = basis ? basis->value : 0,
				   .effect = effect ? effect->value : 0,
				   .kinds = kind ? kind->value : 0 };
	bool is_by_errata = r.basis == BLOCKLIST_BY_ERRATA;
	const struct {
		bool holds;
		const char *sentence;
	} rules[] = {
		{ is_id(text->id), "id: small letters, digits and hyphens." },
		{ !text->maker.p || maker_find_text(text->maker),
		  "maker: a code of the TCG registry, as IFX." },
		{ basis, "basis: firmware or errata." },
		{ effect, "effect: refuse or warn." },
		{ kind, "keys: rsa, ecc, all or none." },
		{ basis && parse_range(&r),
		  "first, last, fixed: versions as 7.61, or days as 2023-059; in order." },
		{ !is_by_errata || (r.effect == BLOCKLIST_WARN && !r.kinds),
		  "effect: dates of errata are not signed: they warn, and name no keys." },
		{ is_by_errata || text->maker.p, "maker: versions of firmware are a maker's own." },
	};
	for (size_t i = 0; i < COUNT_OF(rules); i++)
		if (!rules[i].holds) {
			*ret_detail = rules[i].sentence;
			return FAIL(PARSE_FIELD);
		}
	*ret = r;
	return NULL;
}

/* --- lists ---------------------------------------------------------------------------------------------- */

static int compare_rows(const void *a, const void *b)
{
	const struct blocklist_row *x = a, *y = b;
	return bytes_compare(x->text.id, y->text.id);
}

static fault put_digest(struct blocklist *b, struct arena *arena)
{
	size_t room = (b->n + 2) * ROW_TEXT_MAX, before = arena->at;
	uint8_t *p = arena_alloc(arena, room);
	NEED(p != NULL, SYS_MEMORY);
	struct wr w = wr_of(p, room);
	blocklist_write(b, &w);
	NEED(!w.bad, PARSE_FIELD);
	TRY(alg_sha256(wr_done(&w), b->digest));
	memset(p, 0, room); /* arenas give zeroed octets */
	arena->at = before;
	return NULL;
}

static fault build(const struct blocklist_new *rows, size_t n, struct arena *arena, struct blocklist *ret,
		   const char **ret_detail)
{
	NEED(n <= BLOCKLIST_ROWS_MAX, BODY_LIMIT);
	struct blocklist_row *v = arena_alloc(arena, (n + 1) * sizeof(*v));
	NEED(v != NULL, SYS_MEMORY);
	for (size_t i = 0; i < n; i++) {
		const char *why = "";
		fault f = blocklist_parse_row(&rows[i], &v[i], &why);
		if (f && ret_detail)
			*ret_detail = arena_format(arena, "Row %.*s: %s", (int)rows[i].id.n,
						   (const char *)rows[i].id.p, why);
		TRY(f);
	}
	qsort(v, n, sizeof(*v), compare_rows);
	for (size_t i = 1; i < n; i++)
		NEED(compare_rows(&v[i - 1], &v[i]) != 0, CONFLICT);
	struct blocklist b = { .n = n, .v = v };
	TRY(put_digest(&b, arena));
	*ret = b;
	return NULL;
}

fault blocklist_build(const struct blocklist_new *rows, size_t n, struct arena *arena, struct blocklist *ret)
{
	return build(rows, n, arena, ret, NULL);
}

struct bytes blocklist_shipped(void)
{
	static const uint8_t text[] = {
#include "policy/blocklist_data.inc"
	};
	return BYTES_OF(text);
}

fault blocklist_parse(struct bytes text, struct arena *arena, struct blocklist *ret, const char **ret_detail)
{
	struct tsv_rows rows;
	TRY(tsv_parse(&blocklist_new_message, text, arena, &rows, ret_detail));
	return build(rows.v, rows.n, arena, ret, ret_detail);
}

void blocklist_write(const struct blocklist *b, struct wr *w)
{
	tsv_write_head(&blocklist_new_message, w);
	for (size_t i = 0; i < b->n; i++)
		tsv_write(&blocklist_new_message, &b->v[i].text, w);
	tsv_write_end(w);
}

/* --- judging -------------------------------------------------------------------------------------------- */

static bool is_in(const struct blocklist_row *r, uint64_t version)
{
	return version >= r->first && version <= r->last;
}

/* The same line of firmware, no older than the one that mended it. */
static bool is_fixed(const struct blocklist_row *r, uint64_t version)
{
	return r->fixed && version >= r->fixed && version >> MAJOR_SHIFT == r->fixed >> MAJOR_SHIFT;
}

static bool is_about(const struct blocklist_row *r, const struct blocklist_tpm *t)
{
	struct bytes model = r->text.model;
	if (t->maker.p && r->text.maker.p && maker_find_text(t->maker) != maker_find_text(r->text.maker))
		return false;
	return !model.p || !t->model.p || is_bytes_equal(bytes_slice(t->model, 0, model.n), model);
}

static void warn(const struct blocklist_row *r, struct blocklist_finding *f)
{
	if (f->warnings < COUNT_OF(f->warned))
		f->warned[f->warnings++] = r;
}

/* Keeps the worst, and of two alike the first. */
static void note(const struct blocklist_finding *one, struct blocklist_finding *f)
{
	if (one->outcome >= f->outcome)
		return;
	f->outcome = one->outcome;
	f->row = one->row;
	f->found = one->found;
	f->is_certified = one->is_certified;
	f->is_ak_old = one->is_ak_old;
	f->is_device_old = one->is_device_old;
}

static bool is_old(const struct blocklist_row *r, const struct blocklist_key *key)
{
	return (key->kind & r->kinds) && is_in(r, key->born);
}

/* What a row of firmware versions says, whatever its effect. */
static struct blocklist_finding read_row(const struct blocklist_row *r, const struct blocklist_tpm *t)
{
	struct blocklist_finding f = { .outcome = BLOCKLIST_VULNERABLE, .row = r, .found = t->firmware };
	if (t->has_firmware && is_in(r, t->firmware))
		return f;
	f.is_certified = firmware_parse_certified(t->version, &f.found) && is_in(r, f.found);
	if (f.is_certified && !(t->has_firmware && is_fixed(r, t->firmware)))
		return f;
	f.is_certified = false;
	f.is_ak_old = is_old(r, &t->ak);
	f.is_device_old = is_old(r, &t->device);
	f.found = f.is_ak_old ? t->ak.born : t->device.born;
	f.outcome = f.is_ak_old || f.is_device_old ? BLOCKLIST_OLD_KEYS : BLOCKLIST_FINE;
	return f;
}

static bool is_errata_warned(const struct blocklist_row *r, const struct blocklist_tpm *t)
{
	return t->errata && is_in(r, t->errata);
}

void blocklist_judge(const struct blocklist *b, const struct blocklist_tpm *t, struct blocklist_finding *ret)
{
	struct blocklist_finding f = { .outcome = BLOCKLIST_FINE };
	for (size_t i = 0; i < b->n; i++) {
		const struct blocklist_row *r = &b->v[i];
		if (!is_about(r, t))
			continue;
		struct blocklist_finding one = { .outcome = BLOCKLIST_FINE };
		if (r->basis == BLOCKLIST_BY_FIRMWARE)
			one = read_row(r, t);
		bool is_refusal = r->effect == BLOCKLIST_REFUSE && t->maker.p;
		if (is_refusal)
			note(&one, &f);
		else if (one.outcome != BLOCKLIST_FINE ||
			 (r->basis == BLOCKLIST_BY_ERRATA && is_errata_warned(r, t)))
			warn(r, &f);
	}
	*ret = f;
}

enum blocklist_kind blocklist_kind_of(uint64_t key)
{
	return key == 0 ? (enum blocklist_kind)0 : key == FRAME_KEY_RSA ? BLOCKLIST_RSA : BLOCKLIST_ECC;
}

void blocklist_judge_rows(const struct blocklist_finding *f, uint8_t outcomes[static CHECK_COUNT])
{
	bool is_current = f->outcome > BLOCKLIST_VULNERABLE;
	outcomes[CHECK_FIRMWARE_KEYS] = NOT_RUN;
	verdict_judge(outcomes, CHECK_FIRMWARE_CURRENT, is_current);
	if (is_current)
		verdict_judge(outcomes, CHECK_FIRMWARE_KEYS, f->outcome == BLOCKLIST_FINE);
}

/* --- words ---------------------------------------------------------------------------------------------- */

#define TEXT_OF(b) (int)(b).n, (const char *)(b).p

static const char *maker_name(const struct blocklist_row *r)
{
	const struct maker *m = maker_find_text(r->text.maker);
	return m ? m->name : "TPM";
}

static void write_vulnerable(const struct blocklist_finding *f, char out[static BLOCKLIST_DETAIL_SIZE])
{
	char found[FIRMWARE_TEXT_SIZE], fixed[64] = "no version mends it";
	const struct blocklist_new *t = &f->row->text;
	if (t->fixed.p)
		snprintf(fixed, sizeof(fixed), "%.*s and later are mended", TEXT_OF(t->fixed));
	snprintf(out, BLOCKLIST_DETAIL_SIZE, "%s firmware %s%s has %.*s; %s: %.*s", maker_name(f->row),
		 firmware_text(f->found, found), f->is_certified ? " (by its EK certificate)" : "",
		 TEXT_OF(t->name), fixed, TEXT_OF(t->page));
}

static void write_old_keys(const struct blocklist_finding *f, char out[static BLOCKLIST_DETAIL_SIZE])
{
	static const char *const which[] = { "the device key", "the attestation key",
					     "the attestation key and the device key" };
	char found[FIRMWARE_TEXT_SIZE];
	const struct blocklist_new *t = &f->row->text;
	size_t i = (size_t)f->is_ak_old + (f->is_ak_old && f->is_device_old);
	snprintf(out, BLOCKLIST_DETAIL_SIZE, "Renew %s: made under firmware %s, which had %.*s. See %.*s",
		 which[i], firmware_text(f->found, found), TEXT_OF(t->name), TEXT_OF(t->page));
}

char *blocklist_text(const struct blocklist_finding *f, char out[static BLOCKLIST_DETAIL_SIZE])
{
	out[0] = 0;
	if (f->row && f->outcome == BLOCKLIST_VULNERABLE)
		write_vulnerable(f, out);
	if (f->row && f->outcome == BLOCKLIST_OLD_KEYS)
		write_old_keys(f, out);
	return out;
}

char *blocklist_warnings(const struct blocklist_finding *f, char out[static BLOCKLIST_DETAIL_SIZE])
{
	struct wr w = wr_of((uint8_t *)out, BLOCKLIST_DETAIL_SIZE - 1);
	for (size_t i = 0; i < f->warnings; i++) {
		size_t before = w.at;
		wr_bytes(&w, i ? BYTES_TEXT(", ") : (struct bytes){ 0 });
		wr_bytes(&w, f->warned[i]->text.name);
		if (w.bad)
			w.at = before;
	}
	out[w.at] = 0;
	return out;
}
