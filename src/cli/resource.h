/*
 * resource: a collection of the server's API, with what is shown of its records and what makes a new one; and
 * the commands that such collections have.
 */
#ifndef CLI_RESOURCE_H
#define CLI_RESOURCE_H

#include "cli/column.h"
#include "cli/option.h"
#include "cli/session.h"

/* A switch is sent as 1. */
enum resource_kind { RESOURCE_TEXT = 1, RESOURCE_NUMBER, RESOURCE_SWITCH };

/* A member of the body that `add` sends and, unless it is the argument, `set`. */
struct resource_member {
	enum option_id option; /* OPTION_COUNT: the command's argument */
	const char *name;
	enum resource_kind kind;
};

/* A field that --set FIELD=VALUE takes, and the member of the body that it is. */
struct resource_pair {
	const char *field, *member;
};

struct resource {
	const char *path;
	const struct column *columns; /* of a list on a screen */
	size_t columns_count;
	const struct column *fields;  /* of one record, and of CSV */
	size_t fields_count;
	const struct resource_member *members;
	size_t members_count;
	const struct resource_pair *pairs; /* NULL: it has none */
	size_t pairs_count;
	const char *secret; /* the member whose value is read from standard input, "-" in --set; NULL: none */
	const char *evidence; /* the path of a collection with the evidence of each; NULL: there is none */
	const char *query; /* what is asked of the list, percent-encoded; NULL: nothing */
	const char *made; /* the member of a new record that `add` prints */
};

/* Each is the function of a row of commands whose `of` is a resource. */
MUST fault resource_list(struct session *s);
MUST fault resource_list_asked(struct session *s); /* by --filter, --search and --orderby */
MUST fault resource_get(struct session *s);
MUST fault resource_list_or_get(struct session *s); /* by whether one is named */
MUST fault resource_put(struct session *s);
MUST fault resource_update(struct session *s);
MUST fault resource_delete(struct session *s);

/* What resource_list_asked does, of another collection than the command's. */
MUST fault resource_write_asked(struct session *s, const struct resource *r);

/*
 * Puts the members that options give, and those of --set, into the body of a record of the command's
 * resource; argument stands for the member without an option, NULL for none. USAGE for a value that its
 * member cannot have.
 */
MUST fault resource_put_members(struct session *s, const char *argument, json_t *body);

/* Puts the values of --set into the body of a record. USAGE for a field that the resource does not have. */
MUST fault resource_put_pairs(struct session *s, const struct resource *r, json_t *body);

/*
 * Adds a record that another source has as well: that the server has it already, CONFLICT, is no fault but
 * said.
 */
MUST fault resource_put_body(struct session *s, const struct resource *r, const json_t *body,
			     bool *ret_is_present);

/* Does what the verb says to one record: POST of the record's path and the verb. */
MUST fault resource_act(struct session *s);

/* The same by another verb, or with a body (NULL: none); *ret is what it answers, the caller's. */
struct resource_act {
	const char *verb;
	const json_t *body;
};
MUST fault resource_act_on(struct session *s, const struct resource_act *act, json_t **ret);

#endif
