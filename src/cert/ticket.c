#include "cert/ticket.h"

#include "base/secret.h"

#define PLAIN_MAX (TRIP_TICKET_MAX - VAULT_ROOM)

fault ticket_seal(const struct ticket *t, const struct vault_key *key,
		  const uint8_t nonce[static VAULT_NONCE_SIZE], struct wr *w)
{
	uint8_t plain[PLAIN_MAX];
	struct wr message = wr_of(plain, sizeof(plain));
	message_write(&ticket_message, t, &message);
	NEED(!message.bad, BUG);
	fault why = vault_seal(&(struct vault_content){ .plain = wr_done(&message) }, key, nonce, w);
	secret_done(plain, sizeof(plain));
	return why;
}

fault ticket_unseal(struct bytes sealed, const struct vault_key *keys, size_t count, struct arena *a,
		    struct ticket *ret)
{
	struct ticket t = { 0 };
	struct vault_content c = { 0 };
	NEED(sealed.n <= TRIP_TICKET_MAX, TICKET_INVALID);
	TRY(vault_unseal(sealed, &(struct vault_keys){ keys, count }, a, &c));
	NEED(!message_parse(&ticket_message, c.plain, &t), TICKET_INVALID);
	*ret = t;
	return NULL;
}
