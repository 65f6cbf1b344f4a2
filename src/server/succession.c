#include "server/succession.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/secret.h"
#include "host/descriptor.h"
#include "proc/clock.h"
#include "proc/log.h"
#include "server/premises.h"
#include "sign/hierarchy.h"

#define PASSPHRASE_MAX 1024

/* The root's key, and what opens it. */
struct opener {
	char key[PATH_MAX];
	char source[PATH_MAX]; /* where the passphrase is */
	char passphrase[PASSPHRASE_MAX + 1];
};

static fault find_opener(const struct settings *s, const struct succession_order *o, struct opener *ret)
{
	char folder[PATH_MAX];
	if (o->root)
		NEED(snprintf(folder, sizeof(folder), "%s", o->root) < (int)sizeof(folder), SYS_FILE);
	else
		TRY(hierarchy_path(s->data, HIERARCHY_ROOT_FOLDER, folder));
	TRY(hierarchy_path(folder, HIERARCHY_ROOT_KEY_NAME, ret->key));
	if (o->passphrase)
		NEED(snprintf(ret->source, PATH_MAX, "%s", o->passphrase) < PATH_MAX, SYS_FILE);
	else
		TRY(hierarchy_path(folder, HIERARCHY_ROOT_PASSPHRASE_NAME, ret->source));
	return NULL;
}

/* One line, whose end is no part of it. */
static fault read_passphrase(int fd, struct opener *o)
{
	struct wr w = wr_of((uint8_t *)o->passphrase, PASSPHRASE_MAX);
	NEED(descriptor_get(fd, &w), SYS_FILE);
	o->passphrase[w.at] = 0;
	o->passphrase[strcspn(o->passphrase, "\r\n")] = 0;
	return NULL;
}

static fault get_passphrase(struct opener *o)
{
	if (strcmp(o->source, "-") == 0)
		return read_passphrase(STDIN_FILENO, o);
	DESCRIPTOR fd = open(o->source, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	NEED(fd >= 0, ROOT_MISSING);
	return read_passphrase(fd, o);
}

static fault put_new(const struct settings *s, const struct succession_order *o, struct succession *ret,
		     struct opener *opener)
{
	char url[SETTINGS_URL_SIZE], name[LINEAGE_PATH_SIZE];
	uid_t uid = settings_uid(s, ROLE_CA);
	const struct rollover_plan plan = {
		.folder = s->data,
		.root_key = opener->key,
		.passphrase = opener->passphrase,
		.organization = s->organization,
		.url = settings_url(s, url),
		.now = clock_now_s(),
		.owner = { geteuid() == 0, uid, uid },
	};
	TRY(find_opener(s, o, opener));
	NEED(access(opener->key, F_OK) == 0, ROOT_MISSING);
	TRY(get_passphrase(opener));
	TRY(rollover_put(&plan, &ret->made));
	lineage_path(ret->made.generation, LINEAGE_CERTIFICATE, name);
	settings_path(s, name, ret->certificate);
	return NULL;
}

static fault put_one(const struct settings *s, const struct succession_order *o, struct succession *ret,
		     char detail[static SETTINGS_DETAIL_MAX])
{
	struct opener opener = { 0 };
	if (o->forget)
		return rollover_delete(s->data, &ret->made.generation);
	fault why = put_new(s, o, ret, &opener);
	secret_done(opener.passphrase, sizeof(opener.passphrase));
	if (why == FAIL(ROOT_PASSPHRASE) || why == FAIL(ROOT_MISSING) || why == FAIL(KEY_FILE))
		snprintf(detail, SETTINGS_DETAIL_MAX, "%.200s, opened by %.200s", opener.key, opener.source);
	return why;
}

fault succession_put(const struct settings *s, const struct succession_order *o, struct succession *ret,
		     char detail[static SETTINGS_DETAIL_MAX])
{
	struct premises premises;
	detail[0] = 0;
	fault why = premises_open(s, &premises);
	if (why)
		snprintf(detail, SETTINGS_DETAIL_MAX, "%s", premises.detail);
	else
		why = put_one(s, o, ret, detail);
	premises_close(&premises);
	return why;
}

fault succession_prune(const struct settings *s)
{
	uint64_t count = 0;
	TRY(rollover_prune(s->data, clock_now_s(), &count));
	if (count)
		LOG(WARNING, "ca.dropped", log_int("keys", (int64_t)count));
	return NULL;
}
