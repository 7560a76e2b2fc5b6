/* SPDX-License-Identifier: GPL-2.0-only */
/* L2TPv2 (RFC 2661) and L2TPv3 (RFC 3931) messages: bytes to values. */
#ifndef _L2TP_WIRE_H
#define _L2TP_WIRE_H

#include <linux/types.h>

#define L2TP_HEAD_MIN		4	/* shortest that says anything */
#define L2TP_HEAD_MAX		16	/* longest that is looked at */
#define L2TP_COOKIE_MAX		8
#define L2TP_NONCE_MAX		32	/* longer ones are not kept */
#define L2TP_DIGEST_MAX		20

/* Message types, RFC 2661, 3.2, and RFC 3931, 3.1 */
enum l2tp_type {
	L2TP_ZLB	= 0,	/* no message: acknowledgment only */
	L2TP_SCCRQ	= 1,
	L2TP_SCCRP	= 2,
	L2TP_SCCCN	= 3,
	L2TP_STOPCCN	= 4,
	L2TP_HELLO	= 6,
	L2TP_OCRQ	= 7,
	L2TP_OCRP	= 8,
	L2TP_OCCN	= 9,
	L2TP_ICRQ	= 10,
	L2TP_ICRP	= 11,
	L2TP_ICCN	= 12,
	L2TP_CDN	= 14,
	L2TP_WEN	= 15,
	L2TP_SLI	= 16,
	L2TP_ACK	= 20,	/* explicit acknowledgment, RFC 3931 */
};

/* Attribute types, RFC 2661, 4.4, and RFC 3931, 5.4, that are looked at */
enum l2tp_avp_type {
	L2TP_AVP_TYPE		= 0,	/* Message Type */
	L2TP_AVP_RESULT		= 1,	/* Result Code */
	L2TP_AVP_TUNNEL_ID	= 9,
	L2TP_AVP_CALL_ID	= 14,	/* a Session ID of version 2 */
	L2TP_AVP_V2_LAST	= 39,	/* of RFC 2661 */
	L2TP_AVP_V3_FIRST	= 58,	/* of RFC 3931 */
	L2TP_AVP_DIGEST		= 59,
	L2TP_AVP_CCID		= 61,
	L2TP_AVP_LOCAL_ID	= 63,
	L2TP_AVP_REMOTE_ID	= 64,
	L2TP_AVP_COOKIE		= 65,
	L2TP_AVP_STATUS		= 71,	/* Circuit Status */
	L2TP_AVP_NONCE		= 73,
	L2TP_AVP_V3_LAST	= 75,	/* of RFC 3931 */
};

#define L2TP_AVP_HEADER_LEN	6	/* flags, length, vendor and type */
#define L2TP_AVP_MANDATORY	0x8000	/* of the flags */

/* Result Code of a CDN, RFC 3931, 5.4.2: a temporary lack of facilities */
#define L2TP_RESULT_LACK	4

/* Digest types of a Message Digest AVP, RFC 3931, 5.4.1 */
enum l2tp_digest {
	L2TP_DIGEST_MD5		= 0,
	L2TP_DIGEST_SHA1	= 1,
};

/**
 * struct l2tp_head - what an L2TP packet begins with
 * @version: 2 or 3
 * @control: a control message; else data
 * @tunnel: Tunnel ID (version 2) or Control Connection ID (version 3, control
 *	messages only), host byte order
 * @session: Session ID, 0 in a control message of version 3, host byte order
 * @id_off: where the first id is, in bytes from the start of the packet: that
 *	of @tunnel, or of @session in data of version 3
 * @avps: where the AVPs of a control message begin, likewise; 0 in data
 * @end: where the message ends, likewise; 0 in data of version 3 and where no
 *	length is given
 * @payload: where the cookie or the payload of data of version 3 begins,
 *	likewise; 0 in all else
 *
 * "Start of the packet" is what follows the UDP or the IP header.
 */
struct l2tp_head {
	u8	version;
	bool	control;
	u32	tunnel;
	u32	session;
	u16	id_off;
	u16	avps;
	u16	end;
	u16	payload;
};

/**
 * struct l2tp_avp - an attribute-value pair
 * @mandatory: M bit
 * @hidden: H bit: @value is encrypted
 * @vendor: vendor ID, 0 for IETF
 * @type: attribute type
 * @off: where the value is, in bytes from the start of the packet
 * @len: length of the value in bytes
 */
struct l2tp_avp {
	bool	mandatory;
	bool	hidden;
	u16	vendor;
	u16	type;
	u16	off;
	u16	len;
};

/**
 * struct l2tp_id - an id in an AVP
 * @value: the id, host byte order
 * @off: where it is, in bytes from the start of the packet; 0 if absent
 */
struct l2tp_id {
	u32	value;
	u16	off;
};

/**
 * struct l2tp_msg - what a control message says
 * @type: an enum l2tp_type, or another number
 * @tunnel: Assigned Tunnel ID, AVP 9, 2 bytes
 * @ccid: Assigned Control Connection ID, AVP 61, 4 bytes
 * @call: Assigned Session ID, AVP 14, 2 bytes
 * @local: Local Session ID, AVP 63, 4 bytes
 * @remote: Remote Session ID, AVP 64, 4 bytes
 * @status: where the value of the Circuit Status is, AVP 71, 2 bytes, in bytes
 *	from the start of the packet; 0 if absent, hidden, or of another length
 * @hidden: one of these ids is hidden; it is as if absent
 * @unknown: there is a mandatory AVP of a kind that neither RFC 2661 nor
 *	RFC 3931 defines, or of a vendor, or with reserved bits
 * @digest: where the Message Digest itself is (AVP 59, behind its type byte),
 *	in bytes from the start of the packet; 0 if absent
 * @digest_type: an enum l2tp_digest, or another number
 * @digest_len: length of the digest in bytes, 16 or 20; 0 where @digest_type is
 *	another number
 * @nonce: where the nonce is (AVP 73); 0 if absent or hidden
 * @nonce_len: its length in bytes, any
 * @has_cookie: there is an Assigned Cookie, AVP 65, that is not hidden
 * @cookie_len: its length in bytes: 0, 4 or 8
 * @cookie: the cookie
 */
struct l2tp_msg {
	u16		type;
	struct l2tp_id	tunnel;
	struct l2tp_id	ccid;
	struct l2tp_id	call;
	struct l2tp_id	local;
	struct l2tp_id	remote;
	u16		status;
	bool		hidden;
	bool		unknown;
	u16		digest;
	u8		digest_type;
	u8		digest_len;
	u16		nonce;
	u16		nonce_len;
	bool		has_cookie;
	u8		cookie_len;
	u8		cookie[L2TP_COOKIE_MAX];
};

int l2tp_udp_parse(const u8 *data, size_t have, size_t len,
		   struct l2tp_head *head);
int l2tp_ip_parse(const u8 *data, size_t have, size_t len,
		  struct l2tp_head *head);
int l2tp_avp_next(const u8 *data, size_t end, size_t *pos,
		  struct l2tp_avp *avp);
int l2tp_msg_parse(const u8 *data, const struct l2tp_head *head,
		   struct l2tp_msg *msg);

#endif /* _L2TP_WIRE_H */
