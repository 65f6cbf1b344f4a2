#include "sim/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <sys/stat.h>

#include "attest/handle.h"
#include "host/descriptor.h"

#define PEM_MAX 16384

fault disk_get(const char *path, struct wr *w)
{
	DESCRIPTOR fd = open(path, O_RDONLY | O_CLOEXEC);
	NEED(fd >= 0 && descriptor_get(fd, w), SYS_FILE);
	return NULL;
}

static fault put(const char *path, int flags, mode_t mode, struct bytes octets)
{
	DESCRIPTOR fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, mode);
	NEED(fd >= 0 && descriptor_write(fd, octets).n == 0, SYS_FILE);
	return NULL;
}

fault disk_put(const char *path, mode_t mode, struct bytes octets)
{
	return put(path, O_EXCL, mode, octets);
}

fault disk_update(const char *path, mode_t mode, struct bytes octets)
{
	return put(path, O_TRUNC, mode, octets);
}

fault disk_put_certificate(const char *path, struct bytes der)
{
	char *text = NULL;
	AUTO(BIO) *bio = BIO_new(BIO_s_mem());
	NEED(bio && PEM_write_bio(bio, PEM_STRING_X509, "", der.p, (long)der.n) > 0, BUG);
	long n = BIO_get_mem_data(bio, &text);
	return disk_put(path, 0644, bytes_of(text, (size_t)n));
}

fault disk_get_certificate(const char *path, struct arena *arena, struct bytes *ret)
{
	uint8_t text[PEM_MAX];
	struct wr file = wr_of(text, sizeof(text));
	unsigned char *der = NULL;
	long n = 0;
	TRY(disk_get(path, &file));
	AUTO(BIO) *bio = BIO_new_mem_buf(text, (int)file.at);
	bool is_read = bio && PEM_bytes_read_bio(&der, &n, NULL, PEM_STRING_X509, bio, NULL, NULL) == 1;
	ERR_clear_error();
	NEED(is_read, KEY_FILE);
	*ret = arena_copy(arena, bytes_of(der, (size_t)n));
	OPENSSL_free(der);
	NEED(!is_arena_full(arena), SYS_MEMORY);
	return NULL;
}

fault disk_put_folder(const char *path)
{
	NEED(mkdir(path, 0700) == 0 || errno == EEXIST, SYS_FILE);
	return NULL;
}

fault disk_path(const char *folder, const char *file, char out[static DISK_PATH_MAX])
{
	int n = snprintf(out, DISK_PATH_MAX, "%s/%s", folder, file);
	NEED(n > 0 && n < DISK_PATH_MAX, SYS_FILE);
	return NULL;
}
