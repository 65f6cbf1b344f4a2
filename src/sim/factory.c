#include "sim/factory.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "attest/alg.h"
#include "base/text.h"
#include "cert/crl.h"
#include "cert/oid.h"
#include "cert/profile.h"
#include "sim/disk.h"
#include "sim/softkey.h"
#include "wire/der.h"

#define ROOT "root.crt"
#define ROOT_KEY "root.key"
#define INTERMEDIATE "intermediate.crt"
#define INTERMEDIATE_KEY "intermediate.key"

#define DAY_S INT64_C(86400)
#define YEAR_S (365 * DAY_S)
#define CA_YEARS 20
#define EK_YEARS 10

#define KEY_ID_SIZE 20
#define ARENA_SIZE 32768
#define VERSION_3 2

#define OID_AUTHORITY_ACCESS BYTES_TEXT("\x2B\x06\x01\x05\x05\x07\x01\x01") /* 1.3.6.1.5.5.7.1.1 */
#define OID_CA_ISSUERS BYTES_TEXT("\x2B\x06\x01\x05\x05\x07\x30\x02")       /* 1.3.6.1.5.5.7.48.2 */
#define OID_EK_CERTIFICATE BYTES_TEXT("\x67\x81\x05\x08\x01")               /* 2.23.133.8.1 */

/* A name that no resolver answers (RFC 6761 §6.4): the address is there to be read, not to be fetched. */
#define AIA_URL BYTES_TEXT("http://maker.invalid/intermediate.crt")

struct factory {
	struct arena arena; /* the views below */
	EVP_PKEY *key;
	struct bytes intermediate; /* DER */
	struct bytes subject;      /* of the intermediate: Name in DER */
	struct bytes key_id;
};

/* --- a new maker ---------------------------------------------------------------------------------------- */

/* One CA certificate under way. */
struct ca {
	const char *certificate_file, *key_file;
	const char *rank; /* after the maker's name */
	uint8_t path_length;
};

static const struct ca cas[] = {
	{ ROOT, ROOT_KEY, "Root CA", 1 },
	{ INTERMEDIATE, INTERMEDIATE_KEY, "Intermediate CA", 0 },
};

static fault new_serial(uint8_t ret[static PROFILE_SERIAL_SIZE])
{
	uint8_t random[PROFILE_SERIAL_SIZE];
	NEED(RAND_bytes(random, sizeof(random)) == 1, SYS_RNG);
	profile_build_serial(random, ret);
	return NULL;
}

static fault new_ca_name(struct arena *arena, const char *name, const char *rank, struct bytes *ret)
{
	uint8_t *p = arena_alloc(arena, 256);
	const char *common = arena_format(arena, "%s %s", name, rank);
	NEED(p && common, SYS_MEMORY);
	struct wr w = wr_of(p, 256);
	tbs_write_name((struct bytes){ 0 }, bytes_text(common), &w);
	NEED(!w.bad, PARSE_FIELD);
	*ret = wr_done(&w);
	return NULL;
}

/* Signs what was written of a certificate or list, with the algorithm that it names, into the arena. */
static fault sign_octets(EVP_PKEY *key, struct bytes tbs, struct arena *arena, struct bytes *ret)
{
	size_t size = tbs.n + FACTORY_CERTIFICATE_MAX;
	uint8_t octets[SOFTKEY_SIGNATURE_MAX], *p = arena_alloc(arena, size);
	struct wr signature = wr_of(octets, sizeof(octets)), w = wr_of(p, size);
	NEED(p, SYS_MEMORY);
	TRY(softkey_sign(key, tbs, &signature));
	tbs_write_signed(tbs, wr_done(&signature), &w);
	NEED(!w.bad, PARSE_FIELD);
	*ret = wr_done(&w);
	return NULL;
}

/* The CA above another: its key and its name; for the root, its own. */
struct above {
	EVP_PKEY *key;
	struct bytes name;
};

static fault put_ca(const char *folder, const struct ca *ca, struct above *above, struct above own,
		    struct arena *arena)
{
	uint8_t octets[TBS_SIZE_MAX], serial[PROFILE_SERIAL_SIZE], key_id[KEY_ID_SIZE];
	char path[DISK_PATH_MAX];
	struct spki key, issuer;
	struct bytes der;
	int64_t now = time(NULL);
	TRY(new_serial(serial));
	TRY(softkey_spki(own.key, arena, &key));
	TRY(softkey_spki(above->key, arena, &issuer));
	TRY(tbs_key_id(&issuer, key_id));
	const struct tbs t = {
		.serial = BYTES_OF(serial),
		.issuer = above->name, .subject = own.name,
		.not_before = now - DAY_S, .not_after = now + CA_YEARS * YEAR_S,
		.key = key,
		.authority = BYTES_OF(key_id),
		.usage = TBS_USE_CERTIFY | TBS_USE_CRL,
		.is_ca = true, .path_length = ca->path_length,
	};
	struct wr w = wr_of(octets, sizeof(octets));
	tbs_write(&t, &w);
	TRY(sign_octets(above->key, wr_done(&w), arena, &der));
	TRY(disk_path(folder, ca->key_file, path));
	TRY(softkey_put(own.key, path));
	TRY(disk_path(folder, ca->certificate_file, path));
	return disk_put_certificate(path, der);
}

static fault put_cas(const char *folder, const char *name, struct arena *arena,
		     struct above made[static COUNT_OF(cas)])
{
	for (size_t i = 0; i < COUNT_OF(cas); i++) {
		TRY(softkey_new(SPKI_P256, &made[i].key));
		TRY(new_ca_name(arena, name, cas[i].rank, &made[i].name));
		TRY(put_ca(folder, &cas[i], &made[i ? i - 1 : 0], made[i], arena));
	}
	return NULL;
}

fault factory_put(const char *folder, const char *name)
{
	struct above made[COUNT_OF(cas)] = { 0 };
	struct arena arena;
	TRY(disk_put_folder(folder));
	arena_init(&arena, ARENA_SIZE);
	fault why = put_cas(folder, name, &arena, made);
	for (size_t i = 0; i < COUNT_OF(made); i++)
		EVP_PKEY_free(made[i].key);
	arena_done(&arena);
	return why;
}

/* --- a maker that is there ------------------------------------------------------------------------------ */

static fault read_subject(struct factory *f)
{
	const unsigned char *in = f->intermediate.p, *name = NULL;
	size_t n = 0;
	X509 *x = d2i_X509(NULL, &in, (long)f->intermediate.n);
	bool is_own = x && X509_check_private_key(x, f->key) == 1;
	if (is_own && X509_NAME_get0_der(X509_get_subject_name(x), &name, &n) == 1)
		f->subject = arena_copy(&f->arena, bytes_of(name, n));
	X509_free(x);
	NEED(f->subject.n, KEY_FILE);
	return NULL;
}

static fault read_files(struct factory *f, const char *folder)
{
	char path[DISK_PATH_MAX];
	struct spki key;
	uint8_t key_id[KEY_ID_SIZE];
	TRY(disk_path(folder, INTERMEDIATE, path));
	TRY(disk_get_certificate(path, &f->arena, &f->intermediate));
	TRY(disk_path(folder, INTERMEDIATE_KEY, path));
	TRY(softkey_get(path, &f->key));
	TRY(read_subject(f));
	TRY(softkey_spki(f->key, &f->arena, &key));
	TRY(tbs_key_id(&key, key_id));
	f->key_id = arena_copy(&f->arena, BYTES_OF(key_id));
	NEED(!is_arena_full(&f->arena), SYS_MEMORY);
	return NULL;
}

fault factory_open(const char *folder, struct factory **ret)
{
	struct factory *f = calloc(1, sizeof(*f));
	NEED(f, SYS_MEMORY);
	arena_init(&f->arena, ARENA_SIZE);
	fault why = read_files(f, folder);
	if (why)
		factory_close(f);
	else
		*ret = f;
	return why;
}

void factory_close(struct factory *f)
{
	if (!f)
		return;
	EVP_PKEY_free(f->key);
	arena_done(&f->arena);
	free(f);
}

struct bytes factory_intermediate(const struct factory *f)
{
	return f->intermediate;
}

/* --- EK certificates ------------------------------------------------------------------------------------ */

/* What the extensions of one EK certificate are made of. */
struct ek {
	const struct factory *by;
	const struct spki *key;
	const struct factory_labels *labels;
};

static void put_authority_access(const struct ek *ek, struct wr *w)
{
	const char *url = ek->labels->issuer_url;
	size_t list = der_open(w, DER_SEQUENCE), row = der_open(w, DER_SEQUENCE);
	der_put(w, DER_OID, OID_CA_ISSUERS);
	der_put(w, DER_CONTEXT(6), url ? bytes_text(url) : AIA_URL);
	der_close(w, row);
	der_close(w, list);
}

/* directoryName of the labels, 2.23.133.2.1 to .3 (TCG EK Credential Profile 2.5, 3.1.2). */
static void put_labels(const struct ek *ek, struct wr *w)
{
	const char *const texts[] = { ek->labels->manufacturer, ek->labels->model, ek->labels->version };
	size_t names = der_open(w, DER_SEQUENCE), choice = der_open(w, DER_CONTEXT_CONSTRUCTED(4));
	size_t name = der_open(w, DER_SEQUENCE);
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		const uint8_t oid[] = { 0x67, 0x81, 0x05, 0x02, (uint8_t)(i + 1) };
		size_t set = der_open(w, DER_SET), pair = der_open(w, DER_SEQUENCE);
		der_put(w, DER_OID, BYTES_OF(oid));
		der_put(w, DER_UTF8, bytes_text(texts[i]));
		der_close(w, pair);
		der_close(w, set);
	}
	der_close(w, name);
	der_close(w, choice);
	der_close(w, names);
}

static void put_constraints(const struct ek *ek, struct wr *w)
{
	(void)ek;
	der_put(w, DER_SEQUENCE, (struct bytes){ 0 });
}

static void put_usage(const struct ek *ek, struct wr *w)
{
	/* keyEncipherment is bit 2, keyAgreement bit 4 (RFC 5280 §4.2.1.3). */
	bool is_rsa = ek->key->kind == SPKI_RSA;
	der_put(w, DER_BIT_STRING, is_rsa ? BYTES_TEXT("\x05\x20") : BYTES_TEXT("\x03\x08"));
}

static void put_purpose(const struct ek *ek, struct wr *w)
{
	(void)ek;
	size_t list = der_open(w, DER_SEQUENCE);
	der_put(w, DER_OID, OID_EK_CERTIFICATE);
	der_close(w, list);
}

/* TCG EK Credential Profile 2.5, 3.2, in the order of its table; the authority key comes last. */
static const struct extension {
	struct bytes oid;
	bool is_critical;
	void (*put)(const struct ek *ek, struct wr *w);
} extensions[] = {
	{ OID_AUTHORITY_ACCESS, false, put_authority_access },
	{ OID_ALTERNATIVE_NAME, true, put_labels },
	{ OID_BASIC_CONSTRAINTS, true, put_constraints },
	{ OID_EXTENDED_KEY_USAGE, false, put_purpose },
	{ OID_KEY_USAGE, true, put_usage },
};

static void put_extensions(const struct ek *ek, struct wr *w)
{
	size_t outer = der_open(w, DER_CONTEXT_CONSTRUCTED(3)), list = der_open(w, DER_SEQUENCE);
	for (size_t i = 0; i < COUNT_OF(extensions); i++) {
		size_t row = der_open(w, DER_SEQUENCE);
		der_put(w, DER_OID, extensions[i].oid);
		if (extensions[i].is_critical)
			der_put_bool(w, true);
		size_t value = der_open(w, DER_OCTET_STRING);
		extensions[i].put(ek, w);
		der_close(w, value);
		der_close(w, row);
	}
	if (ek->labels->crl_url)
		tbs_write_points(bytes_text(ek->labels->crl_url), w);
	tbs_write_authority(ek->by->key_id, w);
	der_close(w, list);
	der_close(w, outer);
}

static fault put_certificate(const struct ek *ek, int64_t now, struct wr *w)
{
	uint8_t hash[32], serial[PROFILE_SERIAL_SIZE];
	TRY(alg_spki_hash(ek->key, hash));
	profile_build_serial(hash, serial);
	size_t whole = der_open(w, DER_SEQUENCE), version = der_open(w, DER_CONTEXT_CONSTRUCTED(0));
	der_put_small(w, VERSION_3);
	der_close(w, version);
	der_put_magnitude(w, BYTES_OF(serial));
	tbs_write_algorithm(w);
	wr_bytes(w, ek->by->subject);
	size_t validity = der_open(w, DER_SEQUENCE);
	der_put_time(w, now - DAY_S);
	der_put_time(w, now + EK_YEARS * YEAR_S);
	der_close(w, validity);
	der_put(w, DER_SEQUENCE, (struct bytes){ 0 });
	spki_write(ek->key, w);
	put_extensions(ek, w);
	der_close(w, whole);
	return NULL;
}

static bool is_label(const char *text)
{
	size_t n = strlen(text);
	return n > 0 && n <= FACTORY_NAME_MAX && is_text_printable(bytes_of(text, n));
}

fault factory_build(const struct factory *f, const struct spki *ek, const struct factory_labels *labels,
		    struct arena *arena, struct bytes *ret)
{
	uint8_t octets[FACTORY_CERTIFICATE_MAX];
	struct wr w = wr_of(octets, sizeof(octets));
	const struct ek of = { f, ek, labels };
	bool is_told = is_label(labels->manufacturer) && is_label(labels->model) && is_label(labels->version);
	NEED(is_told, PARSE_FIELD);
	TRY(put_certificate(&of, time(NULL), &w));
	NEED(!w.bad, PARSE_FIELD);
	return sign_octets(f->key, wr_done(&w), arena, ret);
}

/* --- lists of revoked EK certificates ------------------------------------------------------------------- */

/* Rows begin with their serials, and a list has them in order. */
static int compare_rows(const void *a, const void *b)
{
	return bytes_compare(bytes_of(a, FRAME_REVOKED_SIZE), bytes_of(b, FRAME_REVOKED_SIZE));
}

fault factory_build_crl(const struct factory *f, const struct factory_crl *crl, struct arena *arena,
			struct bytes *ret)
{
	uint8_t rows[FACTORY_REVOKED_MAX * FRAME_REVOKED_SIZE], serial[PROFILE_SERIAL_SIZE];
	uint8_t *p = arena_alloc(arena, FACTORY_CRL_MAX);
	struct wr revoked = wr_of(rows, sizeof(rows)), w = wr_of(p, p ? FACTORY_CRL_MAX : 0);
	for (size_t i = 0; i < crl->n; i++) {
		profile_build_serial(crl->ek_hashes[i], serial);
		const struct crl_row row = { .serial = BYTES_OF(serial), .time = crl->this_update };
		crl_put_row(&row, &revoked);
	}
	NEED(p && !revoked.bad, SYS_MEMORY);
	qsort(rows, crl->n, FRAME_REVOKED_SIZE, compare_rows);
	const struct issuer by = { .name = f->subject, .key_id = f->key_id };
	const struct crl c = { .number = (uint64_t)crl->this_update,
			       .this_update = (uint64_t)crl->this_update,
			       .next_update = (uint64_t)crl->next_update,
			       .lists = 1,
			       .revoked = wr_done(&revoked) };
	TRY(crl_build(&c, &by, &w));
	return sign_octets(f->key, wr_done(&w), arena, ret);
}
