/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VPN_PASSTHROUGH_OUT_H
#define VPN_PASSTHROUGH_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "compiler.h"

/**
 * enum out_format - how results are written
 * @OUT_TEXT: for people
 * @OUT_JSON: one line
 * @OUT_PRETTY: JSON, indented
 */
enum out_format {
	OUT_TEXT,
	OUT_JSON,
	OUT_PRETTY,
};

void out_format(enum out_format format);
bool out_is_json(void);
int out_close(void);

void out_obj(const char *key);
void out_obj_end(void);
void out_arr(const char *key);
void out_arr_end(void);

void out_str(const char *key, const char *value);
void out_strn(const char *key, const char *value, size_t len);
void out_num(const char *key, uint64_t value);
void out_id(const char *key, uint32_t proto, uint32_t id);
void out_addr(const char *key, const struct addr *addr);
void out_msecs(const char *key, uint64_t ms);
void out_secs(const char *key, uint64_t secs);
void out_bool(const char *key, bool value);
void out_none(const char *key);

ATTRIBUTE(format(printf, 1, 2))
void out_text(const char *fmt, ...);
void out_table(const char *header);
void out_table_end(void);
void out_width(unsigned int columns);

void complain_keep(char *text, size_t size);
void complain_about(const char *file, unsigned int line);
ATTRIBUTE(format(printf, 1, 2))
void complain(const char *fmt, ...);

#endif
