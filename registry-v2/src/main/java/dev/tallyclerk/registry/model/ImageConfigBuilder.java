package dev.tallyclerk.registry.model;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.model.ImageConfig.Healthcheck;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes a new {@link ImageConfig}.
 *
 * <p>What it writes depends on nothing but what it was told, as with {@link ImageManifestBuilder}; what it was not told
 * is not written. It belongs to one thread, and may be used again.
 */
public final class ImageConfigBuilder {
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
    private @Nullable Healthcheck healthcheck;
    private List<String> onBuild = List.of();
    private List<String> shell = List.of();
    private boolean argsEscaped;
    private final List<Digest> diffIds = new ArrayList<>();
    private final List<HistoryEntry> history = new ArrayList<>();

    ImageConfigBuilder(Platform platform) {
        this.platform = Objects.requireNonNull(platform, "platform");
    }

    /**
     * Sets when the image was made.
     *
     * @param time a time in a year of four digits
     * @return this builder
     */
    public ImageConfigBuilder created(Instant time) {
        created = Objects.requireNonNull(time, "time");
        return this;
    }

    /**
     * Sets who made the image.
     *
     * @param name a name, and an address if wanted
     * @return this builder
     */
    public ImageConfigBuilder author(String name) {
        author = Objects.requireNonNull(name, "name");
        return this;
    }

    /**
     * Sets as whom a container runs.
     *
     * @param name user or uid, with group or gid after a colon
     * @return this builder
     */
    public ImageConfigBuilder user(String name) {
        user = Objects.requireNonNull(name, "name");
        return this;
    }

    /**
     * Sets the ports that a container listens on.
     *
     * @param ports for example {@code 8080/tcp}; their order does not matter
     * @return this builder
     */
    public ImageConfigBuilder exposedPorts(List<String> ports) {
        exposedPorts = List.copyOf(ports);
        return this;
    }

    /**
     * Adds a variable of the environment after those that were added before.
     *
     * @param name its name, without {@code =}
     * @param value its value
     * @return this builder
     * @throws IllegalArgumentException if {@code name} is empty or has a {@code =}
     */
    public ImageConfigBuilder env(String name, String value) {
        if (name.isEmpty() || name.indexOf('=') >= 0) {
            throw new IllegalArgumentException("a variable's name is empty or has a =");
        }
        env.add(name + "=" + Objects.requireNonNull(value, "value"));
        return this;
    }

    /**
     * Sets the first words of the command line.
     *
     * @param words the program and its first arguments
     * @return this builder
     */
    public ImageConfigBuilder entrypoint(List<String> words) {
        entrypoint = List.copyOf(words);
        return this;
    }

    /**
     * Sets the words after the entry point.
     *
     * @param words arguments, or a program and its arguments
     * @return this builder
     */
    public ImageConfigBuilder command(List<String> words) {
        command = List.copyOf(words);
        return this;
    }

    /**
     * Sets the paths that are kept outside the container's own file system.
     *
     * @param paths their order does not matter
     * @return this builder
     */
    public ImageConfigBuilder volumes(List<String> paths) {
        volumes = List.copyOf(paths);
        return this;
    }

    /**
     * Sets the path in which the command starts.
     *
     * @param path an absolute path
     * @return this builder
     */
    public ImageConfigBuilder workingDir(String path) {
        workingDir = Objects.requireNonNull(path, "path");
        return this;
    }

    /**
     * Adds a label, or replaces the one of that name.
     *
     * @param name its name
     * @param value its value
     * @return this builder
     */
    public ImageConfigBuilder label(String name, String value) {
        labels.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
        return this;
    }

    /**
     * Sets the signal that ends the container.
     *
     * @param name for example {@code SIGTERM}
     * @return this builder
     */
    public ImageConfigBuilder stopSignal(String name) {
        stopSignal = Objects.requireNonNull(name, "name");
        return this;
    }

    /**
     * Sets how an engine checks that the container works, which Docker looks at only.
     *
     * @param check the check
     * @return this builder
     */
    public ImageConfigBuilder healthcheck(Healthcheck check) {
        healthcheck = Objects.requireNonNull(check, "check");
        return this;
    }

    /**
     * Sets the instructions for a build on top of the image, which Docker looks at only.
     *
     * @param instructions in the language of Dockerfiles
     * @return this builder
     */
    public ImageConfigBuilder onBuild(List<String> instructions) {
        onBuild = List.copyOf(instructions);
        return this;
    }

    /**
     * Sets the shell of a build's instructions, which Docker looks at only.
     *
     * @param words the program and its first arguments
     * @return this builder
     */
    public ImageConfigBuilder shell(List<String> words) {
        shell = List.copyOf(words);
        return this;
    }

    /**
     * Sets whether the command line is already escaped, on Windows.
     *
     * @param escaped whether it is
     * @return this builder
     */
    public ImageConfigBuilder argsEscaped(boolean escaped) {
        argsEscaped = escaped;
        return this;
    }

    /**
     * Adds a layer above those that were added before.
     *
     * @param diffId the digest of the layer when it is not compressed
     * @return this builder
     */
    public ImageConfigBuilder layer(Digest diffId) {
        diffIds.add(Objects.requireNonNull(diffId, "diffId"));
        return this;
    }

    /**
     * Adds a step of the build after those that were added before.
     *
     * @param entry what the step did
     * @return this builder
     */
    public ImageConfigBuilder history(HistoryEntry entry) {
        history.add(Objects.requireNonNull(entry, "entry"));
        return this;
    }

    /**
     * {@return the configuration that was written}
     *
     * @throws IllegalArgumentException if it breaks a rule of its specification: a time in a year that does not have
     *     four digits, a time of the health check of more than 292 years, or text that JSON cannot interchange
     */
    public ImageConfig build() {
        DocumentWriter out = new DocumentWriter().begin('{');
        out.member("created", created == null ? null : Rfc3339.format(created)).member("author", author);
        out.platformMembers(platform);
        execution(out.name("config"));
        out.name("rootfs").begin('{').name("type").value("layers");
        out.array("diff_ids", diffIds.stream().map(Digest::toString).toList()).end('}');
        if (!history.isEmpty()) {
            out.name("history").begin('[');
            history.forEach(entry -> step(entry, out));
            out.end(']');
        }
        return Written.config(out.end('}').toBytes());
    }

    private void execution(DocumentWriter out) {
        out.begin('{').member("User", user).set("ExposedPorts", exposedPorts);
        out.member("Env", env).member("Entrypoint", entrypoint).member("Cmd", command);
        out.set("Volumes", volumes).member("WorkingDir", workingDir);
        out.member("Labels", labels).member("StopSignal", stopSignal);
        if (argsEscaped) {
            out.name("ArgsEscaped").value(true);
        }
        if (healthcheck != null) {
            check(healthcheck, out.name("Healthcheck"));
        }
        out.member("OnBuild", onBuild).member("Shell", shell).end('}');
    }

    private static void check(Healthcheck check, DocumentWriter out) {
        out.begin('{').member("Test", check.test());
        nanoseconds("Interval", check.interval(), out);
        nanoseconds("Timeout", check.timeout(), out);
        nanoseconds("StartPeriod", check.startPeriod(), out);
        nanoseconds("StartInterval", check.startInterval(), out);
        if (check.retries() != 0) {
            out.name("Retries").value(check.retries());
        }
        out.unknown(check.unknownMembers()).end('}');
    }

    private static void nanoseconds(String name, Duration time, DocumentWriter out) {
        if (time.isZero()) {
            return;
        }
        try {
            out.name(name).value(time.toNanos());
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(name + " of the health check is too long: " + time, e);
        }
    }

    private static void step(HistoryEntry entry, DocumentWriter out) {
        out.begin('{').member("created", entry.created().map(Rfc3339::format).orElse(null));
        out.member("created_by", entry.createdBy());
        out.member("author", entry.author()).member("comment", entry.comment());
        if (entry.emptyLayer()) {
            out.name("empty_layer").value(true);
        }
        out.unknown(entry.unknownMembers()).end('}');
    }
}
