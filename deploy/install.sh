#!/bin/sh
# Puts cis onto a machine image: the file itself, its user, scratch, settings and service. Run as root; run again it
# upgrades, and keeps /etc/cis/worker.env. Needs no network.
#
#   install.sh FILE [SCRATCH-SIZE]
#
# FILE is the one file cis; SCRATCH-SIZE is that of the tmpfs on /mnt/tmpfs (2G).
set -eu
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

file=${1:?usage: install.sh FILE [SCRATCH-SIZE]}
scratch_size=${2:-2G}
user=cis
program=/usr/local/bin/cis
libraries=/usr/local/lib/cis
settings=/etc/cis/worker.env
scratch=/mnt/tmpfs
unit=/etc/systemd/system/cis-worker.service

say() { printf 'install.sh: %s\n' "$*" >&2; }

die() {
    say "$*"
    exit 1
}

copy_program() {
    # Beside it first: what runs is not written to, and a copy that breaks off leaves the old one.
    mkdir -p "${program%/*}"
    cp "$file" "$program.new"
    chown root:root "$program.new"
    chmod 0755 "$program.new"
    mv -f "$program.new" "$program"
    "$program" version
}

create_user() {
    if ! getent passwd "$user" >/dev/null; then
        useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin "$user"
    fi
}

add_scratch() {
    mkdir -p "$scratch"
    # The folder below the mount is the user's as well, for cis doctor while the image is built.
    mountpoint -q "$scratch" || chown "$user:$user" "$scratch"
    mountpoint -q "$scratch" || chmod 0700 "$scratch"
    line="tmpfs $scratch tmpfs size=$scratch_size,mode=0700,uid=$user,gid=$user,nosuid,nodev,noexec 0 0"
    touch /etc/fstab
    if ! grep -q "[[:space:]]${scratch}[[:space:]]" /etc/fstab; then
        printf '%s\n' "$line" >>/etc/fstab
    fi
}

write_settings() {
    mkdir -p "${settings%/*}"
    if [ ! -e "$settings" ]; then
        umask 027
        cat >"$settings" <<TEXT
# Settings of cis-worker.service, NAME=VALUE; cis config reference lists them all.
# cloud-init adds SQS_QUEUE_URL, S3_BUCKET, OPENSEARCH_ENDPOINT and AWS_REGION when an instance starts.
CIS_NATIVE_CACHE=$libraries
CIS_SCRATCH_DIRECTORY=$scratch
TEXT
        umask 022
    fi
    chown "root:$user" "$settings"
    chmod 0640 "$settings"
}

bake_libraries() {
    "$program" bake "$libraries" >/dev/null
}

# Not enabled: without a queue it would only say what is missing. user-data.yaml enables it.
install_service() {
    mkdir -p "${unit%/*}"
    "$program" service --print >"$unit.new"
    chmod 0644 "$unit.new"
    mv -f "$unit.new" "$unit"
    if [ -d /run/systemd/system ]; then
        systemctl daemon-reload
    fi
}

examine() {
    env -i CIS_NATIVE_CACHE="$libraries" CIS_SCRATCH_DIRECTORY="$scratch" \
        setpriv --reuid="$user" --regid="$user" --clear-groups "$program" doctor --offline
}

[ "$(id -u)" = 0 ] || die "has to run as root"
[ -f "$file" ] || die "there is no file $file"
umask 022
copy_program
create_user
add_scratch
write_settings
bake_libraries
install_service
examine
say "installed; to start it: SQS_QUEUE_URL and the like into $settings, then systemctl enable --now cis-worker"
