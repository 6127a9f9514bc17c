package dev.tallyclerk.trust.publish;

import java.io.Closeable;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** Files of a repository that are read and not written, for a dry run. */
record UnwrittenFiles(RepositoryFiles files) implements RepositoryFiles {
    @Override
    public String name() {
        return files.name();
    }

    @Override
    public Optional<byte[]> read(String name) throws PublishException, IOException {
        return files.read(name);
    }

    @Override
    public long newestRoot() throws PublishException, IOException {
        return files.newestRoot();
    }

    @Override
    public long unusedSnapshot(long version) throws IOException {
        return files.unusedSnapshot(version);
    }

    @Override
    public void publish(Map<String, byte[]> first, Map<String, byte[]> last) {
        // A dry run ends here.
    }

    @Override
    public Closeable claim() {
        return () -> {};
    }
}
