/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of nf_conntrack_pptp_ext offer one another. */
#ifndef _NF_CONNTRACK_PPTP_EXT_H
#define _NF_CONNTRACK_PPTP_EXT_H

#include <net/nf_vpn_passthrough.h>
#include <net/nf_vpn_session.h>

#define PPTP_CONTROL_PORT	1723	/* RFC 2637, 3 */

/* main.c */
extern struct nf_vpn_proto_ops pptp_proto;

/* pptp_ctl.c */
extern const struct nf_vpn_session_ops pptp_sessions;
int pptp_help(struct sk_buff *skb, unsigned int protoff, struct nf_conn *ct,
	      enum ip_conntrack_info ctinfo);

/* pptp_helper.c */
int pptp_helper_register(void);
void pptp_helper_unregister(void);
void pptp_helper_attach(struct nf_conn *ct);

/* pptp_data.c */
extern const struct nf_vpn_hooks pptp_data_hooks;

/* pptp_nat.c */
bool pptp_nat_gre(struct sk_buff *skb, unsigned int off, u16 call_id);
bool pptp_nat_quote(struct sk_buff *skb, unsigned int icmp, unsigned int gre,
		    u16 call_id);
struct pptp_edits;
bool pptp_nat_edit(struct sk_buff *skb, struct nf_conn *ct,
		   enum ip_conntrack_info ctinfo, unsigned int protoff,
		   const struct pptp_edits *edits);
bool pptp_nat_cut(struct sk_buff *skb, struct nf_conn *ct,
		  enum ip_conntrack_info ctinfo, unsigned int protoff,
		  unsigned int n);

/* pptp_forward.c */
bool pptp_claims(struct nf_vpn_pkt *pkt);

/**
 * pptp_is_control - is a TCP connection a control connection by its port?
 * @ct: its conntrack entry
 *
 * Return: true if it was opened to the well-known port, or led there.
 */
static inline bool pptp_is_control(const struct nf_conn *ct)
{
	const __be16 port = htons(PPTP_CONTROL_PORT);

	return nf_ct_tuple(ct, IP_CT_DIR_ORIGINAL)->dst.u.tcp.port == port ||
	       nf_ct_tuple(ct, IP_CT_DIR_REPLY)->src.u.tcp.port == port;
}

#endif /* _NF_CONNTRACK_PPTP_EXT_H */
