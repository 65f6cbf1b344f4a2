#include "cli/screen.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#define SCREEN_WIDTH 80 /* of a terminal that does not say */

#define GREEN "\033[32m"
#define YELLOW "\033[33m"
#define RED "\033[31m"

static bool has_colours(void)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
	return !(no && no[0]) && term && term[0] && strcmp(term, "dumb") != 0;
}

void screen_get(int fd, struct screen *ret)
{
	struct winsize size = { 0 };
	*ret = (struct screen){ .is_terminal = isatty(fd) };
	if (!ret->is_terminal)
		return;
	ret->has_colour = has_colours();
	ret->width = ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : SCREEN_WIDTH;
}

const char *screen_paint(const struct screen *s, struct bytes word)
{
	static const struct {
		const char *word, *colour;
	} paints[] = {
		{ "enrolled", GREEN }, { "attested", GREEN }, { "unattested", YELLOW },
		{ "refused", RED },    { "failed", RED },     { "pendingReset", YELLOW },
		{ "accepted", GREEN }, { "parsed", YELLOW },     { "new", GREEN },
		{ "differs", YELLOW },  { "compliant", GREEN },  { "inGracePeriod", YELLOW },
		{ "noncompliant", RED }, { "unknown", YELLOW },
	};
	for (size_t i = 0; s->has_colour && i < COUNT_OF(paints); i++)
		if (is_bytes_text(word, paints[i].word))
			return paints[i].colour;
	return "";
}

const char *screen_strong(const struct screen *s)
{
	return s->has_colour ? "\033[1m" : "";
}

const char *screen_plain(const struct screen *s)
{
	return s->has_colour ? "\033[0m" : "";
}

/* The next character's octets and columns; an octet that begins none counts as one. */
static size_t next(struct bytes text, size_t at, size_t *ret_width)
{
	wchar_t c = 0;
	mbstate_t state = { 0 };
	size_t n = mbrtowc(&c, (const char *)text.p + at, text.n - at, &state);
	bool is_character = n > 0 && n <= text.n - at;
	int width = is_character ? wcwidth(c) : 1;
	*ret_width = width < 0 ? 1 : (size_t)width;
	return is_character ? n : 1;
}

size_t screen_measure(struct bytes text)
{
	size_t total = 0, width;
	for (size_t at = 0; at < text.n;) {
		at += next(text, at, &width);
		total += width;
	}
	return total;
}

struct bytes screen_cut(struct bytes text, size_t width)
{
	size_t at = 0, total = 0;
	while (at < text.n) {
		size_t one, n = next(text, at, &one);
		if (total + one > width)
			break;
		total += one;
		at += n;
	}
	return bytes_slice(text, 0, at);
}
