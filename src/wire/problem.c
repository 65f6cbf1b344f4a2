#include "wire/problem.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define REQUEST_ID_SIZE 16
#define TYPE_PREFIX "urn:assay:fault:"
#define TYPE_SIZE_MAX 128
#define HRESULT_PREFIX "0x"
#define HRESULT_SIZE 11 /* 0x, eight digits and NUL */

static bool is_detail_fit(const char *detail)
{
	struct bytes text = bytes_text(detail);
	return text.n <= PROBLEM_DETAIL_MAX && is_text_printable(text);
}

/* What the detail begins with, when that is a name; absent otherwise. */
static struct bytes target_of(const struct problem *p, const char *detail)
{
	static const char name[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789$-";
	bool is_of_request = p->why == FAIL(PARSE_FIELD) || p->why == FAIL(PARSE_ENVELOPE) ||
			     p->why == FAIL(FORMAT_UNKNOWN);
	if (p->target || !detail || !is_of_request)
		return bytes_text(p->target);
	size_t n = strspn(detail, name);
	bool is_capital = detail[0] >= 'A' && detail[0] <= 'Z';
	bool is_name = n > 0 && (detail[n] == ':' || (detail[n] == ' ' && !is_capital));
	return is_name ? bytes_of(detail, n) : (struct bytes){ 0 };
}

/* As Microsoft Graph has it: one message with all that a person is to read. */
static json_t *error_of(const struct problem *p, const char *detail)
{
	char id[TEXT_UUID_SIZE];
	struct bytes target = target_of(p, detail);
	json_t *message = json_sprintf("%s%s%s %s", p->why->what, detail ? " " : "", detail ? detail : "",
				       p->why->remedy);
	json_t *named = target.p ? json_stringn((const char *)target.p, target.n) : NULL;
	return json_pack("{s:s, s:o, s:o*, s:{s:s}}", "code", p->why->name, "message", message, "target",
			 named, "innerError", "request-id", text_uuid(p->request_id.p, id));
}

void problem_write(const struct problem *p, struct wr *w)
{
	fault why = p->why;
	char type[TYPE_SIZE_MAX], hresult[HRESULT_SIZE], id[TEXT_HEX_SIZE(REQUEST_ID_SIZE)];
	if (w->bad || p->request_id.n != REQUEST_ID_SIZE) {
		w->bad = true;
		return;
	}
	snprintf(type, sizeof(type), TYPE_PREFIX "%s", why->name);
	snprintf(hresult, sizeof(hresult), HRESULT_PREFIX "%08" PRIX32, why->hresult);
	/* s* leaves a member out when its text is NULL. */
	const char *detail = is_detail_fit(p->detail) ? p->detail : NULL;
	json_auto_t *document = json_pack(
		"{s:s, s:s, s:i, s:s*, s:s, s:s*, s:s, s:b, s:s, s:o}", "type", type, "title", why->what,
		"status", why->http, "detail", detail, "code", why->name, "hresult",
		why->hresult ? hresult : NULL, "remedy", why->remedy, "retry", (int)why->retry, "requestId",
		text_hex(p->request_id, id), "error", error_of(p, detail));
	size_t room = w->n - w->at;
	size_t n = document ? json_dumpb(document, (char *)w->p + w->at, room, JSON_COMPACT) : 0;
	if (n == 0 || n > room) {
		w->bad = true;
		return;
	}
	w->at += n;
}

/* A member's text as the arena's copy; absent when it is not printable text. */
static struct bytes member_text(const json_t *document, const char *name, struct arena *arena)
{
	const json_t *value = json_object_get(document, name);
	struct bytes text = bytes_of(json_string_value(value), json_string_length(value));
	return is_text_printable(text) ? arena_copy(arena, text) : (struct bytes){ 0 };
}

static bool is_type_of(struct bytes type, struct bytes code)
{
	struct bytes prefix = bytes_slice(type, 0, sizeof(TYPE_PREFIX) - 1);
	return is_bytes_text(prefix, TYPE_PREFIX) &&
	       is_bytes_equal(bytes_slice(type, prefix.n, type.n - prefix.n), code);
}

/* "0x801C0003"; absent is zero. */
static fault get_hresult(struct bytes text, uint32_t *ret)
{
	uint8_t octets[4] = { 0 };
	struct bytes digits = bytes_slice(text, sizeof(HRESULT_PREFIX) - 1, 2 * sizeof(octets));
	bool is_prefixed = is_bytes_text(bytes_slice(text, 0, sizeof(HRESULT_PREFIX) - 1), HRESULT_PREFIX);
	bool is_whole = is_prefixed && text.n == HRESULT_SIZE - 1;
	NEED(!text.p || (is_whole && text_hex_parse(digits, octets, sizeof(octets))), PARSE_ENVELOPE);
	*ret = (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 | (uint32_t)octets[2] << 8 | octets[3];
	return NULL;
}

fault problem_parse(struct bytes body, struct arena *arena, struct problem_view *ret)
{
	NEED(body.n > 0 && body.n <= PROBLEM_SIZE_MAX, PARSE_ENVELOPE);
	json_auto_t *document = json_loadb((const char *)body.p, body.n, JSON_REJECT_DUPLICATES, NULL);
	const json_t *retry = json_object_get(document, "retry");
	uint8_t *id = arena_alloc(arena, REQUEST_ID_SIZE);
	struct problem_view view = {
		.code = member_text(document, "code", arena),
		.what = member_text(document, "title", arena),
		.remedy = member_text(document, "remedy", arena),
		.detail = member_text(document, "detail", arena),
		.request_id = bytes_of(id, REQUEST_ID_SIZE),
		.retry = json_is_true(retry),
	};
	struct bytes type = member_text(document, "type", arena);
	struct bytes hresult = member_text(document, "hresult", arena);
	struct bytes id_text = member_text(document, "requestId", arena);
	NEED(!is_arena_full(arena), SYS_MEMORY);
	NEED(view.code.n && view.what.n && view.remedy.n && json_is_boolean(retry), PARSE_ENVELOPE);
	NEED(is_type_of(type, view.code), PARSE_ENVELOPE);
	NEED(text_hex_parse(id_text, id, REQUEST_ID_SIZE), PARSE_ENVELOPE);
	TRY(get_hresult(hresult, &view.hresult));
	*ret = view;
	return NULL;
}
