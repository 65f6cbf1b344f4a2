/* frame: a stream of frames; each that is accepted, head and message, must be written as the same octets. */
#include "fuzz.h"
#include "sample.h"
#include "wire/frame.h"

static void check_frame(const struct frame *f, struct bytes whole)
{
	_Alignas(16) uint8_t parsed[SAMPLE_STRUCT_MAX] = { 0 };
	HOLDS(f->body.n + FRAME_HEAD_SIZE == whole.n);
	fuzz_touch(f->body);
	if (frame_rows[f->type].message && frame_get(f, parsed))
		return;
	uint8_t *out = malloc(whole.n);
	struct wr w = wr_of(out, whole.n);
	frame_write(f->type, f->id, parsed, &w);
	HOLDS(is_bytes_equal(wr_done(&w), whole));
	free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct bytes left = bytes_of(p, n);
	struct frame f;
	size_t size = 1;
	while (size && !frame_parse(left, &f, &size)) {
		HOLDS(size <= left.n);
		if (size)
			check_frame(&f, bytes_slice(left, 0, size));
		left = bytes_slice(left, size, left.n - size);
	}
	return 0;
}
