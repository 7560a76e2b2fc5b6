/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files about IKE offer one another. */
#ifndef _MODEL_IKE_H
#define _MODEL_IKE_H

#include "model.h"

enum purpose { INIT, AUTH, CHILD, IKE_SA, DELETE, DPD };

/**
 * struct exchange - an IKE exchange
 * @list: link in the list of all exchanges
 * @t: its tunnel
 * @kind: what it is about
 * @side: who began it
 * @round: of IKEv1's Main Mode: number of the round trip
 * @nr: message number
 * @life: both sides' lives when it began
 * @cookie: cookies of its IKE SA
 * @by_gateway: the gateway has initiated the IKE SA
 * @tries: how often the request was sent
 * @len: lengths of its messages
 * @sa: the CHILD SA that it negotiates or deletes, or NULL
 * @old: the SA that @sa replaces, or NULL
 * @seen: the request has arrived
 * @done: the response has arrived
 * @third: the third message of IKEv1's Quick Mode has arrived
 * @refused: it brings no SA
 */
struct exchange {
	struct list_head list;
	struct tunnel	*t;
	enum purpose	kind;
	enum end	side;
	unsigned int	round;
	u32		nr;
	u32		life[2];
	u64		cookie[2];
	bool		by_gateway;
	unsigned int	tries;
	u16		len[3];
	struct sa	*sa;
	struct sa	*old;
	bool		seen;
	bool		done;
	bool		third;
	bool		refused;
};

/* ike_message.c */
bool exchange_is_main_mode(const struct exchange *x);
void exchange_set_lengths(struct exchange *x);
void exchange_message(struct exchange *x, unsigned int step);

#endif /* _MODEL_IKE_H */
