package dev.tallyclerk.command;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.image.ImageDestination;
import dev.tallyclerk.registry.layout.DockerArchiveWriter;
import dev.tallyclerk.registry.layout.OciArchiveWriter;
import dev.tallyclerk.registry.layout.OciLayout;
import dev.tallyclerk.registry.layout.OciLayoutWriter;
import dev.tallyclerk.registry.location.ImageLocation;
import dev.tallyclerk.registry.location.LocalName;
import dev.tallyclerk.text.Quoted;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

/**
 * The destination of a copy: {@code docker://HOST/REPOSITORY[:TAG]}, {@code oci:DIR[:REF]},
 * {@code oci-archive:FILE[:REF]}, {@code docker-archive:FILE[:NAME]}.
 */
sealed interface DestinationSpec {
    /**
     * Opens the destination.
     *
     * @param replace whether an existing file is replaced
     */
    Open open(RegistryClients clients, Clock clock, boolean replace) throws IOException;

    /** {@return the file to write, if the destination is one} */
    default Optional<Path> file() {
        return Optional.empty();
    }

    /** {@return a note for the report, or an empty text} */
    default String note() {
        return "";
    }

    /** {@return whether the destination can hold an index} */
    default boolean takesIndexes() {
        return true;
    }

    /** An open destination; a file is published when it is finished. */
    interface Open extends Closeable {
        ImageDestination image();

        void finish() throws IOException;
    }

    /**
     * Parses a destination.
     *
     * @throws IllegalArgumentException if the text is malformed, with a message for the user
     */
    static DestinationSpec parse(String text) {
        if (text.startsWith("docker://")) {
            return registry(text);
        }
        int colon = text.indexOf(':');
        String scheme = colon < 0 ? text : text.substring(0, colon);
        String rest = colon < 0 ? "" : text.substring(colon + 1);
        if (rest.isEmpty()
                || !(scheme.equals("oci") || scheme.equals("oci-archive") || scheme.equals("docker-archive"))) {
            throw new IllegalArgumentException("DEST must be docker://HOST/REPOSITORY[:TAG], oci:DIR[:REF],"
                    + " oci-archive:FILE[:REF] or docker-archive:FILE[:NAME], not " + Quoted.quote(text));
        }
        LocalName located = LocalName.parse(rest);
        refuseDigest(located.digest());
        Optional<String> refName = located.name();
        if (located.path().toString().equals("-")) {
            throw new IllegalArgumentException("DEST must be a file or a folder; standard output is not supported");
        }
        if (!scheme.equals("docker-archive")
                && refName.filter(name -> !OciLayout.isRefName(name)).isPresent()) {
            throw new IllegalArgumentException("not a valid image name in a layout: " + Quoted.quote(refName.get()));
        }
        return switch (scheme) {
            case "oci" -> new Layout(located.path(), located.name(), true);
            case "oci-archive" -> new LayoutArchive(located.path(), located.name());
            default -> new Docker(located.path(), refName.map(DestinationSpec::dockerName));
        };
    }

    private static Reference dockerName(String text) {
        Reference name = Reference.parseNormalized(text);
        if (name.digest().isPresent()) {
            throw new IllegalArgumentException("a name in a docker archive has no digest; remove "
                    + Quoted.quote("@" + name.digest().get()));
        }
        return name.withDefaultTag();
    }

    /**
     * Parses the name of an image in a registry, with or without {@code docker://}.
     *
     * @throws IllegalArgumentException if the text is malformed, with a message for the user
     */
    static Registry registry(String text) {
        Reference name = ImageLocation.registry(text).reference().orElseThrow();
        refuseDigest(name.digest());
        return new Registry(name);
    }

    private static void refuseDigest(Optional<Digest> digest) {
        if (digest.isPresent()) {
            throw new IllegalArgumentException(
                    "remove " + Quoted.quote("@" + digest.get()) + " from DEST: the copied image decides the digest");
        }
    }

    /** An image in a registry. */
    record Registry(Reference name) implements DestinationSpec {
        @Override
        public Open open(RegistryClients clients, Clock clock, boolean replace) throws IOException {
            ImageDestination image = clients.of(name).destination(name);
            return writtenAtOnce(image);
        }
    }

    private static Open writtenAtOnce(ImageDestination image) {
        return new Open() {
            @Override
            public ImageDestination image() {
                return image;
            }

            @Override
            public void finish() {}

            @Override
            public void close() {}
        };
    }

    /** An OCI layout in a folder, to which the image is added. */
    record Layout(Path path, Optional<String> refName, boolean forced) implements DestinationSpec {
        /** {@return the same layout, written without fsync} */
        Layout withoutFsync() {
            return new Layout(path, refName, false);
        }

        @Override
        public Open open(RegistryClients clients, Clock clock, boolean replace) throws IOException {
            OciLayoutWriter writer = OciLayoutWriter.create(path, clock).withFsync(forced);
            return writtenAtOnce(refName.isPresent() ? writer.destination(refName.get()) : writer.destination());
        }
    }

    /** A new OCI layout in a tar file. */
    record LayoutArchive(Path path, Optional<String> refName) implements DestinationSpec {
        @Override
        public Optional<Path> file() {
            return Optional.of(path);
        }

        @Override
        public Open open(RegistryClients clients, Clock clock, boolean replace) throws IOException {
            OciArchiveWriter writer = replace ? OciArchiveWriter.create(path) : OciArchiveWriter.createNew(path);
            return new Open() {
                @Override
                public ImageDestination image() {
                    return refName.isPresent() ? writer.destination(refName.get()) : writer.destination();
                }

                @Override
                public void finish() throws IOException {
                    writer.finish();
                }

                @Override
                public void close() throws IOException {
                    writer.close();
                }
            };
        }
    }

    /** A new file for {@code docker load}. */
    record Docker(Path path, Optional<Reference> name) implements DestinationSpec {
        @Override
        public boolean takesIndexes() {
            return false;
        }

        @Override
        public String note() {
            return "docker-archive:FILE has no manifest with this digest; read the file as oci-archive:FILE to find"
                    + " it.";
        }

        @Override
        public Optional<Path> file() {
            return Optional.of(path);
        }

        @Override
        public Open open(RegistryClients clients, Clock clock, boolean replace) throws IOException {
            DockerArchiveWriter writer =
                    replace ? DockerArchiveWriter.create(path) : DockerArchiveWriter.createNew(path);
            return new Open() {
                @Override
                public ImageDestination image() {
                    return name.isPresent() ? writer.destination(name.get()) : writer.destination();
                }

                @Override
                public void finish() throws IOException {
                    writer.finish();
                }

                @Override
                public void close() throws IOException {
                    writer.close();
                }
            };
        }
    }
}
