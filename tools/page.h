/*
 * page: documents made from tables: parts of them in mdoc(7) and Markdown, and the program that prints one
 * of them.
 */
#ifndef TOOLS_PAGE_H
#define TOOLS_PAGE_H

#include "base/config.h"

struct page {
	const char *name;
	int section;
	const char *what; /* one line, for NAME */
	const char *text; /* the first paragraph of DESCRIPTION */
};

void page_put_head(const struct page *page);

/* The head of a document in Markdown; source is the table that it is made from. */
void page_put_markdown_head(const char *title, const char *source, const char *text);

/* Lines of mdoc text: each sentence begins a line, and nothing in it is taken for a macro. */
void page_put_prose(const char *text);

/* The page of a configuration file up to its last setting. */
void page_put_settings(const struct page *page, const struct config_row *rows, size_t count);

struct page_document {
	const char *path;
	void (*print)(void);
};

/*
 * Prints the document of that path, or with NULL the list of documents: tools/make-docs puts them in their
 * places. Gives the program's exit code.
 */
int page_run(const struct page_document *documents, size_t count, const char *path);

#endif
