#include "api/serve_file.h"

#include "flow/revocation.h"

static fault answer_file(struct serve *s, enum frame_content content, struct bytes file)
{
	NEED(file.n > 0, SYS_BUSY);
	s->answer->content = content;
	s->answer->body = file;
	return NULL;
}

static fault answer_list(struct serve *s, struct bytes name)
{
	struct bytes crl;
	TRY(revocation_get(s->f, name, s->a, &crl));
	return answer_file(s, FRAME_CONTENT_CRL, crl);
}

fault serve_file_crl(struct serve *s)
{
	return answer_list(s, BYTES_TEXT(ISSUER_LIST_WHOLE));
}

fault serve_file_crl_part(struct serve *s)
{
	return answer_list(s, s->c->target);
}

fault serve_file_issuer(struct serve *s)
{
	const struct issuer *first = flow_issuer(s->f, 0);
	NEED(first != NULL, NOT_FOUND);
	return answer_file(s, FRAME_CONTENT_CERT, first->certificate);
}

fault serve_file_later_issuer(struct serve *s)
{
	struct bytes der;
	TRY(revocation_get_issuer(s->f, s->c->target, &der));
	return answer_file(s, FRAME_CONTENT_CERT, der);
}

fault serve_file_root(struct serve *s)
{
	return answer_file(s, FRAME_CONTENT_CERT, s->files->root);
}

fault serve_file_root_crl(struct serve *s)
{
	return answer_file(s, FRAME_CONTENT_CRL, s->files->root_crl);
}

fault serve_file_jwks(struct serve *s)
{
	return answer_file(s, FRAME_CONTENT_JSON, s->files->jwks);
}

fault serve_file_health(struct serve *s)
{
	return answer_file(s, FRAME_CONTENT_TEXT, BYTES_TEXT("ok\n"));
}
