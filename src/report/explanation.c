#include "report/explanation.h"

#include <ctype.h>
#include <string.h>

#include "base/hresult.h"
#include "base/text.h"

#define EVENT_ID_MAX 65535
#define EVENT_SUCCEEDED 303 /* of Autopilot: the enrolment did */

/* A line under way. */
struct scan {
	struct explanation *to;
	struct explanation_line line;
	struct bytes before;   /* the word before the one at hand */
	bool is_alone;         /* the document is one word: it is meant as a code or an id */
	bool is_dry;           /* only successes are looked for */
	size_t success;        /* the last line that tells of one; 0: none */
	enum symptom_id event; /* that the line at hand tells of; SYMPTOM_COUNT: none */
	bool has_code;         /* the line at hand has a code of ours, which says more than an event */
};

/* --- causes --------------------------------------------------------------------------------------------- */

/* Faults that Windows does not know are causes, and come before what follows from causes. */
static size_t order_of(const struct explanation_cause *c)
{
	return c->symptom ? 2 * (size_t)(c->symptom - symptoms) + 1 : 2 * SYMPTOM_TPM_REFUSED;
}

static struct explanation_cause *cause_find(struct explanation *e, const struct symptom *symptom, fault why)
{
	for (size_t i = 0; i < e->n; i++)
		if (e->v[i].symptom == symptom && (symptom || e->v[i].why == why))
			return &e->v[i];
	return NULL;
}

/* The place of a new one, behind all that are not later; NULL when there is no room. */
static struct explanation_cause *cause_new(struct explanation *e, const struct symptom *symptom, fault why)
{
	struct explanation_cause c = { .symptom = symptom, .why = why };
	size_t at = e->n;
	if (e->n == EXPLANATION_MAX)
		return NULL;
	while (at > 0 && order_of(&e->v[at - 1]) > order_of(&c))
		at--;
	memmove(&e->v[at + 1], &e->v[at], (e->n++ - at) * sizeof(c));
	e->v[at] = c;
	return &e->v[at];
}

static struct explanation_cause *put(struct scan *s, enum symptom_id id, fault why)
{
	const struct symptom *symptom = id < SYMPTOM_COUNT ? &symptoms[id] : NULL;
	struct explanation_cause *c = cause_find(s->to, symptom, why);
	if (!c)
		c = cause_new(s->to, symptom, why ? why : symptom->why);
	if (!c)
		return NULL;
	if (c->count && c->last == s->line.text.p)
		return c;
	if (c->count < EXPLANATION_LINES_MAX)
		c->lines[c->count] = s->line;
	c->last = s->line.text.p;
	c->count++;
	return c;
}

/* --- signs ---------------------------------------------------------------------------------------------- */

/* The first fault with that HRESULT. */
static fault fault_of(uint32_t hresult)
{
	for (size_t i = 0; i < FAULT_COUNT; i++)
		if (fault_rows[i].hresult == hresult)
			return &fault_rows[i];
	return NULL;
}

static void put_hresult(struct scan *s, uint32_t hresult)
{
	enum symptom_id id = symptom_find_hresult(hresult);
	fault why = id == SYMPTOM_COUNT ? fault_of(hresult) : NULL;
	if (id == SYMPTOM_COUNT && !why)
		return;
	struct explanation_cause *c = put(s, id, why);
	if (c && !c->hresult)
		c->hresult = hresult;
}

static void put_fault(struct scan *s, fault why)
{
	struct explanation_cause *c = put(s, symptom_find_fault(why), why);
	if (!c)
		return;
	c->is_ours = true;
	c->why = why;
	s->has_code = true;
}

/* A number is an event's when the word before says so. */
static bool is_event_word(struct bytes word)
{
	static const char *const words[] = { "event", "events", "id", "eventid" };
	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (word.n == strlen(words[i]) && strncasecmp((const char *)word.p, words[i], word.n) == 0)
			return true;
	return false;
}

static void read_sign(struct scan *s, struct bytes word)
{
	uint32_t hresult;
	bool is_hresult = hresult_parse(word, &hresult), is_code = s->is_alone || memchr(word.p, '_', word.n);
	fault why = is_code && !is_hresult ? fault_find(word) : NULL;
	if (is_hresult)
		put_hresult(s, hresult);
	else if (why)
		put_fault(s, why);
}

static void read_word(struct scan *s, struct bytes word)
{
	uint64_t id;
	bool is_event = (s->is_alone || is_event_word(s->before)) && text_uint_parse(word, EVENT_ID_MAX, &id);
	s->before = word;
	if (is_event && id == EVENT_SUCCEEDED)
		s->success = s->line.number;
	if (is_event)
		s->event = symptom_find_event(id);
	else if (!s->is_dry)
		read_sign(s, word);
}

static bool is_word(uint8_t c)
{
	return isalnum(c) || c == '_';
}

/* A minus belongs to a number that nothing stands right before. */
static void read_words(struct scan *s)
{
	struct bytes line = s->line.text;
	s->before = (struct bytes){ 0 };
	for (size_t at = 0, end; at < line.n; at = end) {
		bool is_minus = line.p[at] == '-' && at + 1 < line.n && isdigit(line.p[at + 1]) &&
				(at == 0 || !is_word(line.p[at - 1]));
		end = at + is_minus;
		while (end < line.n && is_word(line.p[end]))
			end++;
		if (end > at)
			read_word(s, bytes_slice(line, at, end - at));
		else
			end++;
	}
}

/* Blanks, quotation marks and what is not ASCII, as typographic ones are not. */
static bool is_silent(uint8_t c)
{
	return c >= 0x80 || c <= ' ' || c == '"' || c == '\'' || c == '`';
}

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 'a' - 'A') : c;
}

static bool begins_with(struct bytes line, size_t at, const char *text)
{
	for (; *text; text++) {
		if (is_silent((uint8_t)*text))
			continue;
		while (at < line.n && is_silent(line.p[at]))
			at++;
		if (at == line.n || lower(line.p[at++]) != lower((uint8_t)*text))
			return false;
	}
	return true;
}

/* True when the text begins at some octet of that value. */
static bool has_words_from(struct bytes line, uint8_t first, const char *text)
{
	const uint8_t *at = line.n ? memchr(line.p, first, line.n) : NULL;
	for (; at; at = memchr(at + 1, first, line.n - (size_t)(at + 1 - line.p)))
		if (begins_with(line, (size_t)(at - line.p), text))
			return true;
	return false;
}

/* Every text of the table begins with a letter. */
static bool has_words(struct bytes line, const char *text)
{
	uint8_t first = lower((uint8_t)text[0]);
	return has_words_from(line, first, text) || has_words_from(line, (uint8_t)(first - 'a' + 'A'), text);
}

static void read_line(struct scan *s)
{
	s->event = SYMPTOM_COUNT;
	s->has_code = false;
	read_words(s);
	if (s->event < SYMPTOM_COUNT && !s->has_code)
		put(s, s->event, NULL);
	for (size_t i = 0; i < symptom_words_count; i++)
		if (has_words(s->line.text, symptom_words[i].text))
			put(s, symptom_words[i].of, NULL);
}

/* --- documents ------------------------------------------------------------------------------------------ */

static bool is_one_word(struct bytes text)
{
	for (size_t i = 0; i < text.n; i++)
		if (!is_word(text.p[i]) && !(i == 0 && text.p[i] == '-'))
			return false;
	return text.n > 0;
}

/* The next line of the text, without its end and the blanks around it. */
static void take_line(struct scan *s, struct bytes *text)
{
	struct bytes line = bytes_until(text, '\n');
	if (line.n && line.p[line.n - 1] == '\r')
		line.n--;
	s->line.number++;
	s->line.text = text_trimmed(line);
}

static size_t last_success(const char *file, struct bytes text)
{
	struct scan s = { .line = { .file = file }, .is_dry = true };
	while (text.n) {
		take_line(&s, &text);
		read_words(&s);
	}
	return s.success;
}

void explanation_put(struct explanation *e, const char *file, struct bytes text)
{
	struct scan s = { .to = e, .line = { .file = file }, .is_alone = is_one_word(text_trimmed(text)) };
	size_t success = last_success(file, text);
	while (text.n) {
		take_line(&s, &text);
		if (s.line.number > success)
			read_line(&s);
	}
}

const char *explanation_name(const struct explanation_cause *c)
{
	return c->why ? c->why->name : c->symptom->name;
}

const char *explanation_what(const struct explanation_cause *c)
{
	return c->symptom && !c->is_ours ? c->symptom->what : c->why->what;
}

const char *explanation_remedy(const struct explanation_cause *c)
{
	return c->symptom && !c->is_ours ? c->symptom->remedy : c->why->remedy;
}
