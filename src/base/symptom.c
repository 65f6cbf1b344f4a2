#include "base/symptom.h"

const struct symptom symptoms[SYMPTOM_COUNT] = {
#define SYMPTOM(name, why, what, remedy, source) [SYMPTOM_##name] = { #name, why, what, remedy, source },
#include "base/symptom.def"
};

const struct symptom_words symptom_words[] = {
#define WORDS(name, text) { SYMPTOM_##name, text },
#include "base/symptom.def"
};

const struct symptom_hresult symptom_hresults[] = {
#define HRESULT(name, code) { SYMPTOM_##name, code },
#include "base/symptom.def"
};

const struct symptom_event symptom_events[] = {
#define EVENT(name, id) { SYMPTOM_##name, id },
#include "base/symptom.def"
};

const size_t symptom_words_count = COUNT_OF(symptom_words);
const size_t symptom_hresults_count = COUNT_OF(symptom_hresults);
const size_t symptom_events_count = COUNT_OF(symptom_events);

enum symptom_id symptom_find_hresult(uint32_t code)
{
	for (size_t i = 0; i < COUNT_OF(symptom_hresults); i++)
		if (symptom_hresults[i].code == code)
			return symptom_hresults[i].of;
	return SYMPTOM_COUNT;
}

enum symptom_id symptom_find_event(uint64_t id)
{
	for (size_t i = 0; i < COUNT_OF(symptom_events); i++)
		if (symptom_events[i].id == id)
			return symptom_events[i].of;
	return SYMPTOM_COUNT;
}

enum symptom_id symptom_find_fault(fault why)
{
	for (size_t i = 0; i < SYMPTOM_COUNT; i++)
		if (symptoms[i].why == why)
			return (enum symptom_id)i;
	return SYMPTOM_COUNT;
}
