#include "sign/journal.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scratch.h"
#include "test.h"

struct fixture {
	struct scratch s;
	char path[PATH_MAX];
	struct rate rate;
	struct journal *j;
};

static int set_up(void **state)
{
	static struct fixture f;
	memset(&f, 0, sizeof(f));
	scratch_init(&f.s);
	snprintf(f.path, sizeof(f.path), "%s/log", f.s.folder);
	f.rate.max = 1000000;
	OK(journal_open(f.path, &f.rate, &f.j));
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	journal_close(f->j);
	scratch_done(&f->s);
	return 0;
}

static struct journal_entry entry(uint32_t n)
{
	struct journal_entry e = { .time = SCRATCH_NOW,
				   .kind = FRAME_CERTIFICATE_DEVICE,
				   .serial = { 0x41 } };
	memcpy(e.serial + 12, &n, sizeof(n));
	memcpy(e.tbs_hash, &n, sizeof(n));
	return e;
}

static void put(struct fixture *f, uint32_t first, uint32_t count)
{
	for (uint32_t n = first; n < first + count; n++) {
		struct journal_entry e = entry(n);
		OK(journal_put(f->j, &e));
		if (n % JOURNAL_BATCH == JOURNAL_BATCH - 1)
			OK(journal_sync(f->j));
	}
	OK(journal_sync(f->j));
}

static bool has(const struct fixture *f, uint32_t n)
{
	struct journal_entry e = entry(n);
	return is_bytes_equal(journal_find(f->j, BYTES_OF(e.serial)), BYTES_OF(e.tbs_hash));
}

static off_t size_of(const struct fixture *f)
{
	struct stat s;
	CHECK(stat(f->path, &s) == 0);
	return s.st_size;
}

static void append(const struct fixture *f, const void *p, size_t n)
{
	int fd = open(f->path, O_WRONLY | O_APPEND);
	CHECK(fd >= 0 && write(fd, p, n) == (ssize_t)n);
	close(fd);
}

static void shut(struct fixture *f)
{
	journal_close(f->j);
	f->j = NULL;
}

static void a_line_is_the_documented_one(void **state)
{
	struct fixture *f = *state;
	char line[JOURNAL_LINE_SIZE + 1] = "";
	struct journal_entry e = {
		.time = 0, .kind = FRAME_CERTIFICATE_AK, .serial = { 0x41, 2 }, .tbs_hash = { 0xAB }
	};
	OK(journal_put(f->j, &e));
	OK(journal_sync(f->j));
	FILE *file = fopen(f->path, "r");
	CHECK(file && fread(line, 1, sizeof(line), file) == JOURNAL_LINE_SIZE);
	fclose(file);
	assert_string_equal(line, "1970-01-01T00:00:00Z ak     41020000000000000000000000000000 "
				  "ab00000000000000000000000000000000000000000000000000000000000000\n");
}

static void what_was_put_is_found_after_reopening(void **state)
{
	struct fixture *f = *state;
	const uint32_t many = 20000; /* several sizes of the index, several reads of the file */
	put(f, 0, many);
	shut(f);
	f->rate.count = 0;
	OK(journal_open(f->path, &f->rate, &f->j));
	for (uint32_t n = 0; n < many; n++)
		CHECK(has(f, n));
	CHECK(!has(f, many) && f->rate.count == many);
	CHECK(size_of(f) == (off_t)many * JOURNAL_LINE_SIZE);
}

static void a_serial_is_put_once(void **state)
{
	struct fixture *f = *state;
	struct journal_entry e = entry(1);
	OK(journal_put(f->j, &e));
	REFUSES(BUG, journal_put(f->j, &e));
	e = entry(2);
	e.serial[0] = 0;
	REFUSES(BUG, journal_put(f->j, &e));
	e = entry(3);
	e.kind = (enum frame_certificate)0;
	REFUSES(BUG, journal_put(f->j, &e));
}

static void a_full_batch_waits_for_the_disk(void **state)
{
	struct fixture *f = *state;
	struct journal_entry e;
	for (uint32_t n = 0; n < JOURNAL_BATCH; n++) {
		e = entry(n);
		OK(journal_put(f->j, &e));
	}
	e = entry(JOURNAL_BATCH);
	REFUSES(SYS_BUSY, journal_put(f->j, &e));
	CHECK(!is_journal_synced(f->j) && !has(f, JOURNAL_BATCH) && size_of(f) == 0);
	OK(journal_sync(f->j));
	CHECK(is_journal_synced(f->j) && size_of(f) == (off_t)JOURNAL_BATCH * JOURNAL_LINE_SIZE);
	OK(journal_put(f->j, &e));
}

static void every_torn_end_is_cut(void **state)
{
	struct fixture *f = *state;
	char line[JOURNAL_LINE_SIZE];
	put(f, 0, 3);
	off_t whole = size_of(f);
	FILE *file = fopen(f->path, "r");
	CHECK(file && fread(line, 1, sizeof(line), file) == sizeof(line));
	fclose(file);
	line[JOURNAL_LINE_SIZE - 2] ^= 1; /* so that the last of them is not the first line again */
	for (size_t n = 1; n < JOURNAL_LINE_SIZE; n++) {
		shut(f);
		append(f, line, n);
		OK(journal_open(f->path, &f->rate, &f->j));
		CHECK(size_of(f) == whole && has(f, 0) && has(f, 2));
	}
	put(f, 3, 1);
	CHECK(size_of(f) == whole + JOURNAL_LINE_SIZE);
}

static void zeros_that_a_power_cut_left_are_cut(void **state)
{
	struct fixture *f = *state;
	static const char zeros[JOURNAL_LINE_SIZE * 5 + 7];
	put(f, 0, 3);
	off_t whole = size_of(f);
	shut(f);
	append(f, zeros, sizeof(zeros));
	OK(journal_open(f->path, &f->rate, &f->j));
	CHECK(size_of(f) == whole);
}

static void damage_before_a_whole_line_stops_the_opening(void **state)
{
	struct fixture *f = *state;
	put(f, 0, 3);
	off_t whole = size_of(f);
	shut(f);
	for (off_t at = 0; at < 2 * JOURNAL_LINE_SIZE; at++) {
		char c = 0;
		int fd = open(f->path, O_RDWR);
		CHECK(pread(fd, &c, 1, at) == 1 && pwrite(fd, "?", 1, at) == 1);
		REFUSES(SYS_FILE, journal_open(f->path, &f->rate, &f->j));
		CHECK(pwrite(fd, &c, 1, at) == 1);
		close(fd);
	}
	CHECK(size_of(f) == whole);
	OK(journal_open(f->path, &f->rate, &f->j));
}

static void a_file_of_something_else_stops_the_opening_and_stays(void **state)
{
	struct fixture *f = *state;
	static char noise[(JOURNAL_BATCH + 1) * JOURNAL_LINE_SIZE];
	memset(noise, 'x', sizeof(noise));
	shut(f);
	append(f, noise, sizeof(noise));
	REFUSES(SYS_FILE, journal_open(f->path, &f->rate, &f->j));
	CHECK(size_of(f) == (off_t)sizeof(noise));
}

static void a_serial_logged_twice_stops_the_opening(void **state)
{
	struct fixture *f = *state;
	char line[JOURNAL_LINE_SIZE];
	put(f, 0, 1);
	shut(f);
	FILE *file = fopen(f->path, "r");
	CHECK(file && fread(line, 1, sizeof(line), file) == sizeof(line));
	fclose(file);
	append(f, line, sizeof(line));
	REFUSES(SYS_FILE, journal_open(f->path, &f->rate, &f->j));
}

static void a_journal_belongs_to_one_process(void **state)
{
	struct fixture *f = *state;
	struct journal *second = NULL;
	REFUSES(SYS_FILE, journal_open(f->path, &f->rate, &second));
	CHECK(!second);
}

static void a_link_is_not_followed(void **state)
{
	struct fixture *f = *state;
	char link[PATH_MAX];
	shut(f);
	CHECK(snprintf(link, sizeof(link), "%s/link", f->s.folder) > 0 && symlink(f->path, link) == 0);
	REFUSES(SYS_FILE, journal_open(link, &f->rate, &f->j));
}

static void a_full_disk_is_a_fault_until_there_is_room(void **state)
{
	struct fixture *f = *state;
	struct rlimit old, tight;
	put(f, 0, 2);
	CHECK(getrlimit(RLIMIT_FSIZE, &old) == 0);
	tight = old;
	tight.rlim_cur = (rlim_t)size_of(f) + JOURNAL_LINE_SIZE + 10; /* in the middle of the second line */
	signal(SIGXFSZ, SIG_IGN);
	CHECK(setrlimit(RLIMIT_FSIZE, &tight) == 0);
	for (uint32_t n = 2; n < 5; n++) {
		struct journal_entry e = entry(n);
		OK(journal_put(f->j, &e));
	}
	REFUSES(SYS_STORAGE, journal_sync(f->j));
	REFUSES(SYS_STORAGE, journal_sync(f->j));
	CHECK(!is_journal_synced(f->j));
	CHECK(setrlimit(RLIMIT_FSIZE, &old) == 0);
	OK(journal_sync(f->j));
	CHECK(is_journal_synced(f->j));
	shut(f);
	OK(journal_open(f->path, &f->rate, &f->j));
	for (uint32_t n = 0; n < 5; n++)
		CHECK(has(f, n));
	CHECK(size_of(f) == 5 * JOURNAL_LINE_SIZE);
}

#define ROW(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROW(a_line_is_the_documented_one),
		ROW(what_was_put_is_found_after_reopening),
		ROW(a_serial_is_put_once),
		ROW(a_full_batch_waits_for_the_disk),
		ROW(every_torn_end_is_cut),
		ROW(zeros_that_a_power_cut_left_are_cut),
		ROW(damage_before_a_whole_line_stops_the_opening),
		ROW(a_file_of_something_else_stops_the_opening_and_stays),
		ROW(a_serial_logged_twice_stops_the_opening),
		ROW(a_journal_belongs_to_one_process),
		ROW(a_link_is_not_followed),
		ROW(a_full_disk_is_a_fault_until_there_is_room),
	};
	return RUN(tests);
}
