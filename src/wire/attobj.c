#include "wire/attobj.h"

#include "wire/cbor.h"

/* What has been read so far. */
struct reading {
	struct rd r;
	struct bytes format, version;
	struct attobj object;
};

struct member {
	const char *name;
	void (*read)(struct reading *in);
};

static void read_members(struct reading *in, const struct member *members, size_t count);

static void read_format(struct reading *in)
{
	in->format = cbor_text(&in->r);
}

static void read_version(struct reading *in)
{
	in->version = cbor_text(&in->r);
}

static void read_algorithm(struct reading *in)
{
	in->object.alg = cbor_int(&in->r);
}

static void read_certificates(struct reading *in)
{
	size_t n = cbor_array(&in->r);
	rd_need(&in->r, n <= BYTES_LIST_MAX);
	for (size_t i = 0; !in->r.bad && i < n; i++)
		rd_need(&in->r, bytes_list_put(&in->object.x5c, cbor_bytes(&in->r)));
}

static void read_signature(struct reading *in)
{
	in->object.sig = cbor_bytes(&in->r);
}

static void read_cert_info(struct reading *in)
{
	in->object.cert_info = cbor_bytes(&in->r);
}

static void read_pub_area(struct reading *in)
{
	in->object.pub_area = cbor_bytes(&in->r);
}

static void read_auth_data(struct reading *in)
{
	in->object.auth_data = cbor_bytes(&in->r);
}

static const struct member statement_members[] = {
	{ "alg", read_algorithm },     { "sig", read_signature },     { "ver", read_version },
	{ "x5c", read_certificates },  { "pubArea", read_pub_area },  { "certInfo", read_cert_info },
};

static void read_statement(struct reading *in)
{
	read_members(in, statement_members, COUNT_OF(statement_members));
}

static const struct member object_members[] = {
	{ "fmt", read_format },
	{ "attStmt", read_statement },
	{ "authData", read_auth_data },
};

/* As many members as there are, each another one of them: so each is there once. */
static void read_members(struct reading *in, const struct member *members, size_t count)
{
	unsigned seen = 0;
	rd_need(&in->r, cbor_map(&in->r) == count);
	for (size_t n = 0; !in->r.bad && n < count; n++) {
		struct bytes name = cbor_text(&in->r);
		size_t i = 0;
		while (i < count && !is_bytes_text(name, members[i].name))
			i++;
		rd_need(&in->r, i < count && !(seen & 1u << i));
		if (in->r.bad)
			return;
		seen |= 1u << i;
		members[i].read(in);
	}
}

fault attobj_parse(struct bytes in, struct attobj *ret)
{
	struct reading object = { .r = rd_of(in) }, statement = object;
	read_members(&object, object_members, COUNT_OF(object_members));
	if (!is_rd_done(&object.r)) {
		read_statement(&statement);
		NEED(is_rd_done(&statement.r), PARSE_ENVELOPE);
		object = statement;
		object.format = BYTES_TEXT("tpm");
	}
	NEED(is_bytes_text(object.format, "tpm") && is_bytes_text(object.version, "2.0"), PARSE_FIELD);
	NEED(object.object.x5c.n, PARSE_FIELD);
	*ret = object.object;
	return NULL;
}
