#include "cli/roster.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/heap.h"
#include "base/text.h"
#include "cli/csv.h"
#include "cli/record.h"
#include "cli/registration.h"
#include "cli/rowfile.h"
#include "cli/seen.h"
#include "wire/body.h"

#define PAGE_OCTETS 120000   /* of JSON; the server takes 131,072 */
#define PROGRESS_ROWS 100000 /* where nobody watches, a line for each so many */
#define STDIN "-"

/* What a command does with its rows, and the words for what came of them. */
struct act {
	const char *path, *done, *same;
};

static const struct act import_act = { "/assay/v1/registrations/import", "imported", "present" };
static const struct act remove_act = { "/assay/v1/registrations/remove", "removed", "absent" };

struct roster {
	struct session *s;
	const struct act *act;
	struct rowfile *file;
	struct seen *seen;
	json_t *page;
	size_t page_size;
	size_t lines[BODY_REGISTRATIONS_MAX]; /* of the rows of the page */
	size_t rows, done, same, refused, hashes;
	json_t *refusals;       /* with --json */
	struct complaint first; /* of those refused */
	struct timespec begun;
};

/* --- what came of rows ---------------------------------------------------------------------------------- */

static void refuse(struct roster *r, size_t line, fault why, const char *detail)
{
	r->refused++;
	if (r->refused == 1) {
		complaint_put(&r->first, why, "Line %zu: %s", line, detail[0] ? detail : why->what);
		r->first.is_server = true;
	}
	if (is_session_json(r->s))
		json_array_append_new(r->refusals, json_pack("{sI ss ss}", "line", (json_int_t)line, "code",
							     why->name, "detail", detail));
	else
		printf("line %zu  refused  %s: %s\n", line, why->name, detail[0] ? detail : why->what);
}

static fault take_result(struct roster *r, const json_t *row)
{
	json_int_t at = json_integer_value(json_object_get(row, "row"));
	bool is_same = strcmp(record_text(row, "result"), "same") == 0;
	if (at < 0 || (size_t)at >= json_array_size(r->page))
		return complaint_put(&r->s->complaint, FAIL(REPLY_INVALID),
				     "The answer is about rows that were not sent.");
	r->same += is_same;
	if (is_same)
		return NULL;
	fault why = fault_find(bytes_text(record_text(row, "code")));
	refuse(r, r->lines[at], why ? why : FAIL(REASON_UNKNOWN), record_text(row, "detail"));
	return NULL;
}

/* For people on a terminal's last line; for logs now and then a line. */
static void show_progress(const struct roster *r, size_t before)
{
	struct timespec now;
	bool is_watched = isatty(STDERR_FILENO) == 1;
	clock_gettime(CLOCK_MONOTONIC, &now);
	double seconds =
		(double)(now.tv_sec - r->begun.tv_sec) + (double)(now.tv_nsec - r->begun.tv_nsec) / 1e9;
	size_t rate = seconds > 0 ? (size_t)((double)r->rows / seconds) : 0;
	if (is_watched)
		fprintf(stderr, "\r%zu rows, %zu a second ", r->rows, rate);
	else if (r->rows / PROGRESS_ROWS > before / PROGRESS_ROWS)
		fprintf(stderr, "%zu rows, %zu a second\n", r->rows, rate);
}

static void end_progress(const struct roster *r)
{
	if (r->rows && isatty(STDERR_FILENO) == 1)
		fputs("\r\033[K", stderr);
}

static fault send_page(struct roster *r)
{
	json_auto_t *body = json_pack("{sO}", "registrations", r->page), *reply = NULL;
	const struct remote_request request = { "POST", r->act->path, body };
	size_t n = json_array_size(r->page), at, before = r->rows;
	const json_t *row;
	if (n == 0)
		return NULL;
	TRY(session_send(r->s, &request, &reply));
	const json_t *rows = json_object_get(reply, "value");
	json_int_t done = json_integer_value(json_object_get(reply, "done"));
	if (done < 0 || (size_t)done + json_array_size(rows) != n)
		return complaint_put(&r->s->complaint, FAIL(REPLY_INVALID),
				     "The answer is not about the rows that were sent.");
	r->done += (size_t)done;
	r->rows += n;
	end_progress(r);
	json_array_foreach(rows, at, row) TRY(take_result(r, row));
	show_progress(r, before);
	json_array_clear(r->page);
	r->page_size = 0;
	return NULL;
}

/* --- rows ----------------------------------------------------------------------------------------------- */

/* The line of an earlier row that names the same device, or 0. */
static fault find_earlier(struct roster *r, const struct rowfile_row *row, size_t *ret)
{
	static const char *const keys[] = { "ekHash", "serialNumber" };
	*ret = 0;
	for (size_t i = 0; i < COUNT_OF(keys) && !*ret; i++) {
		const char *key = json_string_value(json_object_get(row->body, keys[i]));
		if (key)
			TRY(seen_put(r->seen, keys[i], bytes_text(key), row->line, ret));
	}
	return NULL;
}

/* What the command line says of rows that say nothing. */
static void put_defaults(const struct roster *r, json_t *body)
{
	static const struct {
		enum option_id option;
		const char *member;
	} defaults[] = { { OPTION_PROFILE, "profile" }, { OPTION_GROUP_TAG, "groupTag" } };
	for (size_t i = 0; i < COUNT_OF(defaults); i++) {
		const char *value = r->s->line->values[defaults[i].option];
		if (value && !json_object_get(body, defaults[i].member))
			json_object_set_new(body, defaults[i].member, json_string(value));
	}
}

static fault put_row(struct roster *r, const struct rowfile_row *row)
{
	char detail[64];
	size_t earlier;
	TRY(find_earlier(r, row, &earlier));
	if (earlier) {
		snprintf(detail, sizeof(detail), "Line %zu names the same device.", earlier);
		refuse(r, row->line, FAIL(ROW_DUPLICATE), detail);
		return NULL;
	}
	put_defaults(r, row->body);
	size_t size = json_dumpb(row->body, NULL, 0, JSON_COMPACT) + 1;
	if (json_array_size(r->page) == BODY_REGISTRATIONS_MAX || r->page_size + size > PAGE_OCTETS)
		TRY(send_page(r));
	r->lines[json_array_size(r->page)] = row->line;
	json_array_append(r->page, row->body);
	r->page_size += size;
	r->hashes += row->has_windows_hash;
	return NULL;
}

static fault put_rows(struct roster *r)
{
	struct rowfile_row row;
	for (;;) {
		fault why = rowfile_next(r->file, &row);
		if (why)
			return complaint_put(&r->s->complaint, why, "%s: line %zu: %s",
					     r->s->line->arguments[0], row.line, row.detail);
		if (!row.body && !row.why)
			return send_page(r);
		if (row.why)
			refuse(r, row.line, row.why, row.detail);
		else
			why = put_row(r, &row);
		json_decref(row.body);
		TRY(why);
	}
}

/* --- the file ------------------------------------------------------------------------------------------- */

static void write_sum(const struct roster *r)
{
	if (is_session_json(r->s)) {
		json_auto_t *sum = json_pack("{sI sI sI sO}", r->act->done, (json_int_t)r->done, r->act->same,
					     (json_int_t)r->same, "refused", (json_int_t)r->refused, "rows",
					     r->refusals);
		session_write(r->s, sum);
		return;
	}
	printf("%zu %s, %zu %s%s, %zu refused\n", r->done, r->act->done, r->same, r->act->same,
	       r->act == &import_act ? " already" : "", r->refused);
	if (r->hashes && r->act == &import_act)
		printf("Windows hardware hashes: %zu. They cannot be read, so their SHA-256 is kept, and "
		       "these "
		       "devices are known by serial number.\n",
		       r->hashes);
}

static fault run_file(struct roster *r, FILE *in)
{
	r->file = rowfile_open(in);
	r->seen = seen_new();
	r->page = heap_need(json_array());
	r->refusals = heap_need(json_array());
	clock_gettime(CLOCK_MONOTONIC, &r->begun);
	fault why = put_rows(r);
	end_progress(r);
	if (!why || r->rows)
		write_sum(r);
	if (!why && r->refused)
		r->s->complaint = r->first;
	rowfile_close(r->file);
	seen_free(r->seen);
	json_decref(r->page);
	json_decref(r->refusals);
	return why || !r->refused ? why : r->first.why;
}

static fault run(struct session *s, const struct act *act)
{
	const char *path = s->line->arguments[0];
	struct roster *r = heap_need(calloc(1, sizeof(*r)));
	bool is_stdin = strcmp(path, STDIN) == 0;
	FILE *in = is_stdin ? stdin : fopen(path, "re");
	r->s = s;
	r->act = act;
	fault why = in ? run_file(r, in)
		       : complaint_put(&s->complaint, FAIL(SYS_FILE), "%s: %s", path, strerror(errno));
	if (in && !is_stdin)
		fclose(in);
	free(r);
	return why;
}

fault roster_import(struct session *s)
{
	return run(s, &import_act);
}

fault roster_remove(struct session *s)
{
	return run(s, &remove_act);
}
