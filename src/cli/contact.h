/*
 * contact: which server to talk to, how to know it, and as whom.
 *
 * Each of the three is a setting (cli/setting.h). The token itself is only ever in a file.
 */
#ifndef CLI_CONTACT_H
#define CLI_CONTACT_H

#include "cli/line.h"

#define CONTACT_TEXT_MAX 1023
#define CONTACT_PIN_SIZE 32
#define CONTACT_TOKEN_MAX 255

struct contact {
	char server[CONTACT_TEXT_MAX + 1];
	uint8_t pin[CONTACT_PIN_SIZE];
	char token[CONTACT_TOKEN_MAX + 1];
};

/*
 * Wiped by the caller with secret_done. CONTACT_MISSING when one of the three is said nowhere, CONFIG_INVALID
 * when it is not of its form, SYS_FILE and KEY_FILE as file_get; the complaint says where it was read.
 */
MUST fault contact_get(const struct line *line, struct complaint *complaint, struct contact *ret);

#endif
