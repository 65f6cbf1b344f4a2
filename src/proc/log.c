#include "proc/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "base/wr.h"
#include "proc/clock.h"

/* Kept free for the mark that something was cut and for the line's end. */
#define TAIL_SIZE 16

/* How a form writes the parts of a line. */
struct form {
	const char *name;
	bool prefix;                  /* <6> in front, for the journal */
	const char *open, *close;     /* around the line */
	const char *between, *equals; /* between pairs, between key and value */
	const char *quote;            /* around keys */
	bool bare;                    /* plain values need no quotes */
};

static const struct form forms[] = {
	{ "text", false, "", "\n", " ", "=", "", true },
	{ "journal", true, "", "\n", " ", "=", "", true },
	{ "json", false, "{", "}\n", ",", ":", "\"", false },
};

static const struct form *form_of(const char *name)
{
	for (size_t i = 0; name && i < COUNT_OF(forms); i++)
		if (strcmp(name, forms[i].name) == 0)
			return &forms[i];
	return &forms[0];
}

struct log_pair log_text(const char *key, const char *value)
{
	return log_bytes(key, bytes_text(value));
}

struct log_pair log_bytes(const char *key, struct bytes value)
{
	return (struct log_pair){ .key = key, .type = LOG_TYPE_TEXT, .bytes = value };
}

struct log_pair log_hex(const char *key, struct bytes value)
{
	return (struct log_pair){ .key = key, .type = LOG_TYPE_HEX, .bytes = value };
}

struct log_pair log_int(const char *key, int64_t value)
{
	return (struct log_pair){ .key = key, .type = LOG_TYPE_INT, .number = value };
}

struct log_pair log_fault(fault why)
{
	return why ? log_text("fault", why->name) : (struct log_pair){ 0 };
}

static void put(struct wr *w, const char *text)
{
	wr_bytes(w, bytes_text(text));
}

/* Values that read the same without quotes: no spaces, quotes, equals signs, and something there. */
static bool is_plain(struct bytes b)
{
	static const char special[] = " \"'=\\{},";
	if (b.n == 0)
		return false;
	for (size_t i = 0; i < b.n; i++)
		if (b.p[i] <= 0x20 || b.p[i] >= 0x7F || strchr(special, b.p[i]))
			return false;
	return true;
}

static void put_quoted_octet(struct wr *w, uint8_t c, bool printable)
{
	char escape[8];
	if (c < 0x20 || c == 0x7F || (c > 0x7F && !printable)) {
		snprintf(escape, sizeof(escape), "\\u%04x", c);
		put(w, escape);
		return;
	}
	if (c == '"' || c == '\\')
		wr_u8(w, '\\');
	wr_u8(w, c);
}

/* Quoted as JSON does it (RFC 8259 §7). What is not printable text is escaped octet by octet. */
static void put_quoted(struct wr *w, struct bytes b)
{
	bool printable = is_text_printable(b);
	wr_u8(w, '"');
	for (size_t i = 0; i < b.n && !w->bad; i++)
		put_quoted_octet(w, b.p[i], printable);
	wr_u8(w, '"');
}

static void put_value(struct wr *w, const struct form *form, const struct log_pair *pair)
{
	char text[TEXT_HEX_SIZE(64)];
	struct bytes value = pair->bytes;
	bool number = pair->type == LOG_TYPE_INT;
	if (number)
		snprintf(text, sizeof(text), "%lld", (long long)pair->number);
	else if (pair->type == LOG_TYPE_HEX)
		text_hex(bytes_slice(value, 0, value.n < 64 ? value.n : 64), text);
	if (pair->type != LOG_TYPE_TEXT)
		value = bytes_text(text);
	if (number || (form->bare && is_plain(value)))
		wr_bytes(w, value);
	else
		put_quoted(w, value);
}

/* Adds a pair, or takes it back whole when it does not fit. */
static void put_pair(struct wr *w, const struct form *form, const struct log_pair *pair)
{
	struct wr before = *w;
	put(w, form->between);
	put(w, form->quote);
	put(w, pair->key);
	put(w, form->quote);
	put(w, form->equals);
	put_value(w, form, pair);
	if (w->bad)
		*w = before;
}

/* "verify 0" of "assayd: verify 0"; a program that a person started has its own name. */
static const char *process_name(void)
{
	const char *colon = strstr(program_invocation_name, ": ");
	return colon ? colon + 2 : program_invocation_short_name;
}

static void put_head(struct wr *w, const struct form *form, enum log_priority priority, const char *event)
{
	char time[TEXT_TIME_SIZE], prefix[16];
	struct form first = *form;
	struct log_pair level = log_int("priority", (int)priority);
	struct log_pair pairs[] = { log_text("process", process_name()), log_text("event", event) };
	struct log_pair now = log_text("time", text_time(clock_now_s(), time));
	snprintf(prefix, sizeof(prefix), "<%d>", (int)priority);
	put(w, form->prefix ? prefix : "");
	put(w, form->open);
	first.between = "";
	put_pair(w, &first, &now);
	if (!form->bare)
		put_pair(w, form, &level);
	for (size_t i = 0; i < COUNT_OF(pairs); i++)
		put_pair(w, form, &pairs[i]);
}

void log_write(enum log_priority priority, const char *event, const struct log_pair *pairs, size_t count)
{
	uint8_t line[LOG_LINE_MAX];
	const struct form *form = form_of(getenv("ASSAY_LOG"));
	struct wr w = wr_of(line, sizeof(line) - TAIL_SIZE);
	bool cut = false;
	put_head(&w, form, priority, event);
	for (size_t i = 0; i < count; i++) {
		size_t at = w.at;
		if (pairs[i].type == LOG_TYPE_NONE)
			continue;
		put_pair(&w, form, &pairs[i]);
		cut = cut || w.at == at;
	}
	w.n = sizeof(line);
	struct log_pair mark = log_int("cut", 1);
	if (cut)
		put_pair(&w, form, &mark);
	put(&w, form->close);
	/* A log that nobody takes must not stop the service. */
	ssize_t written = write(STDERR_FILENO, line, w.at);
	(void)written;
}
