/*
 * label: what the machine is called: names for people, which prove nothing.
 */
#ifndef AGENT_LABEL_H
#define AGENT_LABEL_H

#include "agent/settings.h"

/* Each member empty when unknown. */
struct labels {
	char serial[TRIP_LABEL_MAX + 1];
	char name[TRIP_LABEL_MAX + 1];
	char manufacturer[TRIP_LABEL_MAX + 1];
	char model[TRIP_LABEL_MAX + 1];
	char os[TRIP_LABEL_MAX + 1];
	char os_version[TRIP_LABEL_MAX + 1];
};

/*
 * What the settings say, otherwise the firmware (SMBIOS, through /sys/class/dmi/id), the host name and
 * os-release.
 */
struct labels labels_get(const struct settings *settings);

/* The first line of a file, without the blanks around it, cut to a label's size; empty when there is none. */
void label_get_line(const char *path, char to[static TRIP_LABEL_MAX + 1]);

#endif
