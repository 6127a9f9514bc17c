package dev.tallyclerk.registry.client;

import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.layout.CopyException;
import dev.tallyclerk.registry.layout.CopyException.Reason;
import dev.tallyclerk.registry.layout.ImageContent;
import dev.tallyclerk.registry.layout.ImageDestination;
import dev.tallyclerk.registry.model.Descriptor;
import java.io.IOException;
import java.util.List;
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
            throw new CopyException(Reason.UNSUPPORTED, reference + " cannot stand for " + root.digest());
        }
        RepositoryWriter writer = new RepositoryWriter(session, path);
        String from = mountable(content);
        for (Descriptor blob : content.blobs()) {
            if (content.mayBeHadElsewhere(blob)) {
                // image-spec v1.1.1, layer.md, Non-Distributable Layers: they SHOULD NOT be pushed.
                content.leaveOut(blob);
                continue;
            }
            try (SentContent sent = SentContent.of(blob, () -> content.open(blob))) {
                writer.push(blob, sent, from);
            }
        }
        ManifestPush push = new ManifestPush(session, path);
        List<Descriptor> manifests = content.manifests();
        for (Descriptor manifest : manifests.subList(0, manifests.size() - 1)) {
            push.put(manifest, content.manifest(manifest), manifest.digest().toString());
        }
        push.put(
                root,
                content.manifest(root),
                reference.tag().orElse(root.digest().toString()));
    }

    /** {@return the repository of this registry in which the source has the image, or null} */
    private @Nullable String mountable(ImageContent content) {
        return content.reference()
                .filter(source -> source.domain().equals(reference.domain()))
                .map(Reference::path)
                .orElse(null);
    }
}
