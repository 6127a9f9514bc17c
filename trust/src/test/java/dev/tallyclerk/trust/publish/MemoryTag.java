package dev.tallyclerk.trust.publish;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.ArtifactTag;
import dev.tallyclerk.evidence.AttachedBlob;
import dev.tallyclerk.evidence.AttachedManifest;
import dev.tallyclerk.evidence.Attachment;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.NewBlob;
import dev.tallyclerk.evidence.TagConflictException;
import dev.tallyclerk.evidence.TaggedContent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An artifact under a tag, in memory. */
final class MemoryTag implements ArtifactTag {
    private final Map<Digest, byte[]> blobs = new HashMap<>();
    private Optional<Artifact> artifact = Optional.empty();

    /** What the tag refers to is that long. */
    record Artifact(MemoryTag tag, Digest digest, List<AttachedBlob> layers) implements Attachment {
        @Override
        public Place place() {
            return Place.OWN_TAG;
        }

        @Override
        public long size() {
            return layers.size();
        }

        @Override
        public String listedType() {
            return "";
        }

        @Override
        public String origin() {
            return tag.name();
        }

        @Override
        public AttachedManifest manifest() {
            return new AttachedManifest("", "", Optional.empty(), Map.of(), layers);
        }

        @Override
        public byte[] read(AttachedBlob blob) throws EvidenceException {
            byte[] content = tag.blobs.get(blob.digest());
            if (content == null) {
                throw new EvidenceException(EvidenceException.Reason.CONTENT_WRONG, "missing");
            }
            return content.clone();
        }
    }

    @Override
    public String name() {
        return "registry.test/metadata:latest";
    }

    @Override
    public Optional<Attachment> current() {
        return artifact.map(each -> each);
    }

    int layers() {
        return artifact.orElseThrow().layers().size();
    }

    /** A registry that returns other bytes than those of the digest is the client's to notice. */
    void lose(Digest blob) {
        blobs.remove(blob);
    }

    @Override
    public void replace(Attachment current, TaggedContent content) throws TagConflictException {
        if (artifact.filter(each -> each.digest().equals(current.digest())).isEmpty()) {
            throw new TagConflictException("the tag has changed");
        }
        put(content);
    }

    @Override
    public void create(TaggedContent content) throws TagConflictException {
        if (artifact.isPresent()) {
            throw new TagConflictException("the tag exists");
        }
        put(content);
    }

    private void put(TaggedContent content) {
        List<AttachedBlob> layers = new ArrayList<>(content.kept());
        for (NewBlob blob : content.added()) {
            Digest digest = Digest.sha256Of(blob.content());
            blobs.put(digest, blob.content());
            layers.add(new AttachedBlob(blob.mediaType(), digest, blob.content().length, blob.annotations()));
        }
        Digest digest = Digest.sha256Of(layers.toString().getBytes(StandardCharsets.UTF_8));
        artifact = Optional.of(new Artifact(this, digest, layers));
    }
}
