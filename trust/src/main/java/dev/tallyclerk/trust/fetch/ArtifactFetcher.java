package dev.tallyclerk.trust.fetch;

import dev.tallyclerk.evidence.ArtifactTag;
import dev.tallyclerk.evidence.AttachedBlob;
import dev.tallyclerk.evidence.Attachment;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.trust.internal.artifact.MetadataArtifact;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Fetches metadata from the layers of an artifact.
 *
 * <p>A client asks for the next root and for the timestamp at the beginning of a refresh; then this looks at the tag.
 * The artifact before is kept too, so that what a client reads meanwhile belongs together.
 */
final class ArtifactFetcher implements MetadataFetcher {
    private static final int KEPT = 2;

    private final ArtifactTag tag;
    private volatile List<MetadataArtifact> newest = List.of();

    ArtifactFetcher(ArtifactTag tag) {
        this.tag = tag;
    }

    @Override
    public Optional<byte[]> fetch(String fileName, int maxBytes) throws IOException {
        boolean begins = fileName.equals("timestamp.json") || fileName.endsWith(".root.json");
        List<MetadataArtifact> known = newest;
        try {
            if (begins || known.isEmpty()) {
                known = look(known);
                newest = known;
            }
            for (MetadataArtifact artifact : known) {
                Optional<AttachedBlob> layer = artifact.layer(fileName);
                if (layer.isPresent()) {
                    if (layer.get().size() > maxBytes) {
                        throw new BodyTooLargeException(fileName, maxBytes);
                    }
                    return Optional.of(artifact.artifact().read(layer.get()));
                }
            }
            return Optional.empty();
        } catch (EvidenceException e) {
            throw new IOException(e.reason() + ": " + e.getMessage(), e);
        }
    }

    private List<MetadataArtifact> look(List<MetadataArtifact> before) throws EvidenceException, IOException {
        Optional<Attachment> found = tag.current();
        if (found.isEmpty()) {
            return List.of();
        }
        List<MetadataArtifact> now = new ArrayList<>();
        boolean isSame = !before.isEmpty()
                && before.get(0).artifact().digest().equals(found.get().digest());
        // Each answer of the tag has a limit of its own on the bytes that are read.
        now.add(isSame ? new MetadataArtifact(found.get(), before.get(0).layers()) : MetadataArtifact.of(found.get()));
        for (MetadataArtifact each : before.subList(isSame ? 1 : 0, before.size())) {
            if (now.size() < KEPT) {
                now.add(each);
            }
        }
        return List.copyOf(now);
    }
}
