#include "cli/label.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "cli/layout.h"

static fault get(const char *path, const char *before, struct label *ret)
{
	static struct complaint complaint;
	const struct line line = { .noun = NULL };
	const struct bundle_file file = { .name = path, .source = "a folder", .layout = path };
	return label_get(&line, &file, bytes_text(before), &complaint, ret);
}

static void the_folders_of_the_published_layout_say_maker_class_and_role(void **state)
{
	(void)state;
	static const struct {
		const char *path, *maker, *class, *role;
	} rows[] = {
		{ "TrustedTpm.cab/AMD/RootCA/a.cer", "AMD", "firmware", "root" },
		{ "TrustedTpm.cab/Infineon/IntermediateCA/a.cer", "IFX", "discrete", "intermediate" },
		{ "STMicro/rootca/a.crt", "STM", "discrete", "root" },
		{ "QC/IntermediateCA/a.crt", "QCOM", "firmware", "intermediate" },
		{ "IFX/STM/a.crt", "STM", "discrete", NULL },
		{ "RootCA/IFX/IntermediateCA/a/b.crt", "IFX", "discrete", "intermediate" },
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct label label;
		OK(get(rows[i].path, NULL, &label));
		assert_string_equal(label.maker, rows[i].maker);
		assert_string_equal(label.class, rows[i].class);
		CHECK(rows[i].role ? strcmp(label.role, rows[i].role) == 0 : label.role == NULL);
		assert_string_equal(label.source, "a folder");
	}
}

static void a_file_that_no_folder_and_nobody_names_a_maker_for_is_refused(void **state)
{
	struct label label;
	(void)state;
	REFUSES(USAGE, get("a.cer", NULL, &label));
	REFUSES(USAGE, get("RootCA/IFX.cer", NULL, &label));
	REFUSES(USAGE, get("RootCA/a.cer", "Assay-Class: test\n", &label));
	OK(get("RootCA/a.cer", "Assay-Maker: IFX\n", &label));
	assert_string_equal(label.role, "root");
}

static void each_role_has_the_folder_that_says_it(void **state)
{
	(void)state;
	for (int role = 0; role <= ANCHORS_ROLE_LAST; role++) {
		char path[64];
		const char *word = anchors_role_word((enum anchors_role)role);
		snprintf(path, sizeof(path), "IFX/%s/a.pem", layout_folder(word));
		assert_string_equal(layout_parse(path).role, word);
	}
}

static void what_is_written_before_a_certificate_is_read_and_comes_before_folders(void **state)
{
	(void)state;
	static const struct label labels[] = {
		{ "IFX", "test", "intermediate", "TrustedTpm.cab/Infineon/IntermediateCA" },
		{ "", "unknown", "intermediate", "http://ca.test/a.cer" },
		{ "MSFT", "virtual", "root", "a folder" },
	};
	for (size_t i = 0; i < COUNT_OF(labels); i++) {
		struct label again;
		char *text = NULL;
		size_t n = 0;
		FILE *out = open_memstream(&text, &n);
		fputs("Subject: CN=a\n", out);
		label_write(&labels[i], out);
		fclose(out);
		OK(get("STM/RootCA/a.pem", text, &again));
		assert_string_equal(again.maker, labels[i].maker);
		assert_string_equal(again.class, labels[i].class);
		assert_string_equal(again.role, labels[i].role);
		assert_string_equal(again.source, labels[i].source);
		free(text);
	}
}

static void a_label_with_another_word_is_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"Assay-Maker: nobody known\n", "Assay-Maker: \n",     "Assay-Class: Test\n",
		"x\nAssay-Role: king\n",       "Assay-Source: \x1B\n",
	};
	struct label label;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		REFUSES(ANCHOR_INVALID, get("IFX/a.pem", bad[i], &label));
	OK(get("IFX/a.pem", "Assay-Other: x\nassay-maker: x\n Assay-Maker: x\n", &label));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_folders_of_the_published_layout_say_maker_class_and_role),
		TEST(a_file_that_no_folder_and_nobody_names_a_maker_for_is_refused),
		TEST(each_role_has_the_folder_that_says_it),
		TEST(what_is_written_before_a_certificate_is_read_and_comes_before_folders),
		TEST(a_label_with_another_word_is_refused),
	};
	return RUN(tests);
}
