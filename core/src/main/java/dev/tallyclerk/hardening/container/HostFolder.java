package dev.tallyclerk.hardening.container;

import dev.tallyclerk.hardening.container.internal.reader.HostPath;
import dev.tallyclerk.hardening.container.internal.rules.EngineSockets;
import dev.tallyclerk.hardening.container.internal.rules.HostControl;
import dev.tallyclerk.hardening.container.internal.rules.SensitivePaths;
import java.util.List;
import java.util.Optional;

/**
 * A file or folder of a host that a container may be given: what that means for the host.
 *
 * <p>The lists are those of the RUN rules, for the usual places of Linux, Docker Desktop and Windows; the sockets and
 * data folders that an engine has elsewhere are not among them.
 *
 * @param path an absolute path in normal form: without {@code .}, {@code ..} and double slashes, and with {@code /run}
 *     for {@code /var/run}
 */
public record HostFolder(String path) {
    private static final EngineSockets USUAL = EngineSockets.of(List.of());

    /** Brings the path into its normal form. */
    public HostFolder {
        path = HostPath.of(path).text();
    }

    /**
     * {@return the folder at a path}
     *
     * @param path an absolute path in any form
     */
    public static HostFolder of(String path) {
        return new HostFolder(path);
    }

    /** {@return whether it is the socket of a container engine, through which everyone becomes root} */
    public boolean isEngineSocket() {
        return USUAL.has(HostPath.of(path));
    }

    /** {@return whether the socket of a container engine is usually below it} */
    public boolean holdsEngineSocket() {
        return USUAL.mayBeBelow(HostPath.of(path));
    }

    /** {@return whether it is, is in, or contains a folder that no container should see} */
    public boolean isSensitive() {
        return SensitivePaths.touches(HostPath.of(path), Optional.empty());
    }

    /** {@return whether who may write there controls the host} */
    public boolean givesControl() {
        HostPath place = HostPath.of(path);
        return HostControl.isBySocket(place) || HostControl.isByWriting(place, Optional.empty());
    }

    /** {@return the path} */
    @Override
    public String toString() {
        return path;
    }
}
