#include "test.h"

#include <jansson.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "attest/pcr.h"
#include "attest/signature.h"
#include "attest/statement.h"
#include "corpora.h"

static json_t *read_json(const char *file)
{
	char path[1024];
	snprintf(path, sizeof(path), "%s/%s", getenv("ASSAY_CORPORA"), file);
	json_t *root = json_load_file(path, 0, NULL);
	if (!root)
		fail_msg("%s is not JSON", file);
	return root;
}

/* --- TPMS_ATTEST of many programs and chips ---------------------------------------------------------- */

static bool is_listed(const json_t *list, const char *file)
{
	size_t i;
	json_t *row;
	json_array_foreach(list, i, row)
		if (strstr(file, json_string_value(json_object_get(row, "id"))))
			return true;
	return false;
}

struct count {
	const json_t *list;
	size_t accepted, refused;
};

static void read_statement(const char *file, void *with)
{
	static uint8_t storage[CORPORA_FILE_MAX];
	uint8_t out[4096];
	struct count *count = with;
	struct statement s;
	if (!strstr(file, ".bin"))
		return;
	struct bytes in = corpora_read(file, storage);
	bool is_good = statement_parse(in, &s) == NULL;
	if (is_good != is_listed(count->list, file))
		fail_msg("%s was %s", file, is_good ? "accepted" : "refused");
	count->accepted += is_good;
	count->refused += !is_good;
	if (!is_good)
		return;
	struct wr w = wr_of(out, sizeof(out));
	statement_write(&s, &w);
	CHECK(is_bytes_equal(in, wr_done(&w)));
	CHECK(s.magic == STATEMENT_MAGIC && (s.type == STATEMENT_CERTIFY || s.type == STATEMENT_QUOTE));
}

static void statements_of_real_tpms_are_read_and_written_as_they_were(void **state)
{
	(void)state;
	json_t *list = read_json("attest/PARSED.json");
	struct count count = { .list = list };
	corpora_list("attest", read_statement, &count);
	assert_int_equal(count.accepted, json_array_size(list));
	assert_int_equal(count.refused, 6);
	json_decref(list);
}

/* --- quotes of real machines with their PCRs --------------------------------------------------------- */

static struct bytes from_base64(const json_t *text, uint8_t *out, size_t size)
{
	const char *p = json_string_value(text);
	size_t n = p ? strlen(p) : 0;
	CHECK(p && n / 4 * 3 <= size);
	int got = EVP_DecodeBlock(out, (const unsigned char *)p, (int)n);
	CHECK(got >= 0);
	for (; n && p[n - 1] == '='; n--)
		got--;
	return bytes_of(out, (size_t)got);
}

/* A value of the largest hash as base64 decodes it. */
#define VALUE_SIZE (ALG_DIGEST_MAX + 3)

static void list_values(const struct pcr_selection *s, const json_t *pcrs,
			uint8_t room[PCR_COUNT][VALUE_SIZE], struct bytes_list *ret)
{
	for (unsigned i = 0; i < PCR_COUNT; i++) {
		char index[16];
		if (!(s->banks[0].bits >> i & 1))
			continue;
		snprintf(index, sizeof(index), "%u", i);
		struct bytes value = from_base64(json_object_get(pcrs, index), room[i], sizeof(room[i]));
		CHECK(bytes_list_put(ret, value));
	}
}

static void read_evidence(const char *file, void *with)
{
	uint8_t quote[1024], signature[1024], digest[ALG_DIGEST_MAX], room[PCR_COUNT][VALUE_SIZE];
	struct statement s;
	struct signature sig;
	struct bytes_list values = { 0 };
	json_t *root = read_json(file);
	const json_t *statement = json_object_get(root, "quote"),
		     *signed_by = json_object_get(root, "signature");
	OK(statement_parse(from_base64(statement, quote, sizeof(quote)), &s));
	OK(signature_parse(from_base64(signed_by, signature, sizeof(signature)), &sig));
	CHECK(s.magic == STATEMENT_MAGIC && s.type == STATEMENT_QUOTE);
	if (s.selection.n <= 1) {
		if (s.selection.n == 1)
			list_values(&s.selection, json_object_get(root, "pcrs"), room, &values);
		CHECK(is_pcr_covered(&s.selection, &values));
		OK(pcr_digest(sig.hash, &values, digest));
		CHECK(is_bytes_equal(s.pcr_digest, bytes_of(digest, alg_hash_find(sig.hash)->size)));
		++*(size_t *)with;
	}
	json_decref(root);
}

static void quotes_of_real_machines_have_the_digest_of_their_pcrs(void **state)
{
	(void)state;
	size_t checked = 0, files = corpora_list("evidence-min", read_evidence, &checked);
	assert_int_equal(files, 9);
	CHECK(checked >= 8);
}

/* A real server's quote over no PCR at all: its digest fits, and it equals no selection that is asked for. */
static void a_quote_of_nothing_is_not_what_was_asked_for(void **state)
{
	(void)state;
	uint8_t quote[1024];
	struct statement s;
	const struct pcr_selection asked = pcr_of(ALG_SHA256, 0xFF);
	json_t *root = read_json("evidence-min/server-empty-selection.evidence.json");
	OK(statement_parse(from_base64(json_object_get(root, "quote"), quote, sizeof(quote)), &s));
	CHECK(pcr_count(&s.selection) == 0 && !is_pcr_equal(&s.selection, &asked));
	json_decref(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(statements_of_real_tpms_are_read_and_written_as_they_were),
		TEST(quotes_of_real_machines_have_the_digest_of_their_pcrs),
		TEST(a_quote_of_nothing_is_not_what_was_asked_for),
	};
	return corpora_run(tests, COUNT_OF(tests), NULL, NULL);
}
