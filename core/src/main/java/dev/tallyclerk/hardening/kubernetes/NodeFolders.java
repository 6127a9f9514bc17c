package dev.tallyclerk.hardening.kubernetes;

import dev.tallyclerk.internal.text.Words;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/** The folders of a node that no pod should see. */
final class NodeFolders {
    private static final Set<String> SOCKETS =
            Set.of("docker.sock", "containerd.sock", "podman.sock", "crio.sock", "dockershim.sock");
    private static final Set<String> FOLDERS_OF_SOCKETS =
            Set.of("/", "/run", "/var", "/run/docker", "/run/containerd", "/run/crio", "/run/podman");
    private static final List<String> SENSITIVE = Words.list("""
            /boot /dev /etc /lib /lib64 /proc /sys /usr /root /var/lib/docker /var/lib/containerd /run/containerd
            /var/lib/kubelet /var/lib/etcd /var/log /var/spool/cron
            """);

    private NodeFolders() {}

    static boolean isEngineSocket(String path) {
        String clean = clean(path);
        return SOCKETS.contains(clean.substring(clean.lastIndexOf('/') + 1));
    }

    static boolean holdsEngineSocket(String path) {
        return FOLDERS_OF_SOCKETS.contains(clean(path));
    }

    static boolean isSensitive(String path) {
        String clean = clean(path);
        return clean.equals("/")
                || SENSITIVE.stream()
                        .anyMatch(folder -> clean.equals(folder)
                                || clean.startsWith(folder + "/")
                                || folder.startsWith(clean + "/"));
    }

    /** {@return the path without dots and double slashes, with {@code /run} for the link {@code /var/run}} */
    private static String clean(String path) {
        Deque<String> steps = new ArrayDeque<>();
        for (String step : path.split("/", -1)) {
            if (step.equals("..")) {
                steps.pollLast();
            } else if (!step.isEmpty() && !step.equals(".")) {
                steps.addLast(step);
            }
        }
        String clean = "/" + String.join("/", steps);
        boolean isRun = clean.equals("/var/run") || clean.startsWith("/var/run/");
        return isRun ? clean.substring("/var".length()) : clean;
    }
}
