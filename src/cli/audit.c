#include "cli/audit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "cert/trail.h"
#include "cli/pages.h"
#include "cli/record.h"
#include "wire/jsn.h"

#define CHAIN "/assay/v1/audit/" TRAIL_CORE
#define KEYS "/.well-known/jwks.json"
#define TAIL_ROWS 20
#define FOLLOW_NS 500000000

/* --- looking -------------------------------------------------------------------------------------------- */

static uint64_t number_of(const json_t *record, const char *member)
{
	return (uint64_t)json_integer_value(json_object_get(record, member));
}

static void write_row(const struct session *s, const json_t *row)
{
	char time[TEXT_TIME_SIZE];
	const char *target = record_text(row, "target"), *detail = record_text(row, "detail");
	if (is_session_json(s)) {
		json_dumpf(row, stdout, JSON_COMPACT | (s->screen.is_terminal ? JSON_ENSURE_ASCII : 0));
		putchar('\n');
		return;
	}
	printf("%s  %llu  %s  %s%s%s%s%s\n", text_time((int64_t)number_of(row, "time"), time),
	       (unsigned long long)number_of(row, "number"), record_text(row, "actor"),
	       record_text(row, "action"), target[0] ? "  " : "", target, detail[0] ? "  " : "", detail);
}

/* Prints what is behind that place, which becomes that of the last one. */
static fault write_behind(struct session *s, uint64_t *last)
{
	size_t i;
	const json_t *row;
	struct pages pages;
	pages_init(&pages, CHAIN);
	snprintf(pages.path, sizeof(pages.path), CHAIN "?$top=200&$skiptoken=%016llx",
		 (unsigned long long)*last);
	while (pages.path[0]) {
		json_auto_t *page = json_array();
		TRY(pages_get(s, &pages, page));
		json_array_foreach(page, i, row) {
			write_row(s, row);
			*last = number_of(row, "number");
		}
	}
	return NULL;
}

fault audit_tail(struct session *s)
{
	json_auto_t *count = NULL;
	const struct remote_request request = { .method = "GET", .path = CHAIN "/count" };
	const struct timespec pause = { .tv_nsec = FOLLOW_NS };
	TRY(session_send(s, &request, &count));
	uint64_t n = number_of(count, "count"), last = n > TAIL_ROWS ? n - TAIL_ROWS : 0;
	TRY(write_behind(s, &last));
	while (s->line->values[OPTION_FOLLOW] && fflush(stdout) == 0 && !ferror(stdout)) {
		nanosleep(&pause, NULL);
		TRY(write_behind(s, &last));
	}
	return NULL;
}

/* --- keeping -------------------------------------------------------------------------------------------- */

/* A record as the one line that it has. */
static fault write_line(struct session *s, const struct message *m, const json_t *record)
{
	uint8_t octets[AUDIT_LINE_MAX];
	union {
		struct audit_row row;
		struct audit_signed head;
	} values;
	const char *detail;
	struct wr w = wr_of(octets, sizeof(octets));
	arena_reset(&s->arena);
	char *text = json_dumps(record, JSON_COMPACT);
	fault why = text ? jsn_parse(m, bytes_text(text), &s->arena, &values, &detail) : FAIL(SYS_MEMORY);
	free(text);
	if (!why)
		jsn_write(m, &values, &w);
	if (why || w.bad)
		return complaint_put(&s->complaint, FAIL(REPLY_INVALID),
				     "The answer is no row of the audit.");
	wr_u8(&w, '\n');
	fwrite(octets, 1, w.at, stdout);
	return NULL;
}

/* Signed heads as they come, a page at a time; each is printed behind the row that it is over. */
struct heads {
	struct pages pages;
	json_t *held;
	size_t at;
};

static fault find_head(struct session *s, struct heads *h, const json_t **ret)
{
	*ret = json_array_get(h->held, h->at);
	if (*ret || !h->pages.path[0])
		return NULL;
	json_array_clear(h->held);
	h->at = 0;
	TRY(pages_get(s, &h->pages, h->held));
	*ret = json_array_get(h->held, 0);
	return NULL;
}

static fault write_chain_page(struct session *s, struct heads *h, const json_t *page)
{
	size_t i;
	const json_t *row, *head;
	json_array_foreach(page, i, row) {
		TRY(write_line(s, &audit_row_message, row));
		TRY(find_head(s, h, &head));
		if (!head || number_of(head, "number") != number_of(row, "number"))
			continue;
		TRY(write_line(s, &audit_signed_message, head));
		h->at++;
	}
	return NULL;
}

fault audit_export(struct session *s)
{
	json_auto_t *held = json_array();
	struct heads heads = { .held = held };
	struct pages pages;
	pages_init(&pages, CHAIN);
	pages_init(&heads.pages, CHAIN "/heads");
	snprintf(pages.path, sizeof(pages.path), CHAIN "?$top=500");
	while (pages.path[0]) {
		json_auto_t *page = json_array();
		TRY(pages_get(s, &pages, page));
		TRY(write_chain_page(s, &heads, page));
	}
	return NULL;
}

fault audit_keys(struct session *s)
{
	struct bytes keys;
	TRY(session_get(s, &(struct remote_document){ KEYS, "application/json" }, &keys));
	fwrite(keys.p, 1, keys.n, stdout);
	putchar('\n');
	return NULL;
}
