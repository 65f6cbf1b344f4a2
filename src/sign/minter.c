#include "sign/minter.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/secret.h"
#include "cert/jwt.h"
#include "cert/notice.h"
#include "cert/result.h"
#include "cert/trail.h"
#include "host/descriptor.h"
#include "sign/file.h"
#include "sign/hierarchy.h"
#include "sign/key.h"
#include "sign/rate.h"

#define TEMPORARY "ca/token.new"

struct minter {
	struct evp_pkey_st *key;
	struct rate rate, heads, notices;
	uint64_t head; /* number of the last head */
	struct jwt_issuer issuer;
	size_t jwks_n;
	uint8_t jwks[FRAME_JWKS_MAX];
};

/* The key of that point as a subject, whose numbers lie in point. */
static struct subject subject_of(const uint8_t point[static KEY_POINT_SIZE])
{
	const struct spki public = key_public_of(point);
	return (struct subject){ FRAME_KEY_P256, public.a, public.b };
}

/* --- files ---------------------------------------------------------------------------------------------- */

static int open_folder(const struct minter_plan *plan)
{
	return open(plan->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* The file is there as a whole or as it was before. */
static fault replace(int dir, const char *path, struct bytes content, const struct minter_plan *plan)
{
	const struct file_owner owner = { plan->uid != 0, plan->uid, plan->uid };
	NEED(unlinkat(dir, TEMPORARY, 0) == 0 || errno == ENOENT, SYS_FILE);
	TRY(file_put(dir, TEMPORARY, content, 0600, owner));
	NEED(renameat(dir, TEMPORARY, dir, path) == 0, SYS_FILE);
	DESCRIPTOR folder = openat(dir, "ca", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	NEED(folder >= 0 && fsync(folder) == 0, SYS_FILE);
	return NULL;
}

static fault put_new_key(int dir, const struct minter_plan *plan)
{
	uint8_t text[KEY_TEXT_MAX];
	struct wr w = wr_of(text, sizeof(text));
	struct evp_pkey_st *key = NULL;
	TRY(key_new(&key));
	fault f = key_write(key, NULL, &w);
	key_free(key);
	if (!f)
		f = replace(dir, HIERARCHY_TOKEN_KEY, wr_done(&w), plan);
	secret_done(text, sizeof(text));
	return f;
}

static fault open_key(const struct minter_plan *plan, struct evp_pkey_st **ret)
{
	char path[PATH_MAX];
	TRY(hierarchy_path(plan->folder, HIERARCHY_TOKEN_KEY, path));
	return key_open(path, ret);
}

/* What stays of a key that is replaced: its point. */
static fault put_former(int dir, const struct minter_plan *plan)
{
	uint8_t point[KEY_POINT_SIZE];
	struct spki public;
	struct evp_pkey_st *key = NULL;
	TRY(open_key(plan, &key));
	fault f = key_get_public(key, point, &public);
	key_free(key);
	TRY(f);
	return replace(dir, HIERARCHY_TOKEN_FORMER, BYTES_OF(point), plan);
}

/* The former key's point in point; has it false when there was none. */
static fault get_former(int dir, uint8_t point[static KEY_POINT_SIZE], bool *ret_has)
{
	DESCRIPTOR fd = openat(dir, HIERARCHY_TOKEN_FORMER, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct wr w = wr_of(point, KEY_POINT_SIZE);
	*ret_has = fd >= 0;
	NEED(fd >= 0 || errno == ENOENT, SYS_FILE);
	NEED(fd < 0 || (descriptor_get(fd, &w) && w.at == KEY_POINT_SIZE), KEY_FILE);
	return NULL;
}

fault minter_rotate(const struct minter_plan *plan)
{
	DESCRIPTOR dir = open_folder(plan);
	NEED(dir >= 0, SYS_FILE);
	TRY(put_former(dir, plan));
	return put_new_key(dir, plan);
}

fault minter_init(const struct minter_plan *plan, bool *ret_made)
{
	DESCRIPTOR dir = open_folder(plan);
	NEED(dir >= 0, SYS_FILE);
	*ret_made = faccessat(dir, HIERARCHY_TOKEN_KEY, F_OK, AT_SYMLINK_NOFOLLOW) != 0 && errno == ENOENT;
	return *ret_made ? put_new_key(dir, plan) : NULL;
}

/* --- open ----------------------------------------------------------------------------------------------- */

static fault write_keys(struct minter *m, const struct subject *present, const struct subject *former)
{
	struct wr w = wr_of(m->jwks, sizeof(m->jwks));
	wr_bytes(&w, BYTES_TEXT("{\"keys\":["));
	TRY(jwt_write_key(present, &w));
	if (former) {
		wr_u8(&w, ',');
		TRY(jwt_write_key(former, &w));
	}
	wr_bytes(&w, BYTES_TEXT("]}"));
	NEED(!w.bad, BUG);
	m->jwks_n = w.at;
	return NULL;
}

static fault open_all(struct minter *m, const struct minter_plan *plan)
{
	uint8_t point[KEY_POINT_SIZE], former_point[KEY_POINT_SIZE] = { 0 };
	struct spki public;
	bool has_former = false;
	DESCRIPTOR dir = open_folder(plan);
	NEED(dir >= 0, SYS_FILE);
	NEED(is_jwt_url(plan->url), CONFIG_INVALID);
	TRY(open_key(plan, &m->key));
	TRY(key_check(m->key, plan->url));
	TRY(key_get_public(m->key, point, &public));
	TRY(get_former(dir, former_point, &has_former));
	const struct subject present = subject_of(point), former = subject_of(former_point);
	m->rate.max = plan->rate;
	m->heads.max = MINTER_HEADS;
	m->notices.max = plan->rate;
	m->issuer.url = plan->url;
	TRY(jwt_thumbprint(&present, m->issuer.key_id));
	/* They are one and the same after a rotation that did not come to its end. */
	bool is_other = has_former && !is_bytes_equal(BYTES_OF(point), BYTES_OF(former_point));
	return write_keys(m, &present, is_other ? &former : NULL);
}

fault minter_open(const struct minter_plan *plan, struct minter **ret)
{
	struct minter *m = calloc(1, sizeof(*m));
	NEED(m, SYS_MEMORY);
	fault f = open_all(m, plan);
	if (f) {
		minter_close(m);
		return f;
	}
	*ret = m;
	return NULL;
}

void minter_close(struct minter *m)
{
	if (!m)
		return;
	key_free(m->key);
	free(m);
}

struct bytes minter_keys(const struct minter *m)
{
	return bytes_of(m->jwks, m->jwks_n);
}

/* --- sign ----------------------------------------------------------------------------------------------- */

static fault check_now(uint64_t time, int64_t now)
{
	int64_t skew = (int64_t)time - now;
	NEED(skew >= -MINTER_SKEW_S && skew <= MINTER_SKEW_S, SIGNER_REFUSED);
	return NULL;
}

static fault check_life(uint64_t issued, uint64_t expires, int64_t now)
{
	TRY(check_now(issued, now));
	NEED(expires > issued && expires - issued <= MINTER_LIFE_S, SIGNER_REFUSED);
	return NULL;
}

static fault check_request(const struct mint *r, int64_t now)
{
	const struct subject key = { (enum frame_key)r->key, r->key_a, r->key_b };
	NEED(!subject_check(&key), SIGNER_REFUSED);
	return check_life(r->issued, r->expires, now);
}

/* As often as the rate lets it. */
static fault sign_input(const struct minter *m, struct rate *rate, struct bytes input, int64_t now,
			struct wr *w)
{
	uint8_t signature[JWT_SIGNATURE_SIZE];
	TRY(rate_check(rate, now));
	TRY(key_get_signature(m->key, input, signature));
	jwt_write(input, signature, w);
	NEED(!w->bad, BUG);
	rate_put(rate, now);
	return NULL;
}

fault minter_sign(struct minter *m, const struct mint *request, int64_t now, struct wr *w)
{
	uint8_t input[JWT_INPUT_MAX];
	struct wr built = wr_of(input, sizeof(input));
	TRY(check_request(request, now));
	TRY(jwt_build(request, &m->issuer, &built));
	return sign_input(m, &m->rate, wr_done(&built), now, w);
}

fault minter_sign_result(struct minter *m, const struct result *request, int64_t now, struct wr *w)
{
	uint8_t input[JWT_INPUT_MAX];
	struct wr built = wr_of(input, sizeof(input));
	TRY(check_life(request->issued, request->expires, now));
	TRY(result_build(request, &m->issuer, &built));
	return sign_input(m, &m->rate, wr_done(&built), now, w);
}

fault minter_sign_notice(struct minter *m, const struct notice *request, int64_t now, struct wr *w)
{
	uint8_t input[JWT_INPUT_MAX];
	struct wr built = wr_of(input, sizeof(input));
	TRY(check_now(request->issued, now));
	TRY(notice_build(request, &m->issuer, &built));
	return sign_input(m, &m->notices, wr_done(&built), now, w);
}

fault minter_sign_head(struct minter *m, const struct audit_head *request, int64_t now, struct wr *w)
{
	uint8_t input[JWT_INPUT_MAX];
	struct wr built = wr_of(input, sizeof(input));
	TRY(check_now(request->time, now));
	NEED(is_bytes_text(request->writer, TRAIL_CORE) && request->number > m->head, SIGNER_REFUSED);
	TRY(jwt_build_head(request, &m->issuer, &built));
	TRY(sign_input(m, &m->heads, wr_done(&built), now, w));
	m->head = request->number;
	return NULL;
}

uint64_t minter_retry_s(const struct minter *m, int64_t now)
{
	return rate_left_s(&m->rate, now);
}
