// SPDX-License-Identifier: GPL-2.0-only
/* From facts to findings: what they mean for a client and a server. */

#include <arpa/inet.h>
#include <stdio.h>

#include "judge.h"
#include "names.h"

#define RECENT_MS	60000	/* what was refused since may be still */
#define NEARLY		90	/* percent */
#define NAT_T		4500

/* What the packets of a protocol are. */
static const struct shape {
	const char	*module;
	const char	*control;
	uint8_t		control_l4;
	uint16_t	port;
	const char	*data;
	uint8_t		data_l4;
} shapes[] = {
	[NF_VPN_PPTP] = { "nf_conntrack_pptp_ext", "TCP port 1723",
			  IPPROTO_TCP, 1723, "GRE", IPPROTO_GRE },
	[NF_VPN_IPSEC] = { "nf_nat_ipsec_esp", "IKE (UDP port 500)",
			   IPPROTO_UDP, 500, "ESP", IPPROTO_ESP },
	[NF_VPN_L2TP] = { "nf_conntrack_l2tp", "UDP port 1701",
			  IPPROTO_UDP, 1701, "IP protocol 115", 115 },
};

/* Two units at most, as out_msecs(). */
static const char *span(uint64_t ms, char text[32])
{
	unsigned long long s = ms / 1000;

	if (s < 60)
		snprintf(text, 32, "%llus", s);
	else if (s < 3600)
		snprintf(text, 32, "%llum%02llus", s / 60, s % 60);
	else
		snprintf(text, 32, "%lluh%02llum", s / 3600, s / 60 % 60);
	return text;
}

static bool has_refusal(const struct facts *facts, uint32_t proto)
{
	unsigned int i;

	for (i = 0; i < facts->n_refusals; i++)
		if (facts->refusals[i].proto == proto)
			return true;
	return false;
}

static bool has_tunnel(const struct facts *facts, uint32_t proto)
{
	unsigned int i;

	for (i = 0; i < facts->n_tunnels; i++)
		if (facts->tunnels[i].proto == proto)
			return true;
	return false;
}

/* Does the pair use the protocol, or try to? */
static bool is_used(const struct facts *facts, uint32_t proto)
{
	const struct shape *shape = &shapes[proto];

	return has_refusal(facts, proto) || has_tunnel(facts, proto) ||
	       ct_pair_find(&facts->ct, shape->control_l4, shape->port) ||
	       ct_pair_find(&facts->ct, shape->data_l4, 0) ||
	       (proto == NF_VPN_IPSEC &&
		ct_pair_find(&facts->ct, IPPROTO_UDP, NAT_T));
}

static void judge_loaded(const struct facts *facts, struct findings *all,
			 uint32_t proto)
{
	bool used = is_used(facts, proto);
	struct finding *finding;

	finding = find(all, used ? FINDING_PROBLEM : FINDING_NOTE, proto,
		       "not-loaded", "the kernel module %s is not loaded%s",
		       shapes[proto].module,
		       used ? "" : "; nothing of the protocol was seen");
	if (used)
		advise(finding, "modprobe %s", shapes[proto].module);
}

static void judge_timer(const struct mode_facts *mode, struct findings *all,
			uint32_t proto)
{
	char left[32];

	if (!mode->timed)
		return;
	find(all, FINDING_NOTE, proto, "mode-timed",
	     "the mode is %s for %s more, then %s",
	     name_of(&mode_names, mode->mode), span(mode->left_ms, left),
	     mode->next <= NF_VPN_MODE_MAX ?
	     mode_names.tab[mode->next].name : "another one");
}

static void judge_mode(const struct facts *facts, struct findings *all,
		       uint32_t proto)
{
	const struct mode_facts *mode = &facts->modes[proto];
	const char *name = name_of(&proto_names, proto);
	bool used = is_used(facts, proto);
	struct finding *finding;

	switch (mode->mode) {
	case NF_VPN_MODE_OFF:
		finding = find(all, used ? FINDING_PROBLEM : FINDING_NOTE,
			       proto, "mode-off",
			       "mode off: this router refuses to forward it");
		break;
	case NF_VPN_MODE_BYPASS:
		finding = find(all, FINDING_NOTE, proto, "mode-bypass",
			       "mode bypass: it is left to stock Linux");
		break;
	case NF_VPN_MODE_OBSERVE:
		finding = find(all, FINDING_NOTE, proto, "mode-observe",
			       "mode observe: it is looked at, and left to stock Linux");
		break;
	default:
		find(all, FINDING_OK, proto, "mode-on",
		     "mode on: it is tracked and translated");
		finding = NULL;
	}
	if (finding && used)
		advise(finding, "vpn-passthrough set %s on", name);
	judge_timer(mode, all, proto);
}

static void judge_policy(const struct facts *facts, struct findings *all,
			 uint32_t proto)
{
	const struct mode_facts *mode = &facts->modes[proto];

	if (mode->bindings)
		find(all, FINDING_OK, proto, "bindings",
		     "%u static bindings: their ids need not be found out",
		     mode->bindings);
	if (mode->policy == NF_VPN_POLICY_STRICT && !mode->bindings)
		find(all, FINDING_NOTE, proto, "policy-strict",
		     "policy strict: beside other clients, only static bindings work");
}

/* Where it leaves from, and whether it was answered. */
static void judge_entry(const struct facts *facts, struct findings *all,
			uint32_t proto, const char *what,
			const struct ct_entry *entry)
{
	char public[INET6_ADDRSTRLEN];
	struct finding *finding;

	if (!entry)
		return;
	if (!addr_cmp(&entry->public, &facts->client)) {
		finding = find(all, FINDING_NOTE, proto, "not-translated",
			       "%s leaves with the client's own address", what);
		advise(finding, "if it should not: let the masquerade or snat rule cover %s",
		       what);
	} else {
		find(all, FINDING_OK, proto, "translated", "%s leaves as %s",
		     what, addr_text(&entry->public, public));
	}
	if (entry->answered) {
		find(all, FINDING_OK, proto, "answered",
		     "the server answers to %s", what);
		return;
	}
	finding = find(all, FINDING_PROBLEM, proto, "unanswered",
		       "the server has not answered to %s", what);
	advise(finding, "see whether the server is up, and no filter on the way drops %s",
	       what);
}

static void judge_conversions(const struct facts *facts, struct findings *all,
			      uint32_t proto)
{
	const struct shape *shape = &shapes[proto];
	const struct ct_entry *control, *data;
	struct finding *finding;

	control = ct_pair_find(&facts->ct, shape->control_l4, shape->port);
	data = ct_pair_find(&facts->ct, shape->data_l4, 0);
	judge_entry(facts, all, proto, shape->control, control);
	judge_entry(facts, all, proto, shape->data, data);
	if (!control || !data || !addr_cmp(&control->public, &data->public))
		return;
	finding = find(all, FINDING_PROBLEM, proto, "two-addresses",
		       "%s and %s leave with different addresses",
		       shape->control, shape->data);
	advise(finding, "let one snat rule cover both, and be persistent");
}

static void judge_nat_t(const struct facts *facts, struct findings *all)
{
	const struct ct_entry *entry = ct_pair_find(&facts->ct, IPPROTO_UDP,
						    NAT_T);

	if (!entry)
		return;
	find(all, FINDING_OK, NF_VPN_IPSEC, "nat-t",
	     "both sides use NAT-T (UDP port 4500), which needs nothing of these modules");
	judge_entry(facts, all, NF_VPN_IPSEC, "NAT-T (UDP port 4500)", entry);
}

/* Return: how many of the other clients' tunnels are in that state. */
static unsigned int others(const struct facts *facts, uint32_t proto,
			   uint32_t state)
{
	return facts->modes[proto].others[state];
}

static void judge_waiting(const struct facts *facts, struct findings *all,
			  const struct tunnel_facts *tunnel)
{
	struct finding *finding;

	finding = find(all, FINDING_PROBLEM, tunnel->proto, "tunnel-waiting",
		       "the tunnel waits for its turn or an answer: %u others probe, %u wait",
		       others(facts, tunnel->proto, NF_VPN_STATE_PROBING),
		       others(facts, tunnel->proto, NF_VPN_STATE_WAITING));
	if (tunnel->proto == NF_VPN_PPTP)
		advise(finding, "wait for the server's answer");
	else
		advise(finding, "wait: a turn takes %u ms (probe-ms); or bind its ids",
		       facts->probe_ms);
}

static void judge_probing(struct findings *all,
			  const struct tunnel_facts *tunnel)
{
	struct finding *finding;

	if (!tunnel->tries) {
		find(all, FINDING_NOTE, tunnel->proto, "tunnel-probing",
		     "the tunnel has its turn: the next unknown inbound id is its own");
		return;
	}
	finding = find(all, FINDING_PROBLEM, tunnel->proto, "tunnel-unanswered",
		       "the server answered to none of the tunnel's last %u probes",
		       tunnel->tries);
	advise(finding, "see whether the server has this tunnel, and no filter drops it");
}

static void judge_settled(struct findings *all,
			  const struct tunnel_facts *tunnel)
{
	bool good = tunnel->state == NF_VPN_STATE_BOUND ||
		    tunnel->state == NF_VPN_STATE_STATIC;
	char public[INET6_ADDRSTRLEN], idle[32];

	find(all, good ? FINDING_OK : FINDING_NOTE, tunnel->proto,
	     good ? "tunnel" : "tunnel-unsettled",
	     "a tunnel is %s (%s); public address %s, last packet %s%s",
	     name_of(&state_names, tunnel->state),
	     name_help(&state_names, tunnel->state),
	     addr_text(&tunnel->public, public),
	     tunnel->has_idle ? span(tunnel->idle_ms, idle) : "not known",
	     tunnel->has_idle ? " ago" : "");
}

static void judge_tunnels(const struct facts *facts, struct findings *all,
			  uint32_t proto)
{
	const struct tunnel_facts *tunnel;
	unsigned int i;

	for (i = 0; i < facts->n_tunnels; i++) {
		tunnel = &facts->tunnels[i];
		if (tunnel->proto != proto)
			continue;
		if (tunnel->state == NF_VPN_STATE_WAITING)
			judge_waiting(facts, all, tunnel);
		else if (tunnel->state == NF_VPN_STATE_PROBING)
			judge_probing(all, tunnel);
		else
			judge_settled(all, tunnel);
	}
}

static void judge_others(const struct facts *facts, struct findings *all,
			 uint32_t proto)
{
	unsigned int n = 0, state;

	for (state = 0; state <= NF_VPN_STATE_MAX; state++)
		n += others(facts, proto, state);
	if (n)
		find(all, FINDING_NOTE, proto, "competitors",
		     "other clients have %u tunnels to it: %u probe, %u wait",
		     n, others(facts, proto, NF_VPN_STATE_PROBING),
		     others(facts, proto, NF_VPN_STATE_WAITING));
}

static void advise_refusal(struct finding *finding,
			   const struct refusal_facts *refusal)
{
	switch (refusal->why) {
	case NF_VPN_CNT_MODE_OFF:
		advise(finding, "vpn-passthrough set %s on",
		       name_of(&proto_names, refusal->proto));
		break;
	case NF_VPN_CNT_CLASH:
		advise(finding, "let one of the two clients begin anew, which gives it another id");
		break;
	case NF_VPN_CNT_UNCERTAIN:
		advise(finding, "bind its ids, or choose another policy (help set)");
		break;
	case NF_VPN_CNT_CLIENT_QUOTA:
	case NF_VPN_CNT_SERVER_QUOTA:
	case NF_VPN_CNT_TABLE_FULL:
		advise(finding, "raise the limit: \"vpn-passthrough limits\"");
		break;
	}
}

static void judge_refusal(struct findings *all,
			  const struct refusal_facts *refusal)
{
	char ago[32], owner[INET6_ADDRSTRLEN], about[32] = "";
	bool owned = addr_len(&refusal->owner);
	struct finding *finding;

	if (refusal->has_id)
		snprintf(about, sizeof(about), refusal->proto == NF_VPN_IPSEC ?
			 ", id 0x%08x" : ", id %u", refusal->id);
	finding = find(all, refusal->ago_ms < RECENT_MS ? FINDING_PROBLEM :
							  FINDING_NOTE,
		       refusal->proto, "refused",
		       "%s, %llu times, last %s ago%s%s%s: %s",
		       name_of(&counter_names, refusal->why),
		       (unsigned long long)refusal->n,
		       span(refusal->ago_ms, ago), about,
		       owned ? " of " : "",
		       owned ? addr_text(&refusal->owner, owner) : "",
		       name_help(&counter_names, refusal->why));
	advise_refusal(finding, refusal);
}

static void judge_refusals(const struct facts *facts, struct findings *all,
			   uint32_t proto)
{
	unsigned int i;

	for (i = 0; i < facts->n_refusals; i++)
		if (facts->refusals[i].proto == proto)
			judge_refusal(all, &facts->refusals[i]);
}

static void judge_proto(const struct facts *facts, struct findings *all,
			uint32_t proto)
{
	const struct mode_facts *mode = &facts->modes[proto];

	if (!mode->available)
		judge_loaded(facts, all, proto);
	else
		judge_mode(facts, all, proto);
	judge_conversions(facts, all, proto);
	if (proto == NF_VPN_IPSEC)
		judge_nat_t(facts, all);
	if (!mode->available)
		return;
	judge_policy(facts, all, proto);
	judge_tunnels(facts, all, proto);
	judge_others(facts, all, proto);
	judge_refusals(facts, all, proto);
}

/* How much of something is used, and what to do when it is short. */
static void judge_use(struct findings *all, const char *code, const char *what,
		      unsigned long long used, unsigned long long max,
		      const char *advice)
{
	enum finding_level level = FINDING_OK;
	struct finding *finding;

	if (used >= max)
		level = FINDING_PROBLEM;
	else if (used * 100 >= max * NEARLY)
		level = FINDING_NOTE;
	finding = find(all, level, FINDING_ANY, code,
		       "%s: %llu of %llu%s", what, used, max,
		       used >= max ? ", so nothing new is taken" : "");
	if (level != FINDING_OK)
		advise(finding, "%s", advice);
}

static void judge_limits(const struct facts *facts, struct findings *all)
{
	judge_use(all, "client-quota", "tunnels of the client",
		  facts->client_tunnels, facts->max_per_client,
		  "raise the limit: vpn-passthrough limits max-per-client NUMBER");
	judge_use(all, "server-quota", "tunnels to the server",
		  facts->server_tunnels, facts->max_per_server,
		  "raise the limit: vpn-passthrough limits max-per-server NUMBER");
	judge_use(all, "ids-quota", "wire ids in the namespace",
		  facts->ids, facts->max_ids,
		  "raise the limit: vpn-passthrough limits max-ids NUMBER");
	if (facts->ct.max)
		judge_use(all, "conntrack-use", "conntrack entries",
			  facts->ct.count, facts->ct.max,
			  "raise net.netfilter.nf_conntrack_max with sysctl -w");
}

/**
 * judge - find out what facts mean
 * @facts: the facts
 * @all: where findings go
 */
void judge(const struct facts *facts, struct findings *all)
{
	struct finding *finding;
	uint32_t proto;
	bool used = false;

	for (proto = 0; proto <= NF_VPN_MAX; proto++) {
		judge_proto(facts, all, proto);
		used = used || is_used(facts, proto);
	}
	judge_limits(facts, all);
	if (used)
		return;
	finding = find(all, FINDING_NOTE, FINDING_ANY, "nothing-seen",
		       "nothing is known: no tunnel, no refusal, no conntrack entry");
	advise(finding, "see whether the client's packets come here, and no filter drops them");
}
