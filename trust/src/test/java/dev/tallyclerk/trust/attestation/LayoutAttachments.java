package dev.tallyclerk.trust.attestation;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.AttachedBlob;
import dev.tallyclerk.evidence.AttachedManifest;
import dev.tallyclerk.evidence.Attachment;
import dev.tallyclerk.evidence.AttachmentSource;
import dev.tallyclerk.evidence.Attachments;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.evidence.TargetArtifact;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is attached to the images of an OCI layout: cosign's tags, referrers, and the fallback tag of referrers. */
public final class LayoutAttachments implements AttachmentSource {
    private static final String NAME = "org.opencontainers.image.ref.name";

    private final Path layout;

    private LayoutAttachments(Path layout) {
        this.layout = layout;
    }

    /** {@return what is attached in the layout} */
    public static LayoutAttachments of(Path layout) {
        return new LayoutAttachments(layout);
    }

    /** {@return the image that the layout has under a tag} */
    public TargetArtifact image(String tag) throws IOException {
        for (JsonCursor entry : index()) {
            if (name(entry).equals(Optional.of(tag))) {
                return new TargetArtifact(text(entry, "mediaType"), digest(entry), size(entry));
            }
        }
        throw new IOException("no image " + tag + " in " + layout);
    }

    @Override
    public Attachments attachments(Digest subject) throws IOException {
        String tag = "sha256-" + subject.encoded();
        Map<Digest, Attachment> found = new LinkedHashMap<>();
        for (JsonCursor entry : index()) {
            Optional<String> name = name(entry);
            if (name.equals(Optional.of(tag + ".sig"))) {
                found.put(digest(entry), new Entry(entry, Attachment.Place.SIGNATURE_TAG));
            } else if (name.equals(Optional.of(tag + ".att"))) {
                found.put(digest(entry), new Entry(entry, Attachment.Place.ATTESTATION_TAG));
            } else if (name.equals(Optional.of(tag))) {
                for (JsonCursor referrer : list(parse(blob(digest(entry))), "manifests")) {
                    found.putIfAbsent(digest(referrer), new Entry(referrer, Attachment.Place.REFERRERS));
                }
            } else if (name.isEmpty()
                    && new Entry(entry, Attachment.Place.REFERRERS)
                            .document()
                            .subject()
                            .equals(Optional.of(subject))) {
                found.putIfAbsent(digest(entry), new Entry(entry, Attachment.Place.REFERRERS));
            }
        }
        return new Attachments(List.copyOf(found.values()), List.of());
    }

    private List<JsonCursor> index() throws IOException {
        return list(parse(Files.readAllBytes(layout.resolve("index.json"))), "manifests");
    }

    private byte[] blob(Digest digest) throws IOException {
        return Files.readAllBytes(layout.resolve("blobs/sha256").resolve(digest.encoded()));
    }

    private static JsonCursor parse(byte[] document) throws IOException {
        try {
            return JsonCursor.parse(document, JsonLimits.ofBytes(1 << 20));
        } catch (JsonException e) {
            throw new IOException(e);
        }
    }

    private static List<JsonCursor> list(JsonCursor owner, String member) {
        return read(() ->
                owner.optional(member).isPresent() ? owner.required(member).elements() : List.of());
    }

    private static String text(JsonCursor owner, String member) {
        return read(() ->
                owner.optional(member).isPresent() ? owner.required(member).string() : "");
    }

    private static Map<String, String> annotations(JsonCursor owner) {
        return read(() -> owner.optional("annotations").isPresent()
                ? owner.required("annotations").stringMap()
                : Map.of());
    }

    private static Optional<String> name(JsonCursor entry) {
        return Optional.ofNullable(annotations(entry).get(NAME));
    }

    private static Digest digest(JsonCursor entry) {
        return Digest.parse(text(entry, "digest"));
    }

    private static long size(JsonCursor entry) {
        return read(() -> entry.required("size").integer(0, Integer.MAX_VALUE));
    }

    /** Reads a part of a document. */
    private interface Read<T> {
        T read() throws JsonException;
    }

    private static <T> T read(Read<T> read) {
        try {
            return read.read();
        } catch (JsonException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    private final class Entry implements Attachment {
        private final JsonCursor descriptor;
        private final Place place;

        Entry(JsonCursor descriptor, Place place) {
            this.descriptor = descriptor;
            this.place = place;
        }

        @Override
        public Place place() {
            return place;
        }

        @Override
        public Digest digest() {
            return LayoutAttachments.digest(descriptor);
        }

        @Override
        public long size() {
            return LayoutAttachments.size(descriptor);
        }

        @Override
        public String listedType() {
            return text(descriptor, "artifactType");
        }

        @Override
        public String origin() {
            return layout.getFileName() + " " + place;
        }

        @Override
        public AttachedManifest manifest() throws IOException {
            return document();
        }

        private AttachedManifest document() throws IOException {
            JsonCursor manifest = parse(blob(digest()));
            List<AttachedBlob> layers = new ArrayList<>();
            for (JsonCursor layer : list(manifest, "layers")) {
                layers.add(new AttachedBlob(
                        text(layer, "mediaType"),
                        LayoutAttachments.digest(layer),
                        LayoutAttachments.size(layer),
                        annotations(layer)));
            }
            return new AttachedManifest(
                    text(manifest, "artifactType"),
                    LayoutAttachments.read(() -> manifest.optional("config").isPresent()
                            ? text(manifest.required("config"), "mediaType")
                            : ""),
                    LayoutAttachments.read(() -> manifest.optional("subject").map(LayoutAttachments::digest)),
                    annotations(manifest),
                    layers);
        }

        @Override
        public byte[] read(AttachedBlob blob) throws EvidenceException, IOException {
            byte[] content = blob(blob.digest());
            if (content.length != blob.size() || !Digest.sha256Of(content).equals(blob.digest())) {
                throw new EvidenceException(Reason.CONTENT_WRONG, "not the content of " + blob.digest());
            }
            return content;
        }
    }
}
