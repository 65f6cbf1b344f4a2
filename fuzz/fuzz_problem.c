/* problem: what is accepted can be shown, and a fault of this program says the same when written again. */
#include <jansson.h>

#include "base/text.h"
#include "fuzz.h"
#include "wire/problem.h"

#define ARENA_SIZE 32768

static void check_again(const struct problem_view *view, struct arena *arena)
{
	uint8_t out[PROBLEM_SIZE_MAX];
	fault why = fault_find(view->code);
	if (!why)
		return;
	struct wr w = wr_of(out, sizeof(out));
	struct problem p = { .why = why, .request_id = view->request_id };
	p.detail = view->detail.p ? arena_text(arena, view->detail) : NULL;
	struct problem_view again;
	problem_write(&p, &w);
	HOLDS(problem_parse(wr_done(&w), arena, &again) == NULL);
	HOLDS(is_bytes_equal(again.code, view->code) && is_bytes_equal(again.request_id, view->request_id));
	HOLDS(again.hresult == why->hresult && again.retry == why->retry);
	HOLDS(view->detail.n > PROBLEM_DETAIL_MAX || is_bytes_equal(again.detail, view->detail));
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena arena;
	struct problem_view view;
	json_object_seed(1);
	arena_init(&arena, ARENA_SIZE);
	if (!problem_parse(bytes_of(p, n), &arena, &view)) {
		HOLDS(view.code.n && view.what.n && view.remedy.n && view.request_id.n == 16);
		HOLDS(is_text_printable(view.code) && is_text_printable(view.what));
		HOLDS(is_text_printable(view.remedy) && is_text_printable(view.detail));
		check_again(&view, &arena);
	}
	arena_done(&arena);
	return 0;
}
