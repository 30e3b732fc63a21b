#!/bin/sh
# enter.sh ROOT CHECKOUT COMMAND...: run a command of an arm64 system in ROOT, with CHECKOUT at /checkout. Which program runs
# foreign code is said in a namespace of its own (Linux 6.7 or newer), so nothing of this machine is changed.
set -eu
exec unshare --user --map-root-user --mount --pid --fork --kill-child sh -euc '
root=$1 checkout=$2
shift 2
mount -t binfmt_misc none /proc/sys/fs/binfmt_misc
# The first bytes of a program for arm64, and which of them count.
printf %s ":arm64:M::\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00:\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff:/usr/bin/qemu-aarch64-static:OCF" > /proc/sys/fs/binfmt_misc/register
mkdir -p "$root/proc" "$root/sys" "$root/dev" "$root/tmp" "$root/checkout"
mount -t proc none "$root/proc"
mount --rbind /sys "$root/sys"
mount --rbind /dev "$root/dev"
mount --bind "$checkout" "$root/checkout"
exec chroot "$root" "$@"' sh "$@"
