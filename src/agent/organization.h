/*
 * organization: whose server this is, for people.
 */
#ifndef AGENT_ORGANIZATION_H
#define AGENT_ORGANIZATION_H

#include "base/bytes.h"

#define ORGANIZATION_SIZE 65 /* X.520 ub-organization-name, and NUL */

/* The organisation in the subject of the root (DER); empty when there is none, or it cannot be shown. */
void organization_get(struct bytes root, char ret[static ORGANIZATION_SIZE]);

#endif
