// SPDX-License-Identifier: GPL-2.0-only
/*
 * A plugin of QEMU's emulation (API version 1, as of QEMU 7.2), which looks at what
 * the guest's processors do between two marks of flood.c.
 *
 *   -plugin trace_plugin.so,out=FILE,what=insns
 *	how many instructions run in each block of code
 *   -plugin trace_plugin.so,out=FILE,what=lines
 *	which cache lines of the kernel's are touched from two processors, and
 *	written by one of them at least; and where in the code that is
 *
 * What a processor does between its n-th two marks is its n-th window.  FILE
 * then has a line for each block, or for each place that touches such a line:
 *
 *   insns WINDOW ADDRESS INSTRUCTIONS
 *   lines WINDOW LINE ADDRESS CPU READS WRITES
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mark.h"

#define WINDOWS		64
#define CPUS		2
#define LINE_SHIFT	6
#define TABLE_BITS	20
#define TABLE_SIZE	1048576

/* What this takes of QEMU's <qemu-plugin.h>, which Debian has not packaged. */
struct qemu_plugin_tb;
struct qemu_plugin_insn;

enum { CB_NO_REGS = 0, MEM_RW = 3 };

typedef void (*translation_cb)(uint64_t id, struct qemu_plugin_tb *tb);

void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, translation_cb cb);
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb,
					  void (*cb)(unsigned int, void *),
					  int flags, void *data);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
					    void (*cb)(unsigned int, void *),
					    int flags, void *data);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn,
				      void (*cb)(unsigned int, uint32_t,
						 uint64_t, void *),
				      int flags, int rw, void *data);
void qemu_plugin_register_atexit_cb(uint64_t id, void (*cb)(uint64_t, void *),
				    void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *
qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t idx);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
bool qemu_plugin_mem_is_store(uint32_t info);

__attribute__((visibility("default"))) int qemu_plugin_version = 1;

struct block {
	struct block	*next;
	uint64_t	vaddr;
	uint64_t	insns;
	uint64_t	*runs;	/* by window, if there are any */
};

struct touch {
	uint64_t	line;	/* zero: free */
	uint64_t	pc;
	unsigned int	window;
	uint32_t	reads;
	uint32_t	writes;
};

/* Each processor writes its own only. */
struct cpu {
	bool		in_window;
	unsigned int	window;
	struct touch	*touches;
	unsigned int	n_touches;
};

static struct cpu cpus[CPUS];
static struct block *blocks;
static const char *out;
static bool by_line;

static void fail(const char *what)
{
	fprintf(stderr, "trace_plugin: %s\n", what);
	exit(1);
}

static void on_begin(unsigned int cpu, void *data)
{
	(void)data;
	if (cpu >= CPUS || cpus[cpu].window >= WINDOWS)
		fail("too many processors or windows");
	cpus[cpu].in_window = true;
}

static void on_end(unsigned int cpu, void *data)
{
	(void)data;
	cpus[cpu].in_window = false;
	cpus[cpu].window++;
}

static void on_block(unsigned int cpu, void *data)
{
	struct block *block = data;

	if (!cpus[cpu].in_window)
		return;
	if (!block->runs)
		block->runs = calloc(WINDOWS, sizeof(*block->runs));
	if (!block->runs)
		fail("no memory");
	block->runs[cpus[cpu].window]++;
}

static struct touch *touch_of(struct cpu *cpu, uint64_t line, uint64_t pc)
{
	uint64_t hash = (line * 31 + pc) * 0x9e3779b97f4a7c15 + cpu->window;
	unsigned int i = hash >> (64 - TABLE_BITS);
	struct touch *t;

	for (;; i = (i + 1) % TABLE_SIZE) {
		t = &cpu->touches[i];
		if (t->line == line && t->pc == pc && t->window == cpu->window)
			return t;
		if (!t->line)
			break;
	}
	if (++cpu->n_touches > TABLE_SIZE / 4 * 3)
		fail("too many cache lines");
	t->line = line;
	t->pc = pc;
	t->window = cpu->window;
	return t;
}

static void on_access(unsigned int nr, uint32_t info, uint64_t vaddr, void *data)
{
	struct cpu *cpu = &cpus[nr];
	struct touch *t;

	/* The kernel's half of the addresses is the upper one. */
	if (!cpu->in_window || !(vaddr >> 63))
		return;
	t = touch_of(cpu, vaddr >> LINE_SHIFT, (uintptr_t)data);
	if (qemu_plugin_mem_is_store(info))
		t->writes++;
	else
		t->reads++;
}

static bool is_mark(struct qemu_plugin_insn *insn, const uint8_t mark[MARK_LEN])
{
	return qemu_plugin_insn_size(insn) == MARK_LEN &&
	       !memcmp(qemu_plugin_insn_data(insn), mark, MARK_LEN);
}

/* Under QEMU's lock of translation. */
static void count_block(struct qemu_plugin_tb *tb)
{
	struct block *block = calloc(1, sizeof(*block));

	if (!block)
		fail("no memory");
	block->vaddr = qemu_plugin_tb_vaddr(tb);
	block->insns = qemu_plugin_tb_n_insns(tb);
	block->next = blocks;
	blocks = block;
	qemu_plugin_register_vcpu_tb_exec_cb(tb, on_block, CB_NO_REGS, block);
}

static void on_translation(uint64_t id, struct qemu_plugin_tb *tb)
{
	static const uint8_t begin[] = MARK_BEGIN, end[] = MARK_END;
	struct qemu_plugin_insn *insn;
	uint64_t pc;
	size_t i;

	(void)id;
	if (!by_line)
		count_block(tb);
	for (i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
		insn = qemu_plugin_tb_get_insn(tb, i);
		pc = qemu_plugin_insn_vaddr(insn);
		if (is_mark(insn, begin))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, on_begin,
							       CB_NO_REGS, NULL);
		else if (is_mark(insn, end))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, on_end,
							       CB_NO_REGS, NULL);
		else if (by_line && pc >> 63)
			qemu_plugin_register_vcpu_mem_cb(insn, on_access,
							 CB_NO_REGS, MEM_RW,
							 (void *)(uintptr_t)pc);
	}
}

static void write_blocks(FILE *file)
{
	const struct block *b;
	unsigned int w;

	for (b = blocks; b; b = b->next)
		for (w = 0; b->runs && w < WINDOWS; w++)
			if (b->runs[w])
				fprintf(file, "insns\t%u\t%016llx\t%llu\n", w,
					(unsigned long long)b->vaddr,
					(unsigned long long)(b->runs[w] *
							     b->insns));
}

struct entry {
	unsigned int		cpu;
	const struct touch	*touch;
};

static int compare(const void *a, const void *b)
{
	const struct touch *x = ((const struct entry *)a)->touch;
	const struct touch *y = ((const struct entry *)b)->touch;

	if (x->window != y->window)
		return x->window < y->window ? -1 : 1;
	return x->line < y->line ? -1 : x->line > y->line;
}

/* The places that touch one line. */
static void write_line(FILE *file, const struct entry *entries, size_t n)
{
	unsigned int who = 0;
	uint64_t writes = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		who |= 1 << entries[i].cpu;
		writes += entries[i].touch->writes;
	}
	if (who != 3 || !writes)
		return;
	for (i = 0; i < n; i++)
		fprintf(file, "lines\t%u\t%016llx\t%016llx\t%u\t%u\t%u\n",
			entries[i].touch->window,
			(unsigned long long)(entries[i].touch->line <<
					     LINE_SHIFT),
			(unsigned long long)entries[i].touch->pc,
			entries[i].cpu, entries[i].touch->reads,
			entries[i].touch->writes);
}

static void write_lines(FILE *file)
{
	size_t n = 0, i, from = 0;
	struct entry *entries;
	unsigned int cpu;

	entries = calloc(cpus[0].n_touches + cpus[1].n_touches + 1,
			 sizeof(*entries));
	if (!entries)
		fail("no memory");
	for (cpu = 0; cpu < CPUS; cpu++)
		for (i = 0; i < TABLE_SIZE; i++)
			if (cpus[cpu].touches[i].line)
				entries[n++] = (struct entry) {
					cpu, &cpus[cpu].touches[i]
				};
	qsort(entries, n, sizeof(*entries), compare);
	for (i = 1; i <= n; i++) {
		if (i < n && !compare(&entries[i], &entries[from]))
			continue;
		write_line(file, &entries[from], i - from);
		from = i;
	}
	free(entries);
}

static void on_exit_of_qemu(uint64_t id, void *data)
{
	FILE *file = fopen(out, "w");

	(void)id;
	(void)data;
	if (!file)
		fail("cannot write");
	if (by_line)
		write_lines(file);
	else
		write_blocks(file);
	if (fclose(file))
		fail("cannot write");
}

__attribute__((visibility("default")))
int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv);
int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv)
{
	unsigned int cpu;
	int i;

	(void)info;
	for (i = 0; i < argc; i++) {
		if (!strncmp(argv[i], "out=", 4))
			out = strdup(argv[i] + 4);
		by_line |= !strcmp(argv[i], "what=lines");
	}
	if (!out)
		return -1;
	for (cpu = 0; cpu < CPUS && by_line; cpu++) {
		cpus[cpu].touches = calloc(TABLE_SIZE, sizeof(struct touch));
		if (!cpus[cpu].touches)
			return -1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
	qemu_plugin_register_atexit_cb(id, on_exit_of_qemu, NULL);
	return 0;
}
