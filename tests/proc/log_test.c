#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proc/log.h"

#define OUTPUT_SIZE 8192

/* Standard error of the process while a line is written. */
struct output {
	int saved;
	int pipe[2];
	char text[OUTPUT_SIZE];
};

static void output_open(struct output *o, const char *form)
{
	setenv("ASSAY_LOG", form, 1);
	o->saved = dup(STDERR_FILENO);
	CHECK(pipe(o->pipe) == 0);
	CHECK(dup2(o->pipe[1], STDERR_FILENO) == STDERR_FILENO);
}

static const char *output_close(struct output *o)
{
	CHECK(dup2(o->saved, STDERR_FILENO) == STDERR_FILENO);
	close(o->saved);
	close(o->pipe[1]);
	ssize_t n = read(o->pipe[0], o->text, sizeof(o->text) - 1);
	CHECK(n >= 0);
	o->text[n] = 0;
	close(o->pipe[0]);
	return o->text;
}

static void a_line_of_text_has_time_process_event_and_pairs(void **state)
{
	struct output o;
	(void)state;
	output_open(&o, "text");
	LOG(INFO, "restart", log_text("role", "verify 0"), log_int("pid", -47), log_text("plain", "a.b:c"),
	    log_hex("id", BYTES_TEXT("\x01\xff")), log_fault(FAIL(SYS_PORT)), log_fault(NULL));
	const char *line = output_close(&o);
	CHECK(strncmp(line, "time=2", 6) == 0);
	CHECK(strstr(line, " process=") != NULL);
	CHECK(strstr(line, " event=restart role=\"verify 0\" pid=-47 plain=a.b:c") != NULL);
	CHECK(strstr(line, " plain=a.b:c id=01ff fault=SYS_PORT\n") != NULL);
}

static void the_journal_gets_the_priority_in_front(void **state)
{
	struct output o;
	(void)state;
	output_open(&o, "journal");
	LOG(ERROR, "e", log_int("n", 1));
	CHECK(strncmp(output_close(&o), "<3>time=", 8) == 0);
}

static void json_is_quoted_throughout_but_for_numbers(void **state)
{
	struct output o;
	(void)state;
	output_open(&o, "json");
	LOG(WARNING, "e", log_text("k", "a\"b\\c\n"), log_int("n", 1));
	const char *line = output_close(&o);
	CHECK(strncmp(line, "{\"time\":\"2", 10) == 0);
	CHECK(strstr(line, ",\"priority\":4,") != NULL);
	CHECK(strstr(line, ",\"event\":\"e\",\"k\":\"a\\\"b\\\\c\\u000a\",\"n\":1}\n") != NULL);
}

static void a_value_cannot_forge_a_line_or_a_pair(void **state)
{
	struct output o;
	(void)state;
	output_open(&o, "text");
	LOG(INFO, "e", log_text("name", "x\nevent=forged"), log_text("serial", "1 role=ca"),
	    log_text("empty", ""), log_text("none", NULL),
	    log_text("bidi", "a\xE2\x80\xAE" "b"), log_text("broken", "\xFF"),
	    log_text("utf8", "J\xC3\xB6rg"));
	const char *line = output_close(&o);
	CHECK(strchr(line, '\n') == line + strlen(line) - 1);
	CHECK(strstr(line, " name=\"x\\u000aevent=forged\" serial=\"1 role=ca\" ") != NULL);
	CHECK(strstr(line, " empty=\"\" none=\"\" ") != NULL);
	CHECK(strstr(line, " bidi=\"a\\u00e2\\u0080\\u00aeb\" broken=\"\\u00ff\" ") != NULL);
	CHECK(strstr(line, " utf8=\"J\xC3\xB6rg\"\n") != NULL);
}

static void a_pair_that_does_not_fit_is_left_out_and_the_line_says_so(void **state)
{
	static const char *const forms[] = { "text", "json" };
	static const char *const ends[] = { " after=1 cut=1\n", ",\"after\":1,\"cut\":1}\n" };
	char large[LOG_LINE_MAX + 1];
	struct output o;
	(void)state;
	memset(large, 'x', sizeof(large) - 1);
	large[sizeof(large) - 1] = 0;
	for (size_t i = 0; i < COUNT_OF(forms); i++) {
		output_open(&o, forms[i]);
		LOG(INFO, "e", log_text("large", large), log_int("after", 1));
		const char *line = output_close(&o);
		CHECK(strstr(line, "large") == NULL && strlen(line) < LOG_LINE_MAX);
		CHECK(strcmp(line + strlen(line) - strlen(ends[i]), ends[i]) == 0);
	}
}

static void lines_of_every_length_around_the_limit_end_properly(void **state)
{
	char value[LOG_LINE_MAX + 1];
	(void)state;
	for (size_t n = LOG_LINE_MAX - 200; n < LOG_LINE_MAX; n++) {
		struct output o;
		memset(value, 'v', n);
		value[n] = 0;
		output_open(&o, "json");
		LOG(INFO, "e", log_text("v", value), log_hex("h", bytes_of(value, n)));
		const char *line = output_close(&o);
		size_t length = strlen(line);
		CHECK(length > 2 && length <= LOG_LINE_MAX && strcmp(line + length - 2, "}\n") == 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_line_of_text_has_time_process_event_and_pairs),
		TEST(the_journal_gets_the_priority_in_front),
		TEST(json_is_quoted_throughout_but_for_numbers),
		TEST(a_value_cannot_forge_a_line_or_a_pair),
		TEST(a_pair_that_does_not_fit_is_left_out_and_the_line_says_so),
		TEST(lines_of_every_length_around_the_limit_end_properly),
	};
	return RUN(tests);
}
