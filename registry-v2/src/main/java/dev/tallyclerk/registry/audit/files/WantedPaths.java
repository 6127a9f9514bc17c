package dev.tallyclerk.registry.audit.files;

import dev.tallyclerk.internal.text.Words;
import java.util.Set;

/** The files whose content the built-in rules look at. */
final class WantedPaths {
    private static final Set<String> FILES = Words.set("""
            etc/alpine-release etc/apk/repositories etc/apt/apt.conf etc/apt/sources.list etc/crontab
            etc/debian_version etc/dnf/dnf.conf etc/doas.conf etc/environment etc/group etc/gshadow etc/ld.so.conf
            etc/ld.so.preload etc/master.passwd etc/os-release etc/passwd etc/redhat-release etc/shadow
            etc/ssh/sshd_config etc/sudoers etc/yum.conf etc/zypp/zypp.conf
            usr/etc/ssh/sshd_config usr/etc/sudoers usr/lib/os-release
            """);

    private static final Set<String> FOLDERS = Words.set("""
            etc/apk/repositories.d etc/apt/apt.conf.d etc/apt/sources.list.d etc/doas.d etc/ld.so.conf.d
            etc/ssh/sshd_config.d etc/sudoers.d etc/yum.repos.d etc/zypp/repos.d usr/etc/ssh/sshd_config.d
            usr/etc/sudoers.d
            """);

    private WantedPaths() {}

    static boolean contains(String path) {
        int slash = path.lastIndexOf('/');
        if (path.startsWith("etc/") || path.startsWith("usr/etc/") || path.startsWith("usr/lib/os-release")) {
            return FILES.contains(path) || (slash > 0 && FOLDERS.contains(path.substring(0, slash)));
        }
        return isAuthorizedKeys(path);
    }

    static boolean isAuthorizedKeys(String path) {
        boolean isNamed = path.endsWith("/authorized_keys") || path.endsWith("/authorized_keys2");
        return isNamed && ("/" + path).contains("/.ssh/");
    }
}
