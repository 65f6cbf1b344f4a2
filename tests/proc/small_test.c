/* role, clock, entropy, port and control: the small parts that processes are made of. */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proc/child.h"
#include "proc/clock.h"
#include "proc/control.h"
#include "proc/entropy.h"
#include "proc/port.h"
#include "proc/role.h"

#define TYPES (ROLE_FRAME(FRAME_READY) | ROLE_FRAME(FRAME_REFUSED) | ROLE_FRAME(FRAME_PEER))

static void every_role_is_found_by_its_name_and_text(void **state)
{
	(void)state;
	for (enum role role = ROLE_PARENT; role < ROLE_COUNT; role++) {
		char text[ROLE_TEXT_SIZE];
		struct role_id id = { ROLE_NONE, 0 };
		CHECK(role_find(bytes_text(role_name(role))) == role);
		CHECK(role_parse(bytes_text(role_text((struct role_id){ role, 12 }, text)), &id));
		CHECK(is_role_same(id, (struct role_id){ role, 12 }));
	}
}

static void text_that_names_no_role_is_refused(void **state)
{
	static const char *const texts[] = {
		"",	     " ",	  "verify",    "verify ", "verify 00", "verify 64",
		"verify -1", "verify 1 ", " verify 1", "none 0",  "Verify 0",  "verify  0",
	};
	struct role_id id = { ROLE_CA, 7 };
	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		CHECK(!role_parse(bytes_text(texts[i]), &id));
	CHECK(id.role == ROLE_CA && id.instance == 7);
}

static void a_role_is_read_from_the_title_of_a_process_and_parent_has_none(void **state)
{
	struct role_id id = { ROLE_NONE, 0 };
	(void)state;
	CHECK(child_parse("assayd: verify 3", &id));
	CHECK(id.role == ROLE_VERIFY && id.instance == 3);
	CHECK(!child_parse("assayd", &id));
	CHECK(!child_parse("assayd: parent 0", &id));
	CHECK(!child_parse("assayd: verify", &id));
	CHECK(!child_parse(NULL, &id));
}

static void only_core_speaks_with_ca_and_only_verify_with_net(void **state)
{
	(void)state;
	for (enum role from = ROLE_NET_DEVICE; from < ROLE_COUNT; from++) {
		CHECK((role_frames(from, ROLE_CA) != 0) == (from == ROLE_CORE));
		CHECK((role_frames(from, ROLE_NET_DEVICE) != 0) == (from == ROLE_VERIFY));
		CHECK((role_frames(from, ROLE_NET_ADMIN) != 0) == (from == ROLE_VERIFY));
		CHECK(role_frames(from, from) == 0);
		CHECK(role_frames(from, ROLE_NONE) == 0 && role_frames(ROLE_NONE, from) == 0);
	}
}

static void the_monotonic_clock_does_not_go_back(void **state)
{
	int64_t before = clock_monotonic_ms();
	(void)state;
	CHECK(clock_monotonic_ms() >= before);
	CHECK(clock_now_s() >= 1700000000);
	CHECK(clock_now_ms() / 1000 >= 1700000000);
}

static void entropy_fills_the_whole_and_never_twice_the_same(void **state)
{
	uint8_t a[600] = { 0 }, b[600] = { 0 };
	(void)state;
	OK(entropy_fill(a, sizeof(a)));
	OK(entropy_fill(b, sizeof(b)));
	CHECK(memcmp(a, b, sizeof(a)) != 0);
	CHECK(!is_bytes_uniform(bytes_of(a, 16), 0) && !is_bytes_uniform(bytes_of(a + 584, 16), 0));
	OK(entropy_fill(a, 0));
}

static void a_port_is_opened_and_says_where(void **state)
{
	char text[PORT_TEXT_SIZE], again[PORT_TEXT_SIZE];
	int first = -1, second = -1;
	(void)state;
	OK(port_open("127.0.0.1:0", true, &first));
	CHECK(strncmp(port_text(first, text), "127.0.0.1:", 10) == 0);
	CHECK(strcmp(text, "127.0.0.1:0") != 0);
	OK(port_open(text, true, &second));
	CHECK(strcmp(port_text(second, again), text) == 0);
	close(first);
	close(second);
}

static void a_port_in_use_is_refused(void **state)
{
	char text[PORT_TEXT_SIZE];
	int first = -1, second = -1;
	(void)state;
	OK(port_open("127.0.0.1:0", false, &first));
	REFUSES(SYS_PORT, port_open(port_text(first, text), false, &second));
	CHECK(second == -1);
	close(first);
}

static void an_address_in_another_form_is_refused(void **state)
{
	static const char *const addresses[] = {
		"", "8443", ":8443", "localhost:8443", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x",
		"127.0.0.1:70000", "::1:8443", "[::1]", "[]:1", "127.0.0.1:123456789",
		"1111111111111111111111111111111111111111111111111111111111:1",
	};
	int fd = -1;
	(void)state;
	for (size_t i = 0; i < COUNT_OF(addresses); i++) {
		fault f = port_open(addresses[i], false, &fd);
		if (!f || fd != -1)
			fail_msg("%s was accepted", addresses[i]);
	}
}

struct ends {
	int a, b;
};

static struct ends ends_open(void)
{
	int fds[2];
	OK(control_pair(fds));
	return (struct ends){ fds[0], fds[1] };
}

static void ends_close(struct ends e)
{
	close(e.a);
	close(e.b);
}

static void a_descriptor_arrives_with_its_peer_and_is_the_same_file(void **state)
{
	struct ends e = ends_open();
	const struct peer sent = { .role = ROLE_CORE, .instance = 5 };
	struct peer got = { 0 };
	struct control_packet packet;
	int pipes[2];
	char c = 0;
	(void)state;
	CHECK(pipe(pipes) == 0);
	OK(control_send(e.a, FRAME_PEER, &sent, pipes[1]));
	close(pipes[1]);
	OK(control_get(e.b, TYPES, true, &packet));
	OK(frame_get(&packet.frame, &got));
	CHECK(!packet.end && got.role == ROLE_CORE && got.instance == 5);
	CHECK(fcntl(packet.fd, F_GETFD) == FD_CLOEXEC);
	CHECK(write(packet.fd, "x", 1) == 1 && read(pipes[0], &c, 1) == 1 && c == 'x');
	REFUSES(SYS_BUSY, control_get(e.b, TYPES, false, &packet));
	close(packet.fd);
	close(pipes[0]);
	ends_close(e);
}

static void the_end_of_the_other_side_comes_after_its_last_packet(void **state)
{
	struct ends e = ends_open();
	struct control_packet packet;
	(void)state;
	OK(control_send(e.a, FRAME_READY, NULL, -1));
	close(e.a);
	OK(control_get(e.b, TYPES, false, &packet));
	CHECK(!packet.end && packet.frame.type == FRAME_READY);
	OK(control_get(e.b, TYPES, false, &packet));
	CHECK(packet.end && packet.fd == -1);
	close(e.b);
}

static void a_packet_of_another_type_or_without_its_descriptor_is_refused(void **state)
{
	struct ends e = ends_open();
	const struct peer peer = { .role = ROLE_CORE };
	struct control_packet packet;
	(void)state;
	OK(control_send(e.a, FRAME_READY, NULL, -1));
	REFUSES(SYS_FRAME, control_get(e.b, ROLE_FRAME(FRAME_PEER), false, &packet));
	OK(control_send(e.a, FRAME_PEER, &peer, -1));
	REFUSES(SYS_FRAME, control_get(e.b, TYPES, true, &packet));
	OK(control_send(e.a, FRAME_READY, NULL, e.b));
	REFUSES(SYS_FRAME, control_get(e.b, TYPES, false, &packet));
	CHECK(packet.fd == -1 || fcntl(packet.fd, F_GETFD) < 0);
	ends_close(e);
}

static void every_truncation_of_a_packet_and_anything_behind_it_is_refused(void **state)
{
	const struct refused refused = { .number = 3 };
	uint8_t octets[CONTROL_FRAME_MAX] = { 0 };
	struct wr w = wr_of(octets, sizeof(octets));
	struct ends e = ends_open();
	struct control_packet packet;
	(void)state;
	frame_write(FRAME_REFUSED, 0, &refused, &w);
	CHECK(!w.bad);
	for (size_t n = 1; n < w.at; n++) {
		CHECK(write(e.a, octets, n) == (ssize_t)n);
		REFUSES(SYS_FRAME, control_get(e.b, TYPES, false, &packet));
	}
	CHECK(write(e.a, octets, w.at + 1) == (ssize_t)w.at + 1);
	REFUSES(SYS_FRAME, control_get(e.b, TYPES, false, &packet));
	uint8_t large[CONTROL_FRAME_MAX + 1] = { 0 };
	memcpy(large, octets, w.at);
	CHECK(write(e.a, large, sizeof(large)) == (ssize_t)sizeof(large));
	REFUSES(SYS_FRAME, control_get(e.b, TYPES, false, &packet));
	ends_close(e);
}

static void a_receiver_that_does_not_read_is_noticed(void **state)
{
	struct ends e = ends_open();
	fault f = NULL;
	(void)state;
	for (size_t i = 0; i < 100000 && !f; i++)
		f = control_send(e.a, FRAME_READY, NULL, -1);
	CHECK(f == FAIL(SYS_BUSY));
	ends_close(e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_role_is_found_by_its_name_and_text),
		TEST(text_that_names_no_role_is_refused),
		TEST(a_role_is_read_from_the_title_of_a_process_and_parent_has_none),
		TEST(only_core_speaks_with_ca_and_only_verify_with_net),
		TEST(the_monotonic_clock_does_not_go_back),
		TEST(entropy_fills_the_whole_and_never_twice_the_same),
		TEST(a_port_is_opened_and_says_where),
		TEST(a_port_in_use_is_refused),
		TEST(an_address_in_another_form_is_refused),
		TEST(a_descriptor_arrives_with_its_peer_and_is_the_same_file),
		TEST(the_end_of_the_other_side_comes_after_its_last_packet),
		TEST(a_packet_of_another_type_or_without_its_descriptor_is_refused),
		TEST(every_truncation_of_a_packet_and_anything_behind_it_is_refused),
		TEST(a_receiver_that_does_not_read_is_noticed),
	};
	return RUN(tests);
}
