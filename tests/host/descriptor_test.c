#include "host/descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "test.h"

#define LARGE 1000000

/* A file without a name that holds these octets, at its begin. */
static int file_of(struct bytes content)
{
	int fd = memfd_create("content", MFD_CLOEXEC);
	CHECK(fd >= 0 && descriptor_write(fd, content).n == 0 && lseek(fd, 0, SEEK_SET) == 0);
	return fd;
}

static void what_is_written_is_read_again(void **state)
{
	DESCRIPTOR fd = file_of(BYTES_TEXT("one\0two"));
	uint8_t memory[16];
	struct wr w = wr_of(memory, sizeof(memory));
	(void)state;
	wr_u8(&w, '>');
	CHECK(descriptor_get(fd, &w));
	CHECK(is_bytes_equal(wr_done(&w), BYTES_TEXT(">one\0two")));
}

static void a_file_may_fill_its_room_and_not_one_octet_more(void **state)
{
	static const uint8_t content[5] = { 0 };
	uint8_t memory[4];
	(void)state;
	for (size_t n = 0; n <= sizeof(content); n++) {
		DESCRIPTOR fd = file_of(bytes_of(content, n));
		struct wr w = wr_of(memory, sizeof(memory));
		errno = 0;
		CHECK(descriptor_get(fd, &w) == (n <= sizeof(memory)));
		CHECK(w.at == (n <= sizeof(memory) ? n : sizeof(memory)));
		CHECK(errno == (n <= sizeof(memory) ? 0 : EFBIG));
	}
}

static void what_cannot_be_read_or_written_is_told(void **state)
{
	DESCRIPTOR folder = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	uint8_t memory[4];
	struct wr w = wr_of(memory, sizeof(memory));
	(void)state;
	CHECK(folder >= 0 && !descriptor_get(folder, &w) && errno == EISDIR && w.at == 0);
	CHECK(descriptor_write(folder, BYTES_TEXT("abc")).n == 3 && errno == EBADF);
	w.bad = true;
	DESCRIPTOR empty = file_of((struct bytes){ 0 });
	CHECK(!descriptor_get(empty, &w));
}

struct drain {
	int fd;
	struct wr w;
	bool done;
};

static void *drain_run(void *of)
{
	struct drain *d = of;
	d->done = descriptor_get(d->fd, &d->w);
	return NULL;
}

static void what_comes_in_pieces_is_whole(void **state)
{
	int ends[2];
	uint8_t *sent = malloc(LARGE), *got = malloc(LARGE);
	pthread_t thread;
	(void)state;
	CHECK(sent && got && pipe2(ends, O_CLOEXEC) == 0);
	for (size_t i = 0; i < LARGE; i++)
		sent[i] = (uint8_t)(i * 7 + i / 251);
	struct drain d = { .fd = ends[0], .w = wr_of(got, LARGE) };
	CHECK(pthread_create(&thread, NULL, drain_run, &d) == 0);
	CHECK(descriptor_write(ends[1], bytes_of(sent, LARGE)).n == 0);
	close(ends[1]);
	pthread_join(thread, NULL);
	CHECK(d.done && is_bytes_equal(wr_done(&d.w), bytes_of(sent, LARGE)));
	close(ends[0]);
	free(sent);
	free(got);
}

static void what_a_broken_pipe_did_not_take_is_given_back(void **state)
{
	int ends[2];
	(void)state;
	CHECK(signal(SIGPIPE, SIG_IGN) != SIG_ERR && pipe2(ends, O_CLOEXEC) == 0);
	close(ends[0]);
	struct bytes rest = descriptor_write(ends[1], BYTES_TEXT("abc"));
	CHECK(errno == EPIPE && is_bytes_text(rest, "abc"));
	close(ends[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_written_is_read_again),
		TEST(a_file_may_fill_its_room_and_not_one_octet_more),
		TEST(what_cannot_be_read_or_written_is_told),
		TEST(what_comes_in_pieces_is_whole),
		TEST(what_a_broken_pipe_did_not_take_is_given_back),
	};
	return RUN(tests);
}
