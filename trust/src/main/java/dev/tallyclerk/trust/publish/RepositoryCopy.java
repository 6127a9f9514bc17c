package dev.tallyclerk.trust.publish;

import dev.tallyclerk.trust.publish.PublishException.Reason;
import dev.tallyclerk.trust.tuf.metadata.TufLimits;
import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Writes the published files of a repository to another place. For one thread. */
final class RepositoryCopy {
    private static final String TIMESTAMP = "timestamp.json";
    private static final String ROOT = "root";
    private static final String SUFFIX = ".json";

    private final RepositoryFiles from;
    private final RepositoryState state;
    private final RepositoryFiles to;

    RepositoryCopy(RepositoryFiles from, RepositoryFiles to) throws PublishException, IOException {
        this.from = from;
        this.state = RepositoryState.read(from);
        this.to = to;
    }

    void write() throws PublishException, IOException {
        try (Closeable claim = to.claim()) {
            Objects.requireNonNull(claim, "claim");
            byte[] timestamp = required(TIMESTAMP);
            Optional<byte[]> before = to.read(TIMESTAMP);
            if (before.isPresent()) {
                requireEarlier(before.get(), timestamp);
            }
            Map<String, byte[]> first = new LinkedHashMap<>();
            for (String name : state.meta().members().keySet()) {
                add(name.substring(0, name.length() - SUFFIX.length()), first);
            }
            add("snapshot", first);
            Map<String, byte[]> last = new LinkedHashMap<>();
            for (long version = state.version(ROOT); version > 0; version--) {
                String name = SignedDocument.fileName(ROOT, version);
                // The first root shows that there is a repository, so of a new copy it comes last.
                if (!isThere(name)) {
                    (before.isPresent() || version == 1 ? last : first).put(name, required(name));
                }
            }
            write(first, last, timestamp, before);
        }
    }

    private void write(Map<String, byte[]> first, Map<String, byte[]> roots, byte[] timestamp, Optional<byte[]> before)
            throws PublishException, IOException {
        Map<String, byte[]> last = new LinkedHashMap<>();
        if (before.isEmpty()) {
            last.put(TIMESTAMP, timestamp);
        }
        for (long version = 1; version <= state.version(ROOT); version++) {
            String name = SignedDocument.fileName(ROOT, version);
            byte[] root = roots.get(name);
            if (root != null) {
                last.put(name, root);
            }
        }
        if (before.isPresent() && !Arrays.equals(before.get(), timestamp)) {
            last.put(TIMESTAMP, timestamp);
        }
        if (!first.isEmpty() || !last.isEmpty()) {
            to.publish(first, last);
        }
    }

    private void requireEarlier(byte[] there, byte[] timestamp) throws PublishException, IOException {
        String firstRoot = SignedDocument.fileName(ROOT, 1);
        Optional<byte[]> root = to.read(firstRoot);
        if (root.isPresent() && !Arrays.equals(root.get(), required(firstRoot))) {
            throw PublishException.of(Reason.CONFLICT, to.name() + " has another repository, with another first root");
        }
        int most = TufLimits.defaults().timestampBytes();
        long theirs = SignedDocument.read("timestamp", there, most).version();
        long ours = SignedDocument.read("timestamp", timestamp, most).version();
        if (theirs > ours || (theirs == ours && !Arrays.equals(there, timestamp))) {
            throw PublishException.of(
                    Reason.CONFLICT,
                    to.name() + " has timestamp version " + theirs + ", and " + from.name() + " has " + ours
                            + "; a copy never gets older metadata");
        }
    }

    /** A role to which nothing delegates any more stays in the snapshot; its file need not be there. */
    private void add(String role, Map<String, byte[]> files) throws PublishException, IOException {
        String name = SignedDocument.fileName(role, state.version(role));
        Optional<byte[]> content = from.read(name);
        if (content.isEmpty()
                && !role.equals("snapshot")
                && state.document(role).isEmpty()) {
            return;
        }
        if (!isThere(name)) {
            files.put(name, required(name));
        }
    }

    private boolean isThere(String name) throws PublishException, IOException {
        byte[] content = required(name);
        return to.read(name).filter(there -> Arrays.equals(there, content)).isPresent();
    }

    private byte[] required(String name) throws PublishException, IOException {
        return from.read(name)
                .orElseThrow(() -> PublishException.of(Reason.NO_REPOSITORY, from.name() + " has no file " + name));
    }
}
