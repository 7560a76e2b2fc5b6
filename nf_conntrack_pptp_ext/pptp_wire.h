/* SPDX-License-Identifier: GPL-2.0-only */
/* PPTP messages and enhanced GRE (RFC 2637): bytes to values. */
#ifndef _PPTP_WIRE_H
#define _PPTP_WIRE_H

#include <linux/types.h>

#define PPTP_GRE_LEN		8	/* flags to Call ID */
#define PPTP_HEADER_LEN		12	/* what all messages begin with */
#define PPTP_IDS_LEN		4	/* a Call ID, and often another one */
#define PPTP_IDS_END		(PPTP_HEADER_LEN + PPTP_IDS_LEN)
#define PPTP_HEAD_LEN		18	/* all of a message that is looked at */
#define PPTP_MESSAGE_MAX	512	/* twice the longest of RFC 2637 */

/* PPTP message types, RFC 2637, 1.4 */
#define PPTP_CONTROL		1
#define PPTP_MANAGEMENT		2

/* Control message types, RFC 2637, 1.3 */
enum pptp_type {
	PPTP_START_REQUEST	= 1,
	PPTP_START_REPLY	= 2,
	PPTP_STOP_REQUEST	= 3,
	PPTP_STOP_REPLY		= 4,
	PPTP_ECHO_REQUEST	= 5,
	PPTP_ECHO_REPLY		= 6,
	PPTP_OUT_CALL_REQUEST	= 7,
	PPTP_OUT_CALL_REPLY	= 8,
	PPTP_IN_CALL_REQUEST	= 9,
	PPTP_IN_CALL_REPLY	= 10,
	PPTP_IN_CALL_CONNECTED	= 11,
	PPTP_CALL_CLEAR		= 12,
	PPTP_CALL_DISCONNECT	= 13,
	PPTP_WAN_ERROR		= 14,
	PPTP_SET_LINK_INFO	= 15,
};

/* Of both kinds of Call Reply, RFC 2637, 2.8, 2.10 and 2.16 */
#define PPTP_RESULT_OK		1
#define PPTP_RESULT_ERROR	2	/* the error code says more */
#define PPTP_ERROR_RESOURCE	4	/* not enough for it now */

/**
 * struct pptp_gre - the part of an enhanced GRE header that matters to NAT
 * @call_id: the receiver's Call ID, host byte order
 * @payload_len: length of what follows the header in bytes
 */
struct pptp_gre {
	u16	call_id;
	u16	payload_len;
};

/**
 * struct pptp_head - what the head of a control message says
 * @type: an enum pptp_type, or another number; 0 for a management message
 * @len: length of the whole message in bytes
 * @has_own: @own is the Call ID that the sender chose
 * @has_peer: @peer is the Call ID that the receiver chose
 * @own: at byte 12, host byte order
 * @peer: at byte 12 or, behind @own, at byte 14; host byte order
 * @peer_off: where @peer is, counted from the start of the message, or 0
 * @result: result code of a Call Reply, 0 in all other messages
 */
struct pptp_head {
	u16	type;
	u16	len;
	bool	has_own;
	bool	has_peer;
	u16	own;
	u16	peer;
	u8	peer_off;
	u8	result;
};

int pptp_gre_parse(const u8 *data, size_t len, struct pptp_gre *gre);
int pptp_length_parse(const u8 *data, size_t len);
bool pptp_has_ids(u16 type);
bool pptp_header_has_ids(const u8 *header);
int pptp_head_parse(const u8 *data, size_t len, struct pptp_head *head);

#endif /* _PPTP_WIRE_H */
