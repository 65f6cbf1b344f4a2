#include "sim/keyring.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <unistd.h>

#include "sim/disk.h"
#include "sim/softkey.h"

fault keyring_get(const char *folder, const struct keyring_name *name, EVP_PKEY **ret)
{
	char file[64], path[DISK_PATH_MAX];
	if (!folder)
		return softkey_new(name->kind, ret);
	const char *word = name->kind == SPKI_RSA ? "rsa" : "p256";
	snprintf(file, sizeof(file), "%s%s-%06llu.key", name->of, word, (unsigned long long)name->number);
	TRY(disk_path(folder, file, path));
	if (access(path, F_OK) == 0)
		return softkey_get(path, ret);
	EVP_PKEY *key = NULL;
	TRY(disk_put_folder(folder));
	TRY(softkey_new(name->kind, &key));
	fault why = softkey_put(key, path);
	if (why)
		EVP_PKEY_free(key);
	else
		*ret = key;
	return why;
}
