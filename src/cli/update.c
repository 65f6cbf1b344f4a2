#include "cli/update.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "attest/alg.h"
#include "attest/authenticode.h"
#include "base/heap.h"
#include "base/text.h"
#include "cli/cabinet.h"
#include "cli/difference.h"
#include "cli/file.h"
#include "cli/import.h"
#include "cli/setting.h"
#include "http/download.h"
#include "wire/certfile.h"

#define MICROSOFT "https://go.microsoft.com/fwlink/?linkid=2097925"
#define NAME_UNKNOWN "update.cab"
#define CONNECT_MS 10000
#define TOTAL_MS 600000
#define SIGNERS_FILE_MAX (1 << 20)
#define SHA256_SIZE 32
#define PROGRESS_OCTETS (256 << 10)

struct update {
	struct session *s;
	struct setting said[SETTING_COUNT];
	const char *from;
	struct download download;
	struct wr w; /* of CABINET_SIZE_MAX octets */
	size_t told; /* octets that progress was shown of */
	char digest[TEXT_HEX_SIZE(SHA256_SIZE)];
	struct authenticode_signer signer; /* without a subject: the digest decided */
	bool has_ended; /* the signer's certificate */
	json_t *document; /* NULL: text */
};

static struct bytes cab_of(const struct update *u)
{
	return wr_done(&u->w);
}

/* --- the file ------------------------------------------------------------------------------------------- */

static void show_progress(void *of, size_t octets)
{
	struct update *u = of;
	if (octets < u->told + PROGRESS_OCTETS)
		return;
	u->told = octets;
	fprintf(stderr, "\r%zu KiB", octets >> 10);
}

static fault download(struct update *u)
{
	struct download *d = &u->download;
	*d = (struct download){ .url = u->from, .user_agent = "assay/" ASSAY_VERSION,
				.connect_ms = CONNECT_MS, .total_ms = TOTAL_MS, .of = u };
	if (!is_download_url(d->url))
		return complaint_put(&u->s->complaint, FAIL(USAGE),
				     "%s: an address is http:// or https:// with no user in it.", d->url);
	if (isatty(STDERR_FILENO))
		d->progress = show_progress;
	fault why = download_get(d, &u->w);
	if (u->told)
		fputs("\r          \r", stderr);
	return why ? complaint_put(&u->s->complaint, why, "%s: %s", d->url, d->detail) : NULL;
}

static fault read_cab(struct update *u)
{
	const char *slash = strrchr(u->from, '/');
	if (strstr(u->from, "://"))
		TRY(download(u));
	else
		TRY(file_get(u->from, FILE_PUBLIC, &u->s->complaint, &u->w));
	if (!strstr(u->from, "://"))
		snprintf(u->download.name, DOWNLOAD_NAME_SIZE, "%.*s", DOWNLOAD_NAME_SIZE - 1,
			 slash ? slash + 1 : u->from);
	if (!u->download.name[0])
		snprintf(u->download.name, DOWNLOAD_NAME_SIZE, NAME_UNKNOWN);
	return NULL;
}

/* --- whether it is to be believed ----------------------------------------------------------------------- */

static fault check_digest(struct update *u, const uint8_t digest[static SHA256_SIZE])
{
	uint8_t wanted[SHA256_SIZE];
	if (!text_hex_parse(bytes_text(u->s->line->values[OPTION_SHA256]), wanted, sizeof(wanted)))
		return complaint_put(&u->s->complaint, FAIL(USAGE),
				     "--sha256: a digest has 64 hexadecimal digits.");
	if (is_bytes_equal(BYTES_OF(wanted), bytes_of(digest, SHA256_SIZE)))
		return NULL;
	return complaint_put(&u->s->complaint, FAIL(CAB_OTHER), "%s has %s.", u->from, u->digest);
}

/* The certificates of a file, in the arena. */
static fault read_signers(struct update *u, const char *path, struct arena *a, struct bytes_list *ret)
{
	uint8_t *memory = heap_need(arena_alloc(a, SIGNERS_FILE_MAX));
	struct certfile *file = heap_need(arena_alloc(a, sizeof(*file)));
	struct wr w = wr_of(memory, SIGNERS_FILE_MAX);
	struct bytes der = { 0 };
	TRY(file_get(path, FILE_PUBLIC, &u->s->complaint, &w));
	certfile_init(file, wr_done(&w));
	do {
		fault why = certfile_next(file, &der);
		if (why)
			return complaint_put(&u->s->complaint, why, "%s: %s", path, file->detail);
		if (der.n && !bytes_list_put(ret, arena_copy(a, der)))
			return complaint_put(&u->s->complaint, FAIL(USAGE), "%s: more than %d certificates.",
					     path, BYTES_LIST_MAX);
	} while (der.n);
	return is_arena_full(a) ? FAIL(SYS_MEMORY) : NULL;
}

static fault check_signature(struct update *u, const struct bytes_list *signers)
{
	const struct authenticode_trust trust = { signers->v, signers->n, time(NULL) };
	fault why = authenticode_check(cab_of(u), &trust, &u->signer);
	u->has_ended = !why && trust.now > u->signer.not_after;
	const char *subject = u->signer.subject;
	if (!why)
		return NULL;
	return complaint_put(&u->s->complaint, why, "%s%s%s", u->from,
			     subject[0] ? ": signed by " : "", subject);
}

static fault check_signer(struct update *u)
{
	const char *path = u->said[SETTING_ROOTS_SIGNER].value;
	struct bytes_list signers = { 0 };
	struct arena a;
	if (!path[0])
		return complaint_put(&u->s->complaint, FAIL(CAB_SIGNER_UNSET), "The file's SHA-256 is %s.",
				     u->digest);
	arena_init(&a, 2 * SIGNERS_FILE_MAX + sizeof(struct certfile));
	fault why = read_signers(u, path, &a, &signers);
	if (!why)
		why = check_signature(u, &signers);
	arena_done(&a);
	return why;
}

static fault check_cab(struct update *u)
{
	uint8_t digest[SHA256_SIZE];
	TRY(alg_sha256(cab_of(u), digest));
	text_hex(BYTES_OF(digest), u->digest);
	return u->s->line->values[OPTION_SHA256] ? check_digest(u, digest) : check_signer(u);
}

/* --- what is shown, asked and done ---------------------------------------------------------------------- */

static void write_head(const struct update *u)
{
	char end[TEXT_TIME_SIZE];
	printf("from    %s\nfile    %s, %zu octets\nsha256  %s\n", u->from, u->download.name, u->w.at,
	       u->digest);
	if (u->signer.subject[0])
		printf("signer  %s\n        %s %s\n", u->signer.subject,
		       u->has_ended ? "whose certificate ended" : "until",
		       text_time(u->signer.not_after, end));
}

static void put_head(const struct update *u)
{
	char end[TEXT_TIME_SIZE];
	json_t *signer = json_null();
	if (u->signer.subject[0])
		signer = json_pack("{ss ss sb}", "subject", u->signer.subject, "notAfterDateTime",
				   text_time(u->signer.not_after, end), "hasEnded", u->has_ended);
	json_object_update_new(u->document,
			       json_pack("{ss ss sI ss so}", "from", u->from, "file", u->download.name,
					 "size", (json_int_t)u->w.at, "sha256", u->digest, "signer", signer));
}

static fault show(struct update *u, const struct difference *d)
{
	if (!u->document) {
		write_head(u);
		putchar('\n');
		return difference_write(u->s, d);
	}
	json_t *difference = json_object();
	put_head(u);
	difference_write_json(d, difference);
	json_object_set_new(u->document, "difference", difference);
	json_object_set_new(u->document, "import", json_null());
	return NULL;
}

/* True when they are to be imported; what a person types other than y is no. */
static fault ask(struct update *u, size_t count, bool *ret)
{
	char answer[16] = "";
	*ret = true;
	if (u->s->line->values[OPTION_YES])
		return NULL;
	if (!isatty(STDIN_FILENO))
		return complaint_put(&u->s->complaint, FAIL(UNCONFIRMED), "Standard input is no terminal.");
	fflush(stdout);
	fprintf(stderr, "Import %zu certificate%s? [y/N] ", count, count == 1 ? "" : "s");
	*ret = fgets(answer, sizeof(answer), stdin) && (answer[0] == 'y' || answer[0] == 'Y');
	if (!*ret)
		fputs("Nothing is imported.\n", stderr);
	return NULL;
}

static fault import(struct update *u, const struct bundle *bundle)
{
	json_t *result = u->document ? json_object() : NULL;
	if (!result)
		putchar('\n');
	fault why = import_bundle(u->s, bundle, result);
	if (result)
		json_object_set_new(u->document, "import", result);
	return why;
}

static fault decide(struct update *u, const struct bundle *bundle, const struct difference *d)
{
	size_t count = d->tally.sum[DIFFERENCE_NEW];
	bool is_wanted = false;
	TRY(show(u, d));
	if (count == 0)
		return NULL;
	TRY(ask(u, count, &is_wanted));
	return is_wanted ? import(u, bundle) : NULL;
}

static fault run(struct update *u)
{
	struct difference d;
	TRY(setting_get(u->s->line, &u->s->complaint, u->said));
	const char *from = u->said[SETTING_ROOTS_FROM].value;
	u->from = from[0] ? from : MICROSOFT;
	TRY(read_cab(u));
	TRY(check_cab(u));
	const struct bundle bundle = { .name = u->download.name, .cab = cab_of(u) };
	TRY(difference_build(u->s, &bundle, &d));
	fault why = decide(u, &bundle, &d);
	difference_done(&d);
	return why;
}

fault update_run(struct session *s)
{
	struct update *u = heap_need(calloc(1, sizeof(*u)));
	uint8_t *memory = heap_need(malloc(CABINET_SIZE_MAX));
	json_auto_t *document = is_session_json(s) ? json_object() : NULL;
	u->s = s;
	u->document = document;
	u->w = wr_of(memory, CABINET_SIZE_MAX);
	fault why = run(u);
	if (json_object_size(document))
		session_write(s, document);
	free(memory);
	free(u);
	return why;
}
