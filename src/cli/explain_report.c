#include "cli/explain_report.h"

#include <stdlib.h>

#include "base/heap.h"
#include "base/hresult.h"
#include "base/text.h"
#include "base/wr.h"
#include "cli/paragraph.h"

#define INDENT 12
#define SHOWN_MAX 400 /* octets of a line */
#define PLACE_SIZE 256

/* --- object --------------------------------------------------------------------------------------------- */

static json_t *words(const char *text)
{
	return text ? json_string(text) : json_null();
}

/* The beginning of a line; what a terminal might act on is not shown. */
static json_t *line_text(struct bytes line)
{
	struct bytes shown = bytes_slice(line, 0, line.n < SHOWN_MAX ? line.n : SHOWN_MAX);
	while (shown.n && line.n > SHOWN_MAX && (line.p[shown.n] & 0xC0) == 0x80)
		shown.n--;
	return is_text_printable(shown) ? json_stringn((const char *)shown.p, shown.n) : json_null();
}

/* A line of our events is shown as a person reads it. */
static json_t *shown_text(struct bytes line)
{
	json_auto_t *event = json_loadb((const char *)line.p, line.n, JSON_REJECT_DUPLICATES, NULL);
	const char *time = json_string_value(json_object_get(event, "time"));
	const char *text = json_string_value(json_object_get(event, "text"));
	const char *code = json_string_value(json_object_get(event, "fault"));
	if (!time || !text)
		return line_text(line);
	char shown[SHOWN_MAX];
	int n = snprintf(shown, sizeof(shown), "%.32s %.256s %.64s", time, text, code ? code : "");
	return line_text(text_trimmed(bytes_of(shown, (size_t)n)));
}

static json_t *lines_of(const struct explanation_cause *c)
{
	json_t *list = json_array();
	for (size_t i = 0; i < c->count && i < EXPLANATION_LINES_MAX; i++)
		json_array_append_new(list, json_pack("{s:s, s:I, s:o}", "file", c->lines[i].file, "line",
						      (json_int_t)c->lines[i].number, "text",
						      shown_text(c->lines[i].text)));
	return list;
}

/* Codes of ours that share the number: which of them it is, the number does not say. */
static json_t *others_of(const struct explanation_cause *c, uint32_t hresult)
{
	json_t *list = json_array();
	for (size_t i = 0; i < FAULT_COUNT && hresult && !c->is_ours; i++)
		if (fault_rows[i].hresult == hresult && &fault_rows[i] != c->why)
			json_array_append_new(list, json_string(fault_rows[i].name));
	return list;
}

static json_t *cause_object(const struct explanation_cause *c)
{
	char number[16], text[HRESULT_TEXT_SIZE];
	json_t *object = json_object();
	uint32_t hresult = c->hresult || !c->why ? c->hresult : c->why->hresult;
	snprintf(number, sizeof(number), "0x%08X", (unsigned)hresult);
	json_object_set_new(object, "cause", json_string(explanation_name(c)));
	json_object_set_new(object, "fault", words(c->why ? c->why->name : NULL));
	json_object_set_new(object, "windows", words(c->symptom ? c->symptom->name : NULL));
	json_object_set_new(object, "what", json_string(explanation_what(c)));
	json_object_set_new(object, "remedy", json_string(explanation_remedy(c)));
	json_object_set_new(object, "hresult", words(hresult ? number : NULL));
	json_object_set_new(object, "hresultText", words(hresult ? hresult_text(hresult, text) : NULL));
	json_object_set_new(object, "others", others_of(c, c->hresult));
	json_object_set_new(object, "source", words(c->symptom && !c->is_ours ? c->symptom->source : NULL));
	json_object_set_new(object, "count", json_integer((json_int_t)c->count));
	json_object_set_new(object, "evidence", lines_of(c));
	return object;
}

json_t *explain_report_build(const struct explanation *e, json_t *unread)
{
	json_t *causes = json_array();
	for (size_t i = 0; i < e->n; i++)
		json_array_append_new(causes, cause_object(&e->v[i]));
	return json_pack("{s:o, s:o}", "causes", causes, "unread", unread);
}

/* --- text ----------------------------------------------------------------------------------------------- */

static const char *text_of(const json_t *object, const char *member)
{
	const char *text = json_string_value(json_object_get(object, member));
	return text ? text : "";
}

/* What is written to: every paragraph of a cause stands beside its label. */
struct sheet {
	const struct screen *screen;
	FILE *out;
};

static void write_text(const struct sheet *sheet, const char *label, size_t indent, struct bytes text)
{
	if (text.n == 0)
		return;
	fprintf(sheet->out, "%-*s", (int)indent, label);
	paragraph_write(text, indent, sheet->screen, sheet->out);
}

static void write_words(const struct sheet *sheet, const char *label, size_t indent, const char *text)
{
	write_text(sheet, label, indent, bytes_text(text));
}

/* A list's words, with blanks between. */
static void write_list(const struct sheet *sheet, const char *label, size_t indent, const json_t *list)
{
	size_t i, n = 0;
	const json_t *word;
	json_array_foreach(list, i, word) n += json_string_length(word) + 1;
	uint8_t *p = heap_need(malloc(n + 1));
	struct wr w = wr_of(p, n);
	json_array_foreach(list, i, word) {
		wr_bytes(&w, i ? BYTES_TEXT(" ") : (struct bytes){ 0 });
		wr_bytes(&w, bytes_text(json_string_value(word)));
	}
	write_text(sheet, label, indent, wr_done(&w));
	free(p);
}

/* What was given on the command line stands in no file, and is not shown again. */
static void write_evidence(const struct sheet *sheet, const json_t *cause)
{
	size_t i;
	const json_t *line, *list = json_object_get(cause, "evidence");
	json_int_t left =
		json_integer_value(json_object_get(cause, "count")) - (json_int_t)json_array_size(list);
	json_array_foreach(list, i, line) {
		char place[PLACE_SIZE];
		if (!text_of(line, "file")[0])
			return;
		snprintf(place, sizeof(place), "%.200s:%lld", text_of(line, "file"),
			 (long long)json_integer_value(json_object_get(line, "line")));
		write_words(sheet, i ? "" : "   seen", INDENT, place);
		write_words(sheet, "", INDENT + 2, text_of(line, "text"));
	}
	if (left > 0)
		fprintf(sheet->out, "%*sand %lld more\n", INDENT, "", (long long)left);
}

static void write_cause(const struct sheet *sheet, const json_t *cause, size_t number)
{
	fprintf(sheet->out, "%zu  %s%s%s\n", number, screen_strong(sheet->screen), text_of(cause, "cause"),
		screen_plain(sheet->screen));
	write_words(sheet, "   why", INDENT, text_of(cause, "what"));
	write_words(sheet, "   do", INDENT, text_of(cause, "remedy"));
	write_evidence(sheet, cause);
	write_words(sheet, "   HRESULT", INDENT, text_of(cause, "hresultText"));
	write_list(sheet, "   or", INDENT, json_object_get(cause, "others"));
	write_words(sheet, "   source", INDENT, text_of(cause, "source"));
}

void explain_report_write(const json_t *report, const struct screen *screen, FILE *out)
{
	size_t i;
	const struct sheet sheet = { screen, out };
	const json_t *cause, *causes = json_object_get(report, "causes");
	if (json_array_size(causes) == 0)
		write_words(&sheet, "", 0,
			    "Nothing in it is known: no code, HRESULT, event or words of the table. Try "
			    "the lines before it, or the whole bundle.");
	if (json_array_size(causes) > 1)
		fprintf(out, "%zu causes; an earlier one explains those after it.\n\n",
			json_array_size(causes));
	json_array_foreach(causes, i, cause) {
		fputs(i ? "\n" : "", out);
		write_cause(&sheet, cause, i + 1);
	}
	write_list(&sheet, "\nNot read: ", 10, json_object_get(report, "unread"));
}
