#include "corpora.h"

#include <dirent.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_SIZE 1024

int corpora_run(const struct CMUnitTest *tests, size_t count, CMFixtureFunction open, CMFixtureFunction close)
{
	const char *root = getenv("ASSAY_CORPORA");
	if (root && *root)
		return _cmocka_run_group_tests("corpora", tests, count, open, close);
	printf("1..%zu\n", count);
	for (size_t i = 0; i < count; i++)
		printf("ok %zu # SKIP %s\n", i + 1, tests[i].name);
	return 0;
}

static FILE *open_below(const char *file)
{
	char path[PATH_SIZE];
	snprintf(path, sizeof(path), "%s/%s", getenv("ASSAY_CORPORA"), file);
	return fopen(path, "rb");
}

struct bytes corpora_read(const char *file, uint8_t storage[static CORPORA_FILE_MAX])
{
	FILE *f = open_below(file);
	if (!f)
		fail_msg("%s cannot be read", file);
	size_t n = fread(storage, 1, CORPORA_FILE_MAX, f);
	fclose(f);
	return bytes_of(storage, n);
}

struct bytes corpora_certificate(const char *file, uint8_t storage[static CORPORA_FILE_MAX])
{
	struct bytes b = corpora_read(file, storage);
	uint8_t *der = NULL;
	long n = 0;
	if (b.n && b.p[0] != '-')
		return b;
	BIO *bio = BIO_new_mem_buf(b.p, (int)b.n);
	bool pem = PEM_bytes_read_bio(&der, &n, NULL, PEM_STRING_X509, bio, NULL, NULL) == 1;
	BIO_free(bio);
	if (!pem)
		return (struct bytes){ 0 };
	memcpy(storage, der, (size_t)n);
	OPENSSL_free(der);
	return bytes_of(storage, (size_t)n);
}

size_t corpora_list(const char *folder, void (*visit)(const char *file, void *with), void *with)
{
	char path[PATH_SIZE];
	size_t n = 0;
	snprintf(path, sizeof(path), "%s/%s", getenv("ASSAY_CORPORA"), folder);
	DIR *dir = opendir(path);
	if (!dir)
		fail_msg("%s cannot be read", folder);
	for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		visit(path, with);
		n++;
	}
	closedir(dir);
	return n;
}
