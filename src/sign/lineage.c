#include "sign/lineage.h"

#include <stdio.h>
#include <unistd.h>

#include "cert/profile.h"
#include "cert/trunk.h"
#include "sign/authority.h"
#include "sign/hierarchy.h"
#include "sign/pem.h"

static const struct {
	const char *first; /* of the first CA, below the data folder */
	const char *name;  /* of a later one, in its own */
} files[] = {
	[LINEAGE_KEY] = { HIERARCHY_ISSUING_KEY, "issuing.key" },
	[LINEAGE_CERTIFICATE] = { HIERARCHY_ISSUING, "issuing.crt" },
	[LINEAGE_ROOT_CRL] = { HIERARCHY_ROOT_CRL, "root.crl" },
};

char *lineage_folder(uint64_t generation, char out[static LINEAGE_PATH_SIZE])
{
	snprintf(out, LINEAGE_PATH_SIZE, "ca/g%u", (unsigned)generation);
	return out;
}

const char *lineage_name(enum lineage_file file)
{
	return files[file].name;
}

char *lineage_path(uint64_t generation, enum lineage_file file, char out[static LINEAGE_PATH_SIZE])
{
	if (generation)
		snprintf(out, LINEAGE_PATH_SIZE, "ca/g%u/%s", (unsigned)generation, files[file].name);
	else
		snprintf(out, LINEAGE_PATH_SIZE, "%s", files[file].first);
	return out;
}

fault lineage_path_in(const char *folder, uint64_t generation, enum lineage_file file,
		      char ret[static PATH_MAX])
{
	char name[LINEAGE_PATH_SIZE];
	return hierarchy_path(folder, lineage_path(generation, file, name), ret);
}

static bool has(const char *folder, uint64_t generation, enum lineage_file file)
{
	char path[PATH_MAX];
	return !lineage_path_in(folder, generation, file, path) && access(path, F_OK) == 0;
}

struct lineage lineage_find(const char *folder)
{
	struct lineage l = { 0 };
	while (l.present < POINT_GENERATION_MAX && has(folder, l.present + 1, LINEAGE_CERTIFICATE))
		l.present++;
	l.oldest = l.present;
	while (l.oldest && l.present - l.oldest < LINEAGE_FORMERS_MAX &&
	       has(folder, l.oldest - 1, LINEAGE_KEY))
		l.oldest--;
	return l;
}

fault lineage_get(const char *folder, uint64_t generation, struct wr *w, struct issuer *ret)
{
	char path[PATH_MAX];
	size_t start = w->at;
	TRY(lineage_path_in(folder, generation, LINEAGE_CERTIFICATE, path));
	NEED(!pem_get_certificate(path, w), KEY_FILE);
	NEED(!issuer_parse(bytes_of(w->p + start, w->at - start), ret), KEY_FILE);
	ret->generation = generation;
	return NULL;
}

int64_t lineage_until(const struct issuer *former, const struct issuer *next)
{
	int64_t last = next->not_before + TRUNK_BACKDATE_S + PROFILE_VALIDITY_MAX_S;
	return (last < former->not_after ? last : former->not_after) + AUTHORITY_LIST_S;
}
