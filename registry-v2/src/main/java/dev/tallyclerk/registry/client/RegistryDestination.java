package dev.tallyclerk.registry.client;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.Cancellation;
import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.image.ImageContent;
import dev.tallyclerk.registry.image.ImageDestination;
import dev.tallyclerk.registry.image.ImageException;
import dev.tallyclerk.registry.image.ImageException.Reason;
import dev.tallyclerk.registry.image.SourceBlob;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.MediaType;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** An image's name in a registry. Safe for use by several threads. */
final class RegistryDestination implements ImageDestination {
    private final Reference reference;
    private final RegistrySession session;
    private final String path;

    RegistryDestination(Reference reference, RegistrySession session) {
        this.reference = reference;
        this.session = session;
        this.path = reference.path();
    }

    @Override
    public String name() {
        return reference.toString();
    }

    @Override
    public ImageDestination beside(Digest digest) {
        return new RegistryDestination(Reference.parse(reference.name() + "@" + digest), session);
    }

    @Override
    public ImageDestination beside(String tag) {
        return new RegistryDestination(Reference.parse(reference.name() + ":" + tag), session);
    }

    @Override
    public Session begin(ImageContent image, CompletionStage<?> end) throws ImageException {
        Descriptor root = image.root();
        if (reference.digest().isPresent() && !reference.digest().get().equals(root.digest())) {
            throw new ImageException(
                    Reason.UNSUPPORTED, root.digest(), reference + " cannot refer to " + root.digest());
        }
        return new Push(image, end);
    }

    /** The push of one image. When the copy fails, its calls end at once. */
    private final class Push implements Session {
        private final ImageContent image;
        private final CompletionStage<?> end;
        private final RepositoryWriter writer;

        /** The repository of this registry in which the source has the image, or null. */
        private final @Nullable String from;

        Push(ImageContent image, CompletionStage<?> end) {
            Cancellation all = Cancellation.within(session.settings().http().cancellation());
            end.whenComplete((result, failure) -> all.cancel());
            this.image = image;
            this.end = end;
            this.writer = new RepositoryWriter(session.withHttp(http -> http.withCancellation(all)), path);
            this.from = image.reference()
                    .filter(source -> source.domain().equals(reference.domain()))
                    .map(Reference::path)
                    .orElse(null);
        }

        @Override
        public boolean isParallel() {
            return true;
        }

        @Override
        public List<Descriptor> order() {
            return image.blobs();
        }

        @Override
        public Outcome take(SourceBlob blob) throws IOException {
            Descriptor descriptor = blob.descriptor();
            if (MediaType.isNondistributable(descriptor.mediaType())
                    && !descriptor.urls().isEmpty()) {
                return Outcome.LEFT_OUT;
            }
            try (SentContent sent = SentContent.of(descriptor, blob::open)) {
                return writer.push(descriptor, sent, from)
                        .map(outcome ->
                                outcome == RepositoryWriter.BlobOutcome.SENT ? Outcome.COPIED : Outcome.ALREADY_THERE)
                        .orElse(Outcome.LEFT_OUT);
            } catch (HttpException e) {
                if (e.reason() == HttpException.Reason.CANCELLED
                        && end.toCompletableFuture().isDone()) {
                    return Outcome.LEFT_OUT; // the blob that failed first says why
                }
                throw e;
            }
        }

        @Override
        public Digest commit() throws IOException {
            ManifestPush push = new ManifestPush(session, path);
            List<Descriptor> manifests = image.manifests();
            for (Descriptor manifest : manifests.subList(0, manifests.size() - 1)) {
                push.put(manifest, image.manifest(manifest), manifest.digest().toString());
            }
            Descriptor root = image.root();
            return push.put(
                    root,
                    image.manifest(root),
                    reference.tag().orElse(root.digest().toString()));
        }
    }
}
