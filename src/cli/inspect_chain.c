#include "cli/inspect_chain.h"

#include "attest/alg.h"
#include "attest/roca.h"
#include "report/leniencies.h"
#include "wire/certfile.h"
#include "wire/der.h"

/* --- the file ------------------------------------------------------------------------------------------- */

static bool is_pem(struct bytes file)
{
	static const char mark[] = "-----BEGIN";
	for (size_t i = 0; i + sizeof(mark) <= file.n; i++)
		if (is_bytes_text(bytes_slice(file, i, sizeof(mark) - 1), mark))
			return true;
	return false;
}

static fault read_pem(const struct inspect_kind_input *in, struct bytes_list *ret)
{
	struct certfile file;
	certfile_init(&file, in->file);
	for (;;) {
		struct bytes der;
		NEED(certfile_next(&file, &der) == NULL, CERT_MALFORMED);
		if (!der.n)
			return NULL;
		NEED(bytes_list_put(ret, arena_copy(in->arena, der)), CHAIN_TOO_LONG);
	}
}

/* Values one after the other; what follows the last whole one belongs to nobody and is judged as it is. */
static fault read_der(const struct inspect_kind_input *in, struct bytes_list *ret)
{
	struct bytes rest = in->file;
	while (rest.n) {
		struct rd r = rd_of(rest);
		struct bytes whole = der_any(&r).whole;
		size_t n = r.bad ? rest.n : whole.n;
		NEED(bytes_list_put(ret, bytes_slice(rest, 0, n)), CHAIN_TOO_LONG);
		rest = bytes_slice(rest, n, rest.n - n);
	}
	return NULL;
}

/* --- facts ---------------------------------------------------------------------------------------------- */

static const char *kind_word(enum spki_kind kind)
{
	static const char *const words[] = {
		[SPKI_NONE] = "unknown", [SPKI_RSA] = "RSA",     [SPKI_P256] = "P-256",
		[SPKI_P384] = "P-384",   [SPKI_P521] = "P-521",
	};
	return words[kind];
}

void inspect_chain_put_key(struct inspect_finding *f, const struct spki *key)
{
	uint8_t hash[32];
	inspect_finding_put_text(f, "key", bytes_text(kind_word(key->kind)));
	if (key->kind == SPKI_RSA)
		inspect_finding_put_number(f, "key_bits", 8 * bytes_magnitude(key->a).n);
	bool has_hash = alg_spki_hash(key, hash) == NULL;
	inspect_finding_put_hex(f, "key_sha256", has_hash ? BYTES_OF(hash) : (struct bytes){ 0 });
}

void inspect_chain_put(struct inspect_finding *f, const struct ekcert *c)
{
	const struct anchors_entry *anchor = c->anchor;
	struct anchors_label label;
	if (!c->leaf.der.p)
		return;
	bool is_read = anchor && !anchors_parse(bytes_of(anchor->der, anchor->size), &label);
	inspect_finding_put_text(f, "manufacturer", bytes_text(c->maker ? c->maker->name : NULL));
	enum anchors_class class = anchor ? anchor->class : ANCHORS_UNKNOWN;
	inspect_finding_put_text(f, "class", bytes_text(anchors_class_word(class)));
	inspect_finding_put_text(f, "model", c->model);
	inspect_finding_put_text(f, "version", c->version);
	inspect_chain_put_key(f, &c->leaf.key);
	inspect_finding_put_hex(f, "serial", c->leaf.serial);
	inspect_finding_put_time(f, "not_before", c->leaf.not_before);
	inspect_finding_put_time(f, "not_after", c->leaf.not_after);
	inspect_finding_put_digest(f, "certificate_sha256", c->leaf.der);
	inspect_finding_put(f, "leniencies", leniencies_list(c->leniencies));
	inspect_finding_put_text(f, "anchor", bytes_text(is_read ? label.subject : NULL));
	inspect_finding_put_hex(f, "anchor_sha256",
				anchor ? BYTES_OF(anchor->fingerprint) : (struct bytes){ 0 });
}

/* --- the judgement -------------------------------------------------------------------------------------- */

static fault judge(const struct inspect_kind_input *in, const struct bytes_list *chain,
		   struct inspect_finding *f)
{
	struct ekcert found;
	struct bytes first = chain->n ? chain->v[0] : (struct bytes){ 0 };
	struct anchors *anchors = inspect_roots_build(in->roots, first);
	const struct ekcert_input given = {
		.chain = chain,
		.anchors = anchors,
		.now = in->now,
		.admits_expired_ca = in->expired_ca != RULES_FALSE,
		.admits_unlisted = true,
	};
	ekcert_judge(&given, f->verdict.of, &found);
	inspect_finding_require_subject(f, SUBJECT_EK_CERT);
	inspect_finding_require(f, CHECK_EK_STRONG);
	if (found.leaf.der.p)
		inspect_finding_judge(f, CHECK_EK_STRONG,
				      found.leaf.key.kind != SPKI_RSA || !is_roca_modulus(found.leaf.key.a));
	inspect_chain_put(f, &found);
	inspect_finding_put_number(f, "certificates", chain->n);
	inspect_finding_put_number(f, "roots", anchors_count(anchors));
	anchors_free(anchors);
	return NULL;
}

fault inspect_chain_judge_one(const struct inspect_kind_input *in, struct inspect_finding *f)
{
	struct bytes_list chain = { 0 };
	if (is_pem(in->file))
		TRY(read_pem(in, &chain));
	else
		chain = (struct bytes_list){ 1, { in->file } };
	return judge(in, &chain, f);
}

fault inspect_chain_judge(const struct inspect_kind_input *in, struct inspect_finding *f)
{
	struct bytes_list chain = { 0 };
	TRY(is_pem(in->file) ? read_pem(in, &chain) : read_der(in, &chain));
	return judge(in, &chain, f);
}
