package dev.tallyclerk.benchmarks;

import dev.sigstore.json.JsonParseException;
import dev.sigstore.tuf.Fetcher;
import dev.sigstore.tuf.FileSystemTufStore;
import dev.sigstore.tuf.MetaFetcher;
import dev.sigstore.tuf.MetaStore;
import dev.sigstore.tuf.PassthroughCacheMetaStore;
import dev.sigstore.tuf.TrustedMetaStore;
import dev.sigstore.tuf.Updater;
import dev.sigstore.tuf.encryption.Verifiers;
import dev.sigstore.tuf.model.SignedTufMeta;
import dev.sigstore.tuf.model.TufMeta;
import dev.tallyclerk.trust.fetch.MetadataFetcher;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The TUF client of sigstore-java, with a store in memory or in files. */
final class SigstoreTuf {
    private SigstoreTuf() {}

    /** Refreshes an empty store from the first root; the return value depends on the result. */
    static long refresh(TufRepository repository) throws IOException, JsonParseException {
        return refresh(repository.file("1.root.json"), repository);
    }

    /** The same with the client's own store of files, in a new folder. */
    static long refresh(TufRepository repository, Path folder) throws IOException, JsonParseException {
        refresh(
                repository.file("1.root.json"),
                repository,
                FileSystemTufStore.newFileSystemStore(folder, Files.createDirectory(folder.resolve("targets"))));
        return folder.hashCode();
    }

    static long refresh(byte[] root, MetadataFetcher repository) throws IOException, JsonParseException {
        Memory memory = new Memory();
        refresh(root, repository, memory);
        return memory.files.size();
    }

    private static void refresh(byte[] root, MetadataFetcher repository, MetaStore store)
            throws IOException, JsonParseException {
        Updater.builder()
                .setClock(Clock.systemUTC())
                .setVerifiers(Verifiers::newVerifier)
                .setTrustedRootPath(() -> new String(root, StandardCharsets.UTF_8))
                .setMetaFetcher(MetaFetcher.newFetcher(new Fetched(repository)))
                .setTrustedMetaStore(
                        TrustedMetaStore.newTrustedMetaStore(PassthroughCacheMetaStore.newPassthroughMetaCache(store)))
                .build()
                .updateMeta();
    }

    private record Fetched(MetadataFetcher repository) implements Fetcher {
        @Override
        public String getSource() {
            return "memory";
        }

        @Override
        @SuppressWarnings("NullAway") // null says that the file is missing
        public byte[] fetchResource(String name, int maxBytes) throws IOException {
            return repository.fetch(name, maxBytes).orElse(null);
        }
    }

    private static final class Memory implements MetaStore {
        private final Map<String, SignedTufMeta<? extends TufMeta>> files = new HashMap<>();

        @Override
        public String getIdentifier() {
            return "memory";
        }

        @Override
        public <T extends SignedTufMeta<? extends TufMeta>> Optional<T> readMeta(String role, Class<T> type) {
            return Optional.ofNullable(files.get(role)).map(type::cast);
        }

        @Override
        public void writeMeta(String role, SignedTufMeta<? extends TufMeta> meta) {
            files.put(role, meta);
        }

        @Override
        public void clearMeta(String role) {
            files.remove(role);
        }
    }
}
