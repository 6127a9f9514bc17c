package dev.tallyclerk.registry.audit.files;

import dev.tallyclerk.internal.text.Words;
import java.util.Set;

/** The files whose content the built-in rules look at. */
final class WantedPaths {
    private static final Set<String> FILES = Words.set("""
            etc/alpine-release etc/apk/config etc/apk/repositories etc/apt/apt.conf etc/apt/sources.list etc/crontab
            etc/debian_version etc/dnf/dnf.conf etc/doas.conf etc/environment etc/group etc/gshadow etc/ld.so.conf
            etc/ld.so.preload etc/lsb-release etc/master.passwd etc/os-release etc/passwd etc/redhat-release etc/shadow
            etc/pacman.conf etc/ssh/sshd_config etc/sudoers etc/tdnf/tdnf.conf etc/yum.conf etc/zypp/zypp.conf
            usr/etc/ssh/sshd_config usr/etc/sudoers usr/lib/os-release
            """);

    private static final Set<String> FOLDERS = Words.set("""
            etc/apk/repositories.d etc/apt/apt.conf.d etc/apt/sources.list.d etc/doas.d etc/ld.so.conf.d
            etc/ssh/sshd_config.d etc/sudoers.d etc/yum.repos.d etc/zypp/repos.d usr/etc/ssh/sshd_config.d
            usr/etc/sudoers.d
            """);

    private static final String ETC = "/etc/";

    private WantedPaths() {}

    static Set<String> files() {
        return FILES;
    }

    static Set<String> folders() {
        return FOLDERS;
    }

    /** {@return whether a path of a layer may be that of a file in another {@code etc}, to which a link leads} */
    static boolean mayBe(String path) {
        int etc = path.lastIndexOf(ETC);
        return contains(path) || (etc >= 0 && contains(path.substring(etc + 1)));
    }

    static boolean contains(String path) {
        int slash = path.lastIndexOf('/');
        if (path.startsWith("etc/") || path.startsWith("usr/etc/") || path.startsWith("usr/lib/os-release")) {
            // A file of sudo may include others beside it.
            return FILES.contains(path)
                    || path.startsWith("etc/sudoers.")
                    || (slash > 0 && FOLDERS.contains(path.substring(0, slash)));
        }
        return isAuthorizedKeys(path);
    }

    static boolean isAuthorizedKeys(String path) {
        boolean isNamed = path.endsWith("/authorized_keys") || path.endsWith("/authorized_keys2");
        return isNamed && ("/" + path).contains("/.ssh/");
    }
}
