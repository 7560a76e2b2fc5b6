// SPDX-License-Identifier: GPL-2.0-only
/*
 * Collects the kernel's answer before anybody looks at it: a dump that was
 * interrupted can then be asked for again without a trace of the first try.
 */

#include <errno.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>

#include "attr.h"
#include "nl.h"
#include "out.h"
#include "reply.h"
#include "status.h"
#include "version.h"

static void keep_string(char *to, size_t size, const struct nlattr *attr)
{
	size_t len = mnl_attr_get_payload_len(attr);

	if (len > size - 1)
		len = size - 1;
	memcpy(to, mnl_attr_get_payload(attr), len);
	to[len] = '\0';
}

/* One attribute of the extended acknowledgment. */
static int ext_ack_attr(const struct nlattr *attr, void *data)
{
	unsigned int type = mnl_attr_get_type(attr);
	struct reply *reply = data;

	if (type == NLMSGERR_ATTR_MSG)
		keep_string(reply->why, sizeof(reply->why), attr);
	else if (mnl_attr_get_payload_len(attr) != sizeof(uint32_t))
		return MNL_CB_OK;
	else if (type == NLMSGERR_ATTR_OFFS)
		reply->attr = mnl_attr_get_u32(attr);
	else if (type == NLMSGERR_ATTR_MISS_TYPE)
		reply->missing = mnl_attr_get_u32(attr);
	return MNL_CB_OK;
}

static void ext_ack(struct reply *reply, const struct nlmsghdr *nlh,
		    size_t offset)
{
	size_t len = mnl_nlmsg_get_payload_len(nlh);

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS) || offset > len)
		return;
	mnl_attr_parse_payload(mnl_nlmsg_get_payload_offset(nlh, offset),
			       len - offset, ext_ack_attr, reply);
}

/* An error, or the acknowledgment, which is error 0. */
static void take_error(struct reply *reply, const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *err = mnl_nlmsg_get_payload(nlh);
	size_t offset = sizeof(*err);

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*err)) {
		reply->error = -EBADMSG;
		return;
	}
	reply->error = err->error;
	/* The request is quoted in full unless the kernel says otherwise. */
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED) &&
	    err->msg.nlmsg_len > sizeof(err->msg))
		offset += MNL_ALIGN(err->msg.nlmsg_len - sizeof(err->msg));
	ext_ack(reply, nlh, offset);
}

/* The end of a dump, with an error if it ended early. */
static void take_done(struct reply *reply, const struct nlmsghdr *nlh)
{
	int error = 0;

	if (mnl_nlmsg_get_payload_len(nlh) >= sizeof(error))
		memcpy(&error, mnl_nlmsg_get_payload(nlh), sizeof(error));
	reply->error = error < 0 ? error : 0;
	ext_ack(reply, nlh, sizeof(error));
}

static int append(struct reply *reply, const struct nlmsghdr *nlh)
{
	size_t len = MNL_ALIGN(nlh->nlmsg_len);
	size_t size = reply->size;
	char *data;

	if (len > size - reply->len) {
		size = size * 2 + NL_REPLY_SIZE + len;
		data = realloc(reply->data, size);
		if (!data)
			return -ENOMEM;
		reply->data = data;
		reply->size = size;
	}
	memcpy(reply->data + reply->len, nlh, nlh->nlmsg_len);
	reply->len += len;
	return 1;
}

/* Return: 1 to go on, 0 at the end, or a negative error. */
static int take(struct reply *reply, const struct nlmsghdr *nlh)
{
	if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
		reply->interrupted = true;
	switch (nlh->nlmsg_type) {
	case NLMSG_ERROR:
		take_error(reply, nlh);
		return 0;
	case NLMSG_DONE:
		take_done(reply, nlh);
		return 0;
	case NLMSG_OVERRUN:
		return -EOVERFLOW;
	case NLMSG_NOOP:
		return 1;
	}
	return append(reply, nlh);
}

static int take_all(struct reply *reply, const char *buf, int len,
		    uint32_t seq, uint32_t port)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)buf;
	int ret = 1;

	while (ret > 0 && mnl_nlmsg_ok(nlh, len)) {
		/* The rest of an answer that was given up is passed over. */
		if (mnl_nlmsg_seq_ok(nlh, seq) &&
		    mnl_nlmsg_portid_ok(nlh, port))
			ret = take(reply, nlh);
		nlh = mnl_nlmsg_next(nlh, &len);
	}
	return ret;
}

/**
 * reply_receive - collect the answer to a request
 * @reply: result, to be freed with reply_free() whatever is returned
 * @sock: the socket that the request went to
 * @seq: its sequence number
 *
 * Return: 0 if there is an answer, be it an error; or a negative error.
 */
int reply_receive(struct reply *reply, const struct mnl_socket *sock,
		  uint32_t seq)
{
	char buf[NL_REPLY_SIZE] ATTRIBUTE(aligned(8));
	unsigned int port = mnl_socket_get_portid(sock);
	ssize_t len;
	int ret = 1;

	memset(reply, 0, sizeof(*reply));
	while (ret > 0) {
		len = mnl_socket_recvfrom(sock, buf, sizeof(buf));
		if (len > 0)
			ret = take_all(reply, buf, len, seq, port);
		else if (len < 0 && errno != EINTR)
			ret = -errno;
	}
	return ret;
}

/* Name of the attribute that the kernel points at in our request. */
static const char *culprit(const struct reply *reply,
			   const struct nlmsghdr *req)
{
	const struct nlattr *attr;

	if (reply->missing)
		return attr_name(reply->missing);
	if (reply->attr < sizeof(*req) ||
	    reply->attr + sizeof(*attr) > req->nlmsg_len)
		return NULL;
	attr = (const struct nlattr *)((const char *)req + reply->attr);
	return attr_name(mnl_attr_get_type(attr));
}

/*
 * A command or an attribute that the modules do not know. Where they refuse what
 * they know, they say why.
 */
static bool is_unknown(const struct reply *reply)
{
	if (reply->error == -EOPNOTSUPP)
		return !*reply->why;
	return reply->error == -EINVAL &&
	       !strcmp(reply->why, "Unknown attribute type");
}

/**
 * reply_complain - say what the kernel refused, in its own words if it has any
 * @reply: the answer
 * @req: the request
 */
void reply_complain(const struct reply *reply, const struct nlmsghdr *req)
{
	const char *attr = culprit(reply, req);
	const char *error = strerror(-reply->error);

	if (is_unknown(reply)) {
		version_complain();
		return;
	}
	status_errno(-reply->error);
	complain("%s%s%s%s%s%s", attr ? attr : "",
		 attr && reply->missing ? " missing" : "", attr ? ": " : "",
		 reply->why, *reply->why ? ": " : "", error);
}

/**
 * reply_free - free an answer
 * @reply: the answer
 */
void reply_free(struct reply *reply)
{
	free(reply->data);
	reply->data = NULL;
}
