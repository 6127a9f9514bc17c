package dev.tallyclerk.trust.publish;

import dev.tallyclerk.trust.fetch.MetadataFetcher;
import java.io.Closeable;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The files of a repository in memory, whose publisher can be made to crash at any step. */
final class MemoryRepository implements SeparateFiles, MetadataFetcher {
    final Map<String, byte[]> files = new TreeMap<>();
    int steps;

    /** The step at which the publisher crashes; 0 for none. */
    int crashAt;

    MemoryRepository() {}

    MemoryRepository(MemoryRepository other) {
        files.putAll(other.files);
    }

    private void step() throws IOException {
        if (++steps == crashAt) {
            throw new IOException("crashed at step " + steps);
        }
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public long unusedSnapshot(long version) {
        return version;
    }

    @Override
    public Optional<byte[]> read(String name) {
        return Optional.ofNullable(files.get(name));
    }

    byte[] firstRoot() {
        return read("1.root.json").orElseThrow();
    }

    @Override
    public long newestRoot() {
        long newest = 0;
        while (files.containsKey((newest + 1) + ".root.json")) {
            newest++;
        }
        return newest;
    }

    @Override
    public void write(String name, byte[] content) throws IOException {
        step();
        files.put(name, content);
        step();
    }

    @Override
    public void sync() throws IOException {
        step();
    }

    @Override
    public Closeable claim() {
        return () -> {};
    }

    @Override
    public Optional<byte[]> fetch(String fileName, int maxBytes) {
        return read(fileName);
    }
}
