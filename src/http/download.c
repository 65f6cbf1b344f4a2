#include "http/download.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/heap.h"
#include "base/text.h"

#define REDIRECTS_MAX 5L

struct transfer {
	struct download *d;
	struct wr w;
	CURL *easy;
	char error[CURL_ERROR_SIZE];
};

static bool has_part(CURLU *url, CURLUPart part)
{
	char *text = NULL;
	bool has = curl_url_get(url, part, &text, 0) == CURLUE_OK;
	curl_free(text);
	return has;
}

bool is_download_url(const char *text)
{
	CURLU *url = heap_need(curl_url());
	bool is_web = strncmp(text, "https://", 8) == 0 || strncmp(text, "http://", 7) == 0;
	bool is_whole = is_web && curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK;
	is_whole = is_whole && !has_part(url, CURLUPART_USER) && !has_part(url, CURLUPART_PASSWORD);
	curl_url_cleanup(url);
	return is_whole;
}

static size_t take_body(char *octets, size_t one, size_t n, void *of)
{
	struct transfer *t = of;
	(void)one;
	wr_bytes(&t->w, bytes_of(octets, n));
	if (t->w.bad)
		return CURL_WRITEFUNC_ERROR;
	if (t->d->progress)
		t->d->progress(t->d->of, t->w.at);
	return n;
}

static void set_bounds(struct transfer *t)
{
	bool is_private = strncmp(t->d->url, "https://", 8) == 0;
	curl_easy_setopt(t->easy, CURLOPT_URL, t->d->url);
	curl_easy_setopt(t->easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(t->easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(t->easy, CURLOPT_REDIR_PROTOCOLS_STR, is_private ? "https" : "http,https");
	curl_easy_setopt(t->easy, CURLOPT_FOLLOWLOCATION, 1L);
	curl_easy_setopt(t->easy, CURLOPT_MAXREDIRS, REDIRECTS_MAX);
	curl_easy_setopt(t->easy, CURLOPT_FAILONERROR, 1L);
	curl_easy_setopt(t->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(t->easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(t->easy, CURLOPT_USERAGENT, t->d->user_agent);
	curl_easy_setopt(t->easy, CURLOPT_CONNECTTIMEOUT_MS, (long)t->d->connect_ms);
	curl_easy_setopt(t->easy, CURLOPT_TIMEOUT_MS, (long)t->d->total_ms);
	curl_easy_setopt(t->easy, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(t->easy, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(t->easy, CURLOPT_ERRORBUFFER, t->error);
}

/* The last part of the path that the file came from in the end. */
static void find_name(struct transfer *t)
{
	char *last = NULL, *path = NULL;
	CURLU *url = heap_need(curl_url());
	curl_easy_getinfo(t->easy, CURLINFO_EFFECTIVE_URL, &last);
	if (last && curl_url_set(url, CURLUPART_URL, last, 0) == CURLUE_OK)
		curl_url_get(url, CURLUPART_PATH, &path, 0);
	const char *slash = path ? strrchr(path, '/') : NULL;
	bool is_name = slash && strlen(slash + 1) < DOWNLOAD_NAME_SIZE &&
		       is_text_printable(bytes_text(slash + 1));
	snprintf(t->d->name, DOWNLOAD_NAME_SIZE, "%s", is_name ? slash + 1 : "");
	curl_free(path);
	curl_url_cleanup(url);
}

static fault fault_of(struct transfer *t, CURLcode code)
{
	long status = 0;
	curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	bool is_answer = code == CURLE_OK && status == 200;
	if (is_answer)
		return NULL;
	if (code == CURLE_OK)
		snprintf(t->error, sizeof(t->error), "the server answered HTTP status %ld", status);
	snprintf(t->d->detail, DOWNLOAD_DETAIL_SIZE, "%s", t->error[0] ? t->error : curl_easy_strerror(code));
	if (t->w.bad)
		return FAIL(DOWNLOAD_SIZE);
	return code == CURLE_OPERATION_TIMEDOUT ? FAIL(DOWNLOAD_TIMEOUT) : FAIL(DOWNLOAD_FAILED);
}

fault download_get(struct download *d, struct wr *w)
{
	struct transfer t = { .d = d, .w = *w };
	d->name[0] = d->detail[0] = 0;
	NEED(is_download_url(d->url), DOWNLOAD_FAILED);
	t.easy = heap_need(curl_easy_init());
	set_bounds(&t);
	CURLcode code = curl_easy_perform(t.easy);
	fault why = fault_of(&t, code);
	if (!why)
		find_name(&t);
	curl_easy_cleanup(t.easy);
	TRY(why);
	*w = t.w;
	return NULL;
}
