#include "agent/invocation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/label.h"
#include "test.h"
#include "tpm/keytype.h"

#define ALL 0xFFFFu

static char detail[SETTINGS_DETAIL_MAX];
static char file[64];

static int start(void **state)
{
	(void)state;
	snprintf(file, sizeof(file), "/tmp/assay-agent-conf-XXXXXX");
	int fd = mkstemp(file);
	CHECK(fd >= 0);
	return close(fd);
}

static int stop(void **state)
{
	(void)state;
	return unlink(file);
}

static void write_file(const char *text)
{
	FILE *f = fopen(file, "w");
	CHECK(f && fputs(text, f) >= 0 && fclose(f) == 0);
}

static fault parse(unsigned allowed, const char *const *arguments, struct invocation *ret)
{
	memset(detail, 0, sizeof(detail));
	return invocation_parse(arguments, allowed, ret, detail);
}

#define PARSE(allowed, ret, ...) parse((allowed), (const char *const[]){ __VA_ARGS__, NULL }, (ret))

static void the_table_of_settings_has_defaults_that_it_accepts(void **state)
{
	(void)state;
	struct settings settings;
	OK(config_init(settings_rows, settings_count, &settings));
	assert_string_equal(settings.tcti, "device:/dev/tpmrm0");
	assert_string_equal(settings.state, "/var/lib/assay-agent");
	CHECK(settings.attempts == 5);
}

static void options_stand_over_the_file(void **state)
{
	(void)state;
	struct invocation i;
	write_file("server = https://a.example\ntoken = from-file\nstate = /from/file\nattempts = 2\n");
	OK(PARSE(ALL, &i, "--config", file, "--state=/from/option", "--json"));
	assert_string_equal(i.settings.server, "https://a.example");
	assert_string_equal(i.settings.state, "/from/option");
	assert_string_equal(i.settings.token, "from-file");
	CHECK(i.settings.attempts == 2);
	CHECK(i.set == (INVOCATION_CONFIG | INVOCATION_STATE | INVOCATION_JSON));
}

static void an_option_of_another_command_is_refused(void **state)
{
	(void)state;
	struct invocation i;
	REFUSES(USAGE, PARSE(INVOCATION_JSON, &i, "--no-tpm"));
	assert_string_equal(detail, "--no-tpm: there is no such option here");
}

static void options_that_are_not_understood_are_refused(void **state)
{
	(void)state;
	struct invocation i;
	REFUSES(USAGE, PARSE(ALL, &i, "--jso"));
	REFUSES(USAGE, PARSE(ALL, &i, "json"));
	REFUSES(USAGE, PARSE(ALL, &i, "--json=yes"));
	REFUSES(USAGE, PARSE(ALL, &i, "--json", "--json"));
	REFUSES(USAGE, PARSE(ALL, &i, "--config"));
	assert_string_equal(detail, "--config: its value is missing");
}

static void a_value_outside_its_bounds_is_refused_with_the_option(void **state)
{
	(void)state;
	struct invocation i;
	write_file("");
	REFUSES(USAGE, PARSE(ALL, &i, "--config", file, "--state", "relative"));
	CHECK(strstr(detail, "--state: state must be an absolute path") != NULL);
}

static void an_unknown_key_type_is_refused_wherever_it_is_said(void **state)
{
	(void)state;
	struct invocation i;
	write_file("");
	OK(PARSE(ALL, &i, "--config", file));
	assert_string_equal(i.settings.key_type, "p256");
	OK(PARSE(ALL, &i, "--config", file, "--key-type", "rsa3072"));
	assert_string_equal(i.settings.key_type, "rsa3072");
	REFUSES(USAGE, PARSE(ALL, &i, "--config", file, "--key-type", "rsa1024"));
	assert_string_equal(detail, "--key-type: it is " KEYTYPE_WORDS);
	write_file("key_type = dsa\n");
	REFUSES(CONFIG_INVALID, PARSE(ALL, &i, "--config", file));
	assert_string_equal(detail, "key_type: it is " KEYTYPE_WORDS);
	OK(PARSE(ALL, &i, "--config", file, "--key-type=p384"));
}

static void a_mistake_in_the_file_is_told_with_file_and_line(void **state)
{
	(void)state;
	struct invocation i;
	char expected[160];
	write_file("# note\nsevrer = https://a.example\n");
	REFUSES(CONFIG_INVALID, PARSE(ALL, &i, "--config", file));
	snprintf(expected, sizeof(expected), "%s: line 2: there is no key sevrer here; server may be meant",
		 file);
	assert_string_equal(detail, expected);
}

static void a_file_that_was_named_must_be_there(void **state)
{
	(void)state;
	struct invocation i;
	REFUSES(SYS_FILE, PARSE(ALL, &i, "--config", "/nonexistent/agent.conf"));
	CHECK(strstr(detail, "/nonexistent/agent.conf: No such file") != NULL);
	REFUSES(SYS_FILE, PARSE(ALL, &i, "--config", "/tmp"));
}

static void help_reads_no_file(void **state)
{
	(void)state;
	struct invocation i;
	OK(PARSE(ALL, &i, "--config", "/nonexistent/agent.conf", "--help"));
	CHECK(i.set & INVOCATION_HELP);
}

static void labels_of_the_settings_stand_over_the_machines(void **state)
{
	(void)state;
	struct settings settings;
	OK(config_init(settings_rows, settings_count, &settings));
	struct labels machine = labels_get(&settings);
	snprintf(settings.serial, sizeof(settings.serial), "S-1");
	snprintf(settings.name, sizeof(settings.name), "laptop");
	struct labels labels = labels_get(&settings);
	assert_string_equal(labels.serial, "S-1");
	assert_string_equal(labels.name, "laptop");
	assert_string_equal(labels.model, machine.model);
	CHECK(machine.name[0] != 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_table_of_settings_has_defaults_that_it_accepts),
		TEST(options_stand_over_the_file),
		TEST(an_option_of_another_command_is_refused),
		TEST(options_that_are_not_understood_are_refused),
		TEST(a_value_outside_its_bounds_is_refused_with_the_option),
		TEST(an_unknown_key_type_is_refused_wherever_it_is_said),
		TEST(a_mistake_in_the_file_is_told_with_file_and_line),
		TEST(a_file_that_was_named_must_be_there),
		TEST(help_reads_no_file),
		TEST(labels_of_the_settings_stand_over_the_machines),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
