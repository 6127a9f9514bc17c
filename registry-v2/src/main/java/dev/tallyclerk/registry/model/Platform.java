package dev.tallyclerk.registry.model;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an image runs on: operating system, architecture, and the architecture's variant where there are several.
 *
 * <p>Immutable. Names are Go's ({@code GOOS}, {@code GOARCH}), as the specification has it.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md">OCI image-spec v1.1.1, Image
 *     Index, platform</a>
 */
public final class Platform {
    private static final Set<String> MEMBERS = Set.of("architecture", "os", "os.version", "os.features", "variant");

    private final String os;
    private final String architecture;
    private final @Nullable String variant;
    private final @Nullable String osVersion;

    private Platform(String os, String architecture, @Nullable String variant, @Nullable String osVersion) {
        this.os = Objects.requireNonNull(os, "os");
        this.architecture = Objects.requireNonNull(architecture, "architecture");
        this.variant = variant;
        this.osVersion = osVersion;
    }

    /** {@return a platform without a variant} */
    public static Platform of(String os, String architecture) {
        return new Platform(os, architecture, null, null);
    }

    /** {@return a platform with a variant, for example {@code linux}, {@code arm}, {@code v7}} */
    public static Platform of(String os, String architecture, String variant) {
        return new Platform(os, architecture, Objects.requireNonNull(variant, "variant"), null);
    }

    /**
     * Parses {@code OS/ARCHITECTURE[/VARIANT]}.
     *
     * @throws IllegalArgumentException if {@code text} does not have two or three parts of {@code [A-Za-z0-9_.-]+}
     */
    public static Platform parse(String text) {
        List<String> parts = List.of(text.split("/", -1));
        boolean valid = (parts.size() == 2 || parts.size() == 3)
                && parts.stream().allMatch(part -> part.matches("[A-Za-z0-9_.-]+"));
        if (!valid) {
            throw new IllegalArgumentException("a platform is OS/ARCHITECTURE[/VARIANT], for example linux/arm/v7");
        }
        return new Platform(parts.get(0), parts.get(1), parts.size() == 3 ? parts.get(2) : null, null);
    }

    static Platform read(JsonCursor json) throws JsonException {
        json.refuseCaseVariants(MEMBERS);
        return new Platform(
                json.required("os").string(),
                json.required("architecture").string(),
                optionalString(json, "variant"),
                optionalString(json, "os.version"));
    }

    private static @Nullable String optionalString(JsonCursor json, String name) throws JsonException {
        Optional<JsonCursor> found = json.optional(name);
        return found.isEmpty() ? null : found.get().string();
    }

    /** {@return the operating system, for example {@code linux}} */
    public String os() {
        return os;
    }

    /** {@return the CPU architecture, for example {@code amd64}} */
    public String architecture() {
        return architecture;
    }

    /** {@return the variant of the architecture, for example {@code v7}} */
    public Optional<String> variant() {
        return Optional.ofNullable(variant);
    }

    /** {@return the version of the operating system; Windows images carry it} */
    public Optional<String> osVersion() {
        return Optional.ofNullable(osVersion);
    }

    /**
     * {@return whether an image for {@code offered} is one for this platform}
     *
     * <p>Operating system and architecture must be the same, and so must the variant, where {@code arm64} without one
     * means {@code v8} and {@code arm} without one means {@code v7}. If this platform names no variant of another
     * architecture, only an image without a variant will do.
     */
    public boolean accepts(Platform offered) {
        return os.equals(offered.os)
                && architecture.equals(offered.architecture)
                && effectiveVariant().equals(offered.effectiveVariant());
    }

    private String effectiveVariant() {
        if (variant != null) {
            return variant;
        }
        return switch (architecture) {
            case "arm64" -> "v8";
            case "arm" -> "v7";
            default -> "";
        };
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Platform that
                && os.equals(that.os)
                && architecture.equals(that.architecture)
                && Objects.equals(variant, that.variant)
                && Objects.equals(osVersion, that.osVersion);
    }

    @Override
    public int hashCode() {
        return Objects.hash(os, architecture, variant, osVersion);
    }

    /** {@return {@code os/architecture[/variant]}} */
    @Override
    public String toString() {
        return os + '/' + architecture + (variant == null ? "" : "/" + variant);
    }
}
