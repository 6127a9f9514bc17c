package dev.tallyclerk.trust.tuf.internal.state;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The files of delegated roles by name. Immutable: adding a file to n others copies log n of them on average, so a
 * search through thousands of roles stays cheap.
 */
public final class VerifiedRoles {
    static final VerifiedRoles NONE = new VerifiedRoles(List.of(), Instant.MAX, 0);

    /** Each is larger than the next one. They are never changed. */
    private final List<Map<String, VerifiedTargets>> layers;

    private final Instant expires;
    private final long bytes;

    private VerifiedRoles(List<Map<String, VerifiedTargets>> layers, Instant expires, long bytes) {
        this.layers = layers;
        this.expires = expires;
        this.bytes = bytes;
    }

    /** {@return these with the file of another role} */
    VerifiedRoles with(VerifiedTargets file) {
        Map<String, VerifiedTargets> last = new HashMap<>();
        last.put(file.role().name(), file);
        List<Map<String, VerifiedTargets>> next = new ArrayList<>(layers);
        while (!next.isEmpty() && next.get(next.size() - 1).size() <= last.size()) {
            last.putAll(next.remove(next.size() - 1));
        }
        next.add(last);
        Instant end = file.content().expires();
        return new VerifiedRoles(next, end.isBefore(expires) ? end : expires, bytes + file.length());
    }

    /** {@return these with the expiry of another file, which was relied on too} */
    VerifiedRoles expiringWith(VerifiedTargets file) {
        Instant other = file.content().expires();
        return other.isBefore(expires) ? new VerifiedRoles(layers, other, bytes) : this;
    }

    /** {@return no files, but still the expiry of these} */
    VerifiedRoles cleared() {
        return new VerifiedRoles(List.of(), expires, 0);
    }

    /**
     * {@return when the first of the files expires, including those that were dropped; {@link Instant#MAX} if there is
     * none}
     */
    Instant expires() {
        return expires;
    }

    /** {@return the total length of the files in bytes} */
    long bytes() {
        return bytes;
    }

    /** {@return the file of a role, or null} */
    public @Nullable VerifiedTargets get(String name) {
        for (Map<String, VerifiedTargets> layer : layers) {
            VerifiedTargets found = layer.get(name);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    public void forEach(Consumer<VerifiedTargets> action) {
        layers.forEach(layer -> layer.values().forEach(action));
    }
}
