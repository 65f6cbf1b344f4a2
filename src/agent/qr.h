/*
 * qr: a text as a QR code (ISO/IEC 18004), for the camera of whoever stands before the screen.
 */
#ifndef AGENT_QR_H
#define AGENT_QR_H

#include <stdio.h>

/*
 * Prints text of at most 64 octets as a code of two modules a character: dark ones are blanks, light ones
 * blocks, in white on black where the terminal takes colours. It has 41 columns at most. Nothing where out
 * is no terminal that shows UTF-8.
 */
void qr_print(FILE *out, const char *text);

#endif
