/*
 * The rows about the way to others.
 */
#include <time.h>

#include "agent/look.h"
#include "base/text.h"
#include "cert/profile.h"

#define ANY_PATH "/.well-known/jwks.json" /* of a server: an answer that anybody may have */
#define REPLY_MAX 65536

static struct client_plan client_plan(const struct look *l, const char *url)
{
	return (struct client_plan){ .url = url,
				     .user_agent = "assay-agent/" ASSAY_VERSION,
				     .proxy = settings_proxy(&l->settings),
				     .connect_ms = (uint32_t)l->settings.connect_ms,
				     .total_ms = (uint32_t)l->settings.reply_ms,
				     .reply_max = REPLY_MAX };
}

/* --- the server ----------------------------------------------------------------------------------------- */

void look_net_begin(struct look *l)
{
	struct location_plan plan = { .client = client_plan(l, l->settings.server), .path = ANY_PATH };
	bool is_pinned = text_hex_parse(bytes_text(l->settings.ca), plan.client.pin, sizeof(plan.client.pin));
	if (!l->is_offline && l->settings.server[0] && is_pinned)
		location_begin(&plan, &l->to->server);
}

/* Both ways in a line; the host stands first, for whoever has to open the way to it. */
static void write_fact(const struct location *at, struct readiness_finding *f)
{
	char by[96] = "", set[LOCATION_TEXT_SIZE], other[LOCATION_TEXT_SIZE], straight[128] = "";
	const struct location_way *way = &at->ways[LOCATION_AS_SET];
	if (way->proxy[0])
		snprintf(by, sizeof(by), " by the proxy %.72s", way->proxy);
	if (at->ways[LOCATION_STRAIGHT].is_tried)
		snprintf(straight, sizeof(straight), "; without it: %s",
			 location_text(&at->ways[LOCATION_STRAIGHT], other));
	snprintf(f->fact, sizeof(f->fact), "%s%s%s: %s%s", way->why ? "to be allowed: " : "", at->host, by,
		 location_text(way, set), straight);
}

static void judge_location(const struct location *at, fault why, struct readiness_finding *f)
{
	char detail[CAUSE_TEXT_SIZE];
	const struct location_way *way = &at->ways[LOCATION_AS_SET];
	snprintf(detail, sizeof(detail), "%.128s: %.300s", at->host, way->detail);
	write_fact(at, f);
	if (why)
		look_fail(f, why, detail);
	else
		f->outcome = READINESS_PASSED;
}

void look_net_server(struct look *l, const struct readiness_row *row, struct readiness_finding *f)
{
	static const char *const words[] = { "no server is configured", "not asked: --offline" };
	const struct location_way *way = &l->to->server.ways[LOCATION_AS_SET];
	(void)row;
	if (l->is_offline || !l->settings.server[0]) {
		look_leave(f, READINESS_NOT_APPLICABLE, words[l->is_offline]);
		return;
	}
	location_wait(&l->to->server);
	if (!way->is_tried) {
		look_fail(f, FAIL(CONFIG_INVALID),
			  "ca must be the 64 hexadecimal digits that assayd init prints");
		return;
	}
	judge_location(&l->to->server, way->why, f);
}

/* --- the clock ------------------------------------------------------------------------------------------ */

void look_net_clock(struct look *l, const struct readiness_row *row, struct readiness_finding *f)
{
	char skew[TEXT_SKEW_SIZE], fact[READINESS_FACT_SIZE];
	int64_t ours = time(NULL), theirs = l->to->server.ways[LOCATION_AS_SET].clock;
	if (!theirs) {
		look_leave(f, READINESS_NOT_RUN, "not compared: the server's clock is not known");
		return;
	}
	l->to->has_skew = true;
	l->to->skew_s = theirs - ours;
	text_skew(ours, theirs, skew);
	bool is_behind = theirs - ours > PROFILE_BACKDATE_S;
	snprintf(fact, sizeof(fact), "%s%s", skew,
		 is_behind ? "; certificates begin ten minutes back, no more" : "");
	if (is_behind || l->to->server.ways[LOCATION_AS_SET].why == row->why)
		look_fail(f, row->why, fact);
	else
		look_leave(f, ours - theirs > PROFILE_BACKDATE_S ? READINESS_WARNED : READINESS_PASSED, fact);
}

/* --- the service of the TPM's maker --------------------------------------------------------------------- */

void look_net_service(struct look *l, const struct readiness_row *row, struct readiness_finding *f)
{
	struct eksource_origin origin;
	const char *address = l->source.service;
	const struct location_way *way = &l->to->service.ways[LOCATION_AS_SET];
	(void)row;
	if (!address) {
		bool is_in = l->source.place == EKSOURCE_TPM;
		look_leave(f, READINESS_NOT_APPLICABLE,
			   is_in ? "not needed: the certificate is in the TPM" : "nobody is to be asked");
		return;
	}
	eksource_split(address, &origin);
	struct location_plan plan = { .client = client_plan(l, origin.text), .path = "/" };
	plan.client.anchors = l->settings.ek_service_ca;
	location_begin(&plan, &l->to->service);
	location_wait(&l->to->service);
	judge_location(&l->to->service, way->why ? eksource_fault(way->step, way->why) : NULL, f);
}
