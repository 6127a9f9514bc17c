package dev.tallyclerk.registry.model;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.text.Quoted;
import java.util.List;
import java.util.Locale;
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
    private static final int MAX_NAME = 64;

    private static final Set<String> MEMBERS = Set.of("architecture", "os", "os.version", "os.features", "variant");

    private final String os;
    private final String architecture;
    private final @Nullable String variant;
    private final @Nullable String osVersion;

    private Platform(String os, String architecture, @Nullable String variant, @Nullable String osVersion) {
        this.os = named(os);
        this.architecture = named(architecture);
        this.variant = variant == null ? null : named(variant);
        this.osVersion = osVersion;
    }

    private static String named(String name) {
        if (!isName(name)) {
            throw new IllegalArgumentException("not a name in a platform: " + Quoted.quote(name));
        }
        return name;
    }

    /** {@return whether {@code text} can be a part of a platform; some artifacts' configurations leave it empty} */
    static boolean isName(String text) {
        return text.length() <= MAX_NAME
                && text.chars()
                        .allMatch(c -> (c >= 'a' && c <= 'z')
                                || (c >= 'A' && c <= 'Z')
                                || (c >= '0' && c <= '9')
                                || c == '_'
                                || c == '.'
                                || c == '-');
    }

    /**
     * {@return a platform without a variant}
     *
     * @throws IllegalArgumentException if a name has a character outside {@code [A-Za-z0-9_.-]} or more than 64
     */
    public static Platform of(String os, String architecture) {
        return new Platform(os, architecture, null, null);
    }

    /**
     * {@return a platform with a variant, for example {@code linux}, {@code arm}, {@code v7}}
     *
     * @throws IllegalArgumentException if a name has a character outside {@code [A-Za-z0-9_.-]} or more than 64
     */
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
        Optional<JsonCursor> variant = json.optional("variant");
        Optional<JsonCursor> osVersion = json.optional("os.version");
        return new Platform(
                name(json.required("os")),
                name(json.required("architecture")),
                variant.isEmpty() ? null : name(variant.get()),
                osVersion.isEmpty() ? null : osVersion.get().string());
    }

    /** {@return a string that can be a part of a platform} */
    static String name(JsonCursor json) throws JsonException {
        String text = json.string();
        if (!isName(text)) {
            throw json.badValue("not a name in a platform: " + Quoted.quote(text));
        }
        return text;
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
     * {@return this platform in the one spelling of each name: {@code Linux/x86_64} is {@code linux/amd64},
     * {@code arm64/v8} is {@code arm64}, {@code arm} is {@code arm/v7}}
     */
    public Platform normalized() {
        String system = os.toLowerCase(Locale.ROOT);
        String processor = architecture.toLowerCase(Locale.ROOT);
        String kind = variant == null ? "" : variant.toLowerCase(Locale.ROOT);
        switch (processor) {
            case "x86_64", "x86-64" -> processor = "amd64";
            case "i386" -> {
                processor = "386";
                kind = "";
            }
            case "aarch64" -> processor = "arm64";
            case "armhf" -> {
                processor = "arm";
                kind = "v7";
            }
            case "armel" -> {
                processor = "arm";
                kind = "v6";
            }
            default -> {}
        }
        kind = switch (processor + "/" + kind) {
            case "amd64/v1", "arm64/8", "arm64/v8" -> "";
            case "arm/", "arm/7" -> "v7";
            case "arm/5", "arm/6", "arm/8" -> "v" + kind;
            default -> kind;
        };
        return new Platform(
                system.equals("macos") ? "darwin" : system, processor, kind.isEmpty() ? null : kind, osVersion);
    }

    /**
     * {@return whether an image for {@code offered} is one for this platform}
     *
     * <p>Once both are {@linkplain #normalized() normalized}, operating system, architecture and variant must be the
     * same.
     */
    public boolean accepts(Platform offered) {
        Platform wanted = normalized();
        Platform given = offered.normalized();
        return wanted.os.equals(given.os)
                && wanted.architecture.equals(given.architecture)
                && Objects.equals(wanted.variant, given.variant);
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
