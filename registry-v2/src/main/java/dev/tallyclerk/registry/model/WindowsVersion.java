package dev.tallyclerk.registry.model;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The compatibility of Windows containers and hosts.
 *
 * @see <a
 *     href="https://learn.microsoft.com/en-us/virtualization/windowscontainers/deploy-containers/version-compatibility">Windows
 *     container version compatibility</a>
 */
final class WindowsVersion {
    /** From Windows Server 2022 on, a host runs containers of all builds from that one to its own. */
    private static final int SERVER_2022 = 20348;

    private static final int PARTS = 3;

    private static final Pattern VERSION =
            Pattern.compile("([0-9]{1,3})\\.([0-9]{1,3})\\.([0-9]{1,5})(?:\\..*)?", Pattern.DOTALL);

    private WindowsVersion() {}

    /** {@return whether a host of one version runs a container of the other; an empty or unknown text matches all} */
    static boolean runs(String host, String container) {
        int[] wanted = parse(host);
        if (container.isEmpty() || Arrays.equals(wanted, new int[PARTS])) {
            return true;
        }
        int[] offered = parse(container);
        if (wanted[0] != offered[0] || wanted[1] != offered[1]) {
            return false;
        }
        return wanted[2] < SERVER_2022 ? wanted[2] == offered[2] : offered[2] >= SERVER_2022 && offered[2] <= wanted[2];
    }

    /** {@return major, minor and build; zeros if {@code text} is no version} */
    private static int[] parse(String text) {
        int[] version = new int[PARTS];
        Matcher matcher = VERSION.matcher(text);
        for (int i = 0; matcher.matches() && i < PARTS; i++) {
            version[i] = Integer.parseInt(matcher.group(i + 1));
        }
        return version;
    }
}
