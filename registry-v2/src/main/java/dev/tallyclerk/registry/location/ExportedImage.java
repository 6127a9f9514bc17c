package dev.tallyclerk.registry.location;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.image.FetchedManifest;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layout.DockerArchive;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.Platform;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The only image of a docker archive that was written to be read once. Closing it deletes the archive. */
final class ExportedImage implements ImageSource {
    private final ImageSource image;
    private final Path archive;
    private final String name;
    private final @Nullable Reference reference;

    private ExportedImage(ImageSource image, Path archive, String name, @Nullable Reference reference) {
        this.image = image;
        this.archive = archive;
        this.name = name;
        this.reference = reference;
    }

    static ImageSource open(Path archive, String name, @Nullable Reference reference) throws IOException {
        DockerArchive opened = null;
        try {
            opened = DockerArchive.open(archive).forOneImage();
            return new ExportedImage(opened.requireImage(), archive, name, reference);
        } catch (IOException | RuntimeException e) {
            if (opened != null) {
                opened.close();
            }
            Files.deleteIfExists(archive);
            throw e;
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Optional<Reference> reference() {
        return Optional.ofNullable(reference);
    }

    @Override
    public ResolvedDigest resolve() throws IOException {
        return image.resolve();
    }

    @Override
    public Optional<Digest> fixedDigest() throws IOException {
        return image.fixedDigest();
    }

    @Override
    public Optional<Platform> announcedPlatform(Digest digest) {
        return image.announcedPlatform(digest);
    }

    @Override
    public Optional<FetchedManifest> unverifiedManifest(Digest digest, int maxBytes) throws IOException {
        return image.unverifiedManifest(digest, maxBytes);
    }

    @Override
    public Optional<InputStream> unverifiedBlob(Descriptor descriptor) throws IOException {
        return image.unverifiedBlob(descriptor);
    }

    @Override
    public Optional<InputStream> unverifiedBlob(Descriptor descriptor, long offset) throws IOException {
        return image.unverifiedBlob(descriptor, offset);
    }

    @Override
    public void close() throws IOException {
        try {
            image.close();
        } finally {
            Files.deleteIfExists(archive);
        }
    }
}
