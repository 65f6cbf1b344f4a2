/*
 * symptom: what Windows says when a device does not prove itself or does not enrol, and what it means.
 *
 * The table is symptom.def: causes in the order in which they explain each other, and the signs by which a
 * text shows one: words, HRESULTs, ids of events.
 */
#ifndef BASE_SYMPTOM_H
#define BASE_SYMPTOM_H

#include "base/fault.h"

enum symptom_id {
#define SYMPTOM(name, ...) SYMPTOM_##name,
#define SYMPTOM(name, ...) SYMPTOM_##name,
#include "base/symptom.def"
	SYMPTOM_COUNT
};

struct symptom {
	const char *name;
	fault why; /* what the same is called here, or NULL */
	const char *what, *remedy, *source;
};

/* A row that comes first is the cause of those behind it when a text shows several. */
extern const struct symptom symptoms[SYMPTOM_COUNT];

struct symptom_words {
	enum symptom_id of;
	const char *text; /* letter case, blanks and quotation marks do not count */
};

struct symptom_hresult {
	enum symptom_id of;
	uint32_t code;
};

struct symptom_event {
	enum symptom_id of;
	unsigned id;
};

extern const struct symptom_words symptom_words[];
extern const struct symptom_hresult symptom_hresults[];
extern const struct symptom_event symptom_events[];
extern const size_t symptom_words_count, symptom_hresults_count, symptom_events_count;

/* The row of that sign, or SYMPTOM_COUNT. */
enum symptom_id symptom_find_hresult(uint32_t code);
enum symptom_id symptom_find_event(uint64_t id);

/* The first row that is that fault here, or SYMPTOM_COUNT. */
enum symptom_id symptom_find_fault(fault why);

#endif
