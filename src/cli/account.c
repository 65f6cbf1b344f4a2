#include "cli/account.h"

#include <stdio.h>

#include "base/secret.h"
#include "cli/secretline.h"

static const struct column columns[] = {
	{ .title = "NAME", .member = "id", .is_elastic = true },
	{ .title = "ROLE", .member = "role" },
	{ .title = "STATE", .member = "state", .is_painted = true },
	{ .title = "LAST SIGN-IN (UTC)", .member = "lastSignInDateTime", .text = column_minute },
	{ .title = "PASSWORD OF (UTC)", .member = "passwordDateTime", .text = column_minute },
};

static const struct column fields[] = {
	{ .title = "name", .member = "id" },
	{ .title = "role", .member = "role" },
	{ .title = "state", .member = "state" },
	{ .title = "last sign-in", .member = "lastSignInDateTime" },
	{ .title = "password of", .member = "passwordDateTime" },
	{ .title = "must change it", .member = "mustChangePassword" },
	{ .title = "kept as", .member = "passwordKind" },
	{ .title = "created", .member = "createdDateTime" },
};

static const struct resource_member members[] = { { OPTION_COUNT, "name", RESOURCE_TEXT } };

static const struct resource_pair pairs[] = { { "role", "role" }, { "state", "state" } };

const struct resource account_resource = {
	.path = "/assay/v1/accounts",
	.columns = columns,
	.columns_count = COUNT_OF(columns),
	.fields = fields,
	.fields_count = COUNT_OF(fields),
	.members = members,
	.members_count = COUNT_OF(members),
	.pairs = pairs,
	.pairs_count = COUNT_OF(pairs),
	.made = "id",
};

/* The server forgets that it is to be changed where it is the caller's own. */
static fault read_password(struct session *s, json_t *body)
{
	char text[SECRETLINE_MAX + 1] = "";
	fault why = secretline_get("Password", &s->complaint, text);
	if (!why)
		json_object_set_new(body, "password", json_string(text));
	json_object_set_new(body, "forceChangePasswordNextSignIn", json_integer(1));
	secret_done(text, sizeof(text));
	return why;
}

fault account_put(struct session *s)
{
	json_auto_t *body = json_object(), *record = NULL;
	const struct remote_request request = { "POST", account_resource.path, body };
	TRY(resource_put_members(s, s->line->arguments[0], body));
	TRY(read_password(s, body));
	TRY(session_send(s, &request, &record));
	if (is_session_json(s))
		session_write(s, record);
	return NULL;
}

fault account_set_password(struct session *s)
{
	json_auto_t *body = json_object(), *nothing = NULL;
	TRY(read_password(s, body));
	return resource_act_on(s, &(struct resource_act){ "password", body }, &nothing);
}

fault account_link(struct session *s)
{
	json_auto_t *made = NULL;
	TRY(resource_act_on(s, &(struct resource_act){ "link", NULL }, &made));
	if (is_session_json(s))
		session_write(s, made);
	else
		printf("%s\n", json_string_value(json_object_get(made, "link")));
	return NULL;
}
