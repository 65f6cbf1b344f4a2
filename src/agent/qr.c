#include "agent/qr.h"

#include <qrencode.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "agent/screen.h"
#include "base/bytes.h"

#define QUIET 4 /* light modules on each side, ISO/IEC 18004 §5.3.8 */

/* The first of these that says anything says which characters the terminal knows, as in setlocale(3). */
static bool is_utf8(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		const char *value = getenv(names[i]), *set = value ? strchr(value, '.') : NULL;
		if (value && value[0])
			return set && (!strncasecmp(set, ".utf-8", 6) || !strncasecmp(set, ".utf8", 5));
	}
	return false;
}

/* Whatever is not in the code is quiet. */
static bool is_light(const QRcode *code, int x, int y)
{
	bool is_in = x >= 0 && y >= 0 && x < code->width && y < code->width;
	return !is_in || !(code->data[y * code->width + x] & 1);
}

static void print_line(FILE *out, const QRcode *code, int y, bool is_coloured)
{
	static const char *const blocks[2][2] = { { " ", "▄" }, { "▀", "█" } };
	fputs(is_coloured ? "  \033[97;40m" : "  ", out);
	for (int x = -QUIET; x < code->width + QUIET; x++)
		fputs(blocks[is_light(code, x, y)][is_light(code, x, y + 1)], out);
	fputs(is_coloured ? "\033[0m\n" : "\n", out);
}

void qr_print(FILE *out, const char *text)
{
	if (!is_screen_terminal(out) || !is_utf8())
		return;
	QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_L);
	for (int y = -QUIET; code && y < code->width + QUIET; y += 2)
		print_line(out, code, y, is_screen_coloured(out));
	QRcode_free(code);
}
