package dev.tallyclerk.registry.location;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.client.RegistryClient;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layout.DockerArchive;
import dev.tallyclerk.registry.layout.LayoutLimits;
import dev.tallyclerk.registry.layout.OciLayout;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The location of an image, as skopeo spells it:
 *
 * <ul>
 *   <li>{@code docker://HOST/REPOSITORY[:TAG|@DIGEST]}, an image in a registry
 *   <li>{@code oci:DIR[:REF|@DIGEST]}, an image in an OCI layout
 *   <li>{@code oci-archive:FILE[:REF|@DIGEST]}, an image in a tar file with an OCI layout
 *   <li>{@code docker-archive:FILE[:REF]}, an image in a file of {@code docker save}; {@code REF} is its name, its ID,
 *       or {@code @N} for its place in the list, from 0
 * </ul>
 *
 * <p>Immutable.
 */
public abstract sealed class ImageLocation {
    /** What the location of an image in a registry begins with. */
    private static final String DOCKER = "docker://";

    private static final String SPELLINGS = "docker://HOST/REPOSITORY[:TAG|@DIGEST], oci:DIR[:REF],"
            + " oci-archive:FILE[:REF] or docker-archive:FILE[:REF]";

    private final String text;

    private ImageLocation(String text) {
        this.text = text;
    }

    /** Gives the client for a registry. */
    @FunctionalInterface
    public interface Registries {
        /**
         * {@return the client for a registry}
         *
         * @param name the image to read from it
         * @throws IOException if there is no client because something cannot be read
         */
        RegistryClient of(Reference name) throws IOException;
    }

    /** Writes one image as {@code docker save} does. */
    @FunctionalInterface
    public interface Export {
        /**
         * {@return a new docker archive with one image, which is deleted when the image is closed}
         *
         * @throws IOException if the image cannot be written; the export has then deleted its file
         */
        Path write() throws IOException;
    }

    /**
     * {@return the location that a text spells}
     *
     * @param text for example {@code oci:images/hello:1.0}; of {@code DIR} and {@code FILE}, which may contain colons
     *     and at signs, the longest that exists counts
     * @throws IllegalArgumentException if it spells none, with a message for the person who wrote it
     */
    public static ImageLocation parse(String text) {
        if (text.startsWith(DOCKER)) {
            return registry(text);
        }
        int colon = text.indexOf(':');
        String scheme = colon < 0 ? text : text.substring(0, colon);
        String rest = colon < 0 ? "" : text.substring(colon + 1);
        if (rest.isEmpty()
                || !(scheme.equals("oci") || scheme.equals("oci-archive") || scheme.equals("docker-archive"))) {
            throw new IllegalArgumentException(
                    "an image is at " + SPELLINGS + ", not at " + Quoted.quote(text) + hint(text));
        }
        LocalName local = LocalName.parse(rest);
        if (!scheme.equals("docker-archive")) {
            return new Layout(text, local, scheme.equals("oci-archive"));
        }
        if (local.digest().isPresent()) {
            throw new IllegalArgumentException("a docker archive has no manifest whose digest could be asked for");
        }
        return docker(text, local);
    }

    /** {@return what to write instead, if the text would be the name of an image in a registry} */
    private static String hint(String text) {
        try {
            Reference name = Reference.parseNormalized(text);
            return "; for the image in the registry, write " + DOCKER + name.withDefaultTag();
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private static ImageLocation docker(String text, LocalName local) {
        String name = local.name().orElse("");
        if (name.startsWith("@")) {
            if (!name.matches("@[0-9]{1,9}")) {
                throw new IllegalArgumentException(
                        "the place of an image in a docker archive is @ and a number, not " + Quoted.quote(name));
            }
            int place = Integer.parseInt(name.substring(1));
            return new Docker(text, local.path(), Optional.empty(), Optional.empty(), OptionalInt.of(place));
        }
        if (name.matches("(sha256:)?[0-9a-f]{64}")) {
            Digest id = Digest.parse(name.startsWith("sha256:") ? name : "sha256:" + name);
            return new Docker(text, local.path(), Optional.empty(), Optional.of(id), OptionalInt.empty());
        }
        return new Docker(
                text,
                local.path(),
                local.name().map(named -> Reference.parseNormalized(named).withDefaultTag()),
                Optional.empty(),
                OptionalInt.empty());
    }

    /**
     * {@return the location of an image in a registry, by its name with or without {@code docker://}}
     *
     * @throws IllegalArgumentException if it is no name, with a message for the person who wrote it
     */
    public static ImageLocation registry(String name) {
        return new Registry(repository(name).withDefaultTag());
    }

    /**
     * {@return the name of a repository, or of an image in one, written with or without {@code docker://}}
     *
     * @throws IllegalArgumentException if it is no name, with a message for the person who wrote it
     */
    public static Reference repository(String name) {
        Reference parsed = Reference.parseNormalized(name.startsWith(DOCKER) ? name.substring(DOCKER.length()) : name);
        if (URI.create("https://" + parsed.domain()).getHost() == null) {
            throw new IllegalArgumentException("not the name of a host: " + Quoted.quote(parsed.domain()));
        }
        return parsed;
    }

    /**
     * {@return the location of an image that is written as a docker archive when it is opened}
     *
     * <p>An engine writes those of its storage so.
     *
     * @param text the location, for messages
     * @param reference the name by which the engine was asked for the image; null if it was none
     * @param export writes the archive
     */
    public static ImageLocation ofExport(String text, @Nullable Reference reference, Export export) {
        return new Exported(text, reference, export);
    }

    /** {@return whether the image is in a registry} */
    public boolean isRegistry() {
        return this instanceof Registry;
    }

    /**
     * {@return the name by which metadata may vouch for the image, if the location has one}
     *
     * <p>Names in layouts are any text that their writer chose, so a location in a layout has none.
     */
    public abstract Optional<Reference> reference();

    /** {@return whether the image has a manifest, whose digest somebody may vouch for; a docker archive has none} */
    public boolean hasManifest() {
        return !(this instanceof Docker || this instanceof Exported);
    }

    /**
     * Opens the image; a compressed archive is decompressed into the default folder for temporary files.
     *
     * @param registries gives the client for an image in a registry
     * @throws IOException if the image cannot be opened
     */
    public ImageSource open(Registries registries) throws IOException {
        return open(registries, Optional.empty());
    }

    /**
     * Opens the image.
     *
     * @param registries gives the client for an image in a registry
     * @param temporaryFolder the folder that a compressed archive is decompressed into
     * @throws IOException if the image cannot be opened
     */
    public ImageSource open(Registries registries, Path temporaryFolder) throws IOException {
        return open(registries, Optional.of(temporaryFolder));
    }

    abstract ImageSource open(Registries registries, Optional<Path> temporaryFolder) throws IOException;

    /** {@return the text that was parsed} */
    @Override
    public String toString() {
        return text;
    }

    private static final class Registry extends ImageLocation {
        private final Reference name;

        Registry(Reference name) {
            super(DOCKER + name);
            this.name = name;
        }

        @Override
        ImageSource open(Registries registries, Optional<Path> temporaryFolder) throws IOException {
            return registries.of(name).image(name);
        }

        @Override
        public Optional<Reference> reference() {
            return Optional.of(name);
        }
    }

    private static final class Layout extends ImageLocation {
        private final LocalName local;
        private final boolean isArchive;

        Layout(String text, LocalName local, boolean isArchive) {
            super(text);
            this.local = local;
            this.isArchive = isArchive;
        }

        @Override
        ImageSource open(Registries registries, Optional<Path> temporaryFolder) throws IOException {
            OciLayout layout = opened(temporaryFolder).forOneImage();
            try {
                if (local.digest().isPresent()) {
                    return layout.image(local.digest().get());
                }
                return local.name().isPresent()
                        ? layout.requireImage(local.name().get())
                        : layout.requireImage();
            } catch (IOException | RuntimeException e) {
                layout.close();
                throw e;
            }
        }

        private OciLayout opened(Optional<Path> temporaryFolder) throws IOException {
            if (!isArchive) {
                return OciLayout.open(local.path());
            }
            return temporaryFolder.isPresent()
                    ? OciLayout.openArchive(local.path(), LayoutLimits.defaults(), temporaryFolder.get())
                    : OciLayout.openArchive(local.path());
        }

        @Override
        public Optional<Reference> reference() {
            return Optional.empty();
        }
    }

    private static final class Docker extends ImageLocation {
        private final Path path;
        private final Optional<Reference> name;
        private final Optional<Digest> id;
        private final OptionalInt place;

        Docker(String text, Path path, Optional<Reference> name, Optional<Digest> id, OptionalInt place) {
            super(text);
            this.path = path;
            this.name = name;
            this.id = id;
            this.place = place;
        }

        @Override
        ImageSource open(Registries registries, Optional<Path> temporaryFolder) throws IOException {
            DockerArchive archive = (temporaryFolder.isPresent()
                            ? DockerArchive.open(path, LayoutLimits.defaults(), temporaryFolder.get())
                            : DockerArchive.open(path))
                    .forOneImage();
            try {
                if (place.isPresent()) {
                    return archive.requireImage(place.getAsInt());
                }
                if (id.isPresent()) {
                    return archive.requireImage(id.get());
                }
                return name.isPresent() ? archive.requireImage(name.get()) : archive.requireImage();
            } catch (IOException | RuntimeException e) {
                archive.close();
                throw e;
            }
        }

        @Override
        public Optional<Reference> reference() {
            return name;
        }
    }

    private static final class Exported extends ImageLocation {
        private final @Nullable Reference name;
        private final Export export;

        Exported(String text, @Nullable Reference name, Export export) {
            super(text);
            this.name = name;
            this.export = export;
        }

        @Override
        ImageSource open(Registries registries, Optional<Path> temporaryFolder) throws IOException {
            return DockerArchive.openExport(export.write(), toString(), Optional.ofNullable(name));
        }

        @Override
        public Optional<Reference> reference() {
            return Optional.ofNullable(name);
        }
    }
}
