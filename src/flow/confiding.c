#include "flow/confiding.h"

#include "store/store_confidant.h"

#define SHELL "*" /* no account is called so */

static struct bytes person_of(const struct caller *c)
{
	return c->account.p ? c->account : BYTES_TEXT(SHELL);
}

fault confiding_put(struct flow *f, const struct confidence *c)
{
	const struct store_confidant row = {
		.account = c->account, .knower = person_of(c->knower),
		.until = c->until ? c->until : STORE_CONFIDANT_ALWAYS,
	};
	bool is_own = is_bytes_equal(row.account, row.knower);
	return f->limits->two_persons && !is_own ? store_confidant_put(f->store, &row) : NULL;
}

fault confiding_finish(struct flow *f, struct bytes account)
{
	return store_confidant_update_ends(f->store, account, f->now + CONFIDING_AFTER_S);
}

fault confiding_check(struct flow *f, const struct caller *asker, const struct caller *decider)
{
	uint64_t common;
	const struct store_confidant_pair of = { person_of(asker), person_of(decider) };
	NEED(!is_bytes_equal(of.one, of.other), APPROVAL_SELF);
	TRY(store_confidant_count_common(f->store, &of, f->now, &common));
	NEED(common == 0, APPROVAL_KNOWN);
	return NULL;
}
