package dev.tallyclerk.registry.proxy;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.AttachmentSource;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.attachment.AttachmentLimits;
import dev.tallyclerk.registry.image.FetchedManifest;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.verify.store.VerifiedBlob;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** An image as the proxy gives it, for the policy to look at: what it reads is in the cache when it is given. */
final class ProxiedImage implements ImageSource {
    private final View view;
    private final Reference name;
    private final Digest root;
    private final Documents documents;
    private final Blobs blobs;
    private final ImageSource upstream;

    ProxiedImage(View view, Reference name, Digest root, Documents documents, Blobs blobs) {
        this.view = view;
        this.name = name;
        this.root = root;
        this.documents = documents;
        this.blobs = blobs;
        this.upstream = view.client().image(view.name(root));
    }

    @Override
    public String name() {
        return name.toString();
    }

    @Override
    public Optional<Reference> reference() {
        return Optional.of(name);
    }

    @Override
    public ResolvedDigest resolve() {
        return ResolvedDigest.of(root, "the registry " + view.upstream().registry());
    }

    @Override
    public Optional<Digest> fixedDigest() {
        return name.digest();
    }

    @Override
    public Optional<FetchedManifest> unverifiedManifest(Digest digest, int maxBytes) throws IOException {
        try {
            return documents.byDigest(view, digest).map(Document::fetched);
        } catch (Refusal e) {
            throw new IOException(e.message(), e);
        }
    }

    @Override
    public Optional<InputStream> unverifiedBlob(Descriptor descriptor) throws IOException {
        return unverifiedBlob(descriptor, 0);
    }

    @Override
    public Optional<InputStream> unverifiedBlob(Descriptor descriptor, long offset) throws IOException {
        Digest digest = descriptor.digest();
        long size = descriptor.size();
        if (!digest.algorithm().isSupported()) {
            return upstream.unverifiedBlob(descriptor, offset);
        }
        try {
            Optional<VerifiedBlob> kept = blobs.kept(view, digest, size);
            if (kept.isPresent()) {
                return Optional.of(closing(kept.get(), offset));
            }
            return Optional.of(blobs.fetched(view, digest, size, new ByteRange(offset, size - offset)));
        } catch (Refusal e) {
            if (e.status() == 404) {
                return Optional.empty();
            }
            throw new IOException(e.message(), e);
        } catch (IOException e) {
            if (Blobs.isOfTheStore(e)) {
                return upstream.unverifiedBlob(descriptor, offset);
            }
            if (Failures.isMissing(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static InputStream closing(VerifiedBlob blob, long offset) {
        return new FilterInputStream(blob.stream(offset, blob.size() - offset)) {
            @Override
            public void close() throws IOException {
                blob.close();
            }
        };
    }

    @Override
    public AttachmentSource attachments(AttachmentLimits limits) {
        return upstream.attachments(limits);
    }

    @Override
    public void close() throws IOException {
        upstream.close();
    }
}
