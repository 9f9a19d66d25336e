#!/bin/sh
# boot.sh ROOT GROUP: starts the systemd of the tree ROOT as process 1 of namespaces of its own, but for the network's; what
# it mounts is gone with it. GROUP is an empty group of cgroup2 for it to manage. Ends when it does.
set -eu
root=$1 group=$2
echo $$ >"$group/cgroup.procs"
# In the inner shell, not here.
# shellcheck disable=SC2016
exec unshare --pid --fork --kill-child --mount --ipc --uts --cgroup sh -euc '
    root=$1
    mount --bind "$root" "$root"
    cd "$root"
    mount -t proc proc proc
    # The kernel is this machine'"'"'s, and so are its variables.
    mount --bind proc/sys proc/sys
    mount -o remount,bind,ro proc/sys
    mount -t sysfs -o ro,nosuid,nodev,noexec sysfs sys
    mount -t cgroup2 cgroup2 sys/fs/cgroup
    mount -t tmpfs -o mode=755,nosuid,nodev tmpfs run
    mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs tmp
    mount -t tmpfs -o mode=755 tmpfs dev
    for device in null zero full random urandom tty; do
        touch "dev/$device"
        mount --bind "/dev/$device" "dev/$device"
    done
    mkdir dev/shm dev/pts
    mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs dev/shm
    mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts dev/pts
    ln -s pts/ptmx dev/ptmx
    ln -s /proc/self/fd dev/fd
    pivot_root . mnt
    umount -l mnt
    exec env -i container=cis-test PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --system
' sh "$root"
