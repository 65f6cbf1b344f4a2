#include "base/heap.h"

#include <stdlib.h>

void *heap_need(void *p)
{
	if (!p)
		abort();
	return p;
}
