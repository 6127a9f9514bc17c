package dev.tallyclerk.examples.fleet.spark;

import dev.tallyclerk.registry.verify.LayerResults;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The results of a few layers in memory. Belongs to one thread. */
final class ResultMap implements LayerResults {
    private final Map<String, byte[]> results = new HashMap<>();

    void put(String key, byte[] result) {
        results.put(key, result);
    }

    Map<String, byte[]> all() {
        return results;
    }

    @Override
    public Optional<InputStream> find(String key) {
        return Optional.ofNullable(results.get(key)).map(ByteArrayInputStream::new);
    }

    @Override
    public void save(String key, Content content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        content.writeTo(bytes);
        results.put(key, bytes.toByteArray());
    }
}
