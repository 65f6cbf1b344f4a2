#include "cli/evidence.h"

#include "cli/file.h"
#include "wire/trip.h"

fault evidence_get(struct session *s, const char *path, struct bytes *ret)
{
	const char *whole = arena_format(&s->arena, "%s/evidence", path);
	NEED(whole != NULL, SYS_MEMORY);
	return session_get(s, &(struct remote_document){ whole, TRIP_CONTENT_TYPE }, ret);
}

fault evidence_save(struct session *s)
{
	const char *path;
	struct bytes dossier;
	TRY(session_path(s, s->line->command->of->evidence, s->line->arguments[0], &path));
	TRY(evidence_get(s, path, &dossier));
	return file_put(s->line->values[OPTION_OUT], dossier, &s->complaint);
}
