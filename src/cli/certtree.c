#include "cli/certtree.h"

#include <errno.h>
#include <fts.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

const char *certtree_name(const char *path)
{
	return is_text_printable(bytes_text(path)) ? path : "(a file whose name cannot be shown)";
}

bool is_certtree_name(const char *name)
{
	static const char *const endings[] = { ".cer", ".crt", ".der", ".pem", ".p7b", ".p7c" };
	const char *ending = strrchr(name, '.');
	for (size_t i = 0; ending && i < COUNT_OF(endings); i++)
		if (strcasecmp(ending, endings[i]) == 0)
			return true;
	return false;
}

static int order(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static void close_tree(FTS **tree)
{
	if (*tree)
		fts_close(*tree);
}

fault certtree_walk(const char *const *paths, const struct certtree_visit *visit, struct complaint *complaint)
{
	__attribute__((cleanup(close_tree))) FTS *tree =
		fts_open((char *const *)paths, FTS_LOGICAL | FTS_NOCHDIR, order);
	if (!tree)
		return complaint_put(complaint, FAIL(SYS_FILE), "%s", strerror(errno));
	for (FTSENT *e; (e = fts_read(tree)) != NULL;) {
		bool is_named = e->fts_level == FTS_ROOTLEVEL;
		bool is_bad = e->fts_info == FTS_NS || e->fts_info == FTS_DNR || e->fts_info == FTS_ERR;
		if (is_bad)
			return complaint_put(complaint, FAIL(SYS_FILE), "%s: %s", certtree_name(e->fts_path),
					     strerror(e->fts_errno));
		if (e->fts_info == FTS_F && (is_named || is_certtree_name(e->fts_name)))
			TRY(visit->file(e->fts_path, is_named, visit->with));
	}
	return NULL;
}
