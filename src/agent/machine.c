#include "agent/machine.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NETWORK "/sys/class/net"
#define DISKS "/sys/block"
#define NO_MAC "00:00:00:00:00:00"

/* Calls each with the name of every entry of a folder, in their order, until it gives false. */
static void visit(const char *folder, bool (*each)(struct machine *m, const char *name), struct machine *m)
{
	struct dirent **names = NULL;
	int n = scandir(folder, &names, NULL, alphasort);
	bool is_on = true;
	for (int i = 0; i < n; i++) {
		is_on = is_on && (names[i]->d_name[0] == '.' || each(m, names[i]->d_name));
		free(names[i]);
	}
	free(names);
}

/* What has a device behind it is a card. */
static bool put_mac(struct machine *m, const char *name)
{
	char path[PATH_MAX];
	snprintf(path, sizeof(path), NETWORK "/%s/device", name);
	if (access(path, F_OK) != 0)
		return true;
	snprintf(path, sizeof(path), NETWORK "/%s/address", name);
	char *mac = m->macs[m->macs_n];
	label_get_line(path, mac);
	m->macs_n += mac[0] && strcmp(mac, NO_MAC) != 0;
	return m->macs_n < MACHINE_MACS_MAX;
}

static bool put_disk(struct machine *m, const char *name)
{
	char path[PATH_MAX];
	snprintf(path, sizeof(path), DISKS "/%s/device/serial", name);
	label_get_line(path, m->disk);
	snprintf(path, sizeof(path), DISKS "/%s/serial", name);
	if (!m->disk[0])
		label_get_line(path, m->disk);
	return !m->disk[0];
}

struct machine machine_get(void)
{
	struct machine m = { 0 };
	label_get_line("/sys/class/dmi/id/product_uuid", m.uuid);
	visit(NETWORK, put_mac, &m);
	visit(DISKS, put_disk, &m);
	return m;
}
