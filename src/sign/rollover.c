#include "sign/rollover.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/secret.h"
#include "cert/tbs.h"
#include "host/descriptor.h"
#include "sign/hierarchy.h"
#include "sign/pem.h"
#include "sign/rootkey.h"

#define TEMPORARY "ca/new" /* renamed to what the new CA's folder is called */
#define LIST_SIZE 1024

/* What is being made. */
struct making {
	const struct rollover_plan *plan;
	uint64_t generation;
	struct evp_pkey_st *root_key, *key;
	struct issuer root, former, issuing;
	size_t certificate_n, crl_n;
	uint8_t root_octets[TBS_CERTIFICATE_MAX], former_octets[TBS_CERTIFICATE_MAX];
	uint8_t certificate[TBS_CERTIFICATE_MAX];
	uint8_t crl[LIST_SIZE];
};

static int open_folder(const char *folder)
{
	return open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* --- keys and certificates ------------------------------------------------------------------------------ */

static fault open_root(struct making *m)
{
	char path[PATH_MAX];
	struct wr w = wr_of(m->root_octets, sizeof(m->root_octets));
	TRY(hierarchy_path(m->plan->folder, HIERARCHY_ROOT, path));
	NEED(!pem_get_certificate(path, &w) && !issuer_parse(wr_done(&w), &m->root), KEY_FILE);
	TRY(key_open_root(m->plan->root_key, m->plan->passphrase, &m->root_key));
	TRY(key_check_public(m->root_key, m->root.key));
	m->root.url = bytes_text(m->plan->url);
	return NULL;
}

static fault open_former(struct making *m)
{
	struct wr w = wr_of(m->former_octets, sizeof(m->former_octets));
	const struct lineage l = lineage_find(m->plan->folder);
	NEED(l.present - l.oldest < LINEAGE_FORMERS_MAX && l.present < POINT_GENERATION_MAX, CA_FORMERS);
	m->generation = l.present + 1;
	return lineage_get(m->plan->folder, l.present, &w, &m->former);
}

static fault make_certificates(struct making *m)
{
	struct wr w = wr_of(m->certificate, sizeof(m->certificate)), list = wr_of(m->crl, sizeof(m->crl));
	TRY(key_new(&m->key));
	const struct rootkey_order order = {
		.key = m->key,
		.title = HIERARCHY_ISSUING_TITLE,
		.trunk = { .kind = TRUNK_ISSUING,
			   .now = m->plan->now,
			   .organization = bytes_text(m->plan->organization) },
	};
	TRY(rootkey_sign(m->root_key, &m->root, &order, &w));
	TRY(issuer_parse(wr_done(&w), &m->issuing));
	m->issuing.generation = m->generation;
	TRY(rootkey_sign_crl(m->root_key, &m->root, &m->issuing, &list));
	m->certificate_n = w.at;
	m->crl_n = list.at;
	return NULL;
}

/* --- files ---------------------------------------------------------------------------------------------- */

static fault write_key(const struct making *m, struct wr *w)
{
	return key_write(m->key, NULL, w);
}

static fault write_certificate(const struct making *m, struct wr *w)
{
	return pem_write_certificate(bytes_of(m->certificate, m->certificate_n), w);
}

static fault write_crl(const struct making *m, struct wr *w)
{
	wr_bytes(w, bytes_of(m->crl, m->crl_n));
	return NULL;
}

static const struct {
	enum lineage_file file;
	mode_t mode;
	fault (*write)(const struct making *, struct wr *);
} files[] = {
	{ LINEAGE_KEY, 0600, write_key },
	{ LINEAGE_CERTIFICATE, 0644, write_certificate },
	{ LINEAGE_ROOT_CRL, 0644, write_crl },
};

static char *temporary_path(size_t row, char out[static LINEAGE_PATH_SIZE])
{
	snprintf(out, LINEAGE_PATH_SIZE, "%s/%s", TEMPORARY, lineage_name(files[row].file));
	return out;
}

static fault delete_temporary(int dir)
{
	char path[LINEAGE_PATH_SIZE];
	for (size_t i = 0; i < COUNT_OF(files); i++)
		NEED(unlinkat(dir, temporary_path(i, path), 0) == 0 || errno == ENOENT, SYS_FILE);
	NEED(unlinkat(dir, TEMPORARY, AT_REMOVEDIR) == 0 || errno == ENOENT, SYS_FILE);
	return NULL;
}

static fault put_file(const struct making *m, int dir, size_t row)
{
	char path[LINEAGE_PATH_SIZE];
	uint8_t content[PEM_TEXT_MAX];
	struct wr w = wr_of(content, sizeof(content));
	fault f = files[row].write(m, &w);
	if (!f)
		f = file_put(dir, temporary_path(row, path), wr_done(&w), files[row].mode, m->plan->owner);
	secret_done(content, sizeof(content));
	return f;
}

static fault sync_names(int dir, const char *path)
{
	DESCRIPTOR fd = openat(dir, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	NEED(fd >= 0 && fsync(fd) == 0, SYS_FILE);
	return NULL;
}

/* The folder appears with all that is in it; until then the former CA is the present one. */
static fault put_folder(const struct making *m, int dir)
{
	char path[LINEAGE_PATH_SIZE];
	TRY(delete_temporary(dir));
	NEED(mkdirat(dir, TEMPORARY, 0700) == 0, SYS_FILE);
	for (size_t i = 0; i < COUNT_OF(files); i++)
		TRY(put_file(m, dir, i));
	TRY(file_sync_folder(dir, TEMPORARY, 0755, m->plan->owner));
	NEED(renameat(dir, TEMPORARY, dir, lineage_folder(m->generation, path)) == 0, SYS_FILE);
	return sync_names(dir, "ca");
}

static fault put_all(struct making *m)
{
	DESCRIPTOR dir = open_folder(m->plan->folder);
	NEED(dir >= 0, SYS_FILE);
	TRY(open_former(m));
	TRY(open_root(m));
	TRY(make_certificates(m));
	return put_folder(m, dir);
}

fault rollover_put(const struct rollover_plan *plan, struct rollover *ret)
{
	struct making m = { .plan = plan };
	fault f = put_all(&m);
	if (!f)
		*ret = (struct rollover){ m.generation, m.issuing.not_after,
					  lineage_until(&m.former, &m.issuing) };
	key_free(m.key);
	key_free(m.root_key);
	return f;
}

/* --- the end -------------------------------------------------------------------------------------------- */

fault rollover_delete(const char *folder, uint64_t *ret_generation)
{
	char path[LINEAGE_PATH_SIZE];
	const struct lineage l = lineage_find(folder);
	DESCRIPTOR dir = open_folder(folder);
	NEED(dir >= 0, SYS_FILE);
	NEED(l.oldest < l.present, CA_FORMER_NONE);
	NEED(unlinkat(dir, lineage_path(l.oldest, LINEAGE_KEY, path), 0) == 0, SYS_FILE);
	TRY(sync_names(dir, l.oldest ? lineage_folder(l.oldest, path) : "ca"));
	*ret_generation = l.oldest;
	return NULL;
}

static fault get_until(const char *folder, uint64_t generation, int64_t *ret)
{
	uint8_t octets[2][TBS_CERTIFICATE_MAX];
	struct wr a = wr_of(octets[0], sizeof(octets[0])), b = wr_of(octets[1], sizeof(octets[1]));
	struct issuer former, next;
	TRY(lineage_get(folder, generation, &a, &former));
	TRY(lineage_get(folder, generation + 1, &b, &next));
	*ret = lineage_until(&former, &next);
	return NULL;
}

fault rollover_prune(const char *folder, int64_t now, uint64_t *ret_count)
{
	DESCRIPTOR dir = open_folder(folder);
	NEED(dir >= 0, SYS_FILE);
	TRY(delete_temporary(dir));
	*ret_count = 0;
	for (struct lineage l = lineage_find(folder); l.oldest < l.present; l = lineage_find(folder)) {
		int64_t until;
		TRY(get_until(folder, l.oldest, &until));
		if (now < until)
			break;
		TRY(rollover_delete(folder, &l.oldest));
		++*ret_count;
	}
	return NULL;
}
