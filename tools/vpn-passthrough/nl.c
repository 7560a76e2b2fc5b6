// SPDX-License-Identifier: GPL-2.0-only
/* Requests to the generic netlink family of the kernel modules. */

#include <errno.h>
#include <linux/genetlink.h>
#include <string.h>

#include "netns.h"
#include "nl.h"
#include "out.h"
#include "reply.h"
#include "status.h"
#include "version.h"

/* How often a dump is repeated that was interrupted by changes. */
#define DUMP_TRIES	4

static const char not_loaded[] =
	"the kernel module nf_vpn_passthrough is not loaded (modprobe nf_nat_ipsec_esp)";
static const char changed[] =
	"changed while it was read: some entries may be missing or twice";

static struct nlmsghdr *put_header(struct nl *nl, uint16_t type,
				   uint16_t flags, uint8_t cmd)
{
	struct nlmsghdr *req = mnl_nlmsg_put_header(&nl->request);
	struct genlmsghdr *genl;

	req->nlmsg_type = type;
	req->nlmsg_flags = NLM_F_REQUEST | flags;
	genl = mnl_nlmsg_put_extra_header(req, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = NF_VPN_GENL_VERSION;
	return req;
}

/* Sends the request and collects the answer. */
static int exchange_once(struct nl *nl, struct reply *reply)
{
	struct nlmsghdr *req = &nl->request.header;

	req->nlmsg_seq = ++nl->seq;
	memset(reply, 0, sizeof(*reply));
	if (mnl_socket_sendto(nl->sock, req, req->nlmsg_len) < 0)
		return -errno;
	return reply_receive(reply, nl->sock, nl->seq);
}

static int exchange(struct nl *nl, struct reply *reply)
{
	int try, ret;

	for (try = 1; ; try++) {
		ret = exchange_once(nl, reply);
		if (ret || !reply->interrupted || reply->error)
			break;
		if (try == DUMP_TRIES) {
			complain("%s", changed);
			break;
		}
		reply_free(reply);
	}
	if (ret)
		complain("netlink: %s", strerror(-ret));
	return ret ? -1 : 0;
}

/* One attribute of one multicast group. */
static int group_attr(const struct nlattr *attr, void *data)
{
	unsigned int type = mnl_attr_get_type(attr);
	const struct nlattr **tb = data;

	if (type == CTRL_ATTR_MCAST_GRP_NAME &&
	    mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) < 0)
		return MNL_CB_ERROR;
	if (type == CTRL_ATTR_MCAST_GRP_ID &&
	    mnl_attr_validate(attr, MNL_TYPE_U32) < 0)
		return MNL_CB_ERROR;
	if (type <= CTRL_ATTR_MCAST_GRP_MAX)
		tb[type] = attr;
	return MNL_CB_OK;
}

/* One multicast group. */
static int group(const struct nlattr *nest, void *data)
{
	const struct nlattr *tb[CTRL_ATTR_MCAST_GRP_MAX + 1] = { NULL };
	const struct nlattr *name, *id;
	struct nl *nl = data;

	if (mnl_attr_validate(nest, MNL_TYPE_NESTED) < 0 ||
	    mnl_attr_parse_nested(nest, group_attr, tb) < 0)
		return MNL_CB_ERROR;
	name = tb[CTRL_ATTR_MCAST_GRP_NAME];
	id = tb[CTRL_ATTR_MCAST_GRP_ID];
	if (name && id && !strcmp(mnl_attr_get_str(name),
				  VPN_PASSTHROUGH_MCGRP_EVENTS))
		nl->events = mnl_attr_get_u32(id);
	return MNL_CB_OK;
}

/* One attribute of the family. */
static int family_attr(const struct nlattr *attr, void *data)
{
	struct nl *nl = data;

	switch (mnl_attr_get_type(attr)) {
	case CTRL_ATTR_FAMILY_ID:
		if (mnl_attr_validate(attr, MNL_TYPE_U16) < 0)
			return MNL_CB_ERROR;
		nl->family = mnl_attr_get_u16(attr);
		break;
	case CTRL_ATTR_VERSION:
		if (mnl_attr_validate(attr, MNL_TYPE_U32) < 0)
			return MNL_CB_ERROR;
		nl->version = mnl_attr_get_u32(attr);
		break;
	case CTRL_ATTR_MCAST_GROUPS:
		if (mnl_attr_validate(attr, MNL_TYPE_NESTED) < 0)
			return MNL_CB_ERROR;
		return mnl_attr_parse_nested(attr, group, nl);
	}
	return MNL_CB_OK;
}

static int take_family(struct nl *nl, const struct reply *reply)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)reply->data;

	if (reply->len >= sizeof(*nlh) &&
	    mnl_nlmsg_get_payload_len(nlh) >= GENL_HDRLEN &&
	    mnl_attr_parse(nlh, GENL_HDRLEN, family_attr, nl) >= 0 &&
	    nl->family >= NLMSG_MIN_TYPE) {
		if (nl->version == NF_VPN_GENL_VERSION)
			return 0;
		version_complain();
		return -1;
	}
	complain("netlink: malformed description of the family");
	return -1;
}

/* Asks for the number that the family has on this machine. */
static int resolve(struct nl *nl)
{
	struct nlmsghdr *req = put_header(nl, GENL_ID_CTRL, NLM_F_ACK,
					  CTRL_CMD_GETFAMILY);
	struct reply reply;
	int ret;

	mnl_attr_put_strz(req, CTRL_ATTR_FAMILY_NAME, NF_VPN_GENL_NAME);
	ret = exchange(nl, &reply);
	if (!ret && reply.error) {
		if (reply.error == -ENOENT) {
			status_note(EXIT_ABSENT);
			complain("%s", not_loaded);
		} else {
			reply_complain(&reply, req);
		}
		ret = -1;
	}
	if (!ret)
		ret = take_family(nl, &reply);
	reply_free(&reply);
	return ret;
}

/**
 * nl_open - open a socket to the kernel modules
 * @nl: result, to be closed with nl_close() on success
 *
 * Return: 0, or -1 after complaining.
 */
int nl_open(struct nl *nl)
{
	int one = 1;

	memset(nl, 0, sizeof(*nl));
	if (netns_enter())
		return -1;
	nl->sock = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	if (!nl->sock || mnl_socket_bind(nl->sock, 0, MNL_SOCKET_AUTOPID) < 0) {
		complain("netlink: %s", strerror(errno));
		goto err_close;
	}
	/* Best effort: without them there are only fewer words. */
	mnl_socket_setsockopt(nl->sock, NETLINK_EXT_ACK, &one, sizeof(one));
	mnl_socket_setsockopt(nl->sock, NETLINK_GET_STRICT_CHK, &one,
			      sizeof(one));
	if (!resolve(nl))
		return 0;
err_close:
	nl_close(nl);
	return -1;
}

/**
 * nl_close - close a socket
 * @nl: the socket
 */
void nl_close(struct nl *nl)
{
	if (nl->sock)
		mnl_socket_close(nl->sock);
	nl->sock = NULL;
}

/**
 * nl_request - begin a request
 * @nl: the socket, which has one request at a time
 * @cmd: enum nf_vpn_cmd
 *
 * Return: the request, to add attributes to.
 */
struct nlmsghdr *nl_request(struct nl *nl, uint8_t cmd)
{
	return put_header(nl, nl->family, NLM_F_ACK, cmd);
}

/**
 * nl_dump_request - begin a request for a whole table
 * @nl: the socket, which has one request at a time
 * @cmd: enum nf_vpn_cmd
 *
 * Return: the request, to add attributes to.
 */
struct nlmsghdr *nl_dump_request(struct nl *nl, uint8_t cmd)
{
	return put_header(nl, nl->family, NLM_F_DUMP, cmd);
}

/**
 * nl_ask - send the request and collect the answer
 * @nl: the socket, with the request
 * @reply: the answer, to be freed with reply_free() whatever is returned
 *
 * Return: 0, or -1 after complaining, also about an error that the kernel
 * answered.
 */
int nl_ask(struct nl *nl, struct reply *reply)
{
	if (exchange(nl, reply))
		return -1;
	if (!reply->error)
		return 0;
	reply_complain(reply, &nl->request.header);
	return -1;
}

/**
 * nl_deliver - hand out the messages of an answer
 * @reply: the answer
 * @cb: called for each message
 * @data: for @cb
 *
 * Return: 0, or -1 after complaining.
 */
int nl_deliver(const struct reply *reply, nl_cb cb, void *data)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)reply->data;
	const struct nlattr *tb[NF_VPN_A_MAX + 1];
	int len = reply->len;

	for (; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len)) {
		if (attr_parse(nlh, tb)) {
			complain("netlink: malformed answer: %s",
				 strerror(errno));
			return -1;
		}
		if (cb(nlh, tb, data))
			return -1;
	}
	return 0;
}

/**
 * nl_talk - send the request and hand out the answer
 * @nl: the socket, with the request
 * @cb: called for each message of the answer once all of it has come without
 *	an error; or NULL
 * @data: for @cb
 *
 * Return: 0, or -1 after complaining.
 */
int nl_talk(struct nl *nl, nl_cb cb, void *data)
{
	struct reply reply;
	int ret;

	ret = nl_ask(nl, &reply);
	if (!ret && cb)
		ret = nl_deliver(&reply, cb, data);
	reply_free(&reply);
	return ret;
}

/**
 * nl_subscribe - have events sent to the socket from now on
 * @nl: the socket, for which there are no more requests
 *
 * Return: 0, or -1 after complaining.
 */
int nl_subscribe(struct nl *nl)
{
	if (nl->events &&
	    mnl_socket_setsockopt(nl->sock, NETLINK_ADD_MEMBERSHIP,
				  &nl->events, sizeof(nl->events)) >= 0)
		return 0;
	status_errno(errno);
	complain("cannot subscribe to events: %s",
		 nl->events ? strerror(errno) : "no such group");
	return -1;
}
