/*
 * heap: memory that a process cannot go on without.
 */
#ifndef BASE_HEAP_H
#define BASE_HEAP_H

/*
 * p, which an allocating function just gave; ends the process when it is NULL. For what would be another
 * thing if it lacked a part, so that there is no going on; what one request needs comes from its arena.
 */
void *heap_need(void *p);

#endif
