/*
 * ekpub: the EK allow-list of Microsoft's certificate server, imported as registrations.
 *
 * EndorsementKeyListDirectories of AD CS are folders of empty files, each named by the SHA-256 of an
 * endorsement key's public part in hexadecimal (MS-WCCE 3.2.2.6.2.1.2.5.2). Here that hash is of the
 * SubjectPublicKeyInfo.
 */
#ifndef CLI_EKPUB_H
#define CLI_EKPUB_H

#include "cli/session.h"

/* The function of `registration import-ekpub`: a registration by EK hash for each file of the folder. */
MUST fault ekpub_import(struct session *s);

#endif
