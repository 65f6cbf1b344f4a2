/*
 * migration: brings a database's schema to this program's version (migration.def). Internal to store/.
 */
#ifndef STORE_MIGRATION_H
#define STORE_MIGRATION_H

#include "store/driver.h"

/* Applies what is missing, one transaction each. SYS_SCHEMA when the database is newer than this program. */
MUST fault migration_apply(struct store *s);

#endif
