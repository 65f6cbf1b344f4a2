#include "agent/label.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

#define LINE_SIZE 256

/* Without the blanks around it and cut to a label's size; nothing when it cannot be shown. */
static void put_label(char to[static TRIP_LABEL_MAX + 1], const char *text)
{
	text += strspn(text, " \t\"'");
	size_t n = strcspn(text, "\n");
	while (n && strchr(" \t\"'", text[n - 1]))
		n--;
	n = n < TRIP_LABEL_MAX ? n : TRIP_LABEL_MAX;
	while (n && !is_text_printable(bytes_of(text, n)))
		n--;
	memcpy(to, text, n);
	to[n] = 0;
}

void label_get_line(const char *path, char to[static TRIP_LABEL_MAX + 1])
{
	char line[LINE_SIZE];
	to[0] = 0;
	FILE *f = fopen(path, "re");
	if (!f)
		return;
	if (fgets(line, sizeof(line), f))
		put_label(to, line);
	fclose(f);
}

/* os-release(5): lines of KEY=value, values perhaps quoted. */
static void read_system(struct labels *labels)
{
	char line[LINE_SIZE];
	FILE *f = fopen("/etc/os-release", "re");
	while (f && fgets(line, sizeof(line), f)) {
		if (strncmp(line, "ID=", 3) == 0)
			put_label(labels->os, line + 3);
		if (strncmp(line, "VERSION_ID=", 11) == 0)
			put_label(labels->os_version, line + 11);
	}
	if (f)
		fclose(f);
}

struct labels labels_get(const struct settings *settings)
{
	struct labels labels = { 0 };
	char host[LINE_SIZE] = "";
	gethostname(host, sizeof(host) - 1);
	put_label(labels.name, host);
	label_get_line("/sys/class/dmi/id/product_serial", labels.serial);
	label_get_line("/sys/class/dmi/id/sys_vendor", labels.manufacturer);
	label_get_line("/sys/class/dmi/id/product_name", labels.model);
	read_system(&labels);
	const struct {
		char *label;
		const char *said;
	} overrides[] = {
		{ labels.serial, settings->serial },
		{ labels.name, settings->name },
		{ labels.manufacturer, settings->manufacturer },
		{ labels.model, settings->model },
	};
	for (size_t i = 0; i < COUNT_OF(overrides); i++)
		if (overrides[i].said[0])
			snprintf(overrides[i].label, TRIP_LABEL_MAX + 1, "%s", overrides[i].said);
	return labels;
}
