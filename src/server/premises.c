#include "server/premises.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "http/egress.h"
#include "server/role_core.h"
#include "sign/hierarchy.h"
#include "sign/lineage.h"

/* Without the records' file core would begin with empty ones, and nobody would notice. */
static const char *const needed[] = {
	HIERARCHY_DEVICE,    HIERARCHY_DEVICE_KEY, HIERARCHY_ADMIN,
	HIERARCHY_ADMIN_KEY, ROLE_CORE_DATABASE,
};

static const struct {
	int number;
	enum fault_code means;
} meanings[] = {
	{ ENOENT, FAULT_CODE_DATA_MISSING },
	{ ENOTDIR, FAULT_CODE_DATA_MISSING },
	{ EWOULDBLOCK, FAULT_CODE_DATA_IN_USE },
};

static fault refuse(struct premises *p, const char *path)
{
	int number = errno;
	snprintf(p->detail, sizeof(p->detail), "%s: %s", path, strerror(number));
	for (size_t i = 0; i < COUNT_OF(meanings); i++)
		if (meanings[i].number == number)
			return &fault_rows[meanings[i].means];
	return FAIL(SYS_FILE);
}

/* The files of the CA that signs. */
static const enum lineage_file files[] = { LINEAGE_KEY, LINEAGE_CERTIFICATE, LINEAGE_ROOT_CRL };

static fault check_file(const struct settings *s, const char *name, struct premises *p)
{
	char path[SETTINGS_FILE_SIZE];
	return access(settings_path(s, name, path), R_OK) == 0 ? NULL : refuse(p, path);
}

static fault check_files(const struct settings *s, struct premises *p)
{
	char name[LINEAGE_PATH_SIZE];
	const struct lineage l = lineage_find(s->data);
	TRY(check_file(s, HIERARCHY_ROOT, p));
	for (size_t i = 0; i < COUNT_OF(files); i++)
		TRY(check_file(s, lineage_path(l.present, files[i], name), p));
	for (size_t i = 0; i < COUNT_OF(needed); i++)
		TRY(check_file(s, needed[i], p));
	return NULL;
}

/* The list is fetch's; a role could only say that it did not start. */
static fault check_hosts(const struct settings *s, struct premises *p)
{
	struct egress list;
	fault why = egress_parse(s->fetch_hosts, &list);
	if (why)
		snprintf(p->detail, sizeof(p->detail),
			 "fetch.hosts: each is NAME, NAME:PORT or ADDRESS:PORT, separated by commas.");
	return why;
}

fault premises_open(const struct settings *s, struct premises *ret)
{
	*ret = (struct premises){ .folder = open(s->data, O_RDONLY | O_DIRECTORY | O_CLOEXEC) };
	if (ret->folder < 0)
		return refuse(ret, s->data);
	if (flock(ret->folder, LOCK_EX | LOCK_NB) != 0)
		return refuse(ret, s->data);
	TRY(check_files(s, ret));
	return check_hosts(s, ret);
}

void premises_close(struct premises *p)
{
	if (p->folder >= 0)
		close(p->folder);
	p->folder = -1;
}
