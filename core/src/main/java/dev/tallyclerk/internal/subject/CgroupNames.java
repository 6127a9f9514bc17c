package dev.tallyclerk.internal.subject;

import java.util.Arrays;
import java.util.Collection;

/** Whether a cgroup is among those that a policy allows. */
public final class CgroupNames {
    private CgroupNames() {}

    /**
     * {@return whether one of the allowed names stands for the cgroup}
     *
     * @param allowed absolute paths, which stand for what is below them too; names that end in {@code *}, which stands
     *     for any ending; other names, which stand for themselves
     * @param name of the cgroup
     */
    public static boolean isAmong(Collection<String> allowed, String name) {
        return allowed.stream().anyMatch(one -> matches(one, name));
    }

    private static boolean matches(String allowed, String name) {
        if (allowed.equals(name)) {
            return true;
        }
        // What leads out of a folder again is not below it.
        if (Arrays.asList(name.split("/", -1)).contains("..")) {
            return false;
        }
        return allowed.endsWith("*")
                ? name.startsWith(allowed.substring(0, allowed.length() - 1))
                : allowed.startsWith("/") && name.startsWith(allowed.endsWith("/") ? allowed : allowed + '/');
    }
}
