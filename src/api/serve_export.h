/*
 * serve_export: exports of reports as administrators ask for them. Internal to api/.
 */
#ifndef API_SERVE_EXPORT_H
#define API_SERVE_EXPORT_H

#include "api/serving.h"

MUST fault serve_export_put(struct serve *s);
MUST fault serve_export_list(struct serve *s);
MUST fault serve_export_get(struct serve *s);

/* Has desk write the file (api/exportfile.h), from the beginning or where a part of it ended. */
MUST fault serve_export_read(struct serve *s);

#endif
