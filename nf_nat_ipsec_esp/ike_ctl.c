// SPDX-License-Identifier: GPL-2.0-only
/*
 * IKE SAs that clients have with gateways: one control connection each, found by
 * the initiator's cookie.
 *
 * What their exchanges tell of tunnels goes to the core as an expectation.  Only
 * messages from the inside make one, as many as the client's quota allows; those
 * that no gateway answers are the first to make room.
 */
#include <net/netfilter/nf_conntrack_helper.h>
#include "esp.h"
#include "ike_wire.h"

#define KEEP_INTERVAL	(15 * HZ)

/**
 * struct ike_sa - an IKE SA
 * @base: its control connection
 * @lock: of @track
 * @track: its exchanges
 * @begun: its first message was seen
 * @asked: Message ID of the client's last request
 * @asked_at: when it was first sent (jiffies, 32 bits), or 0 once it was
 *	answered
 * @kept: when it was last seen to that its tunnel and it keep each other alive
 *	(jiffies, 32 bits)
 */
struct ike_sa {
	struct nf_vpn_control	base;
	spinlock_t		lock;	/* of @track */
	struct ike_track	track;
	bool			begun;
	u32			asked;
	u32			asked_at;
	u32			kept;
};

static struct ike_sa *of_base(struct nf_vpn_control *base)
{
	return container_of(base, struct ike_sa, base);
}

/**
 * ike_key - what an IKE SA is found by: its gateway's messages as they come in
 * @ike: a message of it
 * @key: set, but for addresses, zone and family
 */
void ike_key(const struct ike_wire *ike, struct nf_vpn_key *key)
{
	memcpy(&key->id, ike->initiator, sizeof(key->id));
	memcpy(&key->more, ike->initiator + sizeof(key->id),
	       sizeof(key->more));
	key->l4proto = IPPROTO_UDP;
	key->port = 0;
	key->space = 0;
	key->unused = 0;
}

static struct ike_sa *sa_get(const struct ike_wire *ike,
			     const struct nf_conn *ct,
			     enum ip_conntrack_dir dir)
{
	const struct nf_conntrack_tuple *reply;
	struct nf_vpn_control *base;
	struct nf_vpn_key key;

	reply = nf_ct_tuple(ct, IP_CT_DIR_REPLY);
	key.src = reply->src.u3;
	key.dst = reply->dst.u3;
	key.zone = nf_ct_zone_id(nf_ct_zone(ct), IP_CT_DIR_REPLY);
	key.l3num = nf_ct_l3num(ct);
	ike_key(ike, &key);
	base = nf_vpn_control_lookup(nf_ct_net(ct), &key);
	/* Who answers that it knows no such IKE SA has none, either. */
	if (dir == IP_CT_DIR_ORIGINAL && (base || ike_wire_knows_sa(ike)))
		base = nf_vpn_control_get(&esp_proto, ct, &key);
	return IS_ERR_OR_NULL(base) ? NULL : of_base(base);
}

/* A flow table would take packets past the hook that reads them.  It takes
 * none of connections that may have a helper.
 */
static void keep_from_flowtable(struct nf_conn *ct)
{
	if (!nf_ct_is_confirmed(ct) && !nfct_help(ct))
		nf_ct_helper_ext_add(ct, GFP_ATOMIC);
}

static enum ike_news track(struct ike_sa *sa, const struct ike_wire *ike,
			   enum ip_conntrack_dir dir)
{
	enum ike_news news;
	bool trust;

	spin_lock_bh(&sa->lock);
	/* An IKE SA that was there before this module, or follows another one,
	 * may be seen first as its client answers.
	 */
	trust = dir == IP_CT_DIR_ORIGINAL && !sa->base.standing;
	news = ike_wire_track(&sa->track, ike, dir, trust);
	if (!ike_wire_begins(ike))
		WRITE_ONCE(sa->base.standing, true);
	spin_unlock_bh(&sa->lock);
	return news;
}

/* How long does the gateway take?  Only the client's requests tell, for the
 * router does not know when the gateway has sent its own.
 */
static void measure(struct ike_sa *sa, const struct ike_wire *ike,
		    const struct nf_conn *ct, enum ip_conntrack_dir dir)
{
	u32 since = READ_ONCE(sa->asked_at);

	if (ike->version == 1)
		return;
	if (dir == IP_CT_DIR_ORIGINAL && !ike_wire_answers(ike)) {
		if (since && READ_ONCE(sa->asked) == ike->id)
			return;
		WRITE_ONCE(sa->asked, ike->id);
		/* Not zero: that stands for "answered". */
		WRITE_ONCE(sa->asked_at, (u32)jiffies | 1);
	} else if (dir == IP_CT_DIR_REPLY && ike_wire_answers(ike) && since &&
		   READ_ONCE(sa->asked) == ike->id) {
		WRITE_ONCE(sa->asked_at, 0);
		nf_vpn_exchange_rtt(ct, NF_VPN_IPSEC, IPPROTO_ESP,
				    (u32)jiffies - since);
	}
}

static void tell(struct net *net, const struct nf_conn *ct, enum ike_news news)
{
	switch (news) {
	case IKE_NOTHING:
		break;
	case IKE_ANNOUNCED:
	case IKE_REPEATED:
		nf_vpn_expect(ct, NF_VPN_IPSEC, IPPROTO_ESP,
			      news == IKE_ANNOUNCED);
		break;
	case IKE_REFUSED:
		nf_vpn_exchange_refused(ct, NF_VPN_IPSEC, IPPROTO_ESP);
		break;
	case IKE_UNASKED:
		nf_vpn_count(net, NF_VPN_IPSEC, NF_VPN_CNT_UNASKED);
		break;
	}
}

/**
 * ike_message - an IKE message passes
 * @net: network namespace
 * @ike: the message
 * @ct: its conntrack entry, source-translated
 * @dir: its direction
 * @port: set to the UDP source port that it must leave from, or 0 if its own is
 *	right
 *
 * Context: POST_ROUTING, behind NAT and the filter; RCU read side.
 * Return: 0; -EAGAIN if the message must be dropped, and will be repeated.
 */
int ike_message(struct net *net, const struct ike_wire *ike, struct nf_conn *ct,
		enum ip_conntrack_dir dir, __be16 *port)
{
	struct ike_sa *sa = sa_get(ike, ct, dir);

	*port = 0;
	keep_from_flowtable(ct);
	if (!sa)
		return 0;
	nf_vpn_touch(&sa->base.last);
	if (ike_wire_asks(&sa->track, ike) &&
	    nf_vpn_exchange_turn(ct, NF_VPN_IPSEC, IPPROTO_ESP))
		return -EAGAIN;
	/* An IKE SA that nobody has seen begin follows another one. */
	if (ike_wire_begins(ike))
		WRITE_ONCE(sa->begun, true);
	else if (!READ_ONCE(sa->base.standing) && !READ_ONCE(sa->begun))
		nf_vpn_exchange_renewed(ct, NF_VPN_IPSEC, IPPROTO_ESP);
	measure(sa, ike, ct, dir);
	tell(net, ct, track(sa, ike, dir));
	if (dir == IP_CT_DIR_REPLY || !sa->base.wire_port)
		return 0;
	*port = sa->base.wire_port;
	return 0;
}

static void sa_init(struct nf_vpn_control *base, const struct nf_conn *ct)
{
	const struct nf_conntrack_tuple *orig, *reply;
	struct ike_sa *sa = of_base(base);

	spin_lock_init(&sa->lock);
	sa->kept = (u32)jiffies;
	orig = nf_ct_tuple(ct, IP_CT_DIR_ORIGINAL);
	reply = nf_ct_tuple(ct, IP_CT_DIR_REPLY);
	if (nf_vpn_preserves_port(nf_ct_net(ct), NF_VPN_IPSEC) &&
	    orig->src.u.udp.port == htons(IKE_PORT) &&
	    !nf_inet_addr_cmp(&orig->src.u3, &reply->dst.u3))
		base->wire_port = htons(IKE_PORT);
}

/* A tunnel may be silent for as long as its IKE SA is not, and the other way
 * round.
 */
static void sa_review(struct nf_vpn_control *base, struct nf_conn *ct)
{
	struct ike_sa *sa = of_base(base);

	if ((u32)jiffies - sa->kept < KEEP_INTERVAL)
		return;
	sa->kept = (u32)jiffies;
	nf_vpn_exchange_keep(base, ct, IPPROTO_ESP,
			     nf_vpn_idle(&sa->base.last));
}

const struct nf_vpn_session_ops ike_sessions = {
	.control_size	= sizeof(struct ike_sa),
	.control_init	= sa_init,
	.review		= sa_review,
};
