package dev.tallyclerk.registry.model;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** The documents in {@code testdata/registry}. */
final class TestDocuments {
    private TestDocuments() {}

    static byte[] read(String name) throws IOException {
        try (InputStream in = TestDocuments.class.getResourceAsStream("/testdata/registry/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }
}
