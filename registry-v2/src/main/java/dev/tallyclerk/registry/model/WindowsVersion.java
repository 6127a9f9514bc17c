package dev.tallyclerk.registry.model;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which Windows containers a Windows host runs.
 *
 * @see <a
 *     href="https://learn.microsoft.com/en-us/virtualization/windowscontainers/deploy-containers/version-compatibility">Windows
 *     container version compatibility</a>
 */
final class WindowsVersion {
    /** From Windows Server 2022 on, a host runs the containers of every build from that one to its own. */
    private static final int SERVER_2022 = 20348;

    private static final Pattern VERSION =
            Pattern.compile("([0-9]{1,3})\\.([0-9]{1,3})\\.([0-9]{1,5})(?:\\..*)?", Pattern.DOTALL);

    private final int major;
    private final int minor;
    private final int build;

    private WindowsVersion(int major, int minor, int build) {
        this.major = major;
        this.minor = minor;
        this.build = build;
    }

    /** {@return whether a host of one version runs a container of the other; empty texts say none} */
    static boolean runs(String host, String container) {
        WindowsVersion wanted = parse(host);
        if (wanted.isUnknown() || container.isEmpty()) {
            return true;
        }
        WindowsVersion offered = parse(container);
        if (wanted.major != offered.major || wanted.minor != offered.minor) {
            return false;
        }
        return wanted.build < SERVER_2022
                ? wanted.build == offered.build
                : offered.build >= SERVER_2022 && offered.build <= wanted.build;
    }

    private static WindowsVersion parse(String text) {
        Matcher matcher = VERSION.matcher(text);
        return matcher.matches()
                ? new WindowsVersion(
                        Integer.parseInt(matcher.group(1)),
                        Integer.parseInt(matcher.group(2)),
                        Integer.parseInt(matcher.group(3)))
                : new WindowsVersion(0, 0, 0);
    }

    private boolean isUnknown() {
        return major == 0 && minor == 0 && build == 0;
    }
}
