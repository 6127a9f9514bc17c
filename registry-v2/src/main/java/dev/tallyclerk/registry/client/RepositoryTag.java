package dev.tallyclerk.registry.client;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.ArtifactTag;
import dev.tallyclerk.evidence.AttachedBlob;
import dev.tallyclerk.evidence.Attachment;
import dev.tallyclerk.evidence.NewBlob;
import dev.tallyclerk.evidence.TagConflictException;
import dev.tallyclerk.evidence.TaggedContent;
import dev.tallyclerk.http.RequestBody;
import dev.tallyclerk.registry.attachment.AttachmentLimits;
import dev.tallyclerk.registry.attachment.ListedAttachment;
import dev.tallyclerk.registry.attachment.StoredAttachments;
import dev.tallyclerk.registry.internal.reference.ReferenceParts;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MediaType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A tag of a repository, read without mirrors. Safe for use by several threads if the client is. */
final class RepositoryTag implements ArtifactTag {
    private static final byte[] NO_CONFIG = "{}".getBytes(StandardCharsets.UTF_8);

    private final Repository repository;
    private final String tag;

    RepositoryTag(Repository repository, String tag) {
        ReferenceParts.requireTag(tag);
        this.repository = repository.withoutMirrors();
        this.tag = tag;
    }

    @Override
    public String name() {
        return repository + ":" + tag;
    }

    @Override
    public Optional<Attachment> current() throws IOException {
        return repository.manifestClaim(tag).map(claim -> {
            String type = MediaType.isValid(claim.mediaType()) ? claim.mediaType() : MediaType.OCI_MANIFEST;
            Descriptor manifest = Descriptor.of(type, claim.digest(), claim.size());
            return StoredAttachments.one(
                    new RepositoryAttachments(repository),
                    new ListedAttachment(Attachment.Place.OWN_TAG, manifest, name()),
                    AttachmentLimits.defaults()
                            .withMaxManifestBytes(DocumentLimits.defaults().maxManifestBytes()));
        });
    }

    @Override
    public void replace(Attachment current, TaggedContent content) throws IOException {
        write(content, current.digest());
    }

    @Override
    public void create(TaggedContent content) throws IOException {
        if (!content.kept().isEmpty()) {
            throw new IllegalArgumentException("a new artifact keeps no layers of another one");
        }
        write(content, null);
    }

    private void write(TaggedContent content, @Nullable Digest expected) throws IOException {
        requireAt(expected);
        RepositoryWriter writer = repository.writer();
        ImageManifest.Builder manifest = ImageManifest.builder(push(writer, MediaType.OCI_EMPTY, NO_CONFIG))
                .artifactType(content.artifactType());
        for (AttachedBlob blob : content.kept()) {
            manifest.layer(
                    Descriptor.of(blob.mediaType(), blob.digest(), blob.size()).withAnnotations(blob.annotations()));
        }
        for (NewBlob blob : content.added()) {
            manifest.layer(push(writer, blob.mediaType(), blob.content()).withAnnotations(blob.annotations()));
        }
        ImageManifest built = manifest.build();
        requireAt(expected);
        requireAt(writer.pushManifest(built, tag).digest());
    }

    private static Descriptor push(RepositoryWriter writer, String mediaType, byte[] content) throws IOException {
        Descriptor blob = Descriptor.ofContent(mediaType, content);
        writer.pushBlob(blob, RequestBody.of(content));
        return blob;
    }

    private void requireAt(@Nullable Digest expected) throws IOException {
        Digest found = repository.manifestClaim(tag).map(ManifestClaim::digest).orElse(null);
        if (found == null ? expected != null : !found.equals(expected)) {
            throw new TagConflictException(name() + " refers to " + (found == null ? "nothing" : found)
                    + ", and not to " + (expected == null ? "nothing" : expected) + "; another program has changed it");
        }
    }
}
