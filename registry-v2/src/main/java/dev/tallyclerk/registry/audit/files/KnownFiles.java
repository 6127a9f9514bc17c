package dev.tallyclerk.registry.audit.files;

import dev.tallyclerk.internal.text.Words;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The set-ID files and capabilities of distributions' own packages, for policies that accept them.
 *
 * <p>Wolfi, Chainguard, busybox and distroless images have none, and all that are found in them are reported.
 */
final class KnownFiles {
    private static final Set<String> DEBIAN_LIKE = Words.set("debian ubuntu kali raspbian linuxmint pop devuan");

    private static final Set<String> RED_HAT_LIKE =
            Words.set("almalinux amzn centos centos-stream fedora ol openeuler rhel rocky");

    private static final Map<String, Map<String, Set<String>>> FILES = Map.of(
            "FS-001",
            Map.of(
                    "debian",
                    Words.set("""
                            bin/mount bin/su bin/umount usr/bin/chfn usr/bin/chsh usr/bin/fusermount3 usr/bin/gpasswd
                            usr/bin/mount usr/bin/newgidmap usr/bin/newgrp usr/bin/newuidmap usr/bin/passwd
                            usr/bin/pkexec usr/bin/su usr/bin/sudo usr/bin/umount
                            usr/lib/dbus-1.0/dbus-daemon-launch-helper usr/lib/openssh/ssh-keysign
                            usr/lib/polkit-1/polkit-agent-helper-1
                            """),
                    "rhel",
                    Words.set("""
                            usr/bin/chage usr/bin/chfn usr/bin/chsh usr/bin/gpasswd usr/bin/mount usr/bin/newgrp
                            usr/bin/passwd usr/bin/su usr/bin/sudo usr/bin/umount usr/sbin/pam_timestamp_check
                            usr/sbin/unix_chkpwd usr/sbin/userhelper
                            """),
                    "alpine",
                    Words.set("bin/bbsuid sbin/unix_chkpwd usr/bin/sudo"),
                    "suse",
                    Words.set("""
                            usr/bin/chage usr/bin/chfn usr/bin/chsh usr/bin/expiry usr/bin/gpasswd usr/bin/mount
                            usr/bin/newgrp usr/bin/passwd usr/bin/su usr/bin/sudo usr/bin/umount usr/sbin/unix_chkpwd
                            """),
                    "arch",
                    Words.set("""
                            usr/bin/chage usr/bin/chfn usr/bin/chsh usr/bin/expiry usr/bin/gpasswd usr/bin/ksu
                            usr/bin/mount usr/bin/newgrp usr/bin/passwd usr/bin/sg usr/bin/su usr/bin/sudo
                            usr/bin/umount usr/bin/unix_chkpwd usr/lib/dbus-daemon-launch-helper
                            usr/lib/ssh/ssh-keysign
                            """),
                    "photon",
                    Words.set("""
                            usr/bin/chage usr/bin/chfn usr/bin/chsh usr/bin/expiry usr/bin/gpasswd usr/bin/mount
                            usr/bin/newgrp usr/bin/passwd usr/bin/su usr/bin/sudo usr/bin/umount usr/sbin/unix_chkpwd
                            """)),
            "FS-002",
            Map.of(
                    "debian",
                    Words.set("""
                            sbin/unix_chkpwd usr/bin/chage usr/bin/crontab usr/bin/expiry usr/bin/ssh-agent usr/bin/wall usr/bin/write
                            usr/sbin/pam_extrausers_chkpwd usr/sbin/unix_chkpwd
                            """),
                    "rhel",
                    Words.set("usr/bin/write usr/libexec/utempter/utempter"),
                    "suse",
                    Words.set("usr/bin/wall usr/bin/write"),
                    "arch",
                    Words.set("usr/bin/wall usr/bin/write usr/lib/utempter/utempter")),
            "FS-003",
            Map.of(
                    "debian",
                    Words.set("bin/ping usr/bin/ping"),
                    "rhel",
                    Words.set("usr/bin/arping usr/bin/newgidmap usr/bin/newuidmap usr/sbin/clockdiff"),
                    "suse",
                    Words.set("usr/bin/newgidmap usr/bin/newuidmap usr/bin/ping"),
                    "arch",
                    Words.set("usr/bin/newgidmap usr/bin/newuidmap")));

    private static final Set<String> FAMILIES = Set.of("debian", "rhel", "alpine", "suse", "arch", "photon");

    private KnownFiles() {}

    static boolean knows(String rule) {
        return FILES.containsKey(rule);
    }

    static boolean has(String rule, @Nullable Distribution distribution, String path) {
        return distribution != null
                && FILES.getOrDefault(rule, Map.of())
                        .getOrDefault(family(distribution), Set.of())
                        .contains(path);
    }

    private static String family(Distribution distribution) {
        return Stream.concat(Stream.of(distribution.id()), distribution.like().stream())
                .map(KnownFiles::family)
                .filter(FAMILIES::contains)
                .findFirst()
                .orElse("");
    }

    private static String family(String id) {
        if (DEBIAN_LIKE.contains(id)) {
            return "debian";
        }
        if (RED_HAT_LIKE.contains(id)) {
            return "rhel";
        }
        return id.startsWith("opensuse") || id.startsWith("sle") || id.equals("sl-micro") ? "suse" : id;
    }
}
