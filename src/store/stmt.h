/*
 * stmt: the table of all statements (stmt.def). Internal to store/.
 */
#ifndef STORE_STMT_H
#define STORE_STMT_H

#include "store/record.h"

enum stmt {
#define STMT(name, text) STMT_##name,
#define STMT_ROWS(name, of, text) STMT_##name,
#define STMT_ENGINE(name, text) STMT_##name,
#include "store/stmt.def"
#undef STMT
#undef STMT_ROWS
#undef STMT_ENGINE
	STMT_COUNT
};

struct stmt_row {
	const char *name;
	const struct record *gives; /* NULL: no rows, or one number */
	const char *text;
};

extern const struct stmt_row stmt_rows[STMT_COUNT];

#endif
