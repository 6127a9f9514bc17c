package dev.tallyclerk.internal.command;

import dev.tallyclerk.internal.text.Words;
import java.util.Set;

/** Directories of the system, where an application should have neither volumes nor its working directory. */
public final class SystemFolders {
    /** System directories, including everything below them. */
    private static final Set<String> NO_VOLUMES = Words.set("""
            /bin /boot /dev /etc/alternatives /etc/apk /etc/apt /etc/cron.d /etc/cron.daily /etc/cron.hourly
            /etc/crontab /etc/group /etc/init.d /etc/ld.so.conf.d /etc/pam.d /etc/passwd /etc/pki /etc/profile.d
            /etc/security /etc/shadow /etc/ssh /etc/ssl /etc/sudoers /etc/sudoers.d /etc/systemd /etc/yum.repos.d
            /lib/modules /lib/systemd /proc /sbin /sys /usr/bin /usr/lib/systemd /usr/libexec /usr/local/bin
            /usr/local/sbin /usr/sbin
            """);

    /** System directories below which an image may have its own data. */
    private static final Set<String> NO_VOLUME_ITSELF = Words.set("""
            / /etc /lib /lib64 /root /run /usr /usr/lib /usr/lib64 /usr/local /usr/local/lib /usr/share /var/run
            """);

    /** Directories in which the application's files lie beside those of the system. */
    private static final Set<String> SHARED_WITH_SYSTEM = Set.of("/etc", "/lib", "/lib64", "/usr");

    private static final Set<String> NO_WORKDIR_IN = Set.of("/proc", "/sys", "/boot", "/dev", "/initrd", "/lost+found");
    private static final Set<String> NO_WORKDIR = Set.of("/etc", "/bin", "/sbin", "/usr", "/lib");

    private SystemFolders() {}

    /** {@return whether a volume at this path covers files of the system} */
    public static boolean covers(String path) {
        String clean = ImagePath.clean(path);
        return NO_VOLUME_ITSELF.contains(clean) || ImagePath.isIn(clean, NO_VOLUMES);
    }

    /** {@return whether a path lies below a directory of the system that applications may share} */
    public static boolean shares(String path) {
        return ImagePath.isIn(ImagePath.clean(path), SHARED_WITH_SYSTEM);
    }

    /** {@return whether a clean path should not be a working directory} */
    public static boolean isNoWorkingDirectory(String clean) {
        return NO_WORKDIR.contains(clean) || ImagePath.isIn(clean, NO_WORKDIR_IN);
    }
}
