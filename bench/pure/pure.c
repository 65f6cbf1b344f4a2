/*
 * pure: what judging costs beside the arithmetic that it cannot do without.
 *
 * Each row times work of ours and the least that OpenSSL takes for the same, in turns and in one thread; the
 * ratio of the two has a bound. With ASSAY_CORPORA set, the certificates of all makers are loaded too. Exit 0
 * when all bounds hold, 1 when one is broken.
 */
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "chain.h"
#include "decision.h"
#include "quote.h"
#include "stopwatch.h"

#define OTHERS 2000
#define REAL_LEAF "73ffb9ae9dad0439.der"

/* What a work may cost when nothing but the number of anchors differs. */
#define BOUND_FLAT 1.10

struct row {
	const char *ours, *beside;
	struct stopwatch_work ours_work, beside_work;
	double bound;
};

static void print_machine(void)
{
	char line[256], model[256] = "unknown processor";
	FILE *f = fopen("/proc/cpuinfo", "r");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "model name : %255[^\n]", model) == 1)
			break;
	if (f)
		fclose(f);
	printf("%s, %ld cores, %s\nprocessor time of one call, median\n\n", model,
	       sysconf(_SC_NPROCESSORS_ONLN), OpenSSL_version(OPENSSL_VERSION));
}

/* True when the bound holds. */
static bool is_kept(const struct row *row)
{
	struct stopwatch_times t = stopwatch_compare(&row->ours_work, &row->beside_work);
	bool is_good = t.ratio <= row->bound;
	printf("%9.2f µs  %s\n%9.2f µs  %s\n%9.2f     at most %.2f%s\n\n", t.ours_us, row->ours, t.beside_us,
	       row->beside, t.ratio, row->bound, is_good ? "" : "  TOO MUCH");
	fflush(stdout);
	return is_good;
}

static bool are_kept(const struct row *rows, size_t count)
{
	bool is_good = true;
	for (size_t i = 0; i < count; i++)
		is_good = is_kept(&rows[i]) && is_good;
	return is_good;
}

static bool time_quote(void)
{
	struct quote *q = quote_new();
	const struct row rows[] = {
		{ "a quote of 24 PCRs by a P-256 key is judged",
		  "EVP_PKEY_fromdata and one ECDSA verification",
		  { is_quote_good, q },
		  { is_quote_signed, q },
		  1.2 },
		{ "its TPMS_ATTEST is read", "SHA-256 of it",
		  { is_quote_read, q }, { is_quote_hashed, q }, 1.0 },
	};
	bool is_good = are_kept(rows, sizeof(rows) / sizeof(rows[0]));
	quote_free(q);
	return is_good;
}

static bool time_decision(void)
{
	struct decision *d = decision_new();
	const struct row row = { "who may enrol is decided by 200 restrictions with a filter each",
				 "the 200 filters alone", { is_decision_made, d },
				 { are_decision_filters_asked, d }, 2.0 };
	bool is_good = is_kept(&row);
	decision_free(d);
	return is_good;
}

static bool time_chains(void)
{
	struct chain *few = chain_new_known(0), *many = chain_new_known(OTHERS), *sent = chain_new_sent();
	const struct row rows[] = {
		{ "an EK certificate is judged, its issuer an anchor", "d2i_X509 of it and X509_verify_cert",
		  { is_chain_good, few }, { is_chain_verified, few }, 1.2 },
		{ "an EK certificate is judged, its issuer sent", "d2i_X509 of it and X509_verify_cert",
		  { is_chain_good, sent }, { is_chain_verified, sent }, 1.2 },
		{ "an EK certificate is judged, 2,000 other anchors loaded",
		  "d2i_X509 of it and X509_verify_cert",
		  { is_chain_good, many }, { is_chain_verified, many }, 1.2 },
		{ "an EK certificate is judged, 2,000 other anchors loaded", "the same with no other",
		  { is_chain_good, many }, { is_chain_good, few }, BOUND_FLAT },
	};
	bool is_good = are_kept(rows, sizeof(rows) / sizeof(rows[0]));
	chain_free(few);
	chain_free(many);
	chain_free(sent);
	return is_good;
}

static bool time_makers(const char *corpora)
{
	char leaf[4096], folder[4096], title[128];
	snprintf(leaf, sizeof(leaf), "%s/ek-leaf/" REAL_LEAF, corpora);
	snprintf(folder, sizeof(folder), "%s/ek-ca", corpora);
	struct chain *real = chain_new_real(leaf, folder), *alone = chain_new_alone(real);
	snprintf(title, sizeof(title), "a chip's EK certificate is judged, %lu makers' CAs loaded",
		 chain_count(real));
	const struct row row = { title, "the same with its issuer alone", { is_chain_good, real },
				 { is_chain_good, alone }, BOUND_FLAT };
	bool is_good = is_kept(&row);
	chain_free(real);
	chain_free(alone);
	return is_good;
}

int main(void)
{
	const char *corpora = getenv("ASSAY_CORPORA");
	print_machine();
	bool is_good = time_quote();
	is_good = time_decision() && is_good;
	is_good = time_chains() && is_good;
	if (corpora && *corpora)
		is_good = time_makers(corpora) && is_good;
	else
		puts("ASSAY_CORPORA is not set: the certificates of all makers are not loaded");
	return is_good ? 0 : 1;
}
