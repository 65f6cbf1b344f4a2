#include "wire/jsn.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

static bool read_uint(const json_t *value, const struct field *f, struct arena *arena, void *ret)
{
	(void)arena;
	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return false;
	uint64_t v = (uint64_t)json_integer_value(value);
	memcpy(ret, &v, sizeof(v));
	return v <= f->max;
}

static struct bytes text_of(const json_t *value)
{
	return bytes_of(json_string_value(value), json_string_length(value));
}

static bool read_text(const json_t *value, const struct field *f, struct arena *arena, void *ret)
{
	struct bytes text = text_of(value);
	if (!text.p || text.n > f->max || !is_text_printable(text))
		return false;
	struct bytes copy = arena_copy(arena, text);
	memcpy(ret, &copy, sizeof(copy));
	return true;
}

static bool read_bytes(const json_t *value, const struct field *f, struct arena *arena, void *ret)
{
	struct bytes text = text_of(value);
	size_t n = text.n / 2;
	if (!text.p || !is_message_size(f, n))
		return false;
	uint8_t *octets = arena_alloc(arena, n + 1);
	if (octets && !text_hex_parse(text, octets, n))
		return false;
	struct bytes b = bytes_of(octets, n);
	memcpy(ret, &b, sizeof(b));
	return true;
}

static bool read_list(const json_t *value, const struct field *f, struct arena *arena, void *ret)
{
	struct bytes_list *list = ret;
	if (!json_is_array(value) || json_array_size(value) > f->count)
		return false;
	for (size_t i = 0; i < json_array_size(value); i++)
		if (!read_bytes(json_array_get(value, i), f, arena, &list->v[i]))
			return false;
	list->n = json_array_size(value);
	return true;
}

/* As whoever asks writes them: UUIDs. */
static bool read_ids(const json_t *value, const struct field *f, struct arena *arena, void *ret)
{
	size_t n = json_array_size(value) * FIELD_ID_SIZE;
	if (!json_is_array(value) || n > f->max)
		return false;
	uint8_t *octets = arena_alloc(arena, n + 1);
	for (size_t i = 0; octets && i < n / FIELD_ID_SIZE; i++)
		if (!text_uuid_parse(text_of(json_array_get(value, i)), octets + i * FIELD_ID_SIZE))
			return false;
	struct bytes b = bytes_of(octets, n);
	memcpy(ret, &b, sizeof(b));
	return true;
}

static bool put_word(struct wr *w, struct bytes word)
{
	wr_bytes(w, w->at ? BYTES_TEXT(",") : (struct bytes){ 0 });
	wr_bytes(w, word);
	return word.p && !memchr(word.p, ',', word.n) && is_text_printable(word);
}

static bool read_words(const json_t *value, const struct field *f, struct arena *arena, void *ret)
{
	if (!json_is_array(value))
		return read_text(value, f, arena, ret);
	struct wr w = wr_of(arena_alloc(arena, f->max), f->max);
	for (size_t i = 0; w.p && i < json_array_size(value); i++)
		if (!put_word(&w, text_of(json_array_get(value, i))))
			return false;
	struct bytes words = w.bad ? (struct bytes){ 0 } : wr_done(&w);
	memcpy(ret, &words, sizeof(words));
	return !w.bad;
}

static const struct reader {
	bool (*read)(const json_t *, const struct field *, struct arena *, void *);
	const char *shape; /* "… must be SHAPE MAX UNIT." */
	const char *unit;
} readers[] = {
	[FIELD_UINT] = { read_uint, "a whole number of at most", "" },
	[FIELD_BYTES] = { read_bytes, "hexadecimal text of at most", " octets" },
	[FIELD_FIXED] = { read_bytes, "hexadecimal text of exactly", " octets" },
	[FIELD_TEXT] = { read_text, "printable text of at most", " octets" },
	[FIELD_LIST] = { read_list, "a list of hexadecimal texts of at most", " octets each" },
	[FIELD_FIXEDS] = { read_list, "a list of hexadecimal texts of exactly", " octets each" },
	[FIELD_IDS] = { read_ids, "a list of UUIDs, 16 octets each and together at most", " octets" },
	[FIELD_WORDS] = { read_words, "text, or a list of texts without commas, of at most", " octets" },
};

void jsn_write_name(const struct field *f, char out[static JSN_NAME_SIZE])
{
	size_t n = 0;
	bool starts_word = false;
	for (const char *in = f->name; *in && n < JSN_NAME_SIZE - 1; in++) {
		bool is_small = *in >= 'a' && *in <= 'z';
		if (*in != '_')
			out[n++] = starts_word && is_small ? (char)(*in - 'a' + 'A') : *in;
		starts_word = *in == '_';
	}
	out[n] = 0;
}

static fault get_field(const struct field *f, const json_t *body, struct arena *arena, void *ret,
		       const char **ret_detail)
{
	const struct reader *reader = &readers[f->type];
	char name[JSN_NAME_SIZE];
	jsn_write_name(f, name);
	const json_t *value = json_object_get(body, name);
	if (!value && f->presence == FIELD_OPT)
		return NULL;
	if (value && reader->read(value, f, arena, ret))
		return NULL;
	const char *limit = f->count ? arena_format(arena, " and at most %u items", f->count) : "";
	*ret_detail = value ? arena_format(arena, "%s must be %s %llu%s%s.", name, reader->shape,
					   (unsigned long long)f->max, reader->unit, limit ? limit : "")
			    : arena_format(arena, "%s is missing.", name);
	return FAIL(PARSE_FIELD);
}

static bool is_member_known(const struct message *m, const char *member)
{
	char name[JSN_NAME_SIZE];
	for (size_t i = 0; i < m->count; i++) {
		jsn_write_name(&m->fields[i], name);
		if (strcmp(name, member) == 0)
			return true;
	}
	return false;
}

static fault check_members(const struct message *m, json_t *body, struct arena *arena,
			   const char **ret_detail)
{
	for (void *at = json_object_iter(body); at; at = json_object_iter_next(body, at)) {
		const char *member = json_object_iter_key(at);
		if (is_member_known(m, member))
			continue;
		struct bytes text = bytes_text(member);
		bool shown = text.n > 0 && text.n < JSN_NAME_SIZE && is_text_printable(text);
		*ret_detail = shown ? arena_format(arena, "%s is not a member of this request.", member)
				    : "The request has a member that it should not have.";
		return FAIL(PARSE_FIELD);
	}
	return NULL;
}

static fault load(struct bytes body, struct arena *arena, json_t **ret, const char **ret_detail)
{
	json_error_t error;
	json_t *root = json_loadb(body.n ? (const char *)body.p : "", body.n, JSON_REJECT_DUPLICATES, &error);
	if (json_is_object(root)) {
		*ret = root;
		return NULL;
	}
	bool twice = !root && json_error_code(&error) == json_error_duplicate_key;
	*ret_detail = root ? "The body is a list, not an object."
			   : arena_format(arena, "%s in line %d, column %d.",
					  twice ? "A member is there twice" : "The body is not JSON",
					  error.line, error.column);
	json_decref(root);
	return FAIL(PARSE_ENVELOPE);
}

static fault parse_object(const struct message *m, json_t *object, struct arena *arena, void *ret,
			  const char **ret_detail)
{
	TRY(check_members(m, object, arena, ret_detail));
	uint8_t *copy = arena_alloc(arena, m->size);
	NEED(copy != NULL, SYS_MEMORY);
	for (size_t i = 0; i < m->count; i++) {
		const struct field *f = &m->fields[i];
		TRY(get_field(f, object, arena, copy + f->offset, ret_detail));
	}
	NEED(!is_arena_full(arena), SYS_MEMORY);
	memcpy(ret, copy, m->size);
	return NULL;
}

fault jsn_parse(const struct message *m, struct bytes body, struct arena *arena, void *ret,
		const char **ret_detail)
{
	json_auto_t *root = NULL;
	*ret_detail = NULL;
	TRY(load(body, arena, &root, ret_detail));
	return parse_object(m, root, arena, ret, ret_detail);
}

/* --- lists ---------------------------------------------------------------------------------------------- */

static fault parse_item(const struct message *m, json_t *item, struct arena *arena,
			const struct jsn_list *list, struct jsn_item *ret)
{
	ret->value = arena_alloc(arena, m->size);
	NEED(ret->value != NULL, SYS_MEMORY);
	for (const char *const *name = list->ignored; *name; name++)
		json_object_del(item, *name);
	if (!json_is_object(item))
		ret->detail = "The item is no object.";
	ret->why = json_is_object(item) ? parse_object(m, item, arena, ret->value, &ret->detail)
					: FAIL(PARSE_FIELD);
	if (ret->why)
		ret->value = NULL;
	return ret->why == FAIL(SYS_MEMORY) ? ret->why : NULL;
}

/* The items: those of the body's only member, or the body. */
static fault find_items(json_t *root, struct arena *arena, struct jsn_list *list, json_t **ret)
{
	json_t *array = list->member ? json_object_get(root, list->member) : NULL;
	*ret = array;
	if (!list->member || (json_is_array(array) && json_object_size(root) == 1))
		return NULL;
	list->detail = arena_format(arena, "The body has one member, %s, a list.", list->member);
	return FAIL(PARSE_FIELD);
}

fault jsn_parse_list(const struct message *m, struct bytes body, struct arena *arena, struct jsn_list *list)
{
	json_auto_t *root = NULL;
	json_t *array;
	list->detail = NULL;
	TRY(load(body, arena, &root, &list->detail));
	TRY(find_items(root, arena, list, &array));
	list->n = array ? json_array_size(array) : 1;
	NEED(list->n <= list->max, BODY_LIMIT);
	list->v = arena_alloc(arena, list->n * sizeof(*list->v) + 1);
	NEED(list->v != NULL, SYS_MEMORY);
	for (size_t i = 0; i < list->n; i++)
		TRY(parse_item(m, array ? json_array_get(array, i) : root, arena, list, &list->v[i]));
	return NULL;
}

/* --- writing -------------------------------------------------------------------------------------------- */

static void put_text(struct bytes b, struct wr *w)
{
	w->bad = w->bad || !is_text_printable(b);
	wr_u8(w, '"');
	for (size_t i = 0; i < b.n; i++) {
		if (b.p[i] == '"' || b.p[i] == '\\')
			wr_u8(w, '\\');
		wr_u8(w, b.p[i]);
	}
	wr_u8(w, '"');
}

static void put_hex(struct bytes b, struct wr *w)
{
	char two[TEXT_HEX_SIZE(1)];
	wr_u8(w, '"');
	for (size_t i = 0; i < b.n; i++)
		wr_bytes(w, bytes_text(text_hex(bytes_slice(b, i, 1), two)));
	wr_u8(w, '"');
}

static void put_number(uint64_t number, struct wr *w)
{
	char text[24];
	snprintf(text, sizeof(text), "%llu", (unsigned long long)number);
	wr_bytes(w, bytes_text(text));
}

static bool is_left_out(const struct field *f, const uint8_t *at)
{
	uint64_t first; /* of a number, or of how many there are in a list */
	struct bytes view;
	if (f->presence == FIELD_REQ)
		return false;
	memcpy(&first, at, sizeof(first));
	if (f->type == FIELD_UINT || f->count)
		return first == 0;
	memcpy(&view, at, sizeof(view));
	return view.p == NULL;
}

static void put_value(const struct field *f, const uint8_t *at, struct wr *w)
{
	uint64_t number;
	struct bytes view;
	if (f->type == FIELD_UINT) {
		memcpy(&number, at, sizeof(number));
		put_number(number, w);
		return;
	}
	memcpy(&view, at, sizeof(view));
	w->bad = w->bad || f->count || f->type == FIELD_IDS || !view.p;
	if (w->bad)
		return;
	if (f->type == FIELD_TEXT || f->type == FIELD_WORDS)
		put_text(view, w);
	else
		put_hex(view, w);
}

void jsn_write(const struct message *m, const void *from, struct wr *w)
{
	char name[JSN_NAME_SIZE];
	const char *before = "{\"";
	for (size_t i = 0; i < m->count; i++) {
		const uint8_t *at = (const uint8_t *)from + m->fields[i].offset;
		if (is_left_out(&m->fields[i], at))
			continue;
		jsn_write_name(&m->fields[i], name);
		wr_bytes(w, bytes_text(before));
		wr_bytes(w, bytes_text(name));
		wr_bytes(w, BYTES_TEXT("\":"));
		put_value(&m->fields[i], at, w);
		before = ",\"";
	}
	wr_bytes(w, BYTES_TEXT("}"));
}
