#include "attest/evaluate.h"

#include "attest/ekcert.h"
#include "attest/ekissuer.h"
#include "attest/keyrule.h"
#include "attest/testimony.h"

/* One evaluation: what is judged, with what, and what has been found so far. */
struct trial {
	const struct evidence *e;
	const struct evaluation *with;
	struct arena *arena;
	struct findings *f;
};

static void decide(struct trial *t, enum check_id check, bool passed)
{
	verdict_judge(t->f->outcomes, check, passed);
}

static bool has_passed(const struct trial *t, enum check_id check)
{
	return t->f->outcomes[check] == PASSED;
}

static void skip_subject(struct trial *t, enum check_subject subject)
{
	for (size_t i = 0; i < CHECK_COUNT; i++)
		if (verdict_checks[i].subject == subject && verdict_checks[i].by == BY_VERIFY)
			t->f->outcomes[i] = NOT_APPLICABLE;
}

/* --- keys --------------------------------------------------------------------------------------------- */

/* A key's numbers at their full width, so that one key has one form in facts. */
struct evaluate_key evaluate_key_of(const struct public *p, struct arena *a)
{
	static const enum frame_key kinds[] = {
		[SPKI_RSA] = FRAME_KEY_RSA,
		[SPKI_P256] = FRAME_KEY_P256,
		[SPKI_P384] = FRAME_KEY_P384,
		[SPKI_P521] = FRAME_KEY_P521,
	};
	enum spki_kind kind = public_spki(p).kind;
	if (kind == SPKI_RSA)
		return (struct evaluate_key){ FRAME_KEY_RSA, bytes_magnitude(p->a), bytes_magnitude(p->b) };
	uint8_t x[ALG_COORDINATE_MAX], y[ALG_COORDINATE_MAX];
	size_t width = spki_width(kind);
	if (!width || !alg_pad(p->a, width, x) || !alg_pad(p->b, width, y))
		return (struct evaluate_key){ 0 };
	return (struct evaluate_key){ kinds[kind], arena_copy(a, bytes_of(x, width)),
				      arena_copy(a, bytes_of(y, width)) };
}

/* A certificate with a fault, or for another key, would lend this TPM a maker and class not its own. */
static bool has_good_certificate(const struct trial *t)
{
	for (size_t i = 0; i < CHECK_COUNT; i++)
		if (verdict_checks[i].subject == SUBJECT_EK_CERT && t->f->outcomes[i] != PASSED)
			return false;
	return has_passed(t, CHECK_EK_CERTIFIED);
}

static struct evaluate_maker maker_of(const struct trial *t, const struct ekcert *c)
{
	if (!c->anchor || !has_good_certificate(t))
		return (struct evaluate_maker){ 0 };
	return (struct evaluate_maker){
		.anchor = BYTES_OF(c->anchor->fingerprint),
		.maker = bytes_text(c->anchor->maker[0] ? c->anchor->maker : NULL),
		.class = c->anchor->class,
		.model = c->model,
		.version = c->version,
	};
}

static fault judge_ek(struct trial *t)
{
	struct findings *f = t->f;
	TRY(public_parse(f->payload.ek_public, &f->ek));
	keyrule_judge_ek(&f->ek, f->outcomes);
	uint8_t hash[32];
	if (public_hash(&f->ek, hash) == NULL)
		f->ek_hash = arena_copy(t->arena, BYTES_OF(hash));
	struct spki key = public_spki(&f->ek);
	struct ekcert certificate = { 0 };
	struct ekcert_input in = { .chain = &f->payload.ek_chain,
				   .ek = key.kind == SPKI_NONE ? NULL : &key,
				   .anchors = t->with->anchors,
				   .now = t->with->now,
				   .admits_expired_ca = t->with->admits_expired_ca,
				   .admits_unlisted = t->with->admits_unlisted,
				   .eklists = t->with->eklists };
	ekcert_judge(&in, f->outcomes, &certificate);
	f->leniencies = certificate.leniencies;
	f->maker = maker_of(t, &certificate);
	f->named_maker = bytes_text(certificate.maker ? certificate.maker->code : NULL);
	if (certificate.leaf.issuer.p)
		f->named_issuer = ekissuer_text(certificate.leaf.issuer, t->arena);
	f->anchors = certificate.tried;
	f->way = certificate.way;
	return NULL;
}

static fault judge_ak(struct trial *t)
{
	struct findings *f = t->f;
	TRY(public_parse(f->payload.ak_public, &f->ak));
	keyrule_judge_ak(&f->ak, f->outcomes);
	decide(t, CHECK_AK_OWN, !is_public_same_key(&f->ak, &f->ek));
	struct name name;
	if (public_name(&f->ak, &name) == NULL)
		f->ak_name = arena_copy(t->arena, name_bytes(&name));
	if (has_passed(t, CHECK_AK_POINT))
		f->ak_key = evaluate_key_of(&f->ak, t->arena);
	return NULL;
}

static fault judge_device(struct trial *t, struct public *ret)
{
	TRY(public_parse(t->f->payload.device_public, ret));
	keyrule_judge_device(ret, t->f->outcomes);
	if (has_passed(t, CHECK_KEY_POINT))
		t->f->device_key = evaluate_key_of(ret, t->arena);
	return NULL;
}

/* --- statements --------------------------------------------------------------------------------------- */

static fault judge_binding(struct trial *t, const struct testimony_kind *kind, struct bytes extra_data)
{
	struct binding b = { .nonce = t->e->nonce,
			     .id = t->e->id,
			     .purpose = t->e->purpose,
			     .server_key_hash = t->e->server_key_hash,
			     .payload_digest = BYTES_OF(t->f->payload_digest) };
	uint8_t expected[BINDING_SIZE];
	TRY(binding_build(kind->label, &b, expected));
	decide(t, kind->has_binding, is_bytes_equal(extra_data, BYTES_OF(expected)));
	return NULL;
}

/* What a signed statement of either kind tells of the TPM; the one read last has the last word. */
static void note_state(struct trial *t, const struct testimony_kind *kind, const struct statement *s)
{
	if (!has_passed(t, kind->has_magic) || !has_passed(t, kind->has_signature))
		return;
	t->f->state = (struct evaluate_state){ .is_signed = true,
					       .is_clock_safe = s->safe,
					       .firmware = s->firmware,
					       .clock_ms = s->clock_ms,
					       .reset_count = s->reset_count,
					       .restart_count = s->restart_count };
}

static fault judge_statement(struct trial *t, const struct testimony_kind *kind, struct bytes message,
			     struct bytes signature, struct statement *ret)
{
	struct signature sig;
	TRY(statement_parse(message, ret));
	TRY(signature_parse(signature, &sig));
	const struct testimony_signed s = { message, &sig, &t->f->ak };
	testimony_judge_form(kind, ret, t->f->outcomes);
	testimony_judge_signature(kind, &s, t->f->outcomes);
	testimony_judge_signer(kind, ret, t->f->ak_name, t->f->outcomes);
	TRY(judge_binding(t, kind, ret->extra_data));
	note_state(t, kind, ret);
	return NULL;
}

static fault judge_certify(struct trial *t)
{
	struct public device = { 0 };
	struct statement s;
	struct name name;
	bool has_key = t->f->payload.device_public.p, has_statement = t->e->certify.p;
	decide(t, CHECK_CERTIFY_PRESENT, has_key && has_statement);
	if (has_key)
		TRY(judge_device(t, &device));
	if (!has_statement)
		return NULL;
	TRY(judge_statement(t, &testimony_certify, t->e->certify, t->e->certify_signature, &s));
	if (has_passed(t, CHECK_CERTIFY_TYPE) && has_key && public_name(&device, &name) == NULL)
		decide(t, CHECK_CERTIFY_NAME, is_bytes_equal(s.name, name_bytes(&name)));
	return NULL;
}

static void judge_pcrs(struct trial *t, const struct statement *s)
{
	const struct alg_hash *hash = alg_hash_find(t->f->ak.scheme_hash);
	uint8_t digest[ALG_DIGEST_MAX];
	decide(t, CHECK_QUOTE_COVERED, is_pcr_covered(&s->selection, &t->f->payload.pcr_values));
	if (!has_passed(t, CHECK_QUOTE_COVERED) || !hash || !hash->evp)
		return;
	bool is_made = pcr_digest(hash->id, &t->f->payload.pcr_values, digest) == NULL;
	decide(t, CHECK_QUOTE_DIGEST, is_made && is_bytes_equal(s->pcr_digest, bytes_of(digest, hash->size)));
}

static void note_pcrs(struct trial *t, const struct statement *s)
{
	uint8_t encoded[4 + PCR_BANKS_MAX * 7];
	struct wr w = wr_of(encoded, sizeof(encoded));
	pcr_write(&s->selection, &w);
	t->f->pcr_selection = arena_copy(t->arena, wr_done(&w));
	t->f->pcr_digest = s->pcr_digest;
}

/* Both statements are of one answer, and keys of a TPM's making do not outlive its reset. */
static void judge_run(struct trial *t, const struct evaluate_state *certified)
{
	const struct evaluate_state *quoted = &t->f->state;
	bool are_signed = has_passed(t, CHECK_CERTIFY_SIGNATURE) && has_passed(t, CHECK_QUOTE_SIGNATURE);
	if (are_signed && certified->is_signed)
		decide(t, CHECK_QUOTE_RUN, certified->reset_count == quoted->reset_count &&
						   certified->restart_count == quoted->restart_count);
}

static fault judge_quote(struct trial *t)
{
	struct statement s;
	const struct evaluate_state certified = t->f->state;
	decide(t, CHECK_QUOTE_PRESENT, t->e->quote.p);
	if (!t->e->quote.p)
		return NULL;
	TRY(judge_statement(t, &testimony_quote, t->e->quote, t->e->quote_signature, &s));
	judge_run(t, &certified);
	if (!has_passed(t, CHECK_QUOTE_TYPE))
		return NULL;
	judge_pcrs(t, &s);
	note_pcrs(t, &s);
	return NULL;
}

/* --- evidence ----------------------------------------------------------------------------------------- */

/* Nothing comes by halves: a statement with its signature, and statements only inside a conversation. */
static fault check_whole(const struct evidence *e, const struct payload *p)
{
	bool has_statement = e->certify.p || e->quote.p;
	bool has_key = p->ek_chain.n || p->ek_public.p || p->ak_public.p || p->device_public.p;
	NEED(!e->certify.p == !e->certify_signature.p && !e->quote.p == !e->quote_signature.p, PARSE_FIELD);
	NEED(!e->id.p == !e->nonce.p && !e->id.p == !e->server_key_hash.p, PARSE_FIELD);
	NEED(e->id.p || !has_statement, PARSE_FIELD);
	if (p->no_tpm.p)
		NEED(!has_statement && !has_key && !p->pcr_values.n, PARSE_FIELD);
	else
		NEED(p->ek_public.p && p->ak_public.p, PARSE_FIELD);
	return NULL;
}

static void skip_tpm(struct trial *t)
{
	static const enum check_subject subjects[] = { SUBJECT_EK_CERT, SUBJECT_EK,  SUBJECT_AK,
						       SUBJECT_CERTIFY, SUBJECT_KEY, SUBJECT_QUOTE };
	for (size_t i = 0; i < COUNT_OF(subjects); i++)
		skip_subject(t, subjects[i]);
}

static fault judge_tpm(struct trial *t)
{
	TRY(judge_ek(t));
	TRY(judge_ak(t));
	t->f->has_tpm = true;
	if (!t->e->id.p)
		return NULL;
	TRY(judge_certify(t));
	return judge_quote(t);
}

fault evaluate(const struct evidence *e, const struct evaluation *with, struct arena *arena,
	       struct findings *ret)
{
	struct findings f = { 0 };
	struct trial t = { e, with, arena, &f };
	TRY(message_parse(&payload_message, e->payload, &f.payload));
	TRY(check_whole(e, &f.payload));
	TRY(alg_sha256(e->payload, f.payload_digest));
	if (!f.payload.csr.p)
		skip_subject(&t, SUBJECT_CSR);
	if (f.payload.no_tpm.p)
		skip_tpm(&t);
	else
		TRY(judge_tpm(&t));
	NEED(!is_arena_full(arena), SYS_MEMORY);
	*ret = f;
	return NULL;
}
