package dev.tallyclerk.internal.subject;

import dev.tallyclerk.internal.text.Words;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** Names that a policy allows, some of which stand for several. */
public final class AllowedNames {
    /** The OCI runtimes that are allowed unless a policy says otherwise. */
    public static final List<String> RUNTIMES = Words.list("""
            runc crun runsc* kata* sysbox-runc krun io.containerd.runc.* io.containerd.runsc.* io.containerd.kata*
            """);

    /** Those of them that put a kernel of their own, or a user namespace, between a container and its host. */
    private static final List<String> SANDBOXES =
            Words.list("runsc* kata* sysbox-runc krun io.containerd.runsc.* io.containerd.kata*");

    private AllowedNames() {}

    /** {@return whether a runtime is allowed; {@code *} at the end of an allowed name stands for any ending} */
    public static boolean hasRuntime(Collection<String> allowed, String name) {
        return allowed.stream().anyMatch(one -> one.endsWith("*") ? startsWith(one, name) : one.equals(name));
    }

    /** {@return whether a runtime is gVisor, Kata, Sysbox or libkrun, which isolate more strictly than runc} */
    public static boolean isSandbox(String runtime) {
        return hasRuntime(SANDBOXES, runtime.substring(runtime.lastIndexOf('/') + 1));
    }

    /**
     * {@return whether a cgroup is allowed}
     *
     * @param allowed absolute paths, which include everything below them; names that end in {@code *}, which matches
     *     any ending; other names, which match exactly
     * @param name the cgroup
     */
    public static boolean hasCgroup(Collection<String> allowed, String name) {
        return allowed.stream().anyMatch(one -> matches(one, name));
    }

    private static boolean matches(String allowed, String name) {
        if (allowed.equals(name)) {
            return true;
        }
        // A path that leads out of the folder is not below it.
        if (Arrays.asList(name.split("/", -1)).contains("..")) {
            return false;
        }
        return allowed.endsWith("*")
                ? startsWith(allowed, name)
                : allowed.startsWith("/") && name.startsWith(allowed.endsWith("/") ? allowed : allowed + '/');
    }

    private static boolean startsWith(String allowed, String name) {
        return name.startsWith(allowed.substring(0, allowed.length() - 1));
    }
}
