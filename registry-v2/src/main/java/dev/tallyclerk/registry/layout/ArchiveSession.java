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
import java.util.function.Consumer;

/** The writing of one image into an archive, whose entries are sorted by path. */
class ArchiveSession implements ImageDestination.Session {
    private final ArchiveFile archive;
    private final ImageContent image;
    private final Consumer<Descriptor> entry;

    /** Documents whose turn has not come, by path. */
    private final SortedMap<String, byte[]> documents = new TreeMap<>();

    private boolean begun;

    /**
     * Writes nothing yet.
     *
     * @param entry puts the root into the archive's indexes, once all else is written
     */
    ArchiveSession(ArchiveFile archive, ImageContent image, Consumer<Descriptor> entry) {
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
        Descriptor descriptor = blob.descriptor();
        String path = LayoutFiles.blobPath(descriptor.digest());
        if (archive.has(path)) {
            return Outcome.ALREADY_THERE;
        }
        Optional<VerifyingInputStream> content = blob.open();
        if (content.isEmpty()) {
            return Outcome.LEFT_OUT;
        }
        try (VerifyingInputStream in = content.get()) {
            write(documents.headMap(path));
            archive.add(path, in, descriptor.size());
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
        entry.accept(image.root());
        archive.endImage();
        return image.root().digest();
    }
}
