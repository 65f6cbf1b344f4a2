/*
 * filter [DEVICES]: what asking a filter costs.
 *
 * Asking compiled filters is timed beside the same comparisons by strncasecmp, and a preview of so many
 * devices in a database (a million unless said) beside reading their ids; each ratio has a bound. Exit 0 when
 * all bounds hold, 1 when one is broken.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "../pure/stopwatch.h"
#include "flow/preview.h"
#include "store/store_profile.h"
#include "store/store_registration.h"
#include "store/store_trait.h"

#define DEVICES 1000000
#define BATCH 10000
#define FILTERS 200

static void must(bool condition)
{
	if (!condition)
		abort();
}

static double now_s(clockid_t clock)
{
	struct timespec t;
	must(clock_gettime(clock, &t) == 0);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* --- asking --------------------------------------------------------------------------------------------- */

struct asked {
	const struct filter *v[FILTERS];
	size_t n;
	enum filter_truth expected;
	struct attribute_values values;
};

static bool is_asked(void *with)
{
	const struct asked *a = with;
	for (size_t i = 0; i < a->n; i++)
		if (filter_judge(a->v[i], &a->values) != a->expected)
			return false;
	return true;
}

static bool is_equal(struct bytes b, const char *text)
{
	return b.n == strlen(text) && strncasecmp((const char *)b.p, text, b.n) == 0;
}

/* The four comparisons of `usual` without a filter. */
static bool is_compared(void *with)
{
	const struct attribute_values *v = &((const struct asked *)with)->values;
	struct bytes model = v->of[ATTRIBUTE_MODEL];
	return is_equal(v->of[ATTRIBUTE_IS_TPM_ATTESTED], "True") &&
	       is_equal(v->of[ATTRIBUTE_MANUFACTURER], "dell inc.") && model.n >= 8 &&
	       strncasecmp((const char *)model.p, "latitude", 8) == 0 &&
	       !is_equal(v->of[ATTRIBUTE_GROUP_TAG], "kiosk");
}

static const char usual[] =
	"(device.isTpmAttested -eq \"True\") and (device.manufacturer -eq \"Dell Inc.\") and "
	"(device.model -startsWith \"Latitude\") and (device.groupTag -ne \"kiosk\")";

static const struct attribute_facts laptop = {
	.is_judged = true,
	.is_attested = true,
	.assurance = TRIP_ASSURED_CERTIFICATE,
	.manufacturer = BYTES_TEXT("Dell Inc."),
	.model = BYTES_TEXT("Latitude 7440"),
	.os_version = BYTES_TEXT("10.0.22631.3447"),
	.group_tag = BYTES_TEXT("sales"),
};

/* So many filters of that text, asked of the laptop, of which they hold. */
static void compile(struct asked *a, const char *text, size_t n, struct arena *arena)
{
	static char firmware[FIRMWARE_TEXT_SIZE];
	struct filter_error error;
	*a = (struct asked){ .n = n,
			     .expected = FILTER_TRUE,
			     .values = attribute_values_of(&laptop, firmware) };
	for (size_t i = 0; i < n; i++)
		must(!filter_parse(bytes_text(text), arena, &a->v[i], &error));
}

static bool is_kept(const char *title, struct stopwatch_times t, double bound)
{
	bool is_good = t.ratio <= bound;
	printf("%9.3f µs  %s\n%9.3f µs  beside\n%9.2f     at most %.2f%s\n\n", t.ours_us, title, t.beside_us,
	       t.ratio, bound, is_good ? "" : "  TOO MUCH");
	return is_good;
}

static bool time_asking(void)
{
	struct arena arena;
	struct asked one, version, many;
	arena_init(&arena, (size_t)FILTERS * FILTER_ARENA_SIZE);
	compile(&one, usual, 1, &arena);
	compile(&version, "device.osVersion -ge \"10.0.19045\"", 1, &arena);
	compile(&many, usual, FILTERS, &arena);
	const struct stopwatch_work beside = { is_compared, &one };
	bool is_good = is_kept("a filter of four comparisons is asked, beside strncasecmp",
			       stopwatch_compare(&(struct stopwatch_work){ is_asked, &one }, &beside), 6);
	is_good = is_kept("a filter of one version is asked, beside the same",
			  stopwatch_compare(&(struct stopwatch_work){ is_asked, &version }, &beside), 3) &&
		  is_good;
	is_good = is_kept("200 filters of four comparisons are asked, beside one",
			  stopwatch_compare(&(struct stopwatch_work){ is_asked, &many },
					    &(struct stopwatch_work){ is_asked, &one }),
			  FILTERS * 1.2) &&
		  is_good;
	arena_done(&arena);
	return is_good;
}

/* --- a preview ------------------------------------------------------------------------------------------ */

static struct bytes id_of(uint8_t memory[static 32], uint64_t n)
{
	memset(memory, 0, 32);
	for (size_t i = 0; i < 8; i++)
		memory[i] = (uint8_t)(n >> (8 * (7 - i)));
	return bytes_of(memory, 16);
}

static void put_device(struct store *s, struct bytes profile, uint64_t n)
{
	static const char *const makers[] = { "Dell Inc.", "LENOVO", "HP" }, *const tags[] = { "sales",
											       "lab" };
	uint8_t id[32], key[32];
	char name[32], serial[32], version[32];
	snprintf(name, sizeof(name), "pc-%07llu", (unsigned long long)n);
	snprintf(serial, sizeof(serial), "SN%08llu", (unsigned long long)n);
	snprintf(version, sizeof(version), "10.0.22631.%llu", (unsigned long long)n % 4000);
	id_of(key, n * 0x9E3779B97F4A7C15);
	const struct store_registration r = { .id = id_of(id, n),
					      .device_id = r.id,
					      .serial = bytes_text(serial),
					      .profile = profile,
					      .group_tag = bytes_text(tags[n % 2]),
					      .state = STORE_REGISTRATION_ENROLLED };
	const struct store_device d = { .id = r.id,
					.name = bytes_text(name),
					.serial = r.serial,
					.manufacturer = bytes_text(makers[n % 3]),
					.model = BYTES_TEXT("Latitude 7440"),
					.os = BYTES_TEXT("Windows 11"),
					.os_version = bytes_text(version),
					.profile = profile,
					.registration = r.id,
					.state = STORE_DEVICE_ACTIVE,
					.attested = n % 7 != 0,
					.assurance = n % 7 ? TRIP_ASSURED_CERTIFICATE : 0,
					.tpm_maker = BYTES_TEXT("IFX"),
					.tpm_class = ANCHORS_DISCRETE,
					.tpm_model = BYTES_TEXT("SLB9672"),
					.tpm_version = BYTES_TEXT("id:00100010"),
					.firmware = UINT64_C(0x0010001000000000),
					.ak_name = BYTES_OF(key),
					.ek_hash = BYTES_OF(key),
					.key_hash = BYTES_OF(key) };
	must(!store_registration_put(s, &r) && !store_device_put(s, &d));
}

static void fill(struct store *s, uint64_t count)
{
	uint8_t id[32];
	const struct store_profile profile = { .id = id_of(id, 1),
					       .name = BYTES_TEXT("default"),
					       .attestation = 1,
					       .key = 1,
					       .virtual = 1,
					       .unknown = 2 };
	must(!store_profile_put(s, &profile));
	for (uint64_t n = 0; n < count; n++) {
		must(n % BATCH || !store_begin(s));
		put_device(s, profile.id, n + 1);
		must((n + 1) % BATCH || !store_commit(s));
	}
}

static void read_ids(struct store *s)
{
	struct arena a;
	uint8_t after[16];
	struct store_page page = { .limit = STORE_PAGE_MAX };
	struct store_trait_list list = { .n = STORE_PAGE_MAX };
	arena_init(&a, 4 << 20);
	while (list.n == page.limit) {
		must(!store_trait_list(s, page, 0, &a, &list));
		must(!list.n || bytes_copy(list.v[list.n - 1].id, after, sizeof(after)));
		page.after = BYTES_OF(after);
		arena_reset(&a);
	}
	arena_done(&a);
}

/* How many match; the longest slice in *ret_longest_s. */
static uint64_t preview_all(struct store *s, const char *rule, double *ret_longest_s)
{
	struct arena a;
	uint8_t after[16];
	uint64_t matching = 0;
	struct flow f = { .store = s };
	struct filter_trial in = { .rule = bytes_text(rule), .top = 20 };
	struct preview p = { .after = BYTES_OF(after) };
	arena_init(&a, 4 << 20);
	*ret_longest_s = 0;
	while (p.after.p) {
		double begin = now_s(CLOCK_THREAD_CPUTIME_ID);
		must(!preview_list(&f, &in, &a, &p));
		double took = now_s(CLOCK_THREAD_CPUTIME_ID) - begin;
		*ret_longest_s = took > *ret_longest_s ? took : *ret_longest_s;
		matching += p.matching;
		must(!p.after.p || bytes_copy(p.after, after, sizeof(after)));
		in.after = BYTES_OF(after);
		in.top = 0;
		arena_reset(&a);
	}
	arena_done(&a);
	return matching;
}

static bool time_preview(struct store *s, const char *rule, double ids_s, double bound)
{
	double longest, cpu = now_s(CLOCK_THREAD_CPUTIME_ID), wall = now_s(CLOCK_MONOTONIC);
	uint64_t matching = preview_all(s, rule, &longest);
	cpu = now_s(CLOCK_THREAD_CPUTIME_ID) - cpu;
	wall = now_s(CLOCK_MONOTONIC) - wall;
	bool is_good = cpu / ids_s <= bound;
	printf("%9.3f s   %s\n            %llu match; wall %.3f s; the longest slice %.1f ms\n"
	       "%9.2f     of reading the ids, at most %.2f%s\n\n",
	       cpu, rule, (unsigned long long)matching, wall, longest * 1e3, cpu / ids_s, bound,
	       is_good ? "" : "  TOO MUCH");
	fflush(stdout);
	return is_good;
}

/* The engine leaves its companions only when it failed. */
static void remove_folder(const char *folder)
{
	char path[64];
	snprintf(path, sizeof(path), "%s/db", folder);
	must(unlink(path) == 0 && rmdir(folder) == 0);
}

static bool time_previews(uint64_t count)
{
	static const struct {
		const char *rule;
		double bound;
	} rows[] = {
		{ "(device.isTpmAttested -eq \"False\")", 2 },
		{ "(device.manufacturer -eq \"Dell Inc.\") and (device.osVersion -lt \"10.0.22631.2000\")",
		  3 },
		{ "(device.groupTag -eq \"sales\")", 3 },
	};
	char folder[] = "/tmp/bench-filter-XXXXXX", path[64];
	struct store *s = NULL;
	must(mkdtemp(folder) != NULL);
	snprintf(path, sizeof(path), "%s/db", folder);
	must(!store_open(path, &s));
	fill(s, count);
	read_ids(s);
	double ids = now_s(CLOCK_THREAD_CPUTIME_ID);
	read_ids(s);
	ids = now_s(CLOCK_THREAD_CPUTIME_ID) - ids;
	printf("%9.3f s   the ids of %llu devices are read (processor time)\n\n", ids,
	       (unsigned long long)count);
	bool is_good = true;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		is_good = time_preview(s, rows[i].rule, ids, rows[i].bound) && is_good;
	store_close(s);
	remove_folder(folder);
	return is_good;
}

int main(int count, char **words)
{
	uint64_t devices = count > 1 ? strtoull(words[1], NULL, 10) / BATCH * BATCH : DEVICES;
	bool is_good = time_asking();
	if (devices)
		is_good = time_previews(devices) && is_good;
	return is_good ? 0 : 1;
}
