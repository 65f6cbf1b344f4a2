#include "sim/production.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/config.h"
#include "base/text.h"
#include "sim/disk.h"
#include "sim/factory.h"

#define ARENA_SIZE 16384
#define MODULUS_MAX 512
#define CONFIG_SIZE 4096
#define LIFE_DEFAULT_S 86400

#define NAME_DEFAULT "Assay Test TPM"

fault production_run_maker(struct options *o)
{
	const char *name = o->v[OPTION_NAME] ? o->v[OPTION_NAME] : NAME_DEFAULT;
	fault why = factory_put(o->v[OPTION_DIR], name);
	if (why == FAIL(SYS_FILE))
		snprintf(o->detail, sizeof(o->detail), "%s: a new maker needs a folder without one.",
			 o->v[OPTION_DIR]);
	return why;
}

/* --- a public endorsement key as text ------------------------------------------------------------------- */

static fault parse_number(struct bytes hex, struct arena *arena, struct bytes *ret)
{
	uint8_t *p = arena_alloc(arena, hex.n / 2);
	NEED(p && hex.n && hex.n <= 2 * MODULUS_MAX, PARSE_FIELD);
	NEED(text_hex_parse(hex, p, hex.n / 2), PARSE_FIELD);
	*ret = bytes_of(p, hex.n / 2);
	return NULL;
}

static enum spki_kind curve_of(struct bytes name)
{
	static const struct {
		const char *name;
		enum spki_kind kind;
	} curves[] = { { "secp256r1", SPKI_P256 }, { "secp384r1", SPKI_P384 }, { "secp521r1", SPKI_P521 } };
	for (size_t i = 0; i < COUNT_OF(curves); i++)
		if (is_bytes_text(name, curves[i].name))
			return curves[i].kind;
	return SPKI_NONE;
}

/* x=HEX,y=HEX[,id=CURVE], in any order. */
static fault parse_point(struct bytes text, struct arena *arena, struct spki *ret)
{
	struct spki key = { .kind = SPKI_P256 };
	while (text.n) {
		struct bytes value = bytes_until(&text, ',');
		struct bytes name = bytes_until(&value, '=');
		if (is_bytes_text(name, "x"))
			TRY(parse_number(value, arena, &key.a));
		else if (is_bytes_text(name, "y"))
			TRY(parse_number(value, arena, &key.b));
		else
			key.kind = is_bytes_text(name, "id") ? curve_of(value) : SPKI_NONE;
	}
	NEED(key.kind != SPKI_NONE && key.a.n && key.b.n, PARSE_FIELD);
	*ret = key;
	return NULL;
}

static fault parse_key(const char *text, struct arena *arena, struct spki *ret)
{
	static const uint8_t exponent[] = { 1, 0, 1 };
	if (strchr(text, '='))
		return parse_point(bytes_text(text), arena, ret);
	struct spki key = { .kind = SPKI_RSA, .b = BYTES_OF(exponent) };
	TRY(parse_number(bytes_text(text), arena, &key.a));
	*ret = key;
	return NULL;
}

/* --- EK certificates ------------------------------------------------------------------------------------ */

struct production {
	const char *maker;
	const char *ek;
	struct factory_labels labels;
	const char *out;
};

static fault build(const struct production *p, struct arena *arena, struct bytes *ret)
{
	struct factory *f = NULL;
	struct spki key;
	TRY(parse_key(p->ek, arena, &key));
	TRY(factory_open(p->maker, &f));
	fault why = factory_build(f, &key, &p->labels, arena, ret);
	factory_close(f);
	return why;
}

static fault produce(const struct production *p)
{
	struct arena arena;
	struct bytes der;
	arena_init(&arena, ARENA_SIZE);
	fault why = build(p, &arena, &der);
	if (!why)
		why = disk_update(p->out, 0644, der);
	arena_done(&arena);
	return why;
}

fault production_run_certificate(struct options *o)
{
	const struct production p = {
		.maker = o->v[OPTION_MAKER],
		.ek = o->v[OPTION_EK],
		.labels = { options_get_text(o, OPTION_MANUFACTURER, FACTORY_MANUFACTURER),
			    options_get_text(o, OPTION_MODEL, FACTORY_MODEL),
			    options_get_text(o, OPTION_VERSION, FACTORY_VERSION), NULL, NULL },
		.out = o->v[OPTION_OUT],
	};
	return produce(&p);
}

/* --- lists of revoked EK certificates ------------------------------------------------------------------- */

static fault parse_hashes(const char *text, uint8_t (*ret)[32], size_t *ret_n)
{
	struct bytes rest = bytes_text(text);
	size_t n = 0;
	while (rest.n) {
		NEED(n < FACTORY_REVOKED_MAX && text_hex_parse(bytes_until(&rest, ','), ret[n], 32),
		     PARSE_FIELD);
		n++;
	}
	*ret_n = n;
	return NULL;
}

static fault build_crl(const char *maker, const struct factory_crl *crl, struct arena *arena,
		       struct bytes *ret)
{
	struct factory *f = NULL;
	TRY(factory_open(maker, &f));
	fault why = factory_build_crl(f, crl, arena, ret);
	factory_close(f);
	return why;
}

fault production_run_crl(struct options *o)
{
	uint8_t hashes[FACTORY_REVOKED_MAX][32];
	struct factory_crl crl = { .this_update = time(NULL), .ek_hashes = hashes };
	struct arena arena;
	struct bytes der;
	uint64_t age, life = LIFE_DEFAULT_S;
	TRY(options_get_number(o, OPTION_AGE, INT32_MAX, &age));
	if (o->v[OPTION_LIFE])
		TRY(options_get_number(o, OPTION_LIFE, INT32_MAX, &life));
	TRY(parse_hashes(options_get_text(o, OPTION_REVOKE, ""), hashes, &crl.n));
	crl.this_update -= (int64_t)age;
	crl.next_update = crl.this_update + (int64_t)life;
	arena_init(&arena, ARENA_SIZE + 4 * FACTORY_CRL_MAX);
	fault why = build_crl(o->v[OPTION_MAKER], &crl, &arena, &der);
	if (!why)
		why = disk_update(o->v[OPTION_OUT], 0644, der);
	arena_done(&arena);
	return why;
}

/* --- as swtpm_setup asks for it ------------------------------------------------------------------------- */

struct swtpm_config {
	char maker[DISK_PATH_MAX];
	char manufacturer[FACTORY_NAME_MAX + 1];
	char model[FACTORY_NAME_MAX + 1];
	char version[FACTORY_NAME_MAX + 1];
};

#define ROW(key, type, member, max, value, sentence)                                                     \
	{                                                                                                \
		key, CONFIG_##type, offsetof(struct swtpm_config, member), 1, max, value, sentence, NULL \
	}

static const struct config_row config_rows[] = {
	ROW("maker", PATH, maker, DISK_PATH_MAX - 1, "/var/lib/assay-sim/maker", "Folder of the maker."),
	ROW("manufacturer", TEXT, manufacturer, FACTORY_NAME_MAX, FACTORY_MANUFACTURER, "TPM manufacturer."),
	ROW("model", TEXT, model, FACTORY_NAME_MAX, FACTORY_MODEL, "TPM model."),
	ROW("version", TEXT, version, FACTORY_NAME_MAX, FACTORY_VERSION, "TPM version."),
};

static fault read_config(struct options *o, struct swtpm_config *ret)
{
	uint8_t text[CONFIG_SIZE];
	struct wr w = wr_of(text, sizeof(text));
	struct config_error error = { 0 };
	fault why = disk_get(o->v[OPTION_CONFIGFILE], &w);
	if (!why)
		why = config_parse(config_rows, COUNT_OF(config_rows), wr_done(&w), ret, &error);
	if (why)
		snprintf(o->detail, sizeof(o->detail), "%.80s: %.150s", o->v[OPTION_CONFIGFILE],
			 error.sentence);
	return why;
}

fault production_run_swtpm(struct options *o)
{
	struct swtpm_config config;
	char out[DISK_PATH_MAX];
	if (strcmp(o->v[OPTION_TYPE], "ek") != 0) {
		snprintf(o->detail, sizeof(o->detail),
			 "This maker issues EK certificates only: leave out --create-%s-cert.",
			 o->v[OPTION_TYPE]);
		return FAIL(USAGE);
	}
	TRY(read_config(o, &config));
	TRY(disk_path(o->v[OPTION_DIR], "ek.cert", out));
	const struct production p = {
		.maker = config.maker,
		.ek = o->v[OPTION_EK],
		.labels = { .manufacturer = config.manufacturer,
			    .model = config.model,
			    .version = config.version },
		.out = out,
	};
	return produce(&p);
}
