/* der: every value, at any depth, and every reading of it must be written as the same octets. */
#include "fuzz.h"
#include "wire/der.h"

#define CONSTRUCTED 0x20
#define DEPTH_MAX 16
#define NUMBER_SIZE_MAX 64

static void check_same(const struct wr *w, struct bytes whole)
{
	HOLDS(is_bytes_equal(wr_done(w), whole));
}

static void check_readings(struct der value, uint8_t *room)
{
	struct rd bool_in = rd_of(value.whole), time_in = bool_in, number_in = bool_in;
	bool truth = der_bool(&bool_in);
	int64_t seconds = der_time(&time_in);
	struct bytes magnitude = der_magnitude(&number_in);
	struct wr w = wr_of(room, value.whole.n);
	if (is_rd_done(&bool_in)) {
		der_put_bool(&w, truth);
		check_same(&w, value.whole);
	} else if (is_rd_done(&number_in)) {
		der_put_magnitude(&w, magnitude);
		check_same(&w, value.whole);
	} else if (is_rd_done(&time_in)) {
		uint8_t again[NUMBER_SIZE_MAX];
		w = wr_of(again, sizeof(again));
		der_put_time(&w, seconds);
		struct rd r = rd_of(wr_done(&w));
		HOLDS(der_time(&r) == seconds && is_rd_done(&r));
	}
}

static void walk(struct bytes in, size_t depth)
{
	struct rd r = rd_of(in);
	while (rd_left(&r)) {
		struct der value = der_any(&r);
		if (r.bad)
			return;
		uint8_t *room = malloc(value.whole.n);
		struct wr put = wr_of(room, value.whole.n);
		der_put(&put, value.tag, value.body);
		check_same(&put, value.whole);
		struct wr framed = wr_of(room, value.whole.n);
		size_t place = der_open(&framed, value.tag);
		wr_bytes(&framed, value.body);
		der_close(&framed, place);
		check_same(&framed, value.whole);
		check_readings(value, room);
		free(room);
		if (value.tag & CONSTRUCTED && depth < DEPTH_MAX)
			walk(value.body, depth + 1);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	walk(bytes_of(p, n), 0);
	return 0;
}
