#include "server/founding.h"

#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "cert/token.h"
#include "flow/blocking.h"
#include "flow/caller.h"
#include "policy/blocklist.h"
#include "proc/clock.h"
#include "server/disk.h"
#include "server/role_core.h"
#include "sign/hierarchy.h"
#include "wire/tsv.h"

#define FOUNDING_NAMES_MAX 32
#define FOUNDING_ARENA (4 << 20)

struct names {
	char text[SETTINGS_TEXT_MAX + 1];
	const char *v[FOUNDING_NAMES_MAX];
	size_t n;
};

static fault split_names(const char *list, struct names *ret)
{
	snprintf(ret->text, sizeof(ret->text), "%s", list);
	char *rest = ret->text;
	while (rest && ret->n < FOUNDING_NAMES_MAX) {
		char *one = strsep(&rest, ",");
		one += strspn(one, " ");
		if (*one)
			ret->v[ret->n++] = one;
	}
	NEED(!rest && ret->n, CONFIG_INVALID);
	return NULL;
}

static fault make_hierarchy(const struct settings *s, struct founding *ret)
{
	char url[SETTINGS_URL_SIZE];
	struct names names = { 0 };
	struct hierarchy made;
	static const enum role owners[HIERARCHY_OWNER_COUNT] = {
		[HIERARCHY_OF_ROOT] = ROLE_NONE,
		[HIERARCHY_OF_CA] = ROLE_CA,
		[HIERARCHY_OF_DEVICE] = ROLE_NET_DEVICE,
		[HIERARCHY_OF_ADMIN] = ROLE_NET_ADMIN,
	};
	struct hierarchy_ids ids[HIERARCHY_OWNER_COUNT];
	for (size_t i = 0; i < COUNT_OF(ids); i++)
		ids[i] = (struct hierarchy_ids){ settings_uid(s, owners[i]), settings_uid(s, owners[i]) };
	TRY(split_names(s->names, &names));
	const struct hierarchy_plan plan = {
		.folder = s->data,
		.organization = s->organization,
		.url = settings_url(s, url),
		.names = names.v,
		.name_count = names.n,
		.now = clock_now_s(),
		.owners = geteuid() == 0 ? ids : NULL,
	};
	TRY(hierarchy_init(&plan, &made));
	text_hex(BYTES_OF(made.root_hash), ret->root_hash);
	settings_path(s, HIERARCHY_ROOT_PASSPHRASE, ret->root_passphrase);
	return NULL;
}

/* The rows that come with the product; administrators change them as they like. */
static fault put_blocklist(struct flow *f)
{
	const struct inventory_actor by = { .name = "assayd init" };
	struct store_blocklist *kept;
	struct tsv_rows rows = { 0 };
	struct arena a;
	arena_init(&a, FOUNDING_ARENA);
	fault why = tsv_parse(&blocklist_new_message, blocklist_shipped(), &a, &rows, NULL);
	const struct blocklist_new *row = rows.v;
	for (size_t i = 0; !why && i < rows.n; i++)
		why = blocking_put(f, &by, &row[i], &a, &kept);
	arena_done(&a);
	return why;
}

static fault put_all(struct flow *f, struct arena *a, const char **ret_token)
{
	TRY(store_begin(f->store));
	fault why = caller_put(f, "founder", FLOW_ROLE_OWNER, a, ret_token);
	if (!why)
		why = put_blocklist(f);
	if (why) {
		store_rollback(f->store);
		return why;
	}
	return store_commit(f->store);
}

static fault make_records(const struct settings *s, struct founding *ret)
{
	char path[SETTINGS_FILE_SIZE];
	uint32_t uid = settings_uid(s, ROLE_CORE);
	struct arena a;
	const char *token = NULL;
	struct flow f = { .now = clock_now_s() };
	TRY(disk_put_folder(settings_path(s, ROLE_CORE_FOLDER, path), (struct disk_owner){ 0700, uid }));
	settings_path(s, ROLE_CORE_DATABASE, path);
	TRY(store_open(path, &f.store));
	arena_init(&a, 65536);
	fault why = put_all(&f, &a, &token);
	store_close(f.store);
	if (!why && uid && chown(path, uid, (gid_t)uid) != 0)
		why = FAIL(SYS_FILE);
	settings_path(s, FOUNDING_ADMIN_TOKEN, ret->admin_token);
	if (!why)
		why = disk_put(ret->admin_token, bytes_text(token), (struct disk_owner){ 0600, 0 });
	arena_done(&a);
	return why;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

fault founding_build(const struct settings *s, struct founding *ret)
{
	TRY(make_hierarchy(s, ret));
	fault why = make_records(s, ret);
	/* What was just made holds nothing that anybody could miss. */
	if (why)
		nftw(s->data, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return why;
}
