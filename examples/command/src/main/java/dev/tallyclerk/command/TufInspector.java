package dev.tallyclerk.command;

import dev.tallyclerk.command.TufInspection.InspectedFile;
import dev.tallyclerk.command.TufInspection.Verdict;
import dev.tallyclerk.trust.tuf.TrustedMetadata;
import dev.tallyclerk.trust.tuf.UnverifiedMetadata;
import dev.tallyclerk.trust.tuf.metadata.Root;
import dev.tallyclerk.trust.tuf.metadata.Snapshot;
import dev.tallyclerk.trust.tuf.metadata.Timestamp;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the metadata files of a folder and verifies each by those before it. For one use. */
final class TufInspector {
    /** Before every time of expiry, because expired metadata is shown too, and marked. */
    private static final Instant ANY_AGE = Instant.MIN;

    private final MetadataFolder folder;
    private final List<InspectedFile> files = new ArrayList<>();
    private @Nullable TrustedMetadata state;

    private TufInspector(MetadataFolder folder) {
        this.folder = folder;
    }

    /** A step of the client workflow. */
    @FunctionalInterface
    private interface Step {
        TrustedMetadata run(TrustedMetadata state, byte[] file) throws TufException;
    }

    /**
     * Inspects the folder of a client or of a repository.
     *
     * @param root the trusted root, or null for the first one in the folder
     */
    static TufInspection folder(MetadataFolder folder, @Nullable Path root, Instant now) throws IOException {
        TufInspector inspector = new TufInspector(folder);
        Path anchor = root == null ? folder.firstRoot() : root;
        inspector.roots(anchor);
        inspector.timestamp();
        inspector.snapshotAndTargets();
        String why = root == null
                ? "trusted only because it is in this folder; --root FILE names one that you trust"
                : "trusted because --root names it";
        return new TufInspection(folder.toString(), why, now, inspector.files);
    }

    /** Inspects a single file; only a root can be checked alone, by its own keys. */
    static TufInspection file(Path file, Instant now) throws IOException {
        TufInspector inspector =
                new TufInspector(MetadataFolder.of(file.toAbsolutePath().getParent()));
        byte[] bytes = MetadataFolder.read(file);
        String name = String.valueOf(file.getFileName());
        UnverifiedMetadata content = MetadataFolder.content(bytes);
        if (content == null || content.content() instanceof Root) {
            inspector.anchor(name, bytes);
        } else {
            inspector.add(name, Verdict.NOT_VERIFIED, "a single file; give its folder to verify it", content);
        }
        return new TufInspection(file.toString(), "a single file: nothing vouches for it", now, inspector.files);
    }

    private void add(String name, Verdict verdict, String why, @Nullable UnverifiedMetadata content) {
        files.add(InspectedFile.of(name, verdict, why, content));
    }

    private void roots(@Nullable Path anchor) throws IOException {
        if (anchor == null) {
            add("root.json", Verdict.MISSING, "no root in this folder", null);
            return;
        }
        anchor(String.valueOf(anchor.getFileName()), MetadataFolder.read(anchor));
        Path newest = anchor;
        for (Path next = nextRoot(); next != null; next = nextRoot()) {
            newest = next;
            take(next, "signed by its own keys and those of the root before it", TrustedMetadata::updateRoot);
        }
        Path kept = folder.clientRoot();
        if (kept != null && Files.mismatch(kept, newest) >= 0) {
            UnverifiedMetadata content = MetadataFolder.content(MetadataFolder.read(kept));
            add("root.json", Verdict.NOT_VERIFIED, "no chain of roots leads to it", content);
        }
    }

    private @Nullable Path nextRoot() {
        return state == null ? null : folder.root(state.root().version() + 1);
    }

    private void anchor(String name, byte[] file) {
        try {
            state = TrustedMetadata.start(file, TufActions.protocolEngine(), MetadataFolder.limits());
            add(
                    name,
                    Verdict.VERIFIED,
                    "signed by its own keys, which only proves that it is complete",
                    MetadataFolder.content(file));
        } catch (TufException e) {
            add(name, Verdict.REFUSED, Messages.of(e), MetadataFolder.content(file));
        }
    }

    private void take(@Nullable Path path, String why, Step step) throws IOException {
        if (path == null) {
            state = null;
            return;
        }
        String name = String.valueOf(path.getFileName());
        byte[] file = MetadataFolder.read(path);
        UnverifiedMetadata content = MetadataFolder.content(file);
        TrustedMetadata before = state;
        if (before == null) {
            add(name, Verdict.NOT_VERIFIED, "the files it depends on were not verified", content);
            return;
        }
        try {
            state = step.run(before, file);
            add(name, Verdict.VERIFIED, why, content);
        } catch (TufException e) {
            state = null;
            add(name, Verdict.REFUSED, Messages.of(e), content);
        }
    }

    private void takeOrMiss(@Nullable Path path, String name, String why, Step step) throws IOException {
        take(path, why, step);
        if (path == null) {
            add(name, Verdict.MISSING, "not in this folder", null);
        }
    }

    private void timestamp() throws IOException {
        takeOrMiss(
                folder.file("timestamp", null),
                "timestamp.json",
                "signed by the keys of the root",
                (before, file) -> before.updateTimestamp(file, ANY_AGE));
    }

    private void snapshotAndTargets() throws IOException {
        UnverifiedMetadata before = files.get(files.size() - 1).content();
        Long version = before != null && before.content() instanceof Timestamp timestamp
                ? timestamp.snapshot().version()
                : null;
        takeOrMiss(
                folder.file("snapshot", version),
                "snapshot.json",
                "signed by the keys of the root, and the version that the timestamp lists",
                (known, file) -> known.updateSnapshot(file, ANY_AGE));
        InspectedFile shown = files.get(files.size() - 1);
        Snapshot snapshot = shown.content() != null && shown.content().content() instanceof Snapshot of ? of : null;
        takeOrMiss(
                folder.file("targets", snapshot == null ? null : MetadataFolder.versionOf(snapshot, "targets")),
                "targets.json",
                "signed by the keys of the root, and the version that the snapshot lists",
                (known, file) -> known.updateTargets(file, ANY_AGE));
        InspectedFile targets = files.remove(files.size() - 1);
        files.add(new DelegationInspector(folder, snapshot, state).withDelegations(targets, "targets"));
    }
}
