package dev.tallyclerk.trust.policy;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.AttachedBlob;
import dev.tallyclerk.evidence.AttachedManifest;
import dev.tallyclerk.evidence.Attachment;
import dev.tallyclerk.evidence.EvidenceException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An attached artifact that several requirements look at: the manifest is read once, and so are the layers while there
 * is room. For one thread.
 */
final class AttachedOnce implements Attachment {
    private final Attachment attachment;
    private final Room room;
    private final Map<Digest, byte[]> blobs = new HashMap<>();
    private @Nullable AttachedManifest manifest;
    private @Nullable EvidenceException failure;

    /** The bytes that may still be kept, for all artifacts of an image. */
    static final class Room {
        private long bytes;

        Room(long bytes) {
            this.bytes = bytes;
        }

        boolean take(int wanted) {
            if (wanted > bytes) {
                return false;
            }
            bytes -= wanted;
            return true;
        }
    }

    AttachedOnce(Attachment attachment, Room room) {
        this.attachment = attachment;
        this.room = room;
    }

    @Override
    public Place place() {
        return attachment.place();
    }

    @Override
    public Digest digest() {
        return attachment.digest();
    }

    @Override
    public long size() {
        return attachment.size();
    }

    @Override
    public String listedType() {
        return attachment.listedType();
    }

    @Override
    public String origin() {
        return attachment.origin();
    }

    @Override
    public AttachedManifest manifest() throws EvidenceException, IOException {
        if (failure != null) {
            throw failure;
        }
        AttachedManifest known = manifest;
        if (known == null) {
            try {
                known = attachment.manifest();
            } catch (EvidenceException e) {
                failure = e;
                throw e;
            }
            manifest = known;
        }
        return known;
    }

    @Override
    public byte[] read(AttachedBlob blob) throws EvidenceException, IOException {
        byte[] known = blobs.get(blob.digest());
        if (known != null && known.length == blob.size()) {
            return known.clone();
        }
        byte[] read = attachment.read(blob);
        if (room.take(read.length)) {
            blobs.put(blob.digest(), read.clone());
        }
        return read;
    }
}
