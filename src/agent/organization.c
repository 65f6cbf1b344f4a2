#include "agent/organization.h"

#include "agent/handle.h"
#include "base/text.h"

static void copy(const ASN1_STRING *value, char ret[static ORGANIZATION_SIZE])
{
	unsigned char *text = NULL;
	int n = value ? ASN1_STRING_to_UTF8(&text, value) : -1;
	struct bytes b = bytes_of(text, n > 0 ? (size_t)n : 0);
	if (b.n < ORGANIZATION_SIZE && is_text_printable(b) && bytes_copy(b, (uint8_t *)ret, b.n))
		ret[b.n] = 0;
	OPENSSL_free(text);
}

void organization_get(struct bytes root, char ret[static ORGANIZATION_SIZE])
{
	const unsigned char *at = root.p;
	AUTO(X509_free) X509 *x = root.n ? d2i_X509(NULL, &at, (long)root.n) : NULL;
	const X509_NAME *name = x ? X509_get_subject_name(x) : NULL;
	int index = name ? X509_NAME_get_index_by_NID(name, NID_organizationName, -1) : -1;
	ret[0] = 0;
	if (index >= 0)
		copy(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index)), ret);
}
