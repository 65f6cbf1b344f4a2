#include "sign/hierarchy.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/rand.h>
#include <openssl/sha.h>

#include "base/secret.h"
#include "base/text.h"
#include "cert/tbs.h"
#include "sign/file.h"
#include "sign/key.h"
#include "sign/pem.h"
#include "sign/rootkey.h"

#define PASSPHRASE_SIZE 32
#define CONTENT_MAX 8192
#define COMMON_NAME_MAX 64 /* RFC 5280, ub-common-name */
#define DNS_MAX 253
#define LABEL_MAX 63

enum part { ROOT = 0, ISSUING, DEVICE, ADMIN, TOKEN, PART_COUNT };

/* What is being made. */
struct making {
	const struct hierarchy_plan *plan;
	struct bytes_list dns;
	struct bytes_list addresses;
	uint8_t address_octets[BYTES_LIST_MAX][16];
	struct evp_pkey_st *key[PART_COUNT];
	char passphrase[TEXT_HEX_SIZE(PASSPHRASE_SIZE)];
	struct bytes certificate[PART_COUNT];
	uint8_t certificate_octets[PART_COUNT][TBS_CERTIFICATE_MAX];
	struct bytes crl;
	uint8_t crl_octets[1024];
	struct issuer root;
	char temporary[PATH_MAX];
};

/* --- the plan ------------------------------------------------------------------------------------------- */

static bool is_letter(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_label(struct bytes label)
{
	if (label.n == 0 || label.n > LABEL_MAX || label.p[0] == '-' || label.p[label.n - 1] == '-')
		return false;
	for (size_t i = 0; i < label.n; i++)
		if (!is_letter(label.p[i]) && label.p[i] != '-')
			return false;
	return true;
}

/* A host name (RFC 1123 §2.1); wildcards are not for us. */
static bool is_dns(struct bytes name)
{
	size_t start = 0;
	for (size_t i = 0; i <= name.n; i++) {
		if (i < name.n && name.p[i] != '.')
			continue;
		if (!is_label(bytes_slice(name, start, i - start)))
			return false;
		start = i + 1;
	}
	return name.n <= DNS_MAX;
}

static fault read_name(struct making *m, const char *name)
{
	uint8_t *octets = m->address_octets[m->addresses.n % BYTES_LIST_MAX];
	size_t n = inet_pton(AF_INET, name, octets) == 1 ? 4 : 0;
	if (!n && inet_pton(AF_INET6, name, octets) == 1)
		n = 16;
	if (n) {
		NEED(bytes_list_put(&m->addresses, bytes_of(octets, n)), CONFIG_INVALID);
		return NULL;
	}
	NEED(is_dns(bytes_text(name)) && bytes_list_put(&m->dns, bytes_text(name)), CONFIG_INVALID);
	return NULL;
}

static fault read_url(struct making *m)
{
	const char *url = m->plan->url;
	NEED(strncmp(url, "http://", 7) == 0 || strncmp(url, "https://", 8) == 0, CONFIG_INVALID);
	size_t n = strlen(url);
	NEED(n + sizeof(ISSUER_PATH_ROOT_CRL) <= ISSUER_URL_MAX && url[n - 1] != '/', CONFIG_INVALID);
	for (size_t i = 0; i < n; i++)
		NEED(url[i] > ' ' && url[i] <= '~', CONFIG_INVALID);
	return NULL;
}

static fault read_plan(struct making *m)
{
	struct stat s;
	struct bytes organization = bytes_text(m->plan->organization);
	NEED(organization.n && organization.n <= COMMON_NAME_MAX, CONFIG_INVALID);
	NEED(is_text_printable(organization), CONFIG_INVALID);
	NEED(m->plan->name_count, CONFIG_INVALID);
	for (size_t i = 0; i < m->plan->name_count; i++)
		TRY(read_name(m, m->plan->names[i]));
	TRY(read_url(m));
	int n = snprintf(m->temporary, sizeof(m->temporary), "%s.XXXXXX", m->plan->folder);
	NEED(n < (int)sizeof(m->temporary), SYS_FILE);
	NEED(lstat(m->plan->folder, &s) != 0 && errno == ENOENT, CONFLICT);
	return NULL;
}

/* --- keys and certificates ------------------------------------------------------------------------------ */

static fault make_keys(struct making *m)
{
	uint8_t random[PASSPHRASE_SIZE];
	for (size_t i = 0; i < PART_COUNT; i++)
		TRY(key_new(&m->key[i]));
	NEED(RAND_bytes(random, sizeof(random)) == 1, SYS_RNG);
	text_hex(BYTES_OF(random), m->passphrase);
	secret_done(random, sizeof(random));
	return NULL;
}

static fault make_certificate(struct making *m, enum part part, enum trunk_kind kind, const char *title)
{
	char name[COMMON_NAME_MAX + 1];
	bool server = kind == TRUNK_SERVER;
	struct wr w = wr_of(m->certificate_octets[part], sizeof(m->certificate_octets[part]));
	snprintf(name, sizeof(name), "%.*s", COMMON_NAME_MAX, m->plan->names[0]);
	const struct rootkey_order order = {
		.key = m->key[part],
		.title = title,
		.trunk = { .kind = kind,
			   .now = m->plan->now,
			   .name = bytes_text(name),
			   .organization = bytes_text(m->plan->organization),
			   .dns = server ? &m->dns : NULL,
			   .addresses = server ? &m->addresses : NULL },
	};
	TRY(rootkey_sign(m->key[ROOT], &m->root, &order, &w));
	m->certificate[part] = wr_done(&w);
	return NULL;
}

static fault make_crl(struct making *m)
{
	struct issuer issuing;
	struct wr w = wr_of(m->crl_octets, sizeof(m->crl_octets));
	TRY(issuer_parse(m->certificate[ISSUING], &issuing));
	TRY(rootkey_sign_crl(m->key[ROOT], &m->root, &issuing, &w));
	m->crl = wr_done(&w);
	return NULL;
}

static fault make_certificates(struct making *m)
{
	TRY(make_certificate(m, ROOT, TRUNK_ROOT, "Assay Root CA"));
	TRY(issuer_parse(m->certificate[ROOT], &m->root));
	m->root.url = bytes_text(m->plan->url);
	TRY(make_certificate(m, ISSUING, TRUNK_ISSUING, HIERARCHY_ISSUING_TITLE));
	TRY(make_certificate(m, DEVICE, TRUNK_SERVER, NULL));
	TRY(make_certificate(m, ADMIN, TRUNK_SERVER, NULL));
	return make_crl(m);
}

/* --- files ---------------------------------------------------------------------------------------------- */

static fault write_key(const struct making *m, enum part part, struct wr *w)
{
	return key_write(m->key[part], part == ROOT ? m->passphrase : NULL, w);
}

static fault write_passphrase(const struct making *m, enum part part, struct wr *w)
{
	(void)part;
	wr_bytes(w, bytes_text(m->passphrase));
	wr_u8(w, '\n');
	return NULL;
}

static fault write_certificate(const struct making *m, enum part part, struct wr *w)
{
	return pem_write_certificate(m->certificate[part], w);
}

static fault write_chain(const struct making *m, enum part part, struct wr *w)
{
	TRY(write_certificate(m, part, w));
	return write_certificate(m, ROOT, w);
}

static fault write_crl(const struct making *m, enum part part, struct wr *w)
{
	(void)part;
	wr_bytes(w, m->crl);
	return NULL;
}

static const struct {
	const char *path;
	mode_t mode;
	enum hierarchy_owner owner;
} folders[] = {
	{ HIERARCHY_ROOT_FOLDER, 0700, HIERARCHY_OF_ROOT },
	{ "ca", 0755, HIERARCHY_OF_CA },
	{ "tls", 0755, HIERARCHY_OF_ROOT },
};

static const struct {
	const char *path;
	mode_t mode;
	enum hierarchy_owner owner;
	fault (*write)(const struct making *, enum part, struct wr *);
	enum part part;
} files[] = {
	{ HIERARCHY_ROOT_KEY, 0600, HIERARCHY_OF_ROOT, write_key, ROOT },
	{ HIERARCHY_ROOT_PASSPHRASE, 0600, HIERARCHY_OF_ROOT, write_passphrase, ROOT },
	{ HIERARCHY_ROOT, 0644, HIERARCHY_OF_CA, write_certificate, ROOT },
	{ HIERARCHY_ROOT_CRL, 0644, HIERARCHY_OF_CA, write_crl, ROOT },
	{ HIERARCHY_ISSUING_KEY, 0600, HIERARCHY_OF_CA, write_key, ISSUING },
	{ HIERARCHY_ISSUING, 0644, HIERARCHY_OF_CA, write_certificate, ISSUING },
	{ HIERARCHY_TOKEN_KEY, 0600, HIERARCHY_OF_CA, write_key, TOKEN },
	{ HIERARCHY_DEVICE_KEY, 0600, HIERARCHY_OF_DEVICE, write_key, DEVICE },
	{ HIERARCHY_DEVICE, 0644, HIERARCHY_OF_DEVICE, write_chain, DEVICE },
	{ HIERARCHY_ADMIN_KEY, 0600, HIERARCHY_OF_ADMIN, write_key, ADMIN },
	{ HIERARCHY_ADMIN, 0644, HIERARCHY_OF_ADMIN, write_chain, ADMIN },
};

static struct file_owner owner_of(const struct making *m, enum hierarchy_owner who)
{
	if (!m->plan->owners)
		return (struct file_owner){ 0 };
	return (struct file_owner){ true, m->plan->owners[who].uid, m->plan->owners[who].gid };
}

static fault put_file(const struct making *m, int dir, size_t row)
{
	uint8_t content[CONTENT_MAX];
	struct wr w = wr_of(content, sizeof(content));
	fault f = files[row].write(m, files[row].part, &w);
	if (!f && w.bad)
		f = FAIL(BUG);
	struct file_owner owner = owner_of(m, files[row].owner);
	if (!f)
		f = file_put(dir, files[row].path, wr_done(&w), files[row].mode, owner);
	secret_done(content, sizeof(content));
	return f;
}

static fault put_files(const struct making *m, int dir)
{
	for (size_t i = 0; i < COUNT_OF(folders); i++)
		NEED(mkdirat(dir, folders[i].path, 0700) == 0, SYS_FILE);
	for (size_t i = 0; i < COUNT_OF(files); i++)
		TRY(put_file(m, dir, i));
	for (size_t i = 0; i < COUNT_OF(folders); i++)
		TRY(file_sync_folder(dir, folders[i].path, folders[i].mode, owner_of(m, folders[i].owner)));
	return file_sync_folder(dir, ".", 0755, owner_of(m, HIERARCHY_OF_ROOT));
}

/* Removes what a failed attempt left under the temporary name: what the tables name, nothing else. */
static void remove_temporary(const struct making *m)
{
	int dir = open(m->temporary, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dir < 0)
		return;
	for (size_t i = 0; i < COUNT_OF(files); i++)
		unlinkat(dir, files[i].path, 0);
	for (size_t i = 0; i < COUNT_OF(folders); i++)
		unlinkat(dir, folders[i].path, AT_REMOVEDIR);
	close(dir);
	rmdir(m->temporary);
}

static fault put_temporary(struct making *m)
{
	NEED(mkdtemp(m->temporary), SYS_FILE);
	int dir = open(m->temporary, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	NEED(dir >= 0, SYS_FILE);
	fault f = put_files(m, dir);
	close(dir);
	return f;
}

/* The name appears with everything under it; RENAME_NOREPLACE since somebody may have been quicker. */
static fault publish(const struct making *m)
{
	char parent[PATH_MAX];
	if (renameat2(AT_FDCWD, m->temporary, AT_FDCWD, m->plan->folder, RENAME_NOREPLACE) != 0)
		return errno == EEXIST ? FAIL(CONFLICT) : FAIL(SYS_FILE);
	snprintf(parent, sizeof(parent), "%s", m->plan->folder);
	int fd = open(dirname(parent), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool done = fd >= 0 && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	NEED(done, SYS_FILE);
	return NULL;
}

static fault put_folder(struct making *m)
{
	fault f = put_temporary(m);
	if (!f)
		f = publish(m);
	if (f)
		remove_temporary(m);
	return f;
}

static fault make_all(struct making *m, struct hierarchy *ret)
{
	TRY(read_plan(m));
	TRY(make_keys(m));
	TRY(make_certificates(m));
	TRY(put_folder(m));
	NEED(SHA256(m->certificate[ROOT].p, m->certificate[ROOT].n, ret->root_hash), BUG);
	return NULL;
}

fault hierarchy_path(const char *folder, const char *name, char ret[static PATH_MAX])
{
	NEED(snprintf(ret, PATH_MAX, "%s/%s", folder, name) < PATH_MAX, SYS_FILE);
	return NULL;
}

fault hierarchy_init(const struct hierarchy_plan *plan, struct hierarchy *ret)
{
	struct making m = { .plan = plan };
	fault f = make_all(&m, ret);
	for (size_t i = 0; i < PART_COUNT; i++)
		key_free(m.key[i]);
	secret_done(&m, sizeof(m));
	return f;
}
