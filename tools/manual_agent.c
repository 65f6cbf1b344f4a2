/*
 * manual_agent: the part of the manual that is made from the agent's table. No two programs link into one.
 */
#include <stdio.h>

#include "agent/settings.h"
#include "page.h"

#define SETTINGS_TEXT                                                                      \
	"A line is a comment that begins with # or ;, or a key and its value with = "      \
	"between them. A value is the rest of its line; nothing is quoted or continued. "  \
	"An unknown or repeated key, or a value outside its bounds, refuses the whole "    \
	"file, with its line's number."

static void print_settings_page(void)
{
	const struct page page = { "assay-agent.conf", 5, "configuration of assay-agent", SETTINGS_TEXT };
	page_put_settings(&page, settings_rows, settings_count);
	puts(".Sh FILES\n.Pa " SETTINGS_FILE "\n.Sh SEE ALSO\n.Xr assay-agent 1");
}

static const struct page_document documents[] = { { "doc/man/assay-agent.conf.5", print_settings_page } };

int main(int count, char **words)
{
	return page_run(documents, COUNT_OF(documents), count == 2 ? words[1] : NULL);
}
