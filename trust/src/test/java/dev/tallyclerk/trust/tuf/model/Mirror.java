package dev.tallyclerk.trust.tuf.model;

import dev.tallyclerk.trust.fetch.BodyTooLargeException;
import dev.tallyclerk.trust.fetch.MetadataFetcher;
import dev.tallyclerk.trust.fetch.TargetFetcher;
import dev.tallyclerk.trust.tuf.model.ReferenceClient.Stop;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Answers with what is published, but for the names where somebody else has a say. */
final class Mirror implements MetadataFetcher {
    final Map<String, byte[]> published = new HashMap<>();
    final Map<String, MetadataFetcher> overruled = new HashMap<>();

    /** The target files that are published, by the names that clients ask for. */
    final Map<String, byte[]> targets = new TreeMap<>();

    final Map<String, TargetFetcher> overruledTargets = new HashMap<>();
    private final List<String> requests = new ArrayList<>();
    private boolean reachable = true;

    /** {@return one that nobody can ask} */
    static Mirror unreachable() {
        Mirror mirror = new Mirror();
        mirror.reachable = false;
        return mirror;
    }

    @Override
    public Optional<byte[]> fetch(String fileName, int maxBytes) throws IOException {
        if (!reachable) {
            throw new IOException("offline");
        }
        requests.add(fileName);
        MetadataFetcher other = overruled.get(fileName);
        if (other != null) {
            return other.fetch(fileName, maxBytes);
        }
        byte[] file = published.get(fileName);
        if (file != null && file.length > maxBytes) {
            throw new BodyTooLargeException(fileName, maxBytes);
        }
        return Optional.ofNullable(file);
    }

    Optional<InputStream> openTarget(String path) throws IOException {
        if (!reachable) {
            throw new IOException("offline");
        }
        requests.add(path);
        TargetFetcher other = overruledTargets.get(path);
        return other != null
                ? other.open(path)
                : Optional.ofNullable(targets.get(path)).map(ByteArrayInputStream::new);
    }

    /** {@return as much of a target file as is needed to tell whether it has that length} */
    Optional<byte[]> target(String path, long length, String role) throws Stop {
        try {
            Optional<InputStream> file = openTarget(path);
            return file.isEmpty() ? Optional.empty() : Optional.of(file.get().readNBytes((int) length + 1));
        } catch (IOException e) {
            throw new Stop(role, "5.7.3");
        }
    }

    /** Nobody has a say any more. */
    void restore() {
        overruled.clear();
        overruledTargets.clear();
    }

    void answer(String fileName, byte[] file) {
        overruled.put(fileName, (name, maxBytes) -> {
            if (file.length > maxBytes) {
                throw new BodyTooLargeException(name, maxBytes);
            }
            return Optional.of(file);
        });
    }

    /** {@return the file names that were asked for since the last call} */
    List<String> takeRequests() {
        List<String> taken = List.copyOf(requests);
        requests.clear();
        return taken;
    }
}
