package dev.tallyclerk.trust.publish;

import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.trust.publish.PublishException.Reason;
import dev.tallyclerk.trust.tuf.metadata.TufLimits;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a repository has published. Each document is verified by the keys of its delegator before it is used, except for
 * its expiry: an expired document can be renewed. For one thread.
 */
final class RepositoryState implements Delegators.Lookup {
    private static final TufLimits LIMITS = TufLimits.defaults();

    private final RepositoryFiles files;
    private final @Nullable SignedDocument root;
    private final @Nullable SignedDocument previousRoot;
    private final @Nullable SignedDocument timestamp;
    private final @Nullable SignedDocument snapshot;
    private final Map<String, Optional<SignedDocument>> targets = new HashMap<>();

    private RepositoryState(RepositoryFiles files, long rootVersion) throws PublishException, IOException {
        this.files = files;
        if (rootVersion == 0) {
            root = null;
            previousRoot = null;
            timestamp = null;
            snapshot = null;
            return;
        }
        root = load(files, "root", rootVersion);
        RoleSigners.ofRoot(root.signed(), "root").require(root, Reason.NOT_TRUSTED);
        previousRoot = rootVersion == 1 ? null : load(files, "root", rootVersion - 1);
        if (previousRoot != null) {
            RoleSigners.ofRoot(previousRoot.signed(), "root").require(root, Reason.NOT_TRUSTED);
        }
        timestamp = load(files, "timestamp", 1);
        requireSignedForARoot(timestamp);
        JsonObject meta = Members.read(
                timestamp.signed(),
                in -> in.required("meta").required("snapshot.json").object());
        snapshot = load(files, "snapshot", Members.number(meta, "version"));
        requireSignedForARoot(snapshot);
    }

    static RepositoryState read(RepositoryFiles files) throws PublishException, IOException {
        return new RepositoryState(files, files.newestRoot());
    }

    private static SignedDocument load(RepositoryFiles files, String role, long version)
            throws PublishException, IOException {
        String name = SignedDocument.fileName(role, version);
        Optional<byte[]> file = files.read(name);
        if (file.isEmpty()) {
            throw PublishException.of(Reason.NO_REPOSITORY, "the repository has no file " + name);
        }
        int most = role.equals("snapshot") ? LIMITS.snapshotBytes() : LIMITS.targetsBytes();
        SignedDocument document = SignedDocument.read(role, file.get(), most);
        if (!role.equals("timestamp") && document.version() != version) {
            throw PublishException.of(Reason.MALFORMED, name + " has version " + document.version());
        }
        return document;
    }

    /** A publication that was interrupted between a new root and its timestamp leaves files for the root before. */
    private void requireSignedForARoot(SignedDocument document) throws PublishException {
        SignedDocument newest = root;
        if (newest == null) {
            return;
        }
        RoleSigners signers = RoleSigners.ofRoot(newest.signed(), document.role());
        if (!signers.isMetBy(document)
                && (previousRoot == null
                        || !RoleSigners.ofRoot(previousRoot.signed(), document.role())
                                .isMetBy(document))) {
            throw PublishException.of(Reason.NOT_TRUSTED, signers.missing(document));
        }
    }

    Optional<SignedDocument> root() {
        return Optional.ofNullable(root);
    }

    Optional<SignedDocument> timestamp() {
        return Optional.ofNullable(timestamp);
    }

    Optional<SignedDocument> snapshot() {
        return Optional.ofNullable(snapshot);
    }

    /** {@return the version that is published for a role; 0 if none was} */
    long version(String role) throws PublishException {
        switch (role) {
            case "root" -> {
                return root == null ? 0 : root.version();
            }
            case "timestamp" -> {
                return timestamp == null ? 0 : timestamp.version();
            }
            case "snapshot" -> {
                return snapshot == null ? 0 : snapshot.version();
            }
            default -> {
                JsonObject meta = meta();
                Optional<JsonObject> entry = Members.object(meta, role + ".json");
                return entry.isEmpty() ? 0 : Members.number(entry.get(), "version");
            }
        }
    }

    /** {@return the files that the snapshot lists} */
    JsonObject meta() {
        return snapshot == null
                ? Members.EMPTY
                : Members.object(snapshot.signed(), "meta").orElse(Members.EMPTY);
    }

    /** {@return the root or the published targets metadata of a role, verified; empty if nothing delegates to it} */
    Optional<SignedDocument> document(String role) throws PublishException, IOException {
        if (role.equals("root")) {
            return root();
        }
        Optional<SignedDocument> known = targets.get(role);
        if (known == null) {
            known = loadTargets(role);
            targets.put(role, known);
        }
        return known;
    }

    private Optional<SignedDocument> loadTargets(String role) throws PublishException, IOException {
        long version = version(role);
        if (version == 0) {
            return Optional.empty();
        }
        if (role.equals("targets")) {
            SignedDocument top = load(files, role, version);
            requireSignedForARoot(top);
            return Optional.of(top);
        }
        Optional<String> delegator = Delegators.find(role, this);
        if (delegator.isEmpty()) {
            return Optional.empty();
        }
        SignedDocument document = load(files, role, version);
        Optional<RoleSigners> signers =
                RoleSigners.ofDelegator(delegator.get(), signed(delegator.get()).orElse(Members.EMPTY), role);
        if (signers.isPresent()) {
            signers.get().require(document, Reason.NOT_TRUSTED);
        }
        return Optional.of(document);
    }

    @Override
    public Optional<JsonObject> signed(String role) throws PublishException, IOException {
        return document(role).map(SignedDocument::signed);
    }
}
