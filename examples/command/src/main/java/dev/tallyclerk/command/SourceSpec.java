package dev.tallyclerk.command;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.image.ImageSource;
import dev.tallyclerk.registry.layout.DockerArchive;
import dev.tallyclerk.registry.layout.LayoutLimits;
import dev.tallyclerk.registry.layout.OciLayout;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where an image is, in the spelling of skopeo: {@code docker://HOST/REPOSITORY[:TAG|@DIGEST]}, {@code oci:DIR[:REF]},
 * {@code oci-archive:FILE[:REF]}, {@code docker-archive:FILE[:REF]}, where {@code REF} may also be an image's ID or
 * {@code @N}, its place. For the layouts, {@code @DIGEST} may replace {@code :REF}.
 */
sealed interface SourceSpec {
    /** What stands before the name of an image in a registry. */
    String DOCKER = "docker://";

    /**
     * Opens the image.
     *
     * @param temporaryFolder where a compressed archive is decompressed
     */
    ImageSource open(RegistryClients clients, Path temporaryFolder) throws IOException;

    /** {@return the name by which metadata may vouch for the image, if the spelling has one} */
    Optional<Reference> reference();

    /**
     * Reads a spelling.
     *
     * @throws IllegalArgumentException if it is none, with a message for the person who typed it
     */
    static SourceSpec parse(String text) {
        if (text.startsWith(DOCKER)) {
            return registry(text);
        }
        int colon = text.indexOf(':');
        String scheme = colon < 0 ? text : text.substring(0, colon);
        String rest = colon < 0 ? "" : text.substring(colon + 1);
        if (rest.isEmpty()
                || !(scheme.equals("oci") || scheme.equals("oci-archive") || scheme.equals("docker-archive"))) {
            throw new IllegalArgumentException("SOURCE is docker://HOST/REPOSITORY[:TAG|@DIGEST], oci:DIR[:REF],"
                    + " oci-archive:FILE[:REF] or docker-archive:FILE[:REF], not " + Quoted.quote(text));
        }
        Located located = Located.of(rest);
        if (scheme.equals("docker-archive")) {
            if (located.digest().isPresent()) {
                throw new IllegalArgumentException("a docker archive has no manifest whose digest could be asked for");
            }
            return docker(located);
        }
        return new Layout(located.path(), scheme.equals("oci-archive"), located.name(), located.digest());
    }

    private static Docker docker(Located located) {
        String name = located.name().orElse("");
        if (name.startsWith("@")) {
            if (!name.matches("@[0-9]{1,9}")) {
                throw new IllegalArgumentException(
                        "the place of an image in a docker archive is @ and a number, not " + Quoted.quote(name));
            }
            int place = Integer.parseInt(name.substring(1));
            return new Docker(located.path(), Optional.empty(), Optional.empty(), OptionalInt.of(place));
        }
        if (name.matches("(sha256:)?[0-9a-f]{64}")) {
            Digest id = Digest.parse(name.startsWith("sha256:") ? name : "sha256:" + name);
            return new Docker(located.path(), Optional.empty(), Optional.of(id), OptionalInt.empty());
        }
        return new Docker(
                located.path(),
                located.name().map(text -> Reference.parseNormalized(text).withDefaultTag()),
                Optional.empty(),
                OptionalInt.empty());
    }

    /**
     * Reads the name of an image in a registry, with or without {@code docker://} before it.
     *
     * @throws IllegalArgumentException if it is none, with a message for the person who typed it
     */
    static Registry registry(String text) {
        return new Registry(repository(text).withDefaultTag());
    }

    /**
     * Reads the name of a repository, or of an image in one, with or without {@code docker://} before it.
     *
     * @throws IllegalArgumentException if it is none, with a message for the person who typed it
     */
    static Reference repository(String text) {
        Reference name = Reference.parseNormalized(text.startsWith(DOCKER) ? text.substring(DOCKER.length()) : text);
        if (URI.create("https://" + name.domain()).getHost() == null) {
            throw new IllegalArgumentException("not the name of a host: " + Quoted.quote(name.domain()));
        }
        return name;
    }

    /** What stands behind the scheme of a local source: a path, and a name or a digest. */
    record Located(Path path, Optional<String> name, Optional<Digest> digest) {
        static Located of(String text) {
            // A path may have a colon or an at sign: the longest path that exists is the one meant.
            for (int end = text.length();
                    end > 0;
                    end = Math.max(text.lastIndexOf(':', end - 1), text.lastIndexOf('@', end - 1))) {
                if (Files.exists(Path.of(text.substring(0, end)))) {
                    return at(text, end);
                }
            }
            int drive = text.matches("[A-Za-z]:[\\\\/].*") ? 2 : 0;
            int end = text.indexOf(':', drive);
            int at = text.indexOf('@');
            int first = end < 0 ? at : at < 0 ? end : Math.min(end, at);
            return at(text, first < 0 ? text.length() : first);
        }

        private static Located at(String text, int end) {
            Path path = Path.of(text.substring(0, end));
            if (end == text.length()) {
                return new Located(path, Optional.empty(), Optional.empty());
            }
            String suffix = text.substring(end + 1);
            return text.charAt(end) == '@'
                    ? new Located(path, Optional.empty(), Optional.of(Digest.parse(suffix)))
                    : new Located(path, Optional.of(suffix), Optional.empty());
        }
    }

    /** An image in a registry. */
    record Registry(Reference name) implements SourceSpec {
        @Override
        public ImageSource open(RegistryClients clients, Path temporaryFolder) throws IOException {
            return clients.of(name).image(name);
        }

        @Override
        public Optional<Reference> reference() {
            return Optional.of(name);
        }
    }

    /** An image in an OCI layout. */
    record Layout(Path path, boolean archive, Optional<String> refName, Optional<Digest> pinned) implements SourceSpec {
        @Override
        public ImageSource open(RegistryClients clients, Path temporaryFolder) throws IOException {
            OciLayout opened = archive
                    ? OciLayout.openArchive(path, LayoutLimits.defaults(), temporaryFolder)
                    : OciLayout.open(path);
            OciLayout layout = opened.forOneImage();
            try {
                if (pinned.isPresent()) {
                    return layout.image(pinned.get());
                }
                return refName.isPresent() ? layout.requireImage(refName.get()) : layout.requireImage();
            } catch (IOException e) {
                layout.close();
                throw e;
            }
        }

        @Override
        public Optional<Reference> reference() {
            return Optional.empty();
        }
    }

    /**
     * An image in what {@code docker save} writes: by its name, by its ID, by its place, or the only one.
     *
     * @param name its name
     * @param id the digest of its configuration
     * @param place its place in the archive's list, from 0 on
     */
    record Docker(Path path, Optional<Reference> name, Optional<Digest> id, OptionalInt place) implements SourceSpec {
        @Override
        public ImageSource open(RegistryClients clients, Path temporaryFolder) throws IOException {
            DockerArchive archive = DockerArchive.open(path, LayoutLimits.defaults(), temporaryFolder)
                    .forOneImage();
            try {
                if (place.isPresent()) {
                    return archive.requireImage(place.getAsInt());
                }
                if (id.isPresent()) {
                    return archive.requireImage(id.get());
                }
                return name.isPresent() ? archive.requireImage(name.get()) : archive.requireImage();
            } catch (IOException e) {
                archive.close();
                throw e;
            }
        }

        @Override
        public Optional<Reference> reference() {
            return name;
        }
    }
}
