/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of nf_nat_ipsec_esp offer one another. */
#ifndef _NF_NAT_IPSEC_ESP_H
#define _NF_NAT_IPSEC_ESP_H

#include <net/nf_vpn_passthrough.h>
#include <net/nf_vpn_session.h>

#define IKE_PORT	500	/* RFC 7296, 2 */
#define NAT_T_PORT	4500	/* RFC 3947, RFC 3948 */

struct ike_wire;

/* main.c */
extern struct nf_vpn_proto_ops esp_proto;

/* esp_data.c */
extern const struct nf_vpn_hooks esp_data_hooks;
bool esp_data_owns(const struct nf_conn *ct);
bool esp_data_stamped(const struct nf_conn *ct);

/* ike_ctl.c */
extern const struct nf_vpn_session_ops ike_sessions;
void ike_key(const struct ike_wire *ike, struct nf_vpn_key *key);
int ike_message(struct net *net, const struct ike_wire *ike, struct nf_conn *ct,
		enum ip_conntrack_dir dir, __be16 *port);

/* ike_data.c */
unsigned int ike_in(struct sk_buff *skb, const struct nf_hook_state *state,
		    int off);
unsigned int ike_out(struct sk_buff *skb, struct nf_conn *ct,
		     enum ip_conntrack_info ctinfo,
		     const struct nf_hook_state *state);
unsigned int ike_same_address(void *priv, struct sk_buff *skb,
			      const struct nf_hook_state *state);

/* esp_forward.c */
bool esp_claims(struct nf_vpn_pkt *pkt);

#endif /* _NF_NAT_IPSEC_ESP_H */
