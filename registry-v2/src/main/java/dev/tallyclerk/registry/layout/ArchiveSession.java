package dev.tallyclerk.registry.layout;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.image.ImageContent;
import dev.tallyclerk.registry.image.ImageDestination;
import dev.tallyclerk.registry.image.ImageDestination.Outcome;
import dev.tallyclerk.registry.image.SourceBlob;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.verify.VerifyingInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** The writing of one image into an archive, whose entries are sorted by path. */
class ArchiveSession implements ImageDestination.Session {
    private final ArchiveFile archive;
    private final ImageContent image;
    private final UnaryOperator<IndexDocument> entry;

    /** Documents whose turn has not come, by path. */
    private final SortedMap<String, byte[]> documents = new TreeMap<>();

    private boolean begun;

    /**
     * Writes nothing yet.
     *
     * @param entry adds the image to the index
     */
    ArchiveSession(ArchiveFile archive, ImageContent image, UnaryOperator<IndexDocument> entry) {
        archive.requireUsable();
        this.archive = archive;
        this.image = image;
        this.entry = entry;
        for (Descriptor manifest : image.manifests()) {
            document(manifest.digest(), image.manifest(manifest));
        }
    }

    /** Has a document written in its turn. */
    final void document(Digest digest, byte[] content) {
        documents.put(LayoutFiles.blobPath(digest), content);
    }

    @Override
    public List<Descriptor> order() {
        return image.blobs();
    }

    @Override
    public Outcome take(SourceBlob blob) throws IOException {
        begin();
        String path = LayoutFiles.blobPath(blob.descriptor().digest());
        if (archive.has(path)) {
            return Outcome.ALREADY_THERE;
        }
        Optional<VerifyingInputStream> content = blob.open();
        if (content.isEmpty()) {
            return Outcome.LEFT_OUT;
        }
        try (VerifyingInputStream in = content.get()) {
            write(documents.headMap(path));
            archive.add(blob.descriptor(), in);
        }
        return Outcome.COPIED;
    }

    private void begin() {
        if (!begun) {
            archive.beginImage();
            begun = true;
        }
    }

    private void write(SortedMap<String, byte[]> due) throws IOException {
        for (Map.Entry<String, byte[]> document : due.entrySet()) {
            archive.add(document.getKey(), document.getValue());
        }
        due.clear();
    }

    @Override
    public Digest commit() throws IOException {
        begin();
        write(documents);
        archive.updateIndex(entry);
        archive.endImage();
        return image.root().digest();
    }
}
