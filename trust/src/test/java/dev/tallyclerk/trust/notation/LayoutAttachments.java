package dev.tallyclerk.trust.notation;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.AttachedBlob;
import dev.tallyclerk.evidence.AttachedManifest;
import dev.tallyclerk.evidence.Attachment;
import dev.tallyclerk.evidence.AttachmentSource;
import dev.tallyclerk.evidence.Attachments;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The referrers in a folder in the form of an OCI layout. */
final class LayoutAttachments implements AttachmentSource {
    private final Path layout;

    LayoutAttachments(Path layout) {
        this.layout = layout;
    }

    @Override
    public Attachments attachments(Digest subject) throws IOException {
        List<Attachment> found = new ArrayList<>();
        try {
            for (JsonCursor entry : json(Files.readAllBytes(layout.resolve("index.json")))
                    .required("manifests")
                    .elements()) {
                Digest digest = Digest.parse(entry.required("digest").string());
                Found attachment = new Found(digest, entry.required("size").integer(0, 1_000_000), layout);
                if (attachment.manifest().subject().equals(Optional.of(subject))) {
                    found.add(attachment);
                }
            }
        } catch (JsonException e) {
            throw new IOException(e);
        }
        return new Attachments(found, List.of());
    }

    private static JsonCursor json(byte[] document) throws JsonException {
        return JsonCursor.parse(document, JsonLimits.ofBytes(1_000_000));
    }

    private record Found(Digest digest, long size, Path layout) implements Attachment {
        @Override
        public Place place() {
            return Place.REFERRERS;
        }

        @Override
        public String listedType() {
            return "";
        }

        @Override
        public String origin() {
            return "layout, " + digest;
        }

        @Override
        public AttachedManifest manifest() throws IOException {
            try {
                JsonCursor manifest = json(blob(digest));
                List<AttachedBlob> blobs = new ArrayList<>();
                for (JsonCursor layer : manifest.required("layers").elements()) {
                    blobs.add(new AttachedBlob(
                            layer.required("mediaType").string(),
                            Digest.parse(layer.required("digest").string()),
                            layer.required("size").integer(0, Long.MAX_VALUE),
                            Map.of()));
                }
                Optional<JsonCursor> type = manifest.optional("artifactType");
                Optional<JsonCursor> subject = manifest.optional("subject");
                return new AttachedManifest(
                        type.isPresent() ? type.get().string() : "",
                        manifest.required("config").required("mediaType").string(),
                        subject.isPresent()
                                ? Optional.of(Digest.parse(
                                        subject.get().required("digest").string()))
                                : Optional.empty(),
                        Map.of(),
                        blobs);
            } catch (JsonException e) {
                throw new IOException(e);
            }
        }

        @Override
        public byte[] read(AttachedBlob blob) throws EvidenceException, IOException {
            return blob(blob.digest());
        }

        private byte[] blob(Digest digest) throws IOException {
            return Files.readAllBytes(layout.resolve("blobs/sha256").resolve(digest.encoded()));
        }
    }
}
