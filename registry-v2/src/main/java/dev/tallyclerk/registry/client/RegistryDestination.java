package dev.tallyclerk.registry.client;

import dev.tallyclerk.http.Cancellation;
import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.image.CopyException;
import dev.tallyclerk.registry.image.CopyException.Reason;
import dev.tallyclerk.registry.image.ImageContent;
import dev.tallyclerk.registry.image.ImageDestination;
import dev.tallyclerk.registry.model.Descriptor;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
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
    public void write(ImageContent content) throws IOException {
        Descriptor root = content.root();
        if (reference.digest().isPresent() && !reference.digest().get().equals(root.digest())) {
            throw new CopyException(
                    Reason.UNSUPPORTED, root.digest(), reference + " cannot stand for " + root.digest());
        }
        writeBlobs(content);
        ManifestPush push = new ManifestPush(session, path);
        List<Descriptor> manifests = content.manifests();
        for (Descriptor manifest : manifests.subList(0, manifests.size() - 1)) {
            push.put(manifest, content.manifest(manifest), manifest.digest().toString());
        }
        content.knownAs(push.put(
                root,
                content.manifest(root),
                reference.tag().orElse(root.digest().toString())));
    }

    /** When one blob fails, the calls for the others end at once. */
    private void writeBlobs(ImageContent content) throws IOException {
        Cancellation all = Cancellation.within(session.settings().http().cancellation());
        RepositoryWriter writer = new RepositoryWriter(
                session.with(session.settings().withHttp(http -> http.withCancellation(all))), path);
        String from = mountable(content);
        AtomicBoolean failed = new AtomicBoolean();
        content.forEachBlob(blob -> {
            boolean written = false;
            try {
                write(content, blob, writer, from);
                written = true;
            } catch (HttpException e) {
                // The blob that made this one be given up says why.
                if (e.reason() != HttpException.Reason.CANCELLED || !failed.get()) {
                    throw e;
                }
            } finally {
                if (!written) {
                    failed.set(true);
                    all.cancel();
                }
            }
        });
    }

    private static void write(ImageContent content, Descriptor blob, RepositoryWriter writer, @Nullable String from)
            throws IOException {
        if (content.mayBeHadElsewhere(blob)) {
            // image-spec v1.1.1, layer.md, Non-Distributable Layers: they SHOULD NOT be pushed.
            content.leaveOut(blob);
            return;
        }
        try (SentContent sent = SentContent.of(blob, () -> content.open(blob))) {
            writer.push(blob, sent, from);
        }
    }

    /** {@return the repository of this registry in which the source has the image, or null} */
    private @Nullable String mountable(ImageContent content) {
        return content.reference()
                .filter(source -> source.domain().equals(reference.domain()))
                .map(Reference::path)
                .orElse(null);
    }
}
