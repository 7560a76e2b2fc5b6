// SPDX-License-Identifier: GPL-2.0-only
/* Lists clients and servers: cc tunnels.c -I../../include/uapi -lmnl */
#include <arpa/inet.h>
#include <err.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/nf_vpn_passthrough.h>
#include <stdio.h>

static char buf[32768];

/* Sends one request, and has each message of the answer given to show(). */
static void ask(struct mnl_socket *sock, int type, int flags, int cmd,
		const char *name, mnl_cb_t show, void *data)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *genl = mnl_nlmsg_put_extra_header(nlh, GENL_HDRLEN);
	int ret;

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	genl->cmd = cmd;
	genl->version = NF_VPN_GENL_VERSION;
	if (name)
		mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, name);
	ret = mnl_socket_sendto(sock, nlh, nlh->nlmsg_len);
	while (ret > 0) {
		ret = mnl_socket_recvfrom(sock, buf, sizeof(buf));
		if (ret > 0)
			ret = mnl_cb_run(buf, ret, 0, 0, show, data);
	}
	if (ret < 0)
		err(1, NF_VPN_GENL_NAME);
}

static int family(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, GENL_HDRLEN)
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID)
			*(int *)data = mnl_attr_get_u16(attr);
	return MNL_CB_OK;
}

static int tunnel(const struct nlmsghdr *nlh, void *unused)
{
	char text[INET6_ADDRSTRLEN];
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, GENL_HDRLEN) {
		int type = mnl_attr_get_type(attr);

		if (type != NF_VPN_A_CLIENT && type != NF_VPN_A_SERVER)
			continue;
		inet_ntop(mnl_attr_get_payload_len(attr) == 4 ? AF_INET :
			  AF_INET6, mnl_attr_get_payload(attr), text,
			  sizeof(text));
		printf("%s%c", text, type == NF_VPN_A_CLIENT ? ' ' : '\n');
	}
	return MNL_CB_OK;
}

int main(void)
{
	struct mnl_socket *sock = mnl_socket_open(NETLINK_GENERIC);
	int id = 0;

	if (!sock || mnl_socket_bind(sock, 0, MNL_SOCKET_AUTOPID) < 0)
		err(1, "netlink");
	ask(sock, GENL_ID_CTRL, NLM_F_ACK, CTRL_CMD_GETFAMILY,
	    NF_VPN_GENL_NAME, family, &id);
	ask(sock, id, NLM_F_DUMP, NF_VPN_CMD_TUNNEL_GET, NULL, tunnel, NULL);
	return 0;
}
