/*
 * Both ends of the snapshot: core's announcements over real links from a real store, and verify's side of
 * them.
 */
#include "test.h"

#include <fcntl.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proc/loop.h"
#include "server/publication.h"
#include "server/subscription.h"

#define MANY 6000 /* more than any link's queue holds at once */
#define READERS 2

/* One verify: its end of the link and what it made of it. */
struct reader {
	struct bench *bench;
	struct link *core, *verify; /* core's end and verify's */
	struct subscription *trusted;
	fault why;
	size_t frames, commits;
};

struct bench {
	char folder[64], path[96];
	struct loop *loop;
	struct flow flow;
	struct publication *publication;
	struct reader readers[READERS];
};

static void on_frame(void *self, struct link *link, const struct frame *f)
{
	struct reader *r = self;
	struct change change;
	struct anchor anchor;
	struct anchor_gone gone;
	struct eklist list;
	struct snapshot snapshot;
	(void)link;
	r->frames++;
	if (f->type == FRAME_CHANGE && !frame_get(f, &change)) {
		r->why = subscription_begin(r->trusted, &change);
	} else if (f->type == FRAME_ANCHOR && !frame_get(f, &anchor)) {
		subscription_put(r->trusted, &anchor);
	} else if (f->type == FRAME_EKLIST && !frame_get(f, &list)) {
		subscription_put_eklist(r->trusted, &list);
	} else if (f->type == FRAME_ANCHOR_GONE && !frame_get(f, &gone)) {
		subscription_delete(r->trusted, &gone);
	} else if (f->type == FRAME_SNAPSHOT && !frame_get(f, &snapshot)) {
		r->why = subscription_commit(r->trusted, &snapshot);
		r->commits++;
	}
}

static void on_core_frame(void *self, struct link *link, const struct frame *f)
{
	(void)self, (void)link, (void)f;
}

static void on_closed(void *self, struct link *link, fault why)
{
	(void)self, (void)link, (void)why;
}

static void on_drained(void *self, struct link *link)
{
	struct reader *r = self;
	(void)link;
	publication_send(r->bench->publication);
}

static void join(struct bench *b, size_t i)
{
	struct reader *r = &b->readers[i];
	int ends[2];
	CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
	const struct link_plan core = { ROLE_CORE, { ROLE_VERIFY, (unsigned)i }, r, on_core_frame, on_closed,
					on_drained };
	const struct link_plan verify = { ROLE_VERIFY, { ROLE_CORE, 0 }, r, on_frame, on_closed, NULL };
	*r = (struct reader){ .bench = b,
			      .core = link_new(b->loop, ends[0], &core),
			      .verify = link_new(b->loop, ends[1], &verify),
			      .trusted = subscription_new() };
	publication_put_reader(b->publication, r->core);
}

static void leave(struct reader *r)
{
	if (!r->core)
		return;
	publication_delete_reader(r->bench->publication, r->core);
	link_free(r->core);
	link_free(r->verify);
	subscription_free(r->trusted);
}

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	CHECK(b != NULL);
	snprintf(b->folder, sizeof(b->folder), "/tmp/assay-publication-XXXXXX");
	CHECK(mkdtemp(b->folder) != NULL);
	snprintf(b->path, sizeof(b->path), "%s/db", b->folder);
	b->loop = loop_new();
	OK(store_open(b->path, &b->flow.store));
	b->publication = publication_new(&b->flow);
	OK(publication_open(b->publication));
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;
	char path[128];
	for (size_t i = 0; i < READERS; i++)
		leave(&b->readers[i]);
	publication_free(b->publication);
	store_close(b->flow.store);
	loop_free(b->loop);
	static const char *const ends[] = { "", "-wal", "-shm" };
	for (size_t i = 0; i < COUNT_OF(ends); i++) {
		snprintf(path, sizeof(path), "%s%s", b->path, ends[i]);
		unlink(path);
	}
	rmdir(b->folder);
	free(b);
	return 0;
}

/* The n-th certificate: octets of its own, of which nobody here asks more than their hash. */
static struct store_anchor row_of(uint64_t n, uint8_t storage[static 1200])
{
	memset(storage, 0x30, 1200);
	memcpy(storage, &n, sizeof(n));
	SHA256(storage, 1000, storage + 1000);
	return (struct store_anchor){
		.fingerprint = bytes_of(storage + 1000, 32),
		.certificate = bytes_of(storage, 1000),
		.maker = BYTES_TEXT("IFX"),
		.role = n % 3 ? ANCHORS_ROOT : ANCHORS_INTERMEDIATE,
		.class = ANCHORS_DISCRETE,
		.subject = BYTES_TEXT("CN=CA"),
		.source = BYTES_TEXT("test"),
		.created = 1,
	};
}

static void put(struct bench *b, uint64_t n)
{
	uint8_t storage[1200];
	const struct store_anchor row = row_of(n, storage);
	const struct roll_change change = { .fingerprint = row.fingerprint, .put = &row };
	OK(store_anchor_put(b->flow.store, &row));
	publication_put(b->publication, &(struct flow_answer){ .changes = &change, .changes_n = 1 });
}

static void take_out(struct bench *b, uint64_t n)
{
	uint8_t storage[1200];
	const struct store_anchor row = row_of(n, storage);
	const struct roll_change change = { .fingerprint = row.fingerprint };
	OK(store_anchor_delete(b->flow.store, row.fingerprint));
	publication_put(b->publication, &(struct flow_answer){ .changes = &change, .changes_n = 1 });
}

static void put_many(struct bench *b, uint64_t first, uint64_t end)
{
	OK(store_begin(b->flow.store));
	for (uint64_t n = first; n < end; n++)
		put(b, n);
	OK(store_commit(b->flow.store));
	publication_commit(b->publication);
}

/* Puts a list in force that revokes as many certificates as it is said to, in place of an earlier one. */
static void put_list(struct bench *b, uint8_t n, size_t entries)
{
	const uint8_t id[EKLIST_HASH_SIZE] = { n };
	uint8_t digest[EKLIST_HASH_SIZE], *octets = calloc(1, EKLIST_MAX);
	uint8_t *serials = calloc(entries + 1, EKLIST_SERIAL_SIZE);
	CHECK(octets && serials);
	struct wr w = wr_of(octets, EKLIST_MAX);
	for (size_t i = 0; i < entries; i++)
		wr_be32(&(struct wr){ .p = serials + i * EKLIST_SERIAL_SIZE, .n = 4 }, (uint32_t)i);
	const struct eklist list = { .id = BYTES_OF(id),
				     .issuer = BYTES_OF(id),
				     .this_update = 1,
				     .next_update = 2,
				     .scope = EKLIST_LEAVES,
				     .serials = bytes_of(entries ? serials : NULL,
							 entries * EKLIST_SERIAL_SIZE) };
	message_write(&eklist_message, &list, &w);
	OK(eklists_hash(wr_done(&w), digest));
	const struct store_eklist row = { .id = BYTES_OF(id),
					  .authority = BYTES_OF(id),
					  .subject = BYTES_TEXT("CN=Maker"),
					  .url = BYTES_TEXT("http://maker/list"),
					  .entries = entries,
					  .digest = BYTES_OF(digest),
					  .created = 1 };
	const struct store_eklist_body body = { row.id, wr_done(&w) };
	const struct roll_change change = { .fingerprint = row.id, .list = &row };
	OK(store_eklist_put(b->flow.store, &row, EKLISTS_MAX));
	OK(store_eklist_update(b->flow.store, &row));
	OK(store_eklist_put_body(b->flow.store, &body));
	publication_put(b->publication, &(struct flow_answer){ .changes = &change, .changes_n = 1 });
	free(serials);
	free(octets);
}

static bool is_in_step(const struct bench *b, const struct reader *r)
{
	return subscription_anchors(r->trusted) && r->why == NULL &&
	       is_bytes_equal(subscription_digest(r->trusted), BYTES_OF(b->flow.snapshot));
}

static void turn(struct bench *b)
{
	event_base_loop(loop_base(b->loop), EVLOOP_NONBLOCK);
}

/* Lets both ends work until the reader judges by what is in force. */
static void await(struct bench *b, const struct reader *r)
{
	for (int i = 0; i < 1000000 && !is_in_step(b, r); i++)
		turn(b);
	CHECK(is_in_step(b, r));
}

static void a_verify_that_joins_is_told_all_of_six_thousand(void **state)
{
	struct bench *b = *state;
	put_many(b, 0, MANY);
	join(b, 0);
	await(b, &b->readers[0]);
	CHECK(anchors_count(subscription_anchors(b->readers[0].trusted)) == MANY);
	CHECK(b->readers[0].frames == MANY + 2 && b->readers[0].commits == 1);
}

static void an_empty_server_has_a_snapshot_too(void **state)
{
	struct bench *b = *state;
	join(b, 0);
	await(b, &b->readers[0]);
	CHECK(anchors_count(subscription_anchors(b->readers[0].trusted)) == 0);
}

static void a_commit_is_told_as_what_it_changed_and_once(void **state)
{
	struct bench *b = *state;
	struct reader *r = &b->readers[0];
	put_many(b, 0, 500);
	join(b, 0);
	await(b, r);
	size_t frames = r->frames;
	put(b, 600);
	put(b, 601);
	take_out(b, 3);
	put(b, 602);
	take_out(b, 602);
	publication_commit(b->publication);
	await(b, r);
	CHECK(r->frames == frames + 7 && r->commits == 2);
	CHECK(anchors_count(subscription_anchors(r->trusted)) == 501);
}

/* More than a page of them, and one as large as any. */
static void lists_of_revoked_certificates_come_with_the_snapshot(void **state)
{
	struct bench *b = *state;
	struct reader *r = &b->readers[0], *late = &b->readers[1];
	put_many(b, 0, 150);
	OK(store_begin(b->flow.store));
	for (uint8_t n = 0; n < 120; n++)
		put_list(b, n, n ? 1 : EKLIST_SERIALS_MAX);
	OK(store_commit(b->flow.store));
	publication_commit(b->publication);
	join(b, 0);
	await(b, r);
	CHECK(eklists_count(anchors_eklists(subscription_anchors(r->trusted))) == 120);
	CHECK(r->frames == 150 + 120 + 2 && r->commits == 1);
	join(b, 1);
	for (uint8_t n = 100; n < 140; n++) {
		put_list(b, n, n);
		publication_commit(b->publication);
		turn(b);
	}
	await(b, r);
	await(b, late);
	CHECK(eklists_count(anchors_eklists(subscription_anchors(late->trusted))) == 140);
	struct publication *again = publication_new(&b->flow);
	uint8_t digest[ANCHORS_HASH_SIZE];
	memcpy(digest, b->flow.snapshot, sizeof(digest));
	OK(publication_open(again));
	CHECK(is_bytes_equal(BYTES_OF(digest), BYTES_OF(b->flow.snapshot)));
	publication_free(again);
}

static void a_commit_that_changes_nothing_is_not_told(void **state)
{
	struct bench *b = *state;
	struct reader *r = &b->readers[0];
	join(b, 0);
	await(b, r);
	size_t frames = r->frames;
	publication_commit(b->publication);
	turn(b);
	CHECK(r->frames == frames);
}

static void what_changes_while_the_pages_are_on_their_way_is_not_lost(void **state)
{
	struct bench *b = *state;
	struct reader *r = &b->readers[0];
	put_many(b, 0, 5000);
	join(b, 0);
	for (uint64_t n = 0; n < 60; n++) {
		put(b, 10000 + n);
		take_out(b, n * 7);
		publication_commit(b->publication);
		turn(b);
	}
	await(b, r);
	CHECK(anchors_count(subscription_anchors(r->trusted)) == 5000);
}

static void a_verify_that_does_not_read_is_told_everything_when_it_does_again(void **state)
{
	struct bench *b = *state;
	struct reader *slow = &b->readers[0], *quick = &b->readers[1];
	join(b, 0);
	join(b, 1);
	await(b, slow);
	await(b, quick);
	link_pause(slow->verify);
	for (uint64_t n = 0; n < 8000; n += 1000) {
		put_many(b, n, n + 1000);
		await(b, quick);
	}
	CHECK(!is_in_step(b, slow));
	link_resume(slow->verify);
	await(b, slow);
	CHECK(anchors_count(subscription_anchors(slow->trusted)) == 8000);
}

static void what_is_stored_is_in_force_after_a_restart(void **state)
{
	struct bench *b = *state;
	uint8_t before[ANCHORS_HASH_SIZE];
	put_many(b, 0, 250);
	memcpy(before, b->flow.snapshot, sizeof(before));
	publication_free(b->publication);
	b->publication = publication_new(&b->flow);
	OK(publication_open(b->publication));
	CHECK(is_bytes_equal(BYTES_OF(before), BYTES_OF(b->flow.snapshot)));
	join(b, 0);
	await(b, &b->readers[0]);
}

static void a_change_of_another_snapshot_is_refused(void **state)
{
	struct bench *b = *state;
	struct subscription *s = subscription_new();
	uint8_t other[ANCHORS_HASH_SIZE] = { 1 };
	const struct change anew = { 0 }, difference = { BYTES_OF(other) };
	(void)b;
	REFUSES(SYS_FRAME, subscription_begin(s, &difference));
	OK(subscription_begin(s, &anew));
	subscription_free(s);
}

static void an_outcome_that_was_not_announced_is_refused(void **state)
{
	struct bench *b = *state;
	uint8_t storage[1200], digest[ANCHORS_HASH_SIZE];
	const struct store_anchor row = row_of(1, storage);
	const struct anchor anchor = { row.certificate, row.maker, row.class, row.role };
	struct anchors *empty = anchors_new();
	const struct change anew = { 0 };
	anchors_digest(empty, digest);
	anchors_free(empty);
	const struct snapshot none = { BYTES_OF(digest), 0 }, wrong_count = { BYTES_OF(digest), 1 };
	struct subscription *s = subscription_new();
	(void)b;
	REFUSES(SYS_FRAME, subscription_commit(s, &none));
	OK(subscription_begin(s, &anew));
	OK(subscription_commit(s, &none));
	OK(subscription_begin(s, &anew));
	REFUSES(SYS_FRAME, subscription_commit(s, &wrong_count));
	OK(subscription_begin(s, &anew));
	subscription_put(s, &anchor);
	REFUSES(SYS_FRAME, subscription_commit(s, &none));
	subscription_free(s);
}

#define BENCH(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH(a_verify_that_joins_is_told_all_of_six_thousand),
		BENCH(an_empty_server_has_a_snapshot_too),
		BENCH(a_commit_is_told_as_what_it_changed_and_once),
		BENCH(lists_of_revoked_certificates_come_with_the_snapshot),
		BENCH(a_commit_that_changes_nothing_is_not_told),
		BENCH(what_changes_while_the_pages_are_on_their_way_is_not_lost),
		BENCH(a_verify_that_does_not_read_is_told_everything_when_it_does_again),
		BENCH(what_is_stored_is_in_force_after_a_restart),
		BENCH(a_change_of_another_snapshot_is_refused),
		BENCH(an_outcome_that_was_not_announced_is_refused),
	};
	return RUN(tests);
}
