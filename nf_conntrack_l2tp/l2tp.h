/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of nf_conntrack_l2tp offer one another. */
#ifndef _NF_CONNTRACK_L2TP_H
#define _NF_CONNTRACK_L2TP_H

#include <linux/udp.h>
#include <net/nf_vpn_passthrough.h>
#include <net/nf_vpn_session.h>
#include "l2tp_wire.h"

#define L2TP_PORT	1701	/* RFC 2661, 8.1 */

/* Kinds of id, nf_vpn_key.space */
enum l2tp_space {
	L2TP_SPACE_SESSION,	/* Session ID of version 3 */
	L2TP_SPACE_CCID,	/* Control Connection ID of version 3 */
	L2TP_SPACE_CALL,	/* Tunnel ID and Session ID of version 2 */
	L2TP_SPACE_TUNNEL,	/* Tunnel ID of version 2 */
};

/**
 * struct l2tp_pkt - an L2TP packet
 * @pkt: what the core wants to know of it
 * @udp: where the UDP header is, in bytes from the start of the packet; 0 if
 *	it is protocol 115
 * @off: where L2TP begins, likewise
 * @head: what it begins with
 * @buf: where that is, if it is not in the packet
 */
struct l2tp_pkt {
	struct nf_vpn_pkt	pkt;
	unsigned int		udp;
	unsigned int		off;
	struct l2tp_head	head;
	u8			buf[sizeof(struct udphdr) + L2TP_HEAD_MAX];
};

/**
 * struct l2tp_edit - a change to an L2TP packet
 * @off: where, in bytes from the start of L2TP
 * @n: how many bytes, at most 4
 * @value: what, host byte order
 */
struct l2tp_edit {
	u16	off;
	u8	n;
	u32	value;
};

/* main.c */
extern struct nf_vpn_proto_ops l2tp_proto;

/* l2tp_packet.c */
int l2tp_read(struct l2tp_pkt *p, int off);
void l2tp_set_id(struct l2tp_pkt *p);
int l2tp_message_type(const struct l2tp_pkt *p);

/* l2tp_ctl.c */
extern const struct nf_vpn_session_ops l2tp_sessions;
struct nf_vpn_control *l2tp_control_of(struct l2tp_pkt *p,
				       const struct nf_conn *ct,
				       enum ip_conntrack_dir dir);
unsigned int l2tp_control(struct l2tp_pkt *p, struct nf_conn *ct,
			  enum ip_conntrack_dir dir,
			  struct nf_vpn_control **control);
bool l2tp_control_head(struct l2tp_pkt *p, u32 id);

/* l2tp_data.c */
extern const struct nf_vpn_hooks l2tp_data_hooks;
bool l2tp_data_owns(const struct nf_conn *ct);
bool l2tp_data_stamped(const struct nf_conn *ct);

/* l2tp_digest.c */

/**
 * struct l2tp_nonces - what a Message Digest covers beside the message
 * @local: nonce of the sender
 * @remote: nonce of the receiver
 * @n_local: its length in bytes
 * @n_remote: its length in bytes
 */
struct l2tp_nonces {
	const u8	*local;
	const u8	*remote;
	u8		n_local;
	u8		n_remote;
};

int l2tp_digest_init(void);
void l2tp_digest_exit(void);
int l2tp_digest_make(const struct l2tp_msg *msg, const u8 *data, size_t end,
		     size_t from, const struct l2tp_nonces *nonces,
		     u8 *digest);
bool l2tp_digest_check(const struct l2tp_msg *msg, const u8 *data, size_t end,
		       size_t from, struct l2tp_nonces *nonces);

/* l2tp_nat.c */
bool l2tp_nat_bytes(struct l2tp_pkt *p, unsigned int off, const u8 *bytes,
		    unsigned int n);
bool l2tp_nat_edit(struct l2tp_pkt *p, const struct l2tp_edit *edit);
bool l2tp_nat_id(struct l2tp_pkt *p, u32 id);
bool l2tp_nat_quote(struct sk_buff *skb, unsigned int icmp, unsigned int at,
		    u32 id, unsigned int n);

/* l2tp_forward.c */
bool l2tp_claims(struct nf_vpn_pkt *pkt);

/**
 * l2tp_is_udp - is a UDP connection L2TP's by its port?
 * @ct: its conntrack entry
 *
 * Return: true if it was opened to the well-known port, or led there.
 */
static inline bool l2tp_is_udp(const struct nf_conn *ct)
{
	const __be16 port = htons(L2TP_PORT);

	return nf_ct_tuple(ct, IP_CT_DIR_ORIGINAL)->dst.u.udp.port == port ||
	       nf_ct_tuple(ct, IP_CT_DIR_REPLY)->src.u.udp.port == port;
}

#endif /* _NF_CONNTRACK_L2TP_H */
