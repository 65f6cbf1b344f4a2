/*
 * siege: a real core in a process of its own, with its sandbox, its database and its keys, whose only peers
 * are the test: it speaks as two verifiers (of devices, of administrators) and as ca, and may say whatever
 * it likes.
 */
#ifndef TESTS_SERVER_SIEGE_H
#define TESTS_SERVER_SIEGE_H

#include "test.h"

#include <sys/types.h>

#include "base/arena.h"
#include "server/settings.h"
#include "wire/frame.h"

#define SIEGE_PATIENCE_MS 20000
#define SIEGE_EK 5 /* every octet of the EK hash that is registered */

enum siege_peer { SIEGE_DEVICES = 0, SIEGE_ADMINS, SIEGE_CA, SIEGE_PEERS };

/* The test's end of one of core's links. */
struct siege_link {
	int fd;
	size_t from, to;
	uint8_t *in;
};

struct siege {
	char folder[64];
	struct settings settings;
	struct arena arena;
	pid_t core;
	int control;
	struct siege_link links[SIEGE_PEERS];
	uint8_t snapshot[TRIP_HASH_SIZE]; /* as core told the device verifier */
	struct bytes admin_id, admin_secret;   /* tokens of the owner and of a mere reader */
	struct bytes reader_id, reader_secret;
};

/* A test with a siege of its own as **state: core is ready and has both verifiers, but no ca. */
#define SIEGE_TEST(name) cmocka_unit_test_setup_teardown(name, siege_setup, siege_done)
int siege_setup(void **state);
int siege_done(void **state);

/* Gives core a new link to that peer, in place of an earlier one. */
void siege_join(struct siege *s, enum siege_peer peer);

void siege_send(struct siege *s, enum siege_peer to, enum frame_type type, uint64_t id, const void *message);
void siege_send_octets(struct siege *s, enum siege_peer to, struct bytes octets);

/* The next frame from core; its body lives until the next call. False when core has closed the link. */
bool siege_read(struct siege *s, enum siege_peer from, struct frame *ret);

/* Waits for core's report that the peer broke the rules. */
void siege_await_report(struct siege *s, enum role role);

/*
 * The code of the problem in the next frame, which must be the response to that id; NULL when it is no
 * problem.
 */
const char *siege_read_code(struct siege *s, enum siege_peer from, uint64_t id);

/*
 * Facts of a device with the registered EK, right in every way, for the first trip and, after it, for the
 * second.
 */
struct begin_facts siege_begin(struct siege *s);
struct answer_facts siege_answer(struct siege *s, const struct begin_facts *b, const struct credential *c);

/* Goes through the first trip, and sends the second as request 2 (T1 follows). */
struct answer_facts siege_apply(struct siege *s);

/* Sees that core still makes a challenge for whoever asks. */
void siege_check_serving(struct siege *s);

#endif
