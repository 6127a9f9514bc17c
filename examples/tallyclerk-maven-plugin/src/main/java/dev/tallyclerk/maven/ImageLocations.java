package dev.tallyclerk.maven;

import dev.tallyclerk.registry.location.ImageLocation;
import dev.tallyclerk.registry.location.LocalName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where the images of a module are. */
final class ImageLocations {
    private static final List<String> LOCAL = List.of("oci:", "oci-archive:", "docker-archive:");

    private final Path basedir;

    /** @param basedir the folder of the module, to which relative paths are relative */
    ImageLocations(Path basedir) {
        this.basedir = basedir;
    }

    /**
     * {@return the location that a text spells}
     *
     * @param text as skopeo spells it; or the path of a layout or archive; or else the name of an image in a registry
     * @throws IllegalArgumentException if it spells none
     */
    ImageLocation parse(String text) {
        for (String scheme : LOCAL) {
            if (text.startsWith(scheme)) {
                return ImageLocation.parse(scheme + basedir.resolve(text.substring(scheme.length())));
            }
        }
        if (text.startsWith("docker://")) {
            return ImageLocation.parse(text);
        }
        Path file = basedir.resolve(text);
        if (Files.isDirectory(file)) {
            return ImageLocation.parse("oci:" + file);
        }
        return Files.isRegularFile(file) ? archive(file) : ImageLocation.registry(text);
    }

    /** {@return the layout or archive of a location; empty for one in a registry} */
    static Optional<Path> file(ImageLocation location) {
        String text = location.toString();
        return LOCAL.stream()
                .filter(text::startsWith)
                .findFirst()
                .map(scheme -> LocalName.parse(text.substring(scheme.length())).path());
    }

    /** {@return the location of an image in an archive of either format} */
    static ImageLocation archive(Path file) {
        ImageLocation oci = ImageLocation.parse("oci-archive:" + file);
        ImageLocation docker = ImageLocation.parse("docker-archive:" + file);
        return !canOpen(oci) && canOpen(docker) ? docker : oci;
    }

    private static boolean canOpen(ImageLocation archive) {
        try {
            archive.open(name -> {
                        throw new IOException("an archive needs no registry");
                    })
                    .close();
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
