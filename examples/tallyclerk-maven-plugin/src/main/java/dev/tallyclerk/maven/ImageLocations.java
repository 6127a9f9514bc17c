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
        this.basedir = basedir.toAbsolutePath();
    }

    /**
     * The place of an image that is not opened yet.
     *
     * @param known the location; empty for an archive whose format only its content tells
     * @param file the layout or archive; empty for an image in a registry
     */
    record Place(Optional<ImageLocation> known, Optional<Path> file) {
        /** {@return the place of an archive of either format} */
        static Place ofArchive(Path file) {
            return new Place(Optional.empty(), Optional.of(file.toAbsolutePath().normalize()));
        }

        private static Place of(ImageLocation location) {
            return new Place(Optional.of(location), fileOf(location));
        }

        /** {@return the location, for which an archive of unknown format is opened} */
        ImageLocation location() {
            return known.orElseGet(() -> archive(file.orElseThrow()));
        }

        /** {@return the location as far as it is known, and the file: a path with a colon can be read in two ways} */
        @Override
        public String toString() {
            return known.map(ImageLocation::toString).orElse("archive")
                    + file.map(path -> " in " + path).orElse("");
        }
    }

    /**
     * {@return the place that a text names now}
     *
     * @param text as skopeo spells it; or the path of a layout or archive; or else the name of an image in a registry
     * @throws IllegalArgumentException if it names none
     */
    Place find(String text) {
        for (String scheme : LOCAL) {
            if (text.startsWith(scheme)) {
                return Place.of(ImageLocation.parse(scheme + absolute(text.substring(scheme.length()))));
            }
        }
        if (text.startsWith("docker://")) {
            return Place.of(ImageLocation.parse(text));
        }
        Path file = absolute(text);
        if (Files.isDirectory(file)) {
            return Place.of(ImageLocation.parse("oci:" + file));
        }
        return Files.isRegularFile(file) ? Place.ofArchive(file) : Place.of(ImageLocation.registry(text));
    }

    private Path absolute(String path) {
        return basedir.resolve(path).normalize();
    }

    private static Optional<Path> fileOf(ImageLocation location) {
        String text = location.toString();
        return LOCAL.stream()
                .filter(text::startsWith)
                .findFirst()
                .map(scheme -> LocalName.parse(text.substring(scheme.length())).path());
    }

    private static ImageLocation archive(Path file) {
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
