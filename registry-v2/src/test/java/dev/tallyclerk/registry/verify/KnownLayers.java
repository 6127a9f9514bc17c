package dev.tallyclerk.registry.verify;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A store of results in memory. */
public final class KnownLayers implements LayerResults {
    private final Map<String, byte[]> results = new ConcurrentHashMap<>();
    private final AtomicInteger found = new AtomicInteger();

    /** Creates an empty one. */
    public KnownLayers() {}

    /** {@return the results, which a test may damage} */
    public Map<String, byte[]> results() {
        return results;
    }

    /** {@return how many results were found} */
    public int found() {
        return found.get();
    }

    @Override
    public Optional<InputStream> find(String key) {
        byte[] result = results.get(key);
        if (result == null) {
            return Optional.empty();
        }
        found.incrementAndGet();
        return Optional.of(new ByteArrayInputStream(result));
    }

    @Override
    public void save(String key, Content content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        content.writeTo(out);
        results.put(key, out.toByteArray());
    }
}
