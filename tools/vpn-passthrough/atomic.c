// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files that are replaced as a whole: whoever reads them, and whoever comes after
 * a power failure, finds the old one or the new one.
 */

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "atomic.h"
#include "out.h"
#include "status.h"

static int refuse(const char *path)
{
	status_errno(errno);
	complain("%s: %s", path, strerror(errno));
	return -1;
}

/* Return: length of the path, which fitted if it is below PATH_MAX. */
static int copy(char to[PATH_MAX], const char *path)
{
	return snprintf(to, PATH_MAX, "%s", path);
}

/* A symbolic link stays, and what it leads to is replaced. */
static int find(struct atomic *a, const char *name, struct stat *st)
{
	st->st_mode = 0;
	if (realpath(name, a->path)) {
		if (stat(a->path, st))
			return refuse(name);
		if (S_ISREG(st->st_mode))
			return 0;
		complain("%s: this is no regular file", name);
		return -1;
	}
	if (errno != ENOENT)
		return refuse(name);
	if (!lstat(name, st)) {
		complain("%s: a symbolic link that leads nowhere", name);
		return -1;
	}
	st->st_mode = 0;
	errno = ENAMETOOLONG;
	return copy(a->path, name) < PATH_MAX ? 0 : refuse(name);
}

/* In the same folder, hidden from whoever looks for files by their ending. */
static int open_temp(struct atomic *a)
{
	char folder[PATH_MAX], base[PATH_MAX];
	size_t len;
	int fd;

	copy(folder, a->path);
	copy(base, a->path);
	len = snprintf(a->temp, sizeof(a->temp), "%s/.%s.XXXXXX",
		       dirname(folder), basename(base));
	errno = ENAMETOOLONG;
	fd = len < sizeof(a->temp) ? mkostemp(a->temp, O_CLOEXEC) : -1;
	return fd < 0 ? refuse(a->path) : fd;
}

/**
 * atomic_open - begin to write a file
 * @a: result, to be given to atomic_commit() or atomic_abort() on success
 * @name: its name; it may exist
 *
 * It can be read by everybody, and keeps its owner if it has one.
 *
 * Return: 0, or -1 after complaining.
 */
int atomic_open(struct atomic *a, const char *name)
{
	struct stat st;
	int fd;

	if (find(a, name, &st))
		return -1;
	fd = open_temp(a);
	if (fd < 0)
		return -1;
	if ((st.st_mode && fchown(fd, st.st_uid, st.st_gid)) ||
	    fchmod(fd, 0644))
		goto err_close;
	a->file = fdopen(fd, "w");
	if (a->file)
		return 0;
err_close:
	refuse(a->path);
	close(fd);
	unlink(a->temp);
	return -1;
}

/* Best effort: the rename is done, and not all file systems can. */
static void sync_folder(const char *path)
{
	char folder[PATH_MAX];
	int fd;

	copy(folder, path);
	fd = open(dirname(folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

/**
 * atomic_commit - put a file in its place
 * @a: the file, with all that it is to have
 *
 * Return: 0, or -1 after complaining.
 */
int atomic_commit(struct atomic *a)
{
	int failed = fflush(a->file) || ferror(a->file) ||
		     fsync(fileno(a->file));

	if (failed)
		refuse(a->path);
	else if (rename(a->temp, a->path))
		failed = refuse(a->path);
	fclose(a->file);
	if (failed)
		unlink(a->temp);
	else
		sync_folder(a->path);
	return failed ? -1 : 0;
}

/**
 * atomic_abort - leave a file as it was
 * @a: the file
 */
void atomic_abort(struct atomic *a)
{
	fclose(a->file);
	unlink(a->temp);
}
