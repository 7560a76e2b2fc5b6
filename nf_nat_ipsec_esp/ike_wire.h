/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _IKE_WIRE_H
#define _IKE_WIRE_H

#include <linux/types.h>

#define IKE_WIRE_LEN		28	/* the header, of either version */
#define IKE_COOKIE_LEN		8

/* Next payload */
#define IKE_V1_NOTIFY		11	/* RFC 2408, 3.1 */
#define IKE_V2_NOTIFY		41	/* RFC 7296, 3.2 */

/* Exchange type, RFC 2408, 3.1, RFC 2409, and RFC 7296, 3.1 */
enum ike_exchange {
	IKE_V1_MAIN		= 2,
	IKE_V1_AGGRESSIVE	= 4,
	IKE_V1_INFORMATIONAL	= 5,
	IKE_V1_QUICK		= 32,
	IKE_V2_SA_INIT		= 34,
	IKE_V2_AUTH		= 35,
	IKE_V2_CREATE_CHILD	= 36,
	IKE_V2_INFORMATIONAL	= 37,
	IKE_V2_FOLLOWUP_KE	= 44,	/* RFC 9370 */
};

#define IKE_V2_FLAG_RESPONSE	0x20

/**
 * struct ike_wire - the header of an IKE message, which is in clear
 * @initiator: cookie (version 1) or SPI (version 2) of who began the IKE SA
 * @responder: that of the other side; zero in the first message
 * @next: type of the first payload
 * @version: major version, 1 or 2
 * @exchange: an &enum ike_exchange, or another
 * @flags: as on the wire
 * @id: Message ID
 * @len: length of the message in bytes, header included
 */
struct ike_wire {
	u8	initiator[IKE_COOKIE_LEN];
	u8	responder[IKE_COOKIE_LEN];
	u8	next;
	u8	version;
	u8	exchange;
	u8	flags;
	u32	id;
	u32	len;
};

/**
 * enum ike_news - what a message tells about the tunnels of its IKE SA
 * @IKE_NOTHING: nothing
 * @IKE_ANNOUNCED: a tunnel was negotiated: each side will send with a new SPI
 * @IKE_REPEATED: the same one goes on being negotiated
 * @IKE_REFUSED: what was asked for comes to nothing
 * @IKE_UNASKED: it answers what nobody asked
 */
enum ike_news {
	IKE_NOTHING,
	IKE_ANNOUNCED,
	IKE_REPEATED,
	IKE_REFUSED,
	IKE_UNASKED,
};

/**
 * struct ike_track - exchanges of an IKE SA, as far as they can be followed
 * @asked: per direction, Message ID of the last request
 * @told: per direction, Message ID of the last answer that announced something
 * @has_asked: per direction, whether @asked is set
 * @has_told: per direction, whether @told is set
 * @keyed: the tunnel that comes with the IKE SA itself was announced
 * @quick: Message ID of the last Quick Mode that was begun
 * @quick_by: direction of its first message, plus 1; 0 once it was answered
 */
struct ike_track {
	u32	asked[2];
	u32	told[2];
	bool	has_asked[2];
	bool	has_told[2];
	bool	keyed;
	u32	quick;
	u8	quick_by;
};

int ike_wire_parse(const u8 *data, size_t len, size_t total,
		   struct ike_wire *ike);
bool ike_wire_begins(const struct ike_wire *ike);
bool ike_wire_asks(const struct ike_track *track, const struct ike_wire *ike);
bool ike_wire_answers(const struct ike_wire *ike);
bool ike_wire_knows_sa(const struct ike_wire *ike);
enum ike_news ike_wire_track(struct ike_track *track,
			     const struct ike_wire *ike, unsigned int dir,
			     bool trust);

#endif /* _IKE_WIRE_H */
