#include "sample.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "wire/audit.h"
#include "wire/body.h"
#include "wire/frame.h"
#include "wire/idp.h"
#include "wire/notice.h"
#include "wire/trip.h"

const struct message *const sample_messages[] = {
	&begin_message,         &challenge_message,    &payload_message,     &answer_message,
	&grant_message,         &evidence_message,     &request_message,     &response_message,
	&begin_facts_message,   &answer_facts_message, &call_message,        &credential_message,
	&anchor_message,        &snapshot_message,     &issue_message,       &crl_message,
	&inquiry_message,       &standing_message,     &answered_message,
	&signed_der_message,    &issued_message,       &refused_message,     &peer_message,
	&registration_new_message,
	&profile_new_message,   &token_new_message,    &ticket_message,      &dossier_anchor_message,
	&dossier_row_message,   &dossier_message,      &fetch_message,       &fetched_message,
	&change_message,        &anchor_gone_message,  &anchors_new_message, &anchor_read_message,
	&eklist_message,        &eklist_point_message,
	&missing_message,       &examine_message,      &examined_message,    &blocklist_new_message,
	&token_begin_message,   &token_challenge_message, &token_answer_message, &token_grant_message,
	&token_ask_message,     &possession_message,   &mint_message,        &minted_message,
	&mint_keys_message,     &noted_message,
	&registration_row_message, &registrations_new_message, &assignment_new_message,
	&certificate_end_message,
	&filter_new_message,    &filter_set_message,   &filter_trial_message,
	&restriction_words_message, &restriction_place_message,
	&compliance_words_message,
	&order_message,         &effect_message,       &checkin_message,     &checkin_reply_message,
	&collected_message,     &presence_message,     &diagnostics_message, &action_new_message,
	&batch_new_message,
	&account_new_message, &account_set_message, &api_token_new_message, &audit_head_message,
	&audit_row_message, &audit_seal_message, &audit_signed_message, &collected_reply_message,
	&idp_message, &idp_document_message, &idp_key_message, &idp_new_message, &idp_set_message,
	&idps_message, &notice_message, &passage_message, &password_new_message, &result_message,
	&session_new_message, &user_message, &view_new_message, &webhook_new_message,
	&session_link_message, &session_code_message, &password_own_message,
};
const size_t sample_message_count = COUNT_OF(sample_messages);

/* splitmix64, by Steele, Lea and Flood. */
uint64_t sample_number(struct sample *s)
{
	s->state += 0x9E3779B97F4A7C15;
	uint64_t z = s->state;
	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
	z = (z ^ z >> 27) * 0x94D049BB133111EB;
	return z ^ z >> 31;
}

static uint8_t *room(struct sample *s, size_t n)
{
	uint8_t *p = arena_alloc(s->arena, n + 1);
	if (!p)
		abort();
	return p;
}

struct bytes sample_bytes(struct sample *s, size_t n)
{
	uint8_t *p = room(s, n);
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)sample_number(s);
	return bytes_of(p, n);
}

static struct bytes sample_text(struct sample *s, size_t n)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -.";
	uint8_t *p = room(s, n);
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)letters[sample_number(s) % (sizeof(letters) - 1)];
	return bytes_of(p, n);
}

/* A size between none and max by shape. */
static size_t size(struct sample *s, const struct field *f, enum sample_shape shape)
{
	uint64_t max = f->max;
	if (f->type == FIELD_FIXED || f->type == FIELD_FIXEDS)
		return (size_t)max;
	size_t most = max < SAMPLE_VIEW_MAX ? (size_t)max : SAMPLE_VIEW_MAX;
	size_t some = shape == SAMPLE_MIXED ? sample_number(s) % (most + 1) : 0;
	size_t n = shape == SAMPLE_MOST ? (size_t)max : some;
	return f->type == FIELD_IDS ? n - n % FIELD_ID_SIZE : n;
}

/* Numbers of every width, since a head has five forms. */
static uint64_t number(struct sample *s, const struct field *f, enum sample_shape shape)
{
	uint64_t v = sample_number(s) >> (sample_number(s) % 64);
	uint64_t inside = f->max == UINT64_MAX ? v : v % (f->max + 1);
	bool is_one = inside == 0 && f->presence == FIELD_OPT;
	return shape == SAMPLE_MOST ? f->max : shape == SAMPLE_LEAST ? 0 : is_one ? 1 : inside;
}

static void fill(struct sample *s, const struct field *f, enum sample_shape shape, void *ret)
{
	if (f->type == FIELD_UINT) {
		*(uint64_t *)ret = number(s, f, shape);
	} else if (f->count) {
		struct bytes_list *list = ret;
		size_t some = 1 + sample_number(s) % f->count;
		list->n = shape == SAMPLE_MOST ? f->count : shape == SAMPLE_LEAST ? 0 : some;
		for (size_t i = 0; i < list->n; i++)
			list->v[i] = sample_bytes(s, size(s, f, shape));
	} else {
		size_t n = size(s, f, shape);
		bool is_text = f->type == FIELD_TEXT || f->type == FIELD_WORDS;
		*(struct bytes *)ret = is_text ? sample_text(s, n) : sample_bytes(s, n);
	}
}

void sample_fill(struct sample *s, const struct message *m, enum sample_shape shape, void *ret)
{
	memset(ret, 0, m->size);
	for (size_t i = 0; i < m->count; i++) {
		const struct field *f = &m->fields[i];
		bool chosen = shape == SAMPLE_MOST || (shape == SAMPLE_MIXED && sample_number(s) % 2);
		if (f->presence == FIELD_REQ || chosen)
			fill(s, f, shape, (uint8_t *)ret + f->offset);
	}
}

struct bytes sample_encoded(struct sample *s, const struct message *m, enum sample_shape shape)
{
	_Alignas(16) uint8_t from[SAMPLE_STRUCT_MAX];
	sample_fill(s, m, shape, from);
	size_t n = (s->arena->n - s->arena->at) / 2;
	struct wr w = wr_of(room(s, n), n);
	message_write(m, from, &w);
	struct bytes encoded = wr_done(&w);
	if (!encoded.p)
		abort();
	return encoded;
}

struct bytes sample_hex(struct arena *arena, const char *hex)
{
	char *digits = arena_alloc(arena, strlen(hex) + 1);
	uint8_t *p = arena_alloc(arena, strlen(hex) / 2 + 1);
	size_t n = 0;
	for (const char *c = hex; digits && *c; c++)
		if (*c != ' ')
			digits[n++] = *c;
	if (!p || !text_hex_parse(bytes_of(digits, n), p, n / 2))
		abort();
	return bytes_of(p, n / 2);
}
