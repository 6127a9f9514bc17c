package dev.tallyclerk.command;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.image.ImageDestination;
import dev.tallyclerk.registry.layout.DockerArchiveWriter;
import dev.tallyclerk.registry.layout.OciArchiveWriter;
import dev.tallyclerk.registry.layout.OciLayout;
import dev.tallyclerk.registry.layout.OciLayoutWriter;
import dev.tallyclerk.text.Quoted;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

/**
 * Where an image is copied to: {@code docker://HOST/REPOSITORY[:TAG]}, {@code oci:DIR[:REF]},
 * {@code oci-archive:FILE[:REF]}, {@code docker-archive:FILE[:NAME]}.
 */
sealed interface DestinationSpec {
    /**
     * Opens the destination.
     *
     * @param replace whether a file that is there is replaced
     */
    Open open(RegistryClients clients, Clock clock, boolean replace) throws IOException;

    /** {@return the file that is written, and that replaces one that is there} */
    default Optional<Path> file() {
        return Optional.empty();
    }

    /** {@return what a person should know of what was copied there, or an empty text} */
    default String note() {
        return "";
    }

    /** {@return whether an image of several platforms can be there} */
    default boolean takesIndexes() {
        return true;
    }

    /** A destination that is written to; of a file nothing is seen before it is finished. */
    interface Open extends Closeable {
        ImageDestination image();

        void finish() throws IOException;
    }

    /**
     * Reads a spelling.
     *
     * @throws IllegalArgumentException if it is none, with a message for the person who typed it
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
            throw new IllegalArgumentException("DEST is docker://HOST/REPOSITORY[:TAG], oci:DIR[:REF],"
                    + " oci-archive:FILE[:REF] or docker-archive:FILE[:NAME], not " + Quoted.quote(text));
        }
        SourceSpec.Located located = SourceSpec.Located.of(rest);
        refuseDigest(located.digest());
        Optional<String> refName = located.name();
        if (located.path().toString().equals("-")) {
            throw new IllegalArgumentException("DEST is a file or a folder; nothing is written to standard output");
        }
        if (!scheme.equals("docker-archive")
                && refName.filter(name -> !OciLayout.isRefName(name)).isPresent()) {
            throw new IllegalArgumentException("not the name of an image in a layout: " + Quoted.quote(refName.get()));
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
            throw new IllegalArgumentException("an image in a docker archive has a name without a digest; leave "
                    + Quoted.quote("@" + name.digest().get()) + " out");
        }
        return name.withDefaultTag();
    }

    /**
     * Reads the name of an image in a registry, with or without {@code docker://} before it.
     *
     * @throws IllegalArgumentException if it is none, with a message for the person who typed it
     */
    static Registry registry(String text) {
        Reference name = SourceSpec.registry(text).name();
        refuseDigest(name.digest());
        return new Registry(name);
    }

    private static void refuseDigest(Optional<Digest> digest) {
        if (digest.isPresent()) {
            throw new IllegalArgumentException("leave " + Quoted.quote("@" + digest.get())
                    + " out of DEST: its digest will be the one of what is copied");
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

    /** An OCI layout in a folder, which the image is added to. */
    record Layout(Path path, Optional<String> refName, boolean forced) implements DestinationSpec {
        /** {@return the same layout, of which a power failure may leave anything} */
        Layout withoutForcing() {
            return new Layout(path, refName, false);
        }

        @Override
        public Open open(RegistryClients clients, Clock clock, boolean replace) throws IOException {
            OciLayoutWriter writer = OciLayoutWriter.create(path, clock).withForcing(forced);
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
            return "docker-archive:FILE has no manifest and so not this digest; read the file as oci-archive:FILE to have"
                    + " the manifest by it.";
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
