/*
 * serve_blocklist: TPM firmware that is refused or warned of, as administrators keep it.
 */
#ifndef API_SERVE_BLOCKLIST_H
#define API_SERVE_BLOCKLIST_H

#include "api/serving.h"

MUST fault serve_blocklist_list(struct serve *s);
MUST fault serve_blocklist_get(struct serve *s);
MUST fault serve_blocklist_put(struct serve *s);
MUST fault serve_blocklist_delete(struct serve *s);
MUST fault serve_blocklist_preview(struct serve *s);

#endif
