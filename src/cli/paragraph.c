#include "cli/paragraph.h"

#define LINE_MIN 20 /* columns; a narrower screen breaks lines by itself */

void paragraph_write(struct bytes text, size_t indent, const struct screen *screen, FILE *out)
{
	size_t room = screen->width > indent + LINE_MIN ? screen->width - indent : 0, used = 0;
	struct bytes rest = text;
	while (rest.n) {
		struct bytes word = bytes_until(&rest, ' ');
		size_t width = screen_measure(word);
		bool is_break = used && room && used + 1 + width > room;
		if (is_break)
			fprintf(out, "\n%*s", (int)indent, "");
		else if (used)
			putc(' ', out);
		used = is_break || !used ? width : used + 1 + width;
		fwrite(word.p, 1, word.n, out);
	}
	putc('\n', out);
}

void paragraph_write_item(const char *name, const char *text, size_t indent, const struct screen *screen,
			  FILE *out)
{
	if (!text || !text[0])
		return;
	fprintf(out, "  %-*s", (int)indent - 2, name);
	paragraph_write(bytes_text(text), indent, screen, out);
}
