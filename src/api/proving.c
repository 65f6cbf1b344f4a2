#include "api/proving.h"

#include <string.h>

#include "flow/account.h"
#include "flow/attempts.h"
#include "flow/caller.h"

#define TARGET SIZE_MAX /* the account is named by the address */
#define EMPTY "password: it is empty."

static const struct form {
	enum endpoint_id id;
	size_t name, password, proof;
	bool is_new;
	const char *empty; /* said of a password that is none */
} forms[] = {
	{ ENDPOINT_SESSION_NEW, offsetof(struct session_new, name), offsetof(struct session_new, password),
	  offsetof(struct session_new, proof), false, EMPTY },
	{ ENDPOINT_PASSWORD_OWN, offsetof(struct password_own, name), offsetof(struct password_own, password),
	  offsetof(struct password_own, proof), false, EMPTY },
	{ ENDPOINT_PASSWORD_OWN, offsetof(struct password_own, name),
	  offsetof(struct password_own, new_password), offsetof(struct password_own, new_proof), true,
	  "newPassword: it is empty." },
	{ ENDPOINT_ACCOUNT_ADD, offsetof(struct account_new, name), offsetof(struct account_new, password),
	  offsetof(struct account_new, proof), true, EMPTY },
	{ ENDPOINT_ACCOUNT_PASSWORD, TARGET, offsetof(struct password_new, password),
	  offsetof(struct password_new, proof), true, EMPTY },
};

static struct bytes *view_at(void *body, size_t offset)
{
	return (struct bytes *)(void *)((uint8_t *)body + offset);
}

/* One more in this second, for whoever asks? */
static bool has_room(struct read_site *site, const struct call *c)
{
	struct in6_addr network;
	struct bytes peer = attempts_network(c->peer, &network);
	struct read_peer *next = &site->peers[0];
	unsigned own = 0;
	if (site->second != c->now)
		site->passwords = 0;
	site->second = c->now;
	for (unsigned i = 0; i < site->passwords; i++, next++)
		own += is_bytes_equal(peer, bytes_of(next->octets, next->n));
	bool is_full = site->passwords == READ_PASSWORDS || own == READ_PASSWORDS_PER_PEER;
	if (is_full || peer.n > sizeof(next->octets))
		return false;
	next->n = peer.n;
	memcpy(next->octets, peer.p, peer.n);
	site->passwords++;
	return true;
}

static fault prove(struct read_site *site, const struct call *c, const struct form *form, void *body,
		   struct arena *a)
{
	struct bytes *text = view_at(body, form->password), *proof = view_at(body, form->proof);
	const struct account_password p = {
		.name = form->name == TARGET ? c->target : *view_at(body, form->name),
		.text = *text,
		.server = BYTES_OF(site->root_hash),
		.is_new = form->is_new,
	};
	NEED(has_room(site, c), SIGN_IN_RATE);
	TRY(account_read_password(&p, a, proof));
	*text = (struct bytes){ 0 };
	return NULL;
}

static fault read_link(struct call *c, struct session_link *in, struct arena *a)
{
	fault why = caller_parse_token(in->token, TOKEN_LINK, a, c);
	in->token = (struct bytes){ 0 };
	return why == FAIL(AUTHN) || why == FAIL(TOK_FLOW) ? FAIL(LINK_OVER) : why;
}

static fault check_form(const struct form *form, void *body, const char **ret_detail)
{
	*ret_detail = form->empty;
	NEED(view_at(body, form->password)->n > 0, PARSE_FIELD);
	*ret_detail = "proof: it is made of the password here.";
	NEED(!view_at(body, form->proof)->p, PARSE_FIELD);
	*ret_detail = NULL;
	return NULL;
}

fault proving_read(struct read_site *site, struct call *c, void *body, struct arena *a,
		   const char **ret_detail)
{
	if (c->endpoint == ENDPOINT_SESSION_LINK)
		return read_link(c, body, a);
	for (size_t i = 0; i < COUNT_OF(forms); i++) {
		if (forms[i].id != (enum endpoint_id)c->endpoint)
			continue;
		TRY(check_form(&forms[i], body, ret_detail));
		TRY(prove(site, c, &forms[i], body, a));
	}
	return NULL;
}
