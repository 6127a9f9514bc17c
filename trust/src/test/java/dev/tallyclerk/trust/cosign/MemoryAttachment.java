package dev.tallyclerk.trust.cosign;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.AttachedBlob;
import dev.tallyclerk.evidence.AttachedManifest;
import dev.tallyclerk.evidence.Attachment;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An artifact in memory. Content that is not there is wrong; content that is null cannot be read. */
public final class MemoryAttachment implements Attachment {
    private final Place place;
    private final List<AttachedBlob> layers = new ArrayList<>();
    private final Map<Digest, Optional<byte[]>> content = new HashMap<>();
    private int reads;

    private MemoryAttachment(Place place) {
        this.place = place;
    }

    public static MemoryAttachment at(Place place) {
        return new MemoryAttachment(place);
    }

    public MemoryAttachment with(String mediaType, byte[] bytes, Map<String, String> annotations) {
        Digest digest = Digest.sha256Of(bytes);
        content.put(digest, Optional.of(bytes));
        layers.add(new AttachedBlob(mediaType, digest, bytes.length, annotations));
        return this;
    }

    public MemoryAttachment withMissing(String mediaType, long size) {
        layers.add(new AttachedBlob(mediaType, Digest.sha256Of(new byte[] {7}), size, Map.of()));
        return this;
    }

    public MemoryAttachment withUnreadable(String mediaType) {
        Digest digest = Digest.sha256Of(new byte[] {8});
        content.put(digest, Optional.empty());
        layers.add(new AttachedBlob(mediaType, digest, 1, Map.of()));
        return this;
    }

    public int reads() {
        return reads;
    }

    @Override
    public Place place() {
        return place;
    }

    @Override
    public Digest digest() {
        return Digest.sha256Of(new byte[0]);
    }

    @Override
    public long size() {
        return 0;
    }

    @Override
    public String listedType() {
        return "a hint";
    }

    @Override
    public String origin() {
        return "memory";
    }

    @Override
    public AttachedManifest manifest() throws EvidenceException {
        if (layers.isEmpty()) {
            throw new EvidenceException(Reason.UNSUPPORTED, "no image manifest");
        }
        return new AttachedManifest("", "", Optional.empty(), Map.of(), layers);
    }

    @Override
    public byte[] read(AttachedBlob blob) throws EvidenceException, IOException {
        reads++;
        Optional<byte[]> bytes = content.get(blob.digest());
        if (bytes == null) {
            throw new EvidenceException(Reason.CONTENT_WRONG, "missing " + blob.digest());
        }
        return bytes.orElseThrow(() -> new IOException("unreadable")).clone();
    }
}
