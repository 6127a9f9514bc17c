package dev.tallyclerk.registry.model;

import dev.tallyclerk.digest.Digest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of an image: what it runs on, how a container of it runs, which layers it has and how they were
 * built. It keeps the exact bytes that it was read from.
 *
 * <p>Both the OCI form and Docker's are read. A text that is absent or null is empty, and so is a list, as the
 * specification says that the two mean the same. Immutable; two are equal when their bytes are.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md">OCI image-spec v1.1.1, Image
 *     Configuration</a>
 */
public final class ImageConfig {
    private final byte[] bytes;
    private final String architecture;
    private final String os;
    private final Origin origin;
    private final ExecutionParameters execution;
    private final List<Digest> diffIds;
    private final List<HistoryEntry> history;

    ImageConfig(
            byte[] bytes,
            String architecture,
            String os,
            Origin origin,
            ExecutionParameters execution,
            List<Digest> diffIds,
            List<HistoryEntry> history) {
        this.bytes = bytes.clone();
        this.architecture = architecture;
        this.os = os;
        this.origin = origin;
        this.execution = execution;
        this.diffIds = List.copyOf(diffIds);
        this.history = List.copyOf(history);
    }

    /** The members that say more about the platform and who made the image when. */
    record Origin(
            String variant,
            String osVersion,
            List<String> osFeatures,
            String author,
            @Nullable Instant created) {}

    /**
     * Reads a configuration within the {@linkplain RegistryLimits#defaults() default limits}.
     *
     * @param bytes the document, copied
     * @return the configuration
     * @throws MalformedDocumentException if the document is not the configuration of an image, or two readers could
     *     take it for different ones
     */
    public static ImageConfig parse(byte[] bytes) throws MalformedDocumentException {
        return parse(bytes, RegistryLimits.defaults());
    }

    /**
     * Reads a configuration.
     *
     * @param bytes the document, copied; {@link RegistryLimits#maxConfigBytes} applies to it, and
     *     {@link RegistryLimits#maxDescriptors} to each list in it
     * @param limits what the document may cost
     * @return the configuration
     * @throws MalformedDocumentException if the document is not the configuration of an image, or two readers could
     *     take it for different ones
     */
    public static ImageConfig parse(byte[] bytes, RegistryLimits limits) throws MalformedDocumentException {
        return ImageConfigReader.read(bytes, limits);
    }

    /** {@return the processor architecture, for example {@code amd64}} */
    public String architecture() {
        return architecture;
    }

    /** {@return the operating system, for example {@code linux}} */
    public String os() {
        return os;
    }

    /** {@return the variant of the architecture, for example {@code v8}, if there is one} */
    public Optional<String> variant() {
        return present(origin.variant());
    }

    /** {@return operating system, architecture and variant together} */
    public Platform platform() {
        return variant()
                .map(variant -> Platform.of(os, architecture, variant))
                .orElseGet(() -> Platform.of(os, architecture));
    }

    /** {@return the version of the operating system, if there is one} */
    public Optional<String> osVersion() {
        return present(origin.osVersion());
    }

    /** {@return the features of the operating system that the image needs} */
    public List<String> osFeatures() {
        return origin.osFeatures();
    }

    /** {@return who made the image, if that is said} */
    public Optional<String> author() {
        return present(origin.author());
    }

    /** {@return when the image says it was made; anybody can write anything there} */
    public Optional<Instant> created() {
        return Optional.ofNullable(origin.created());
    }

    /** {@return how a container of the image runs, unless told otherwise} */
    public ExecutionParameters execution() {
        return execution;
    }

    /** {@return the digests of the uncompressed layers, the lowest first} */
    public List<Digest> diffIds() {
        return diffIds;
    }

    /** {@return what each step of the build did, the first step first; empty if the image does not say} */
    public List<HistoryEntry> history() {
        return history;
    }

    /** {@return a copy of the exact bytes} */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** {@return the SHA-256 digest of the exact bytes, which is the image's id} */
    public Digest digest() {
        return Digest.sha256Of(bytes);
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
        return "image configuration for " + os + "/" + architecture + " " + digest();
    }

    private static Optional<String> present(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    /**
     * How a container of an image runs, unless told otherwise. An empty text or list means that the image does not say.
     *
     * @param user user or uid, with group or gid after a colon
     * @param exposedPorts for example {@code 8080/tcp}
     * @param env variables as {@code NAME=value}
     * @param entrypoint the first words of the command line
     * @param command the words after the entry point
     * @param volumes paths that are kept outside the container's own file system
     * @param workingDir the path in which the command starts
     * @param labels further properties, in document order
     * @param stopSignal the signal that ends the container, for example {@code SIGTERM}
     * @param healthcheck how an engine checks that the container works (Docker only)
     * @param onBuild instructions for a build on top of the image (Docker only)
     * @param shell the shell of the build's instructions (Docker only)
     * @param argsEscaped whether the command line is already escaped (Windows only)
     */
    public record ExecutionParameters(
            String user,
            List<String> exposedPorts,
            List<String> env,
            List<String> entrypoint,
            List<String> command,
            List<String> volumes,
            String workingDir,
            Map<String, String> labels,
            String stopSignal,
            Healthcheck healthcheck,
            List<String> onBuild,
            List<String> shell,
            boolean argsEscaped) {
        public ExecutionParameters {
            Objects.requireNonNull(user, "user");
            exposedPorts = List.copyOf(exposedPorts);
            env = List.copyOf(env);
            entrypoint = List.copyOf(entrypoint);
            command = List.copyOf(command);
            volumes = List.copyOf(volumes);
            Objects.requireNonNull(workingDir, "workingDir");
            labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
            Objects.requireNonNull(stopSignal, "stopSignal");
            Objects.requireNonNull(healthcheck, "healthcheck");
            onBuild = List.copyOf(onBuild);
            shell = List.copyOf(shell);
        }
    }

    /**
     * How an engine checks that a container works. A duration of zero and no retries mean the engine's own default.
     *
     * @param test the kind of test ({@code NONE}, {@code CMD} or {@code CMD-SHELL}) and its words; empty if the image
     *     has no check
     * @param interval the time between two tests
     * @param timeout the time after which a test has failed
     * @param startPeriod the time in which a failure does not count
     * @param retries the number of failures after which the container does not work
     */
    public record Healthcheck(
            List<String> test, Duration interval, Duration timeout, Duration startPeriod, int retries) {
        public Healthcheck {
            test = List.copyOf(test);
            Objects.requireNonNull(interval, "interval");
            Objects.requireNonNull(timeout, "timeout");
            Objects.requireNonNull(startPeriod, "startPeriod");
        }

        /** {@return whether the image says anything about a check, be it that there is none} */
        public boolean isSet() {
            return !test.isEmpty();
        }

        /** {@return whether the image switches a check of its base off} */
        public boolean isDisabled() {
            return isSet() && test.get(0).equals("NONE");
        }
    }

    /** What one step of the build did. An empty text means that the entry does not say. Immutable. */
    public static final class HistoryEntry {
        private final String createdBy;
        private final boolean emptyLayer;
        private final String author;
        private final String comment;
        private final @Nullable Instant created;

        HistoryEntry(String createdBy, boolean emptyLayer, String author, String comment, @Nullable Instant created) {
            this.createdBy = createdBy;
            this.emptyLayer = emptyLayer;
            this.author = author;
            this.comment = comment;
            this.created = created;
        }

        /** {@return the instruction, in a form that the builder chose} */
        public String createdBy() {
            return createdBy;
        }

        /** {@return whether the step made no layer} */
        public boolean emptyLayer() {
            return emptyLayer;
        }

        /** {@return who ran the step} */
        public String author() {
            return author;
        }

        /** {@return more about the step} */
        public String comment() {
            return comment;
        }

        /** {@return when the step ran, if the entry says so} */
        public Optional<Instant> created() {
            return Optional.ofNullable(created);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof HistoryEntry that
                    && createdBy.equals(that.createdBy)
                    && emptyLayer == that.emptyLayer
                    && author.equals(that.author)
                    && comment.equals(that.comment)
                    && Objects.equals(created, that.created);
        }

        @Override
        public int hashCode() {
            return Objects.hash(createdBy, emptyLayer, author, comment, created);
        }

        /** {@return the instruction} */
        @Override
        public String toString() {
            return createdBy;
        }
    }
}
