// SPDX-License-Identifier: GPL-2.0-only
/*
 * Inbound: which client does an unknown id belong to?
 *
 * ESP negotiates its SPIs under encryption, so nobody on the way can read the
 * answer.  It is found by asking one at a time: of all flows between one
 * public address and one server, only the holder of the pair's token may send
 * with an id that nobody has answered yet (token.c), and an unknown inbound id
 * that arrives meanwhile is its own.  Unless a key exchange has shown who expects
 * one (expect.c), or the owner wants another policy.
 */
#include "idmap.h"

#define BIND_INTERVAL		(HZ / 4)
#define NOT_FRESH		1024	/* sequence number of no new tunnel */
#define WAIT_TRIES		64
#define FRESH_TRIES		2	/* turns in which that counts */

static bool has_credit(const struct nf_vpn_pair *pair)
{
	return READ_ONCE(pair->credit) ||
	       time_after_eq(jiffies,
			     READ_ONCE(pair->credit_at) + BIND_INTERVAL);
}

static struct nf_vpn_pair *pair_of(struct nf_vpn_net *vn,
				   const struct nf_vpn_pkt *pkt)
{
	struct nf_vpn_key key = pkt->key;

	key.id = 0;
	key.space = 0;
	return nf_vpn_pair_find(vn, &key);
}

/* Tunnels set up by hand often have the same id both ways: is there a flow that
 * asks with the one that came in?
 */
static struct nf_vpn_flow *same_id(struct nf_vpn_net *vn,
				   const struct nf_vpn_pkt *pkt)
{
	struct nf_vpn_key key = pkt->key;
	struct nf_vpn_id *id;

	if (!pkt->symmetric)
		return NULL;
	swap(key.src, key.dst);
	id = nf_vpn_id_find(vn, &key);
	if (!id || id->dir != NF_VPN_DIR_OUT || id->flow->session ||
	    !READ_ONCE(id->flow->waiting))
		return NULL;
	return id->flow;
}

static bool is_strict(const struct nf_vpn_net *vn,
		      const struct nf_vpn_pair *pair,
		      const struct nf_vpn_pkt *pkt)
{
	return READ_ONCE(vn->policy[pkt->proto]) == NF_VPN_POLICY_STRICT &&
	       READ_ONCE(pair->nwaiting);
}

/**
 * nf_vpn_wanted - could an unknown inbound id belong to one of our flows?
 * @pkt: the packet; key.src is the server, key.dst the public address
 * @unasked: even though none of them asks
 *
 * Cheap, and without a lock: this is all that a flood of made-up ids costs.
 *
 * Context: RCU read side.
 * Return: false if nf_vpn_learn() or nf_vpn_learn_unasked() need not be asked.
 */
bool nf_vpn_wanted(const struct nf_vpn_pkt *pkt, bool unasked)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(pkt->net);
	struct nf_vpn_pair *pair = pair_of(vn, pkt);

	if (!pair)
		return false;
	if (!unasked)
		return nf_vpn_token_holder(pair) ||
		       READ_ONCE(pair->nwaiting) > 1 ||
		       READ_ONCE(pair->nqueued) || is_strict(vn, pair, pkt) ||
		       same_id(vn, pkt);
	if (READ_ONCE(pair->nflows) != 1)
		return false;
	if (has_credit(pair))
		return true;
	nf_vpn_inc(vn, pkt->proto, NF_VPN_CNT_BIND_RATE);
	return false;
}
EXPORT_SYMBOL_GPL(nf_vpn_wanted);

static bool spend_credit(struct nf_vpn_pair *pair)
{
	unsigned long earned = (jiffies - pair->credit_at) / BIND_INTERVAL;

	if (earned) {
		WRITE_ONCE(pair->credit_at,
			   pair->credit_at + earned * BIND_INTERVAL);
		WRITE_ONCE(pair->credit,
			   min_t(unsigned long, NF_VPN_BIND_BURST,
				 pair->credit + earned));
	}
	if (!pair->credit)
		return false;
	WRITE_ONCE(pair->credit, pair->credit - 1);
	return true;
}

/* A fresh id is for somebody who expects one: who is answered just now; else who
 * has the turn for an exchange; else who has asked for longest.
 */
static struct nf_vpn_flow *pick_expecting(struct nf_vpn_net *vn,
					  struct nf_vpn_pair *pair)
{
	struct nf_vpn_flow *holder = nf_vpn_exchange_holder(vn, pair), *flow;

	if (holder && !nf_vpn_expect_lacks(holder))
		holder = NULL;
	flow = nf_vpn_said_explain(vn, pair, true);
	if (flow)
		return flow;
	if (holder && nf_vpn_said_fits(holder))
		return holder;
	flow = nf_vpn_said_explain(vn, pair, false);
	if (flow)
		return flow;
	if (holder)
		return holder;
	return nf_vpn_expect_asked(vn, pair);
}

/* Whoever expects something and has not sent anything comes last. */
static struct nf_vpn_flow *pick_asking(struct nf_vpn_net *vn,
				       struct nf_vpn_pair *pair, bool fresh)
{
	struct nf_vpn_flow *flow = NULL;

	if (fresh)
		flow = pick_expecting(vn, pair);
	if (!flow)
		flow = nf_vpn_token_holder(pair);
	if (!flow && fresh)
		flow = nf_vpn_expect_silent(pair);
	if (!flow && fresh)
		flow = nf_vpn_expect_over(vn, pair);
	return flow ?: ERR_PTR(pair->nwaiting > 1 ? -EAGAIN : -ENOENT);
}

/* Nobody, if it may be several clients'. */
static struct nf_vpn_flow *pick_certain(struct nf_vpn_pair *pair)
{
	struct nf_vpn_flow *flow;

	if (pair->nflows != 1)
		return ERR_PTR(-EPERM);
	flow = list_first_entry(&pair->flows, struct nf_vpn_flow, pair_list);
	return flow->waiting ? flow : ERR_PTR(-ENOENT);
}

static bool is_fresh(const struct nf_vpn_pkt *pkt)
{
	return pkt->seq && pkt->seq <= NF_VPN_FRESH;
}

/* Whose is it?  Who asks; if nobody does, the only flow's. */
static struct nf_vpn_flow *pick(struct nf_vpn_net *vn, struct nf_vpn_pair *pair,
				const struct nf_vpn_pkt *pkt, bool unasked)
{
	struct nf_vpn_flow *flow;

	if (!unasked) {
		switch (READ_ONCE(vn->policy[pkt->proto])) {
		case NF_VPN_POLICY_STRICT:
			return pick_certain(pair);
		case NF_VPN_POLICY_FIFO:
			flow = nf_vpn_expect_asked(vn, pair);
			return flow ?: pick_asking(vn, pair, false);
		default:
			return pick_asking(vn, pair, is_fresh(pkt));
		}
	}
	if (pair->nflows != 1)
		return ERR_PTR(-ENOENT);
	flow = list_first_entry(&pair->flows, struct nf_vpn_flow, pair_list);
	if (flow->served)
		return ERR_PTR(-ENOENT);
	return spend_credit(pair) ? flow : ERR_PTR(-EBUSY);
}

static int bind(struct nf_vpn_net *vn, struct nf_vpn_flow *flow,
		const struct nf_vpn_key *key, bool same, bool fresh)
{
	bool asked = same || flow->asked || flow->expects ||
		     nf_vpn_token_holder(flow->pair) == flow;
	struct nf_vpn_id *id;
	int err;

	err = nf_vpn_id_add(vn, flow, key, NF_VPN_DIR_IN,
			    NF_VPN_STATE_PROVISIONAL,
			    asked ? NF_VPN_ID_ASKED : 0);
	if (err)
		return err;
	id = nf_vpn_id_find(vn, key);
	if (!same)
		nf_vpn_contest_begin(vn, id, fresh);
	if (nf_vpn_token_holder(flow->pair) == flow ||
	    (nf_vpn_exchange_holder(vn, flow->pair) == flow && flow->asked))
		nf_vpn_said_first(flow);
	WRITE_ONCE(flow->spoke, false);
	if (!id->contest)
		nf_vpn_support_bound(vn, id);
	nf_vpn_expect_met(flow);
	nf_vpn_token_settle(vn, flow);
	return 0;
}

/* Whom a refusal names, of several that may be meant. */
static const struct nf_vpn_flow *who_waits(const struct nf_vpn_pair *pair)
{
	const struct nf_vpn_flow *flow;
	unsigned int tries = 0;

	list_for_each_entry(flow, &pair->flows, pair_list)
		if (flow->waiting || ++tries == WAIT_TRIES)
			return flow;
	return list_first_entry(&pair->flows, struct nf_vpn_flow, pair_list);
}

/* A tunnel that has just begun is not answered with one that has been going on
 * for long: that is another client's, still unknown.
 */
static int find_and_bind(struct nf_vpn_net *vn, const struct nf_vpn_pkt *pkt,
			 bool unasked, struct nf_vpn_key *client)
{
	struct nf_vpn_flow *flow = same_id(vn, pkt);
	struct nf_vpn_pair *pair;

	if (flow) {
		*client = flow->node.key;
		return bind(vn, flow, &pkt->key, true, false);
	}
	pair = pair_of(vn, pkt);
	if (!pair)
		return -ENOENT;
	flow = pick(vn, pair, pkt, unasked);
	if (IS_ERR(flow)) {
		*client = who_waits(pair)->node.key;
		return PTR_ERR(flow);
	}
	if (flow->fresh && pkt->seq > NOT_FRESH && pair->nflows > 1 &&
	    flow->tries <= FRESH_TRIES)
		return -EAGAIN;
	*client = flow->node.key;
	return bind(vn, flow, &pkt->key, false, is_fresh(pkt));
}

static int learn(struct nf_vpn_pkt *pkt, bool unasked)
{
	struct nf_vpn_net *vn = nf_vpn_pernet(pkt->net);
	enum nf_vpn_counter why = NF_VPN_CNT_TABLE_FULL;
	struct nf_vpn_key client = pkt->key;
	int err;

	spin_lock_bh(&vn->lock);
	err = find_and_bind(vn, pkt, unasked, &client);
	spin_unlock_bh(&vn->lock);
	switch (err) {
	case 0:
		return 0;
	case -EEXIST:	/* another CPU was faster */
		return unasked ? err : 0;
	case -EAGAIN:
		nf_vpn_inc(vn, pkt->proto, NF_VPN_CNT_AMBIGUOUS);
		return err;
	case -EPERM:
		why = NF_VPN_CNT_UNCERTAIN;
		err = -EAGAIN;
		break;
	case -ENOENT:
		return err;
	case -EBUSY:
		why = NF_VPN_CNT_BIND_RATE;
		break;
	case -EDQUOT:
		why = NF_VPN_CNT_TUNNEL_QUOTA;
		break;
	case -ENOMEM:
		why = NF_VPN_CNT_NO_MEMORY;
		break;
	}
	nf_vpn_refuse(vn, why, pkt->proto, &client, &pkt->key, NF_VPN_DIR_IN,
		      NULL);
	return err;
}

/**
 * nf_vpn_learn - find the owner of an unknown inbound id, and bind it
 * @pkt: the packet; key.src is the server, key.dst the public address
 *
 * Context: PRE_ROUTING, before conntrack; RCU read side.
 * Return: 0 if it was bound and the packet is attached now; -EAGAIN if several
 * clients may own it, and the packet should be dropped; -ENOENT if it is not
 * for one of our flows; -EDQUOT, -ENOSPC or -ENOMEM if it was refused, which is
 * counted; -ESTALE if the owner's conntrack entry is gone.
 */
int nf_vpn_learn(struct nf_vpn_pkt *pkt)
{
	int err = learn(pkt, false);

	return err ?: nf_vpn_in(pkt);
}
EXPORT_SYMBOL_GPL(nf_vpn_learn);

/**
 * nf_vpn_learn_unasked - bind an inbound id that no flow has asked for
 * @pkt: the packet; key.src is the server, key.dst the public address
 *
 * A server that re-keys may speak first.  If the pair has one flow only, it
 * can be for nobody else; but that is known only after the owner's rules had
 * their say: the packet has to be received again.
 *
 * Context: LOCAL_IN; RCU read side.
 * Return: 0 if it was bound; -EEXIST if it is bound already; -ENOENT if it is
 * not for one of our flows; -EBUSY, -EDQUOT, -ENOSPC or -ENOMEM if it was
 * refused, which is counted.
 */
int nf_vpn_learn_unasked(struct nf_vpn_pkt *pkt)
{
	return learn(pkt, true);
}
EXPORT_SYMBOL_GPL(nf_vpn_learn_unasked);
