#!/bin/sh
# Lists what "tallyclerk audit --host-files FILE" needs to know of a host, as JSON on standard output:
#
#     sudo sh host-listing.sh > host.json
#
# It reads and never writes. Without root the listing says what may not be read, and those rules are unknown. It needs
# stat, od, readlink, sed and tr, of GNU or BusyBox. Settings in the listing may contain passwords of proxies.
set -u
LC_ALL=C
export LC_ALL

seen='|'
comma=''

quoted() { printf '%s' "$1" | sed 's/\\/\\\\/g; s/"/\\"/g'; }

# Names with other characters would need an encoding; their folder says that it has one.
printable() { case $1 in *[!\ -~]*) return 1 ;; esac; }

hex() { od -An -v -tx1 -N 1048577 "$1" 2>/dev/null | tr -d ' \n'; }

names() {
  if [ ! -r "$1" ] || [ ! -x "$1" ]; then
    printf ', "namesError": "denied"'
    return
  fi
  list=''
  for child in "$1"/* "$1"/.[!.]*; do
    [ -e "$child" ] || [ -L "$child" ] || continue
    if ! printable "$child"; then
      printf ', "namesError": "a name has characters that are not ASCII"'
      return
    fi
    list="$list${list:+, }\"$(quoted "${child##*/}")\""
  done
  printf ', "names": [%s]' "$list"
}

# emit PATH [content|names]: one element, for the path itself.
emit() {
  printable "$1" || return 0
  case $seen in *"|$1|"*) return 0 ;; esac
  seen="$seen$1|"
  printf '%s\n  {"path": "%s", ' "$comma" "$(quoted "$1")"
  comma=','
  if ! what=$(stat -c '"mode": "%a", "uid": %u, "gid": %g, "user": "%U", "group": "%G"|%F' "$1" 2>&1); then
    case $what in
      *'No such file'* | *'Not a directory'*) printf '"exists": false}' ;;
      *'ermission denied'*) printf '"error": "denied"}' ;;
      *) printf '"error": "stat failed"}' ;;
    esac
    return 0
  fi
  printf '"exists": true, %s' "${what%|*}"
  case ${what##*|} in
    'symbolic link')
      target=$(readlink -f "$1" 2>/dev/null) || target=$(readlink "$1")
      printf ', "type": "link", "target": "%s"' "$(quoted "$target")"
      ;;
    directory)
      printf ', "type": "dir"'
      if [ "${2-}" = names ]; then names "$1"; fi
      ;;
    regular*)
      printf ', "type": "file"'
      if [ "${2-}" = content ]; then
        if [ -r "$1" ]; then printf ', "hex": "%s"' "$(hex "$1")"; else printf ', "contentError": "denied"'; fi
      fi
      ;;
    socket) printf ', "type": "socket"' ;;
    *) printf ', "type": "other"' ;;
  esac
  printf '}'
}

# add PATH [content|names]: the links on the way, and what they lead to.
add() {
  rest=${1#/}
  current=''
  while [ -n "$rest" ]; do
    part=${rest%%/*}
    case $rest in */*) rest=${rest#*/} ;; *) rest='' ;; esac
    current="$current/$part"
    if [ -L "$current" ]; then
      emit "$current"
      real=$(readlink -f "$current" 2>/dev/null) || return 0
      [ "$real" = / ] && real=''
      current=$real
    fi
  done
  if [ -n "$current" ]; then emit "$current" "${2-}"; fi
}

# Absolute paths that settings name, such as keys and data folders.
named_in() { [ -r "$1" ] && tr '"=,\000 \t' '\n\n\n\n\n\n' <"$1" 2>/dev/null | sed -n '/^\/[^*?]*$/p' | sed -n '1,200p'; }

printf '['

for file in /etc/passwd /etc/group /etc/docker/daemon.json /etc/default/docker /etc/sysconfig/docker \
  /etc/default/podman /etc/sysconfig/podman /etc/containers/containers.conf /etc/containers/storage.conf \
  /etc/containers/registries.conf /etc/containers/policy.json /usr/share/containers/storage.conf \
  /etc/containerd/config.toml /etc/audit/audit.rules; do
  add "$file" content
done
for path in /etc/docker /etc/containers /var/run/docker.sock /run/docker.sock /run/podman/podman.sock \
  /run/containerd /run/containerd/containerd.sock /var/lib/docker /var/lib/containerd \
  /var/lib/containers/storage /root/.docker/ca.pem /root/.docker/cert.pem /root/.docker/key.pem; do
  add "$path"
done

for folder in /usr/bin /usr/sbin /usr/local/bin /usr/local/sbin /bin /sbin /usr/libexec/docker /opt/bin; do
  for program in dockerd podman containerd containerd-shim containerd-shim-runc-v1 containerd-shim-runc-v2 runc crun \
    conmon; do
    add "$folder/$program"
  done
done

for folder in /etc/systemd/system.control /run/systemd/system.control /run/systemd/transient \
  /run/systemd/generator.early /etc/systemd/system /etc/systemd/system.attached /run/systemd/system \
  /run/systemd/system.attached /run/systemd/generator /usr/local/lib/systemd/system /usr/lib/systemd/system \
  /lib/systemd/system /run/systemd/generator.late; do
  for unit in docker.service docker.socket podman.service podman.socket; do
    add "$folder/$unit" content
  done
  for dropins in service.d socket.d docker.service.d docker.socket.d podman.service.d podman.socket.d; do
    add "$folder/$dropins" names
    for file in "$folder/$dropins"/*.conf; do
      if [ -e "$file" ] || [ -L "$file" ]; then add "$file" content; fi
    done
  done
done

for folder in /etc/docker/certs.d /etc/containers/certs.d; do
  add "$folder" names
  for registry in "$folder"/*; do
    if [ -d "$registry" ]; then
      add "$registry" names
      for file in "$registry"/*.crt; do
        if [ -e "$file" ] || [ -L "$file" ]; then add "$file"; fi
      done
    fi
  done
done

add /etc/audit/rules.d names
for file in /etc/audit/rules.d/*.rules; do
  if [ -e "$file" ]; then add "$file" content; fi
done

# Below /proc/self, every program sees itself, so its link is not listed.
emit /proc/self/mountinfo content
for parameter in kernel/osrelease kernel/dmesg_restrict kernel/kptr_restrict kernel/randomize_va_space \
  kernel/unprivileged_bpf_disabled kernel/yama/ptrace_scope fs/protected_hardlinks fs/protected_symlinks \
  user/max_user_namespaces; do
  emit "/proc/sys/$parameter" content
done
emit /sys/fs/cgroup/cgroup.controllers
emit /sys/fs/cgroup/memory

cmdline=''
for process in /proc/[0-9]*; do
  if [ "$(cat "$process/comm" 2>/dev/null)" = dockerd ]; then
    emit "$process/comm" content
    emit "$process/cmdline" content
    cmdline="$process/cmdline"
    break
  fi
done
for settings in /etc/docker/daemon.json $cmdline /etc/systemd/system/docker.service \
  /etc/systemd/system/docker.service.d/*.conf /lib/systemd/system/docker.service /etc/default/docker \
  /etc/sysconfig/docker /etc/containers/storage.conf; do
  [ -r "$settings" ] || continue
  found=$(named_in "$settings")
  while IFS= read -r path; do
    if [ -n "$path" ]; then add "$path"; fi
  done <<END
$found
END
done

if loaded=$(auditctl -l 2>/dev/null); then
  printf ',\n  {"command": "auditctl -l", "hex": "%s"}' "$(printf '%s\n' "$loaded" | od -An -v -tx1 | tr -d ' \n')"
fi
printf '\n]\n'
