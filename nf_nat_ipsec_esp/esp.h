/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of nf_nat_ipsec_esp offer one another. */
#ifndef _NF_NAT_IPSEC_ESP_H
#define _NF_NAT_IPSEC_ESP_H

#include <net/nf_vpn_passthrough.h>

/* esp_data.c */
extern const struct nf_vpn_hooks esp_data_hooks;
bool esp_data_owns(const struct nf_conn *ct);
bool esp_data_stamped(const struct nf_conn *ct);

/* esp_forward.c */
bool esp_claims(struct nf_vpn_pkt *pkt);

#endif /* _NF_NAT_IPSEC_ESP_H */
