package dev.tallyclerk.registry.model;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.json.MemberMap;
import dev.tallyclerk.registry.model.ExecutionParameters.Healthcheck;
import dev.tallyclerk.registry.model.ImageConfigJson.Content;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of an image: its platform, the parameters of its containers, its layers and their history. It keeps
 * its exact bytes.
 *
 * <p>OCI's form and Docker's are read. An absent or null text or list is empty; the specification gives both the same
 * meaning. Immutable; two configurations are equal if their bytes are.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md">OCI image-spec v1.1.1, Image
 *     Configuration</a>
 */
public final class ImageConfig {
    private final byte[] bytes;
    private final Content content;
    private final RootFs rootfs;

    private ImageConfig(byte[] bytes, Content content) {
        this.bytes = bytes.clone();
        this.content = content;
        this.rootfs = new RootFs(content.diffIds(), content.rootfsMembers());
    }

    /**
     * Reads a configuration within the {@linkplain DocumentLimits#defaults() default limits}.
     *
     * @param bytes the document, copied
     * @return the configuration
     * @throws MalformedDocumentException if the document is no image configuration, or is ambiguous
     */
    public static ImageConfig parse(byte[] bytes) throws MalformedDocumentException {
        return parse(bytes, DocumentLimits.defaults());
    }

    /**
     * Reads a configuration.
     *
     * @param bytes the document, copied; {@link DocumentLimits#maxConfigBytes} applies to it, and
     *     {@link DocumentLimits#maxDescriptors} to each list in it
     * @return the configuration
     * @throws MalformedDocumentException if the document is no image configuration, or is ambiguous
     */
    public static ImageConfig parse(byte[] bytes, DocumentLimits limits) throws MalformedDocumentException {
        return parse(bytes, MediaType.OCI_CONFIG, limits);
    }

    /**
     * Reads a configuration as the type that its manifest gives.
     *
     * @param bytes the document, copied; {@link DocumentLimits#maxConfigBytes} applies to it, and
     *     {@link DocumentLimits#maxDescriptors} to each list in it
     * @param mediaType the type in the manifest's descriptor; with {@link MediaType#DOCKER_CONFIG}, {@code diff_ids}
     *     may be absent, as Docker leaves it out of images without layers
     * @return the configuration
     * @throws MalformedDocumentException if the document is no image configuration, or is ambiguous
     */
    public static ImageConfig parse(byte[] bytes, String mediaType, DocumentLimits limits)
            throws MalformedDocumentException {
        return new ImageConfig(bytes, ImageConfigJson.read(bytes, mediaType, limits));
    }

    /** {@return a builder of a configuration for images of {@code platform}} */
    public static Builder builder(Platform platform) {
        return new Builder(platform);
    }

    /** {@return the platform that the image is for} */
    public Platform platform() {
        return content.platform();
    }

    /** {@return the author of the image, if recorded} */
    public Optional<String> author() {
        return content.author().isEmpty() ? Optional.empty() : Optional.of(content.author());
    }

    /** {@return when the image was made, if recorded; not verified by anything} */
    public Optional<Instant> created() {
        return Optional.ofNullable(content.created());
    }

    /** {@return the default parameters of containers of the image} */
    public ExecutionParameters execution() {
        return content.execution();
    }

    /** {@return the layers of the image's file system} */
    public RootFs rootfs() {
        return rootfs;
    }

    /** {@return the digests of the uncompressed layers, the lowest first} */
    public List<Digest> diffIds() {
        return rootfs.diffIds();
    }

    /**
     * {@return the chain IDs, which identify each layer together with all layers below it, the lowest first}
     *
     * <p>The lowest layer has its diffID, the others have a SHA-256 digest.
     *
     * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md#layer-chainid">OCI image-spec
     *     v1.1.1, Layer ChainID</a>
     */
    public List<Digest> chainIds() {
        List<Digest> chain = new ArrayList<>(diffIds().size());
        for (Digest diffId : diffIds()) {
            chain.add(
                    chain.isEmpty()
                            ? diffId
                            : Digest.sha256Of(
                                    (chain.get(chain.size() - 1) + " " + diffId).getBytes(StandardCharsets.UTF_8)));
        }
        return List.copyOf(chain);
    }

    /** {@return the build steps, the first step first; empty if the image records none} */
    public List<HistoryEntry> history() {
        return content.history();
    }

    /** {@return the members that are in no specification, in document order, each with its compact JSON text} */
    public Map<String, String> unknownMembers() {
        return content.unknownMembers();
    }

    /** {@return where the document breaks the specification but every engine reads the same} */
    public List<Deviation> deviations() {
        return content.deviations();
    }

    /** {@return a copy of the exact bytes} */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** {@return the SHA-256 digest of the exact bytes, which is the image ID; computed at each call} */
    public Digest digest() {
        return Digest.sha256Of(bytes);
    }

    /**
     * {@return a descriptor that refers to this configuration, with its SHA-256 digest}
     *
     * <p>The type is {@link MediaType#OCI_CONFIG}. For a Docker manifest use {@link Descriptor#ofContent} with
     * {@link MediaType#DOCKER_CONFIG}; a configuration does not contain its type.
     */
    public Descriptor descriptor() {
        return Descriptor.of(MediaType.OCI_CONFIG, digest(), bytes.length);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ImageConfig that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** {@return platform and digest} */
    @Override
    public String toString() {
        return "image configuration for " + platform() + " " + digest();
    }

    /**
     * The layers of an image's file system.
     *
     * @param diffIds the digests of the uncompressed layers, the lowest first
     * @param unknownMembers the members that are in no specification, in document order, each with its compact JSON
     *     text
     */
    public record RootFs(List<Digest> diffIds, Map<String, String> unknownMembers) {
        public RootFs {
            diffIds = List.copyOf(diffIds);
            unknownMembers = MemberMap.copyOf(unknownMembers);
        }
    }

    /**
     * Writes a new configuration.
     *
     * <p>The bytes depend only on the builder's input, as with {@link ImageManifest.Builder}; members without a value
     * are left out. Not safe for use by several threads; may be used again.
     */
    public static final class Builder {
        private final Platform platform;
        private @Nullable Instant created;
        private String author = "";
        private String user = "";
        private List<String> exposedPorts = List.of();
        private final List<String> env = new ArrayList<>();
        private List<String> entrypoint = List.of();
        private List<String> command = List.of();
        private List<String> volumes = List.of();
        private String workingDir = "";
        private final Map<String, String> labels = new LinkedHashMap<>();
        private String stopSignal = "";
        private Healthcheck healthcheck = Healthcheck.NONE;
        private List<String> onBuild = List.of();
        private List<String> shell = List.of();
        private boolean argsEscaped;
        private final List<Digest> diffIds = new ArrayList<>();
        private final List<HistoryEntry> history = new ArrayList<>();

        private Builder(Platform platform) {
            this.platform = Objects.requireNonNull(platform, "platform");
        }

        /** {@return this builder, with the time when the image was made, in a year of four digits} */
        public Builder created(Instant created) {
            this.created = Objects.requireNonNull(created, "created");
            return this;
        }

        /** {@return this builder, with the image's author: a name, and an address if wanted} */
        public Builder author(String author) {
            this.author = Objects.requireNonNull(author, "author");
            return this;
        }

        /** {@return this builder, with the user of the container: a name or uid, and a group or gid after a colon} */
        public Builder user(String user) {
            this.user = Objects.requireNonNull(user, "user");
            return this;
        }

        /**
         * {@return this builder, with the ports of the container, for example {@code 8080/tcp}; their order is lost}
         */
        public Builder exposedPorts(List<String> exposedPorts) {
            this.exposedPorts = List.copyOf(exposedPorts);
            return this;
        }

        /**
         * {@return this builder, with one more environment variable}
         *
         * @throws IllegalArgumentException if {@code name} is empty or contains {@code =}
         */
        public Builder env(String name, String value) {
            if (name.isEmpty() || name.indexOf('=') >= 0) {
                throw new IllegalArgumentException("a variable's name is empty or contains =");
            }
            env.add(name + "=" + Objects.requireNonNull(value, "value"));
            return this;
        }

        /** {@return this builder, with the first words of the command line: the program and its first arguments} */
        public Builder entrypoint(List<String> entrypoint) {
            this.entrypoint = List.copyOf(entrypoint);
            return this;
        }

        /** {@return this builder, with the words after the entry point: arguments, or a program and its arguments} */
        public Builder command(List<String> command) {
            this.command = List.copyOf(command);
            return this;
        }

        /** {@return this builder, with the paths outside of the container's own file system; their order is lost} */
        public Builder volumes(List<String> volumes) {
            this.volumes = List.copyOf(volumes);
            return this;
        }

        /** {@return this builder, with the absolute path in which the command starts} */
        public Builder workingDir(String workingDir) {
            this.workingDir = Objects.requireNonNull(workingDir, "workingDir");
            return this;
        }

        /** {@return this builder, with one more label, which replaces one of the same name} */
        public Builder label(String name, String value) {
            labels.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
            return this;
        }

        /** {@return this builder, with the signal that ends the container, for example {@code SIGTERM}} */
        public Builder stopSignal(String stopSignal) {
            this.stopSignal = Objects.requireNonNull(stopSignal, "stopSignal");
            return this;
        }

        /** {@return this builder, with the health check of the container (Docker only)} */
        public Builder healthcheck(Healthcheck healthcheck) {
            this.healthcheck = Objects.requireNonNull(healthcheck, "healthcheck");
            return this;
        }

        /** {@return this builder, with Dockerfile instructions for builds on top of the image (Docker only)} */
        public Builder onBuild(List<String> onBuild) {
            this.onBuild = List.copyOf(onBuild);
            return this;
        }

        /** {@return this builder, with the shell of the build's instructions (Docker only)} */
        public Builder shell(List<String> shell) {
            this.shell = List.copyOf(shell);
            return this;
        }

        /** {@return this builder, with whether the command line is already escaped (Windows only)} */
        public Builder argsEscaped(boolean argsEscaped) {
            this.argsEscaped = argsEscaped;
            return this;
        }

        /** {@return this builder, with one more layer on top, by the digest of its uncompressed content} */
        public Builder layer(Digest diffId) {
            diffIds.add(Objects.requireNonNull(diffId, "diffId"));
            return this;
        }

        /** {@return this builder, with one more build step} */
        public Builder history(HistoryEntry entry) {
            history.add(Objects.requireNonNull(entry, "entry"));
            return this;
        }

        /**
         * {@return the new configuration}
         *
         * @throws IllegalArgumentException if it breaks a rule of its specification: a time in a year that does not
         *     have four digits, a time of the health check of more than 292 years, or text that JSON cannot interchange
         */
        public ImageConfig build() {
            ExecutionParameters execution = new ExecutionParameters(
                    user,
                    exposedPorts,
                    env,
                    entrypoint,
                    command,
                    volumes,
                    workingDir,
                    labels,
                    stopSignal,
                    healthcheck,
                    onBuild,
                    shell,
                    argsEscaped,
                    Map.of());
            Content content =
                    new Content(platform, author, created, execution, diffIds, Map.of(), history, Map.of(), List.of());
            return ImageConfigJson.write(content).readBack(ImageConfig::parse);
        }
    }
}
