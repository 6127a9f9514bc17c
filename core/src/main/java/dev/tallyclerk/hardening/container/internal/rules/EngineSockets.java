package dev.tallyclerk.hardening.container.internal.rules;

import dev.tallyclerk.hardening.container.internal.reader.HostPath;
import dev.tallyclerk.hardening.engine.ListenAddress;
import dev.tallyclerk.internal.text.Words;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The API sockets of container engines: the usual ones, and those of a known engine. */
public final class EngineSockets {
    private static final Set<String> NAMES = Words.set("""
            docker.sock docker.sock.raw docker.raw.sock docker.proxy.sock containerd.sock podman.sock crio.sock
            dockershim.sock cri-dockerd.sock buildkitd.sock containerd.sock.ttrpc containerd-fuse-overlayfs.sock nri.sock
            libvirt-sock libvirt-admin-sock virtqemud-sock virtqemud-admin-sock virtlxcd-sock lxd-user.sock
            """);

    /** Sockets whose name alone does not tell what they are. */
    private static final List<HostPath> OTHERS = HostPath.list("""
            /var/snap/lxd/common/lxd/unix.socket /var/snap/lxd/common/lxd-user/unix.socket /var/lib/lxd/unix.socket
            /var/lib/incus/unix.socket /run/incus/unix.socket
            """);

    /** Folders in which each socket is one that the engine or its host obeys. */
    private static final HostPath PLUGINS = HostPath.of("/run/docker/plugins");

    /** Named pipes of Windows, which ignores case. */
    private static final Set<String> PIPES = Words.set("""
            containerd-containerd docker_engine docker_engine_linux docker_engine_windows dockerdesktoplinuxengine
            dockerdesktopwindowsengine podman-machine-default
            """);

    private static final List<HostPath> USUAL = HostPath.list("""
            /run/docker.sock /run/docker/containerd/containerd.sock /run/containerd/containerd.sock
            /run/podman/podman.sock /run/crio/crio.sock /run/k3s/containerd/containerd.sock /run/k0s/containerd.sock
            /run/buildkit/buildkitd.sock /run/cri-dockerd.sock /run/dockershim.sock /run/nri/nri.sock
            /run/libvirt/libvirt-sock /run/incus/unix.socket /var/snap/lxd/common/lxd/unix.socket
            /run/docker/plugins/any.sock
            """);

    /** Folders of which a mount of the folder itself counts; those above them hold much else. */
    private static final List<HostPath> FOLDERS = HostPath.list("/var/lib/lxd /var/lib/incus /run/docker/plugins");

    private static final HostPath VAR = HostPath.of("/var");
    private static final HostPath USERS = HostPath.of("/run/user");

    /** The folders of rootless engines, below a user's folder. */
    private static final Set<String> OF_USERS = Set.of("buildkit", "containerd", "docker", "podman");

    private final Set<HostPath> ownSockets;
    private final Set<String> ownPipes;

    private EngineSockets(Set<HostPath> ownSockets, Set<String> ownPipes) {
        this.ownSockets = ownSockets;
        this.ownPipes = ownPipes;
    }

    /** {@return the usual sockets, and those of an engine with these addresses} */
    public static EngineSockets of(List<ListenAddress> listeners) {
        return new EngineSockets(
                addresses("unix", listeners).collect(Collectors.toSet()),
                addresses("npipe", listeners).map(EngineSockets::pipeName).collect(Collectors.toSet()));
    }

    private static Stream<HostPath> addresses(String protocol, List<ListenAddress> listeners) {
        return listeners.stream()
                .filter(listener -> listener.protocol().equals(protocol))
                .map(listener -> HostPath.of(listener.address()))
                .filter(path -> !path.lastStep().isEmpty());
    }

    private static String name(HostPath path) {
        String last = path.lastStep();
        return last.substring(last.lastIndexOf('\\') + 1);
    }

    private static String pipeName(HostPath path) {
        return name(path).toLowerCase(Locale.ROOT);
    }

    /** {@return whether a path is the socket of an engine} */
    public boolean has(HostPath path) {
        String pipe = pipeName(path);
        return NAMES.contains(name(path))
                || PIPES.contains(pipe)
                || OTHERS.contains(path)
                || (path.isBelow(PLUGINS) && path.text().endsWith(".sock"))
                || ownSockets.contains(path)
                || ownPipes.contains(pipe);
    }

    /**
     * {@return whether a socket is usually below a folder, or this engine's is: {@code /var} contains the link
     * {@code /var/run}, and each folder below {@code /run/user} may contain the socket of a rootless engine}
     */
    public boolean mayBeBelow(HostPath folder) {
        return folder.equals(VAR)
                || isOfUsers(folder)
                || FOLDERS.contains(folder)
                || Stream.concat(USUAL.stream(), ownSockets.stream()).anyMatch(socket -> socket.isBelow(folder));
    }

    private static boolean isOfUsers(HostPath folder) {
        if (!folder.isBelow(USERS)) {
            return folder.equals(USERS);
        }
        String ofUser = folder.text().substring(USERS.text().length() + 1);
        int slash = ofUser.indexOf('/');
        return slash < 0 || OF_USERS.contains(ofUser.substring(slash + 1));
    }
}
