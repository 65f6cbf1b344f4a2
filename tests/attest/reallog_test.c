/* Event logs of real machines lead to the PCR values that other programs compute of them. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/tcglog.h"
#include "base/text.h"
#include "corpora.h"

#define FOLDER "eventlog"
#define FILE_MAX (1 << 19)

/* Zero octets when there is no such file: the list names two by other names than they have. */
static size_t read_log(const char *name, uint8_t *to)
{
	char path[1024];
	snprintf(path, sizeof(path), "%s/" FOLDER "/%s", getenv("ASSAY_CORPORA"), name);
	FILE *f = fopen(path, "rb");
	if (!f)
		return 0;
	size_t n = fread(to, 1, FILE_MAX, f);
	fclose(f);
	return n;
}

/* That each PCR of the bank has the value that others computed; gives how many. */
static size_t check_bank(const struct tcglog *log, const char *bank, json_t *wanted)
{
	static const struct {
		const char *name;
		uint16_t hash;
	} hashes[] = { { "sha1", ALG_SHA1 }, { "sha256", ALG_SHA256 }, { "sha384", ALG_SHA384 },
		       { "sha512", ALG_SHA512 } };
	struct tcglog_values values;
	const char *pcr;
	json_t *value;
	size_t seen = 0;
	for (size_t i = 0; i < COUNT_OF(hashes); i++) {
		if (strcmp(hashes[i].name, bank) != 0)
			continue;
		OK(tcglog_replay(log, hashes[i].hash, &values));
		json_object_foreach(wanted, pcr, value) {
			char hex[TEXT_HEX_SIZE(ALG_DIGEST_MAX)];
			size_t size = strlen(json_string_value(value)) / 2;
			text_hex(bytes_of(values.v[strtoul(pcr, NULL, 10)], size), hex);
			assert_string_equal(hex, json_string_value(value));
			seen++;
		}
	}
	return seen;
}

static void real_logs_lead_to_the_values_that_others_compute(void **state)
{
	static uint8_t storage[FILE_MAX];
	char path[1024];
	size_t i, values = 0, logs = 0;
	json_t *row;
	(void)state;
	snprintf(path, sizeof(path), "%s/" FOLDER "/MANIFEST.json", getenv("ASSAY_CORPORA"));
	json_t *all = json_load_file(path, 0, NULL);
	CHECK(json_array_size(all) > 0);
	json_array_foreach(all, i, row) {
		struct tcglog log;
		const char *bank, *name = json_string_value(json_object_get(row, "file"));
		json_t *detail = json_object_get(row, "detail"), *wanted;
		size_t n = read_log(name, storage);
		if (!n)
			continue;
		logs++;
		fault f = tcglog_parse(bytes_of(storage, n), &log);
		if ((f == NULL) != json_is_true(json_object_get(row, "parses")))
			fail_msg("%s: %s", name, f ? f->name : "was read");
		json_object_foreach(json_object_get(detail, "replay"), bank, wanted)
			values += check_bank(&log, bank, wanted);
	}
	CHECK(logs + 2 >= json_array_size(all));
	COUNTED("event logs: logs", logs);
	COUNTED("event logs: PCR values", values);
	json_decref(all);
}

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(real_logs_lead_to_the_values_that_others_compute) };
	return corpora_run(tests, COUNT_OF(tests), NULL, NULL);
}
