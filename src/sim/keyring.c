#include "sim/keyring.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <unistd.h>

#include "sim/disk.h"
#include "sim/softkey.h"

fault keyring_get(const char *folder, enum spki_kind kind, uint64_t number, EVP_PKEY **ret)
{
	char file[64], path[DISK_PATH_MAX];
	if (!folder)
		return softkey_new(kind, ret);
	const char *word = kind == SPKI_RSA ? "rsa" : "p256";
	snprintf(file, sizeof(file), "%s-%06llu.key", word, (unsigned long long)number);
	TRY(disk_path(folder, file, path));
	if (access(path, F_OK) == 0)
		return softkey_get(path, ret);
	EVP_PKEY *key = NULL;
	TRY(disk_put_folder(folder));
	TRY(softkey_new(kind, &key));
	fault why = softkey_put(key, path);
	if (why)
		EVP_PKEY_free(key);
	else
		*ret = key;
	return why;
}
