package dev.tallyclerk.trust.tuf.model;

import dev.tallyclerk.trust.tuf.MetadataFetcher;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Answers with what is published, but for the names where somebody else has a say. */
final class Mirror implements MetadataFetcher {
    final Map<String, byte[]> published = new HashMap<>();
    final Map<String, MetadataFetcher> overruled = new HashMap<>();
    private final List<String> requests = new ArrayList<>();

    @Override
    public Optional<byte[]> fetch(String fileName, int maxBytes) throws IOException {
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
