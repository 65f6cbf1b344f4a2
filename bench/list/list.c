/*
 * list: how long pages of a list take that are asked for in the ways in which people look for devices.
 *
 * usage: bench-list [DEVICES [FOLDER]]    a million unless said; FOLDER is kept and used again when it is
 * named
 *
 * Each row is asked a number of times, with another value each time where it has one, and timed in processor
 * time of this thread; nothing has a bound.
 */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "store/store_device.h"
#include "store/store_listing.h"
#include "store/store_profile.h"
#include "store/store_tally.h"

#define DEVICES 1000000
#define BATCH 10000
#define TRIES 200
#define ARENA (4 << 20)

static const char *const models[] = { "ThinkPad T14 Gen 3", "Latitude 5440", "EliteBook 840 G9",
				      "Surface Pro 9", "OptiPlex 7010" };
static const char *const makers[] = { "LENOVO", "Dell Inc.", "HP", "Microsoft Corporation", "Dell Inc." };

struct bench {
	struct store *s;
	struct arena arena;
	unsigned n;
	unsigned at; /* the next device to be put */
};

/* --- the fleet ------------------------------------------------------------------------------------------ */

static struct bytes octets(struct arena *a, size_t size, unsigned n, uint8_t mark)
{
	uint8_t *p = arena_alloc(a, size);
	for (size_t i = 0; p && i < 4; i++)
		p[i] = (uint8_t)(n >> (8 * (3 - i)));
	if (p)
		p[4] = mark;
	return bytes_of(p, size);
}

/* Numbers that look drawn. */
static unsigned mixed(unsigned n)
{
	return n * 2654435761u;
}

static struct store_device device(struct bench *b, unsigned n)
{
	struct arena *a = &b->arena;
	unsigned model = mixed(n) >> 16 & 255;
	unsigned which = model < 4 ? 0 : model % 4 + 1;
	return (struct store_device){
		.id = octets(a, 16, n, 1),
		.name = bytes_text(arena_format(a, "PC-%06X", mixed(n) >> 8)),
		.serial = bytes_text(arena_format(a, "%c%cX%07u", 'A' + n % 26, 'A' + n / 26 % 26, n)),
		.manufacturer = bytes_text(makers[which]),
		.model = bytes_text(models[which]),
		.os = BYTES_TEXT("Windows"),
		.os_version = BYTES_TEXT("10.0.22631.3447"),
		.profile = octets(a, 16, 0, 2),
		.state = STORE_DEVICE_ACTIVE,
		.attested = mixed(n) % 100 != 0,
		.assurance = 2,
		.fault = mixed(n) % 100 ? (struct bytes){ 0 } : BYTES_TEXT("TPM_NOT_READY"),
		.tpm_maker = BYTES_TEXT("IFX"),
		.tpm_class = 1,
		.tpm_version = BYTES_TEXT("2.0"),
		.firmware = 1,
		.ak_name = octets(a, 34, n, 3),
		.key_hash = octets(a, 32, n, 4),
		.ek_hash = octets(a, 32, n, 5),
		.enrolled = 1700000000 + n,
		.last_seen = 1760000000 + mixed(n) % 5000000,
		.updated = 1700000000 + n,
		.upn = bytes_text(arena_format(a, "user%u@example.com", mixed(n) % 500000)),
	};
}

static fault fill_batch(struct store *s, void *context)
{
	struct bench *b = context;
	for (unsigned end = b->at + BATCH; b->at < end && b->at < b->n; b->at++) {
		arena_reset(&b->arena);
		struct store_device d = device(b, b->at);
		TRY(store_device_put(s, &d));
	}
	return NULL;
}

static fault fill(struct bench *b)
{
	uint64_t there;
	TRY(store_device_count(b->s, &there));
	if (there >= b->n)
		return NULL;
	const struct store_profile p = { .id = octets(&b->arena, 16, 0, 2),
					 .name = BYTES_TEXT("Default"),
					 .attestation = 1,
					 .key = 1,
					 .created = 1,
					 .virtual = 1,
					 .unknown = 1,
					 .usage = 1,
					 .failure = 1 };
	TRY(store_profile_put(b->s, &p));
	while (b->at < b->n)
		TRY(store_transact(b->s, fill_batch, b));
	return NULL;
}

/* --- what is asked -------------------------------------------------------------------------------------- */

/* A comparison; its text or number comes from a device that is drawn. */
struct asked {
	const char *name;
	uint8_t op, column;
	size_t field; /* of the device, whose first `length` octets are compared with, or that number */
	size_t from, length;                        /* of a text; 0: a number */
	uint8_t sort;                               /* column + 1 */
	bool is_descending, is_searched, is_behind; /* is_behind: the page after a hundred others */
};

#define COLUMN(name) STORE_LISTING_DEVICE_##name
#define FIELD(name) offsetof(struct store_device, name)
static const struct asked rows[] = {
	{ .name = "first page" },
	{ .name = "a page in the middle", .is_behind = true },
	{ "serialNumber eq", SELECTION_EQ, COLUMN(SERIAL), FIELD(serial), 0, 32, 0, 0, 0, 0 },
	{ "model eq", SELECTION_EQ, COLUMN(MODEL), FIELD(model), 0, 64, 0, 0, 0, 0 },
	{ "model eq by name", SELECTION_EQ, COLUMN(MODEL), FIELD(model), 0, 64, COLUMN(NAME) + 1, 0, 0, 0 },
	{ "isTpmAttested eq by lastSync desc", SELECTION_EQ, COLUMN(ATTESTED), FIELD(attested), 0, 0,
	  COLUMN(LAST_SEEN) + 1, true, 0, 0 },
	{ "startswith name, 5 letters", SELECTION_STARTS, COLUMN(NAME), FIELD(name), 0, 5, 0, 0, 0, 0 },
	{ "startswith name, 8 letters", SELECTION_STARTS, COLUMN(NAME), FIELD(name), 0, 8, 0, 0, 0, 0 },
	{ "startswith name, by lastSync", SELECTION_STARTS, COLUMN(NAME), FIELD(name), 0, 6,
	  COLUMN(LAST_SEEN) + 1, 0, 0, 0 },
	{ .name = "by name", .sort = COLUMN(NAME) + 1 },
	{ .name = "by name, in the middle", .sort = COLUMN(NAME) + 1, .is_behind = true },
	{ .name = "by model, in the middle", .sort = COLUMN(MODEL) + 1, .is_behind = true },
	{ .name = "by lastSync desc", .sort = COLUMN(LAST_SEEN) + 1, .is_descending = true },
	{ .name = "by lastSync, in the middle", .sort = COLUMN(LAST_SEEN) + 1, .is_behind = true },
	{ "contains name, 3 letters", SELECTION_CONTAINS, COLUMN(NAME), FIELD(name), 5, 3, 0, 0, 0, 0 },
	{ "contains name, 5 letters", SELECTION_CONTAINS, COLUMN(NAME), FIELD(name), 4, 5, 0, 0, 0, 0 },
	{ "contains serial by lastSync", SELECTION_CONTAINS, COLUMN(SERIAL), FIELD(serial), 4, 4,
	  COLUMN(LAST_SEEN) + 1, 0, 0, 0 },
	{ "contains model, very many", SELECTION_CONTAINS, COLUMN(MODEL), FIELD(model), 1, 4,
	  COLUMN(NAME) + 1, 0, 0, 0 },
	{ "search, 4 letters", 0, 0, FIELD(name), 4, 4, 0, 0, true, 0 },
	{ "search, 6 letters by name", 0, 0, FIELD(serial), 3, 6, COLUMN(NAME) + 1, 0, true, 0 },
};

static fault ask(struct bench *b, const struct asked *of, unsigned try, struct store_listing *ret)
{
	arena_reset(&b->arena);
	const struct store_device d = device(b, mixed(try * 7 + 3) % b->n);
	struct selection q = { .view = STORE_LISTING_DEVICE, .top = 50 };
	struct selection_value v = { .kind = SELECTION_NUMBER };
	const uint8_t *at = (const uint8_t *)&d + of->field;
	if (of->length) {
		v.kind = SELECTION_TEXT;
		memcpy(&v.view, at, sizeof(v.view));
		size_t left = v.view.n - of->from;
		v.view = bytes_slice(v.view, of->from, left < of->length ? left : of->length);
	} else {
		memcpy(&v.number, at, sizeof(v.number));
	}
	if (of->is_searched)
		q.search = v.view;
	else if (of->op)
		q.nodes[q.nodes_n++] = (struct selection_node){ of->op, of->column, v };
	if (of->sort)
		q.sorts[q.sorts_n++] = (struct selection_sort){ (uint8_t)(of->sort - 1), of->is_descending };
	if (of->is_behind) {
		/* Behind the device that was drawn. */
		struct selection_value *after = q.after;
		uint8_t column = (uint8_t)(of->sort - 1);
		if (of->sort && column == COLUMN(LAST_SEEN))
			after[q.after_n++] = (struct selection_value){ SELECTION_NUMBER, d.last_seen, { 0 } };
		else if (of->sort)
			after[q.after_n++] =
				(struct selection_value){ SELECTION_TEXT, 0,
							  column == COLUMN(NAME) ? d.name : d.model };
		after[q.after_n++] = (struct selection_value){ SELECTION_BYTES, 0, d.id };
	}
	return store_listing_list(b->s, &q, &b->arena, ret);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void print(const char *name, double took[static TRIES], size_t found, const char *more)
{
	qsort(took, TRIES, sizeof(took[0]), compare);
	printf("%-36s %8.2f %8.2f %8.2f  %zu%s\n", name, took[TRIES / 2], took[TRIES * 99 / 100],
	       took[TRIES - 1], found, more);
	fflush(stdout);
}

static void measure(struct bench *b, const struct asked *of)
{
	double took[TRIES];
	size_t found = 0;
	for (unsigned i = 0; i < TRIES; i++) {
		struct store_listing page = { 0 };
		double begun = now_ms();
		fault why = ask(b, of, i, &page);
		took[i] = now_ms() - begun;
		found += page.n;
		if (why)
			printf("%s: %s %s\n", of->name, why->name, store_detail(b->s));
	}
	print(of->name, took, found / TRIES, "");
}

/* How many devices there are of a question: a comparison with a text, and what is searched for beside it. */
struct counted {
	const char *name;
	uint8_t op, column;
	const char *value, *search;
};

static const struct counted totals[] = {
	{ .name = "all" },
	{ "a model", SELECTION_EQ, COLUMN(MODEL), "Latitude 5440", NULL },
	{ "an operating system", SELECTION_EQ, COLUMN(OS), "Windows", NULL },
	{ "a prefix of names", SELECTION_STARTS, COLUMN(NAME), "pc-1", NULL },
	{ "two letters in names", SELECTION_CONTAINS, COLUMN(NAME), "12", NULL },
	{ "two letters in no name", SELECTION_CONTAINS, COLUMN(NAME), "zz", NULL },
	{ "three letters in names", SELECTION_CONTAINS, COLUMN(NAME), "123", NULL },
	{ "three letters in models", SELECTION_CONTAINS, COLUMN(MODEL), "lat", NULL },
	{ "two letters searched for", 0, 0, NULL, "12" },
	{ "a model, two letters searched for", SELECTION_EQ, COLUMN(MODEL), "Latitude 5440", "12" },
};

static struct selection asked_of(const struct counted *of)
{
	struct selection q = { .view = STORE_LISTING_DEVICE, .top = 50 };
	if (of->op)
		q.nodes[q.nodes_n++] = (struct selection_node){
			of->op, of->column, { SELECTION_TEXT, 0, bytes_text(of->value) }
		};
	if (of->search)
		q.search = bytes_text(of->search);
	return q;
}

static void count(struct bench *b, const struct counted *of)
{
	double took[TRIES];
	struct store_listing_total found = { 0 };
	const struct selection q = asked_of(of);
	for (unsigned i = 0; i < TRIES; i++) {
		arena_reset(&b->arena);
		double begun = now_ms();
		fault why = store_listing_count(b->s, &q, &b->arena, &found);
		took[i] = now_ms() - begun;
		if (why)
			printf("%s: %s\n", of->name, why->name);
	}
	print(of->name, took, (size_t)found.n, found.is_all ? "" : "+");
}

/* All of them in TRIES parts, as desk counts (flow/totals.h). */
static void walk(struct bench *b, struct store *own, const struct counted *of)
{
	double took[TRIES] = { 0 };
	struct store_listing_total found = { 0 };
	const struct selection q = asked_of(of);
	arena_reset(&b->arena);
	fault why = store_tally_open(own, &q, &b->arena);
	for (unsigned i = 0; !why && !found.is_all; i++) {
		double begun = now_ms();
		why = store_tally_next(own, b->n / (TRIES - 1) + 1, &found);
		took[i] = now_ms() - begun;
	}
	store_tally_close(own);
	if (why)
		printf("%s: %s\n", of->name, why->name);
	print(of->name, took, (size_t)found.n, "");
}

static int forget(const char *path, const struct stat *of, int type, struct FTW *w)
{
	(void)of;
	(void)type;
	(void)w;
	return remove(path);
}

/* Who fills the records keeps them open, as core does, and another handle is asked, as desk is. */
static fault open_all(struct bench *b, const char *path, struct store **ret_writer, struct store **ret_own)
{
	TRY(store_open(path, ret_writer));
	b->s = *ret_writer;
	TRY(fill(b));
	TRY(store_open_lists(path, ret_own));
	return store_open_reader(path, &b->s);
}

int main(int argc, char **argv)
{
	char folder[256], path[300];
	uint64_t n = DEVICES;
	struct bench b = { 0 };
	if (argc > 1 && !text_uint_parse(bytes_text(argv[1]), 100000000, &n))
		return 2;
	snprintf(folder, sizeof(folder), "%s", argc > 2 ? argv[2] : "/tmp/assay-bench-XXXXXX");
	if (argc < 3 && !mkdtemp(folder))
		return 1;
	snprintf(path, sizeof(path), "%s/assay.db", folder);
	b.n = (unsigned)n;
	arena_init(&b.arena, ARENA);
	double begun = now_ms();
	struct store *writer = NULL, *own = NULL;
	fault why = open_all(&b, path, &writer, &own);
	if (why) {
		fprintf(stderr, "bench-list: %s\n", why->name);
		return 1;
	}
	printf("%u devices, put in %.0f s\n\n%-36s %8s %8s %8s  %s\n", b.n, (now_ms() - begun) / 1e3,
	       "page of 50, ms", "median", "p99", "most", "records");
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		measure(&b, &rows[i]);
	printf("\n%-36s %8s %8s %8s  %s\n", "how many there are, ms", "median", "p99", "most", "counted");
	for (size_t i = 0; i < COUNT_OF(totals); i++)
		count(&b, &totals[i]);
	printf("\n%-36s %8s %8s %8s  %s\n", "counted to the end, parts, ms", "median", "p99", "most",
	       "counted");
	for (size_t i = 1; i < COUNT_OF(totals); i++)
		walk(&b, own, &totals[i]);
	store_close(own);
	store_close(b.s);
	store_close(writer);
	arena_done(&b.arena);
	if (argc < 3)
		nftw(folder, forget, 8, FTW_DEPTH | FTW_PHYS);
	return 0;
}
