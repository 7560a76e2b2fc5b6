// SPDX-License-Identifier: GPL-2.0-only
/* Modes off and observe: PPTP packets that the router forwards. */
#include <linux/tcp.h>
#include "pptp.h"
#include "pptp_wire.h"

static bool is_gre(const struct sk_buff *skb, int off)
{
	u8 buf[PPTP_GRE_LEN];
	struct pptp_gre gre;
	const u8 *data;

	data = skb_header_pointer(skb, off, sizeof(buf), buf);
	return data && !pptp_gre_parse(data, sizeof(buf), &gre);
}

/* Who began is not known without a conntrack entry: either port may tell. */
static bool is_control(struct nf_vpn_pkt *pkt, int off)
{
	const struct nf_conn *ct = (struct nf_conn *)skb_nfct(pkt->skb);
	const __be16 port = htons(PPTP_CONTROL_PORT);
	const struct tcphdr *th;
	struct tcphdr buf;

	if (ct && !nf_ct_is_template(ct))
		return pptp_is_control(ct);
	th = skb_header_pointer(pkt->skb, off, sizeof(buf), &buf);
	return th && (th->dest == port || th->source == port);
}

/**
 * pptp_claims - is a packet in FORWARD this protocol's?
 * @pkt: the packet; sets its key's l4proto
 *
 * Return: true if so.
 */
bool pptp_claims(struct nf_vpn_pkt *pkt)
{
	bool fragment;
	int off;

	off = nf_vpn_header(pkt->skb, pkt->key.l3num, &pkt->key.l4proto,
			    &fragment);
	if (off < 0 || fragment)
		return false;
	if (pkt->key.l4proto == IPPROTO_TCP)
		return is_control(pkt, off);
	return pkt->key.l4proto == IPPROTO_GRE && is_gre(pkt->skb, off);
}
